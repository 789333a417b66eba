"""The evidence is gathered in a child without a network. What it wants to know of DNS it asks through its pipe, and the parent asks
the configured server: names alone leave, so many at most and of a few kinds."""

import asyncio
import base64
import contextlib
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from importlib.util import find_spec
from typing import Any

from harkline.channels.email import frames, jail
from harkline.channels.email.evidence_shape import Came, Evidence, fact
from harkline.channels.email.resolver import Resolver

CPU = 5.0  # seconds a mail
WALL = 20.0
LOOKUPS = 60
AT_ONCE = 4
_UNKNOWN = Evidence((fact("evidence", "error"),))


def available() -> bool:
    """Whether the extra ``mail-evidence`` is installed."""
    return all(find_spec(name) for name in ("dkim", "spf", "dns"))


class Gatherer:
    """Gathers, a child for each mail."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._room = asyncio.Semaphore(AT_ONCE)

    async def gather(self, raw: bytes, came: Came) -> Evidence:
        """What is known; that nothing is, where the child did not live to say it or the time was up."""
        try:
            async with self._room, asyncio.timeout(WALL):
                return await self._asked(raw, came)
        except (TimeoutError, OSError, EOFError, ValueError, KeyError, TypeError):
            return _UNKNOWN

    async def _asked(self, raw: bytes, came: Came) -> Evidence:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-B", "-X", "utf8", "-m", __name__),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
            cwd="/",
            close_fds=True,
            limit=1024 * 1024,
        )
        try:
            return await self._talk(process, raw, came)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _talk(self, process: asyncio.subprocess.Process, raw: bytes, came: Came) -> Evidence:
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise EOFError
        head = {"ip": came.ip, "helo": came.helo, "envelope_from": came.envelope_from}
        stdin.write(_line({**head, "raw": base64.b64encode(raw).decode()}))
        unanswered = 0
        for _ in range(LOOKUPS):
            await stdin.drain()
            said = json.loads(await stdout.readline() or b"null")
            if "facts" in said:
                return _checked(said)
            # A server that is silent is not asked on and on: whoever hands the mail in waits meanwhile.
            waiting = unanswered < 2
            found = await self._resolver.look_up(str(said["name"]), str(said["kind"])) if waiting else None
            unanswered += found is None
            stdin.write(_line({"found": found}))
        return _UNKNOWN


def _checked(said: dict[str, Any]) -> Evidence:
    """The child is not believed: words and names in their own form."""
    facts = [fact(str(one["what"])[:20], str(one["result"])[:20], str(one["domain"])) for one in said["facts"][:20]]
    return Evidence(tuple(facts), tuple((str(name)[:253], str(text)[:8192]) for name, text in said["keys"][:10]))


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"


def serve() -> None:
    """The child: one mail."""
    from harkline.channels.email import evidence

    jail.warm()
    evidence.warm()
    asked = json.loads(sys.stdin.buffer.readline(frames.LIMIT * 2))
    jail.confine()
    signal.setitimer(signal.ITIMER_PROF, CPU)

    def lookup(name: str, kind: str) -> list[str]:
        sys.stdout.buffer.write(_line({"name": name, "kind": kind}))
        sys.stdout.buffer.flush()
        found = json.loads(sys.stdin.buffer.readline(1024 * 1024) or b"{}").get("found")
        if found is None:
            raise evidence.NoAnswer
        return [str(one) for one in found]

    came = Came(asked["ip"], asked["helo"], asked["envelope_from"])
    told = evidence.gather(base64.b64decode(asked["raw"]), came, lookup)
    sys.stdout.buffer.write(_line({"facts": told.facts, "keys": told.keys}))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    serve()
