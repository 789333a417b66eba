"""``harkline demo``: a fictional line with staff, whose callers ring, mail and write at a human pace until it is stopped."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from harkline.demo import life, mail, past, phone, staff
from harkline.demo.story import Story, story

PACE = 25.0  # seconds between two calls
READY_WITHIN = 60.0
STOPS_WITHIN = 15.0


class NotOpen(Exception):
    """The line could not be opened; the message says why."""


@dataclass(frozen=True)
class Ways:
    """Where the demonstration line listens, all on loopback."""

    web: int
    smtp: int
    sip: int
    rtp: int

    @property
    def base(self) -> str:
        """Microphones and passkeys need a secure context, and browsers grant it to ``localhost``."""
        return f"http://localhost:{self.web}"


def ways(port: int | None = None) -> Ways:
    """The usual ports, or the next free ones where another program has them. Raises NotOpen where ``port`` is not free."""
    if port and not _is_free(port, socket.SOCK_STREAM):
        raise NotOpen(f"port {port} is in use by another program: stop it, or choose another with --web PORT")
    return Ways(
        port or _free(8000, socket.SOCK_STREAM),
        _free(8025, socket.SOCK_STREAM),
        _free(5060, socket.SOCK_DGRAM),
        _free(20000, socket.SOCK_DGRAM, 500),
    )


def _free(first: int, kind: socket.SocketKind, step: int = 2) -> int:
    for port in range(first, 65000, step):
        if _is_free(port, kind):
            return port
    raise NotOpen("no port is free")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as one, contextlib.suppress(OSError, OverflowError):
        if kind == socket.SOCK_STREAM:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", port))
        return True
    return False


def main(data: Path, link: str, *, port: int | None = None, seconds: float | None = None, pace: float = PACE) -> int:
    """Run the demonstration in the freshly made installation ``data``, whose first administrator's link is ``link``.

    Returns the exit code; raises NotOpen. Synchronous: Django is set up, and no loop runs yet.
    """
    told, where = story(), ways(port)
    print("Opening a demonstration line …", flush=True)
    logins = staff.found(told, link)
    from django.db import connections

    with past.outside(data) as around:
        past.live(data, around)
        connections.close_all()
        return asyncio.run(_run(data, told, logins, where, seconds, pace, around.settings()))


async def _run(
    data: Path,
    told: Story,
    logins: list[staff.Login],
    where: Ways,
    seconds: float | None,
    pace: float,
    more: str,
) -> int:
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    async with mail.Mailbox() as mailbox, _serving(data, where, mailbox.port, more) as server:
        print(welcome(told, logins, where), flush=True)
        async with phone.Telephone(("127.0.0.1", where.sip)) as telephone:
            lives = [
                asyncio.create_task(life.calls(telephone, told, pace)),
                asyncio.create_task(life.mails(told, ("127.0.0.1", where.smtp), mailbox, pace)),
                asyncio.create_task(life.reports(told, where.base, pace)),
            ]
            ended = [asyncio.create_task(stop.wait()), asyncio.create_task(server.wait())]
            await asyncio.wait(ended, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            for task in [*lives, *ended]:
                task.cancel()
            await asyncio.gather(*lives, return_exceptions=True)
        if server.returncode:
            raise NotOpen(f"the line stopped by itself: {data / 'demo.log'} says why")
    return 0


@contextlib.asynccontextmanager
async def _serving(data: Path, where: Ways, relay: int, more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """``harkline serve`` as a child, from ready to stopped."""
    settings = data / "harkline.toml"
    settings.write_text(f'[relay]\nserver = "127.0.0.1:{relay}"\nsecurity = "none"\n\n{more}', encoding="utf-8")
    with (data / "demo.log").open("ab") as errors:
        server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "harkline.server.command", "serve", "--data", str(data)),
            *("--web", f"127.0.0.1:{where.web}", "--smtp", f"127.0.0.1:{where.smtp}"),
            *("--sip", f"127.0.0.1:{where.sip}", "--rtp", f"{where.rtp}-{where.rtp + 400}"),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "HARKLINE_DEMO": "1", "PYTHONUNBUFFERED": "1"},
        )
    try:
        await _ready(server, data)
        rest = asyncio.create_task(_read_on(server))
        yield server
        rest.cancel()
    finally:
        if server.returncode is None:
            server.terminate()
            try:
                await asyncio.wait_for(server.wait(), STOPS_WITHIN)
            except TimeoutError:
                server.kill()
                await server.wait()


async def _ready(server: asyncio.subprocess.Process, data: Path) -> None:
    assert server.stdout
    try:
        async with asyncio.timeout(READY_WITHIN):
            while line := await server.stdout.readline():
                if line.startswith(b"ready"):
                    return
    except TimeoutError:
        raise NotOpen(f"the line did not open within {READY_WITHIN:.0f} seconds") from None
    await server.wait()
    said = (data / "demo.log").read_text(encoding="utf-8", errors="replace").strip()
    raise NotOpen(said.rpartition("\n")[2].removeprefix("harkline: ") or "the line did not open")


async def _read_on(server: asyncio.subprocess.Process) -> None:
    # A pipe that nobody reads would stop the server when it is full.
    assert server.stdout
    while await server.stdout.readline():
        pass


def welcome(told: Story, logins: list[staff.Login], where: Ways) -> str:
    """What a newcomer reads: where to go, how to get in, what to do next."""
    rows = "\n".join(f"     {one.role:14} {one.username:20} {one.passphrase}" for one in logins)
    return f"""
  {told.line.name} is open. Everybody who calls is simulated; nothing leaves this machine. Ctrl-C ends it.

  1. Sign in at  {where.base}/account/sign-in  with a user name and its passphrase:
{rows}
  2. Press "Sign on". Within half a minute a call rings: Enter accepts it. Let the browser use the microphone, listen,
     speak; the caller answers when you stop. Then say what it was. Mails and reports wait in the same list.
  3. Be a caller yourself:  {where.base}/  is the public's page. A softphone rings  sip:{told.line.phones[0]}@127.0.0.1:{where.sip}
     and a mail to {told.line.mails["en"]} goes in by SMTP at 127.0.0.1:{where.smtp}.
  4. Thirty invented days lie behind this line: {where.base}/figures  says what is claimed of them, and how to check it.
"""
