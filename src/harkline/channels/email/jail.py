"""Mail is read by a child process that may use little and can reach nothing.

Each worker is ``python -m harkline.channels.email.jail``: no environment, no file it could write, no descriptor but its
pipes, ``MEMORY`` bytes, and ``CPU`` seconds a mail. One that oversteps is killed by the kernel and replaced, and its mail is
held: the original is stored all the same, so that a crash here loses nothing. A worker is retired after ``MAILS`` mails, so
that whoever takes one over sees few of them.
"""

import asyncio
import codecs
import contextlib
import ctypes
import encodings.aliases
import os
import resource
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

from harkline.channels.email import frames, wire

CPU = 2.0  # seconds a mail
WALL = 20.0  # seconds a mail, on a machine that is busy with something else
MEMORY = 1024 * 1024 * 1024
MAILS = 500
_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4  # linux/prctl.h


class Jail:
    """A few warm workers. ``read`` never raises for anything that a mail does."""

    def __init__(self, workers: int | None = None) -> None:
        self._size = workers or min(4, os.cpu_count() or 1)
        self._idle: asyncio.Queue[_Worker | None] = asyncio.Queue()
        self._all: set[_Worker] = set()

    async def start(self) -> None:
        """Make room for the workers, and warm one up."""
        for _ in range(self._size - 1):
            self._idle.put_nowait(None)
        self._idle.put_nowait(await self._fresh())

    async def stop(self) -> None:
        """End every worker."""
        await asyncio.gather(*(worker.kill() for worker in list(self._all)))
        self._all.clear()

    async def read(self, raw: bytes, envelope_from: str | None = None) -> wire.Mail:
        """Read a mail as ``wire.parse`` does, or hold it with the flag ``jail`` when its worker died of it."""
        worker = await self._idle.get()
        try:
            worker = worker or await self._fresh()
            mail = await worker.read(raw, envelope_from)
        except (TimeoutError, OSError, EOFError, frames.Broken):
            await self._discard(worker)
            worker, mail = None, wire.held("jail")
        except BaseException:
            await self._discard(worker)
            self._idle.put_nowait(None)
            raise
        if worker and worker.mails >= MAILS:
            await self._discard(worker)
            worker = None
        self._idle.put_nowait(worker)
        return mail

    async def _fresh(self) -> "_Worker":
        worker = _Worker(await _spawn())
        self._all.add(worker)
        return worker

    async def _discard(self, worker: "_Worker | None") -> None:
        if worker:
            self._all.discard(worker)
            await worker.kill()


class _Worker:
    """One child process, busy with one mail at a time."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.mails = 0

    async def read(self, raw: bytes, envelope_from: str | None) -> wire.Mail:
        self.mails += 1
        async with asyncio.timeout(WALL):
            return frames.answered(await self._ask(frames.request(raw, envelope_from)))

    async def _ask(self, request: bytes) -> bytes:
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise EOFError
        stdin.write(request)
        await stdin.drain()
        return await stdout.readexactly(frames.length(await stdout.readexactly(4)))

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


async def _spawn() -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-I", "-B", "-X", "utf8", "-m", __name__),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,  # a traceback would hold a caller's words
        env={},
        cwd="/",
        close_fds=True,
        limit=1024 * 1024,
    )


def confine() -> None:
    """Give up, in the child and for good, what reading a mail does not need."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_CPU, int(CPU * MAILS)),
    ):
        resource.setrlimit(limit, (value, value))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.prctl(_DUMPABLE, 0, 0, 0, 0)


def serve() -> None:
    """The child: answer mail by mail until the pipe ends."""
    warm()
    confine()
    while head := sys.stdin.buffer.read(4):
        raw, envelope_from = frames.requested(sys.stdin.buffer.read(frames.length(head)))
        # SIGPROF ends the process when this mail has used up its processor time; nobody catches it.
        signal.setitimer(signal.ITIMER_PROF, CPU)
        answer = frames.answer(wire.parse(raw, envelope_from))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()


def warm() -> None:
    """Load what the parser would load late, while files can still be opened: every character set, and the HTML parser."""
    for name in set(encodings.aliases.aliases.values()):
        with contextlib.suppress(LookupError, ImportError):
            codecs.lookup(name)
    wire.parse(b"Subject: =?utf-8?b?w6k=?=\r\nContent-Type: text/html\r\n\r\n<p>warm</p>")


if __name__ == "__main__":
    serve()
