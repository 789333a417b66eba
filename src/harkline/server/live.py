"""The doorbell: server-sent events that say what changed, never what it says. Raw ASGI, so that a stream costs no thread.

``GET /live/desk`` is entitled by the session cookie, ``GET /live/thread?ticket=…`` by a ticket (``runtime.tickets``). Events:

- ``hello`` once; what the page shows may be stale by then, so it refetches all of it. A reconnect is nothing else.
- ``bell`` with ``[[kind, id], …]``; the page refetches those fragments through the ordinary permission gate.
- ``beat`` every 15 seconds, so that a page notices a connection that died without a word.
- ``end`` with a reason (``session``, ``stopping``), after which the server closes.

A crash here loses no bell that matters: the page reconnects and refetches.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from harkline.people.models import Role
from harkline.runtime import bell, clock, db, tickets
from harkline.server import entitled
from harkline.server.streams import Stream, Streams

log = logging.getLogger(__name__)

HEARTBEAT = 15.0  # seconds
RECHECK = 60.0  # seconds between two looks at whether a session still stands
GAP = 0.05  # seconds in which bells gather into one event
STREAMS_A_KEY = 12
STREAMS = 20_000

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Refused(Exception):
    """No stream is opened; the status says why."""

    def __init__(self, status: int) -> None:
        self.status = status


class Live:
    """The streams of one event loop. An ASGI application for the paths below ``/live/`` that are streams."""

    def __init__(self) -> None:
        self.streams = Streams()
        self._end: Callable[[], None] | None = None
        self._recheck: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream until its reader leaves, its session ends, or the server stops."""
        self._listen()
        try:
            stream = await self._admit(scope)
        except Refused as refused:
            await _refuse(send, refused.status)
            return
        gone = asyncio.create_task(_until_gone(receive, stream))
        try:
            await _pass_on(stream, send)
        except OSError:
            pass  # the reader left between two events
        finally:
            self.streams.drop(stream)
            gone.cancel()

    def stop(self) -> None:
        """End every stream and stop listening; the server calls it before it waits for its connections to close."""
        for streams in self.streams.keys().values():
            for stream in streams:
                stream.end("stopping")
        if self._end:
            self._end()
            self._end = None
        if self._recheck:
            self._recheck.cancel()
            self._recheck = None

    def _listen(self) -> None:
        if self._end is None:
            loop = asyncio.get_running_loop()
            self._end = bell.subscribe(lambda ring: _hand_over(loop, self.streams.hear, ring))
            self._recheck = loop.create_task(self._recheck_for_ever())

    async def _admit(self, scope: Scope) -> Stream:
        if scope["method"] != "GET":
            raise Refused(405)
        stream = await _desk(scope) if scope["path"] == "/live/desk" else _thread(scope)
        # No await between the count and the addition: two connections cannot both take the last place.
        if len(self.streams) >= STREAMS or len(self.streams.of(stream.key)) >= STREAMS_A_KEY:
            raise Refused(503)
        self.streams.add(stream)
        return stream

    async def _recheck_for_ever(self) -> None:
        while True:
            await asyncio.sleep(RECHECK)
            # A database that is locked for a moment must not end the streams: they are looked at again in a minute.
            with suppress(Exception):
                await self.recheck()

    async def recheck(self) -> None:
        """End the streams whose session was revoked or whose ticket has run out."""
        by_key = self.streams.keys()
        now = clock.now().timestamp()
        for streams in by_key.values():
            for stream in streams:
                if stream.ends is not None and stream.ends <= now:
                    stream.end("session")
        sessions = [key for key, streams in by_key.items() if streams[0].ends is None]
        standing = await db.run(entitled.entitled, sessions) if sessions else set()
        for key in set(sessions) - standing:
            for stream in by_key[key]:
                stream.end("session")


def _hand_over(loop: asyncio.AbstractEventLoop, hear: Callable[[bell.Ring], None], ring: bell.Ring) -> None:
    with suppress(RuntimeError):  # the loop has closed: nobody listens any more
        loop.call_soon_threadsafe(hear, ring)


async def _desk(scope: Scope) -> Stream:
    key = entitled.session_key(scope["headers"])
    operator = await db.run(entitled.operator, key)
    if operator is None:
        raise Refused(401)
    if await db.run(entitled.is_decoy, key, operator):
        return Stream(key, frozenset())
    return Stream(key, audiences(operator.pk, operator.role), operator=operator.pk)


def audiences(pk: int, role: str) -> frozenset[str]:
    """What somebody with this role may hear. An auditor reads closed records and has no desk."""
    own = {f"operator:{pk}"}
    return frozenset(own if role == Role.AUDITOR else own | {"desk"})


def _thread(scope: Scope) -> Stream:
    if scope["path"] != "/live/thread":
        raise Refused(404)
    ticket = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
    held = tickets.read(ticket)
    if held is None:
        raise Refused(401)
    thread_id, ends = held
    return Stream(ticket, frozenset({f"thread:{thread_id}"}), ends)


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"10"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end("gone")


HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold the bells back
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
]


def event(name: str, data: object) -> bytes:
    """One server-sent event (WHATWG HTML, 9.2)."""
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


async def _pass_on(stream: Stream, send: Send) -> None:
    async def write(chunk: bytes, more: bool = True) -> None:
        await send({"type": "http.response.body", "body": chunk, "more_body": more})

    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await write(b"retry: 2000\n\n" + event("hello", {}))
    while not stream.over:
        try:
            await asyncio.wait_for(stream.stirred.wait(), HEARTBEAT)
        except TimeoutError:
            await write(event("beat", {}))
            continue
        if bells := stream.take():
            await write(event("bell", bells))
            await asyncio.sleep(GAP)
    if stream.over != "gone":
        await write(event("end", stream.over), more=False)


live = Live()
