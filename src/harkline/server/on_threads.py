"""Runs the pages (WSGI, PEP 3333) on a fixed pool of threads inside the asyncio server.

The whole body is there before a thread is taken, and an answer of usual size is handed back whole: one change of threads each way,
which under load costs more than most pages do. What is larger goes piece by piece. No thread ever waits for anybody's connection,
except for a body so large that it is not kept (``arriving``).
"""

import asyncio
import contextvars
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from harkline.server.arriving import Message, Receive, Scope, Send
from harkline.server.page_threads import Threads

WHOLE = 1024 * 1024  # bytes of an answer that are handed over at once
Environ = dict[str, Any]


class Application(Protocol):
    """A WSGI application."""

    def __call__(self, environ: Environ, start_response: Callable[..., Any], /) -> Iterable[bytes]:
        """Answer one request."""


class OnThreads:
    """``application`` as an ASGI application for HTTP, with so many answers under way at once."""

    def __init__(self, application: Application, threads: int) -> None:
        self._application = application
        self._pool = Threads(threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        first = await receive()
        if first["type"] == "http.disconnect":
            return
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        answer = Answer(self._application, environ(scope, _body(first, receive, loop)))
        piece, more = await self._pool.run(lambda: context.run(answer.begin))
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            await send({"type": "http.response.body", "body": piece, "more_body": more})
            while more:
                piece, more = await self._pool.run(lambda: context.run(answer.next_piece))
                await send({"type": "http.response.body", "body": piece, "more_body": more})
        except BaseException:
            self._pool.submit(lambda: context.run(answer.stop))
            raise


class Answer:
    """One answer on its way: ``begin`` once, then ``next_piece`` until there is no more."""

    def __init__(self, application: Application, environ: Environ) -> None:
        self._application, self._environ = application, environ
        self.status, self.headers = 500, [(b"content-length", b"0")]
        self._pieces: Iterator[bytes] = iter(())
        self._close: Callable[[], None] = lambda: None

    def begin(self) -> tuple[bytes, bool]:
        """Run the application up to the first pieces of its answer; returns them, and whether there is more."""
        found = self._application(self._environ, self._start)
        self._pieces, self._close = iter(found), getattr(found, "close", self._close)
        return self.next_piece()

    def next_piece(self) -> tuple[bytes, bool]:
        """The next bytes, and whether there is more. At the end, and where it fails, the application is told that it is over."""
        held, size = [], 0
        try:
            for piece in self._pieces:
                held.append(piece)
                size += len(piece)
                if size >= WHOLE:
                    return b"".join(held), True
        except BaseException:
            self.stop()
            raise
        self.stop()
        return b"".join(held), False

    def stop(self) -> None:
        """It is over; once or more often."""
        close, self._close = self._close, lambda: None
        close()

    def _start(self, status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], None]:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [
            (name.strip().lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers
        ]
        return _write


def _write(_piece: bytes) -> None:
    raise TypeError("write() belongs to applications older than PEP 3333's iterables")


def environ(scope: Scope, body: io.BufferedIOBase) -> Environ:
    """A request as WSGI describes it."""
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    found: Environ = {
        "asgi.scope": scope,
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add(found, name.decode("latin-1"), value.decode("latin-1"))
    return found


_BARE = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}


def _add(found: Environ, name: str, value: str) -> None:
    if "_" in name:
        return  # it would pass for another one, spelt with "-"
    key = _BARE.get(name) or "HTTP_" + name.upper().replace("-", "_")
    between = "; " if name == "cookie" else ","
    found[key] = f"{found[key]}{between}{value}" if key in found else value


def _body(first: Message, receive: Receive, loop: asyncio.AbstractEventLoop) -> io.BufferedIOBase:
    if not first.get("more_body"):
        return io.BytesIO(first.get("body", b""))
    return io.BufferedReader(_Coming(first.get("body", b""), receive, loop), 64 * 1024)


class _Coming(io.RawIOBase):
    """A body that is not kept: read by a thread while it comes."""

    def __init__(self, first: bytes, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self._here, self._receive, self._loop, self._more = first, receive, loop, True

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, into: Any) -> int:
        """As much as is here, at least one byte until the end."""
        while not self._here and self._more:
            message = asyncio.run_coroutine_threadsafe(_next(self._receive), self._loop).result()
            self._here, self._more = message.get("body", b""), bool(message.get("more_body"))
        size = min(len(into), len(self._here))
        into[:size], self._here = self._here[:size], self._here[size:]
        return size


async def _next(receive: Receive) -> Message:
    return await receive()
