"""Takes in the bodies of requests before a thread is given to them, so that slow connections cost memory and no thread.

A body is kept in memory, never on the disk. What is small enough for any text always has room; larger ones share a budget. Whoever
sends nothing for long, or too little, is cut off. A body beyond ``KEPT`` is handed on as it comes, one at a time: a page says then
that it was too much.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from harkline.channels.web.tide import Crowded, Tide

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SMALL = 256 * 1024  # bytes
KEPT = 40 * 1024 * 1024
BUDGET = 256 * 1024 * 1024
SILENT = 30.0  # seconds between two pieces
GRACE = 30.0  # seconds after which the speed counts
SLOWEST = 4096  # bytes a second, on average: a tenth of a bad connection over Tor
SORRY = b"Too many at once. Please send it again in a minute: your browser usually still has what you wrote.\n"


class Gone(Exception):
    """The sender is gone, or so slow that it makes no difference."""


class Room:
    """Bytes that larger bodies share."""

    def __init__(self, size: int = BUDGET) -> None:
        self._left, self._freed = size, asyncio.Condition()

    async def take(self, size: int) -> None:
        """Wait until there is room; the sender is not read from meanwhile."""
        async with self._freed:
            await self._freed.wait_for(lambda: self._left >= size)
            self._left -= size

    async def give(self, size: int) -> None:
        """It is free again."""
        async with self._freed:
            self._left += size
            self._freed.notify_all()


class Arriving:
    """Bodies first, then ``pages``; first messages by way of the ``tide``."""

    def __init__(self, pages: App) -> None:
        self._pages, self._tide, self._room = pages, Tide(), Room()
        self._one_at_a_time = asyncio.Semaphore(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        size = expected(scope)
        try:
            if size == 0:
                await self._pages(scope, receive, send)
            elif size > KEPT:
                async with self._one_at_a_time:
                    await self._pages(scope, patiently(receive), send)
            else:
                await self._keep(size, scope, receive, send)
        except Gone:
            await _answer(send, 408, b"")
        except Crowded:
            await _answer(send, 503, SORRY)

    async def _keep(self, size: int, scope: Scope, receive: Receive, send: Send) -> None:
        large = size if size > SMALL else 0
        await self._room.take(large)
        try:
            body = await gathered(patiently(receive))

            async def go_on(send: Send) -> None:
                await self._pages(scope, _again(body, receive), send)

            if self._tide.concerns(scope):
                await self._tide.through(body, send, go_on)
            else:
                await go_on(send)
        finally:
            await self._room.give(large)


def expected(scope: Scope) -> int:
    """How many bytes a body has, as its header says; as many as are kept where it does not say."""
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return KEPT
    said = headers.get(b"content-length", b"0")
    return int(said) if said.isdigit() else 0


def patiently(receive: Receive) -> Receive:
    """The same messages; raises Gone when they come too slowly, or when more come than were announced and are kept."""
    loop = asyncio.get_running_loop()
    begun, came = loop.time(), 0

    async def next_one() -> Message:
        nonlocal came
        try:
            async with asyncio.timeout(SILENT):
                message = await receive()
        except TimeoutError:
            raise Gone from None
        came += len(message.get("body", b""))
        took = loop.time() - begun
        if message.get("more_body") and took > GRACE and came < SLOWEST * took:
            raise Gone
        return message

    return next_one


async def gathered(receive: Receive) -> bytes:
    """The whole body. Raises Gone."""
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > KEPT:
            raise Gone
        if not message.get("more_body"):
            return b"".join(pieces)


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def next_one() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_one


async def _answer(send: Send, status: int, words: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(words)).encode())]
    headers += [(b"cache-control", b"no-store"), (b"connection", b"close"), (b"retry-after", b"60")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
