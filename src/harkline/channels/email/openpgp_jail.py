"""OpenPGP runs in a child of its own for each mail: it is given the line's private keys with one mail, answers, and ends. A parser
that a mail has taken over has seen no other mail, and has nothing to send the keys with.

The child is confined like the parser (``jail``). What it answers is checked again like the parser's.
"""

import asyncio
import base64
import contextlib
import json
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from typing import Any

from harkline.channels.email import frames, jail
from harkline.channels.email.wire import Mail

CPU = 5.0  # seconds a mail
WALL = 30.0
AT_ONCE = 2
TRIES = 2
_HEAD = struct.Struct(">I")


class NotClosed(Exception):
    """Nothing was encrypted; the message is one fixed word."""


class OpenPgp:
    """Opens and closes mail, a child for each."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)

    async def read(self, raw: bytes, envelope_from: str | None, private_halves: Sequence[bytes]) -> Mail | None:
        """The mail opened, as far as it opens; None where no child lived to answer. A second one is asked where the first ended:
        the keys are here only now, and a machine short of memory kills whom it finds."""
        asked = {"do": "read", "envelope_from": envelope_from, "keys": [_text(one) for one in private_halves]}
        for _ in range(TRIES):
            try:
                return frames.answered(await self._ask(asked, raw))
            except (TimeoutError, OSError, EOFError, frames.Broken):
                continue
        return None

    async def close(self, clear: bytes, certificate: bytes, signer: bytes | None) -> bytes:
        """An armoured message. Raises NotClosed, whatever went wrong: then nothing may be sent."""
        asked = {"do": "close", "certificate": _text(certificate), "signer": _text(signer or b"")}
        try:
            answer = await self._ask(asked, clear)
        except (TimeoutError, OSError, EOFError, frames.Broken) as error:
            raise NotClosed("key_unusable") from error
        if not answer.startswith(b"\x01-----BEGIN PGP MESSAGE-----"):
            raise NotClosed(answer[1:40].decode("ascii", "replace") or "key_unusable")
        return answer[1:]

    async def _ask(self, asked: Mapping[str, Any], body: bytes) -> bytes:
        head = json.dumps(asked).encode()
        async with self._room, asyncio.timeout(WALL):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-B", "-X", "utf8", "-m", __name__),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={},
                cwd="/",
                close_fds=True,
            )
            try:
                said, _nothing = await process.communicate(frames.framed(_HEAD.pack(len(head)) + head + body))
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if len(said) < _HEAD.size or frames.length(said[:4]) != len(said) - 4:
            raise EOFError
        return said[4:]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def serve() -> None:
    """The child: one request, one answer."""
    from harkline.channels.email import openpgp

    jail.warm()
    request = sys.stdin.buffer
    body = request.read(frames.length(request.read(4)))
    jail.confine()
    signal.setitimer(signal.ITIMER_PROF, CPU)
    (size,) = _HEAD.unpack_from(body)
    asked, rest = json.loads(body[4 : 4 + size]), body[4 + size :]
    if asked["do"] == "read":
        keys = [base64.b64decode(one) for one in asked["keys"]]
        answer = frames.answer(openpgp.read(rest, asked["envelope_from"], keys))
    else:
        answer = frames.framed(_closed(rest, asked))
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _closed(clear: bytes, asked: Mapping[str, str]) -> bytes:
    from harkline.channels.email import openpgp

    certificate, signer = base64.b64decode(asked["certificate"]), base64.b64decode(asked["signer"])
    try:
        return b"\x01" + openpgp.close(clear, certificate, signer or None)
    except openpgp.Unusable as why:
        return b"\x00" + str(why).encode()


if __name__ == "__main__":
    serve()
