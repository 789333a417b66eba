"""The operator's sound: one WebSocket a call, raw ASGI, at ``/live/audio/<token>``.

Binary messages are 20 ms of sound (320 bytes: 8,000 samples a second, signed 16-bit little-endian, mono) in both directions.
Text messages are JSON. From the browser: ``{"t": "hold"}``, ``unhold``, ``{"t": "digit", "d": "5"}``, ``end``, ``stats``.
To the browser: ``{"t": "ready"}``, ``{"t": "state", "s": "connected" | "held" | "caller_gone"}``, ``{"t": "digit", "d": "1"}``.

The token works once, for the operator to whom it was given; the page must come from this very host.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from harkline.channels.phone import desk
from harkline.channels.phone.adapter import PhoneAdapter
from harkline.channels.phone.inbox import Join, Verb
from harkline.channels.phone.switch import FRAME, LegGone, SwitchDown
from harkline.routing.lines import Seat

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Authenticate = Callable[[Scope], Awaitable[int | None]]

BEHIND = 10  # frames that may wait for a slow browser: 200 ms, then the oldest go
LONGEST = 10 * FRAME  # of one message from a browser
REFUSED, NOT_YOURS, OVER = 4403, 4401, 4410
WORDS = {"hold", "unhold", "end"}


class BrowserLink:
    """What goes to one browser: words in order and complete, sound fresh rather than complete."""

    def __init__(self) -> None:
        self.sounds: deque[bytes] = deque(maxlen=BEHIND)
        self.words: deque[str] = deque()
        self.dropped = 0
        self.ready = asyncio.Event()

    def sound(self, pcm: bytes) -> None:
        """20 ms to play."""
        self.dropped += len(self.sounds) == BEHIND
        self.sounds.append(pcm)
        self.ready.set()

    def tell(self, **words: Any) -> None:
        """See ``inbox.Link``."""
        self.words.append(json.dumps(words))
        self.ready.set()

    async def pump(self, send: Send) -> None:
        """Send what there is, for as long as the socket lives."""
        while True:
            await self.ready.wait()
            self.ready.clear()
            while self.words:
                await send({"type": "websocket.send", "text": self.words.popleft()})
            while self.sounds:
                await send({"type": "websocket.send", "bytes": self.sounds.popleft()})


def same_origin(scope: Scope) -> bool:
    """Whether the page that opens the socket came from this host: a browser always says."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    origin = urlsplit(headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc.lower() == headers.get("host", "").lower()


class AudioSocket:
    """The ASGI application. ``authenticate(scope)`` gives the signed-in operator's id, or None."""

    def __init__(self, adapter: PhoneAdapter, authenticate: Authenticate) -> None:
        self.adapter, self.authenticate = adapter, authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One browser, one call."""
        await receive()  # websocket.connect
        operator = await self.authenticate(scope) if same_origin(scope) else None
        if operator is None:
            await send({"type": "websocket.close", "code": REFUSED})
            return
        token = str(scope["path"]).rsplit("/", 1)[-1]
        contact = await desk.take_leg(token, operator)
        if contact is None or self.adapter.call_of(contact) is None:
            await send({"type": "websocket.close", "code": OVER if contact else NOT_YOURS})
            return
        seat = await desk.seat(contact, operator) or Seat()
        await send({"type": "websocket.accept"})
        await self._carry(contact, operator, seat, receive, send)

    async def _carry(self, contact: str, operator: int, seat: Seat, receive: Receive, send: Send) -> None:
        link = BrowserLink()
        link.tell(t="ready")
        try:
            leg = await self.adapter.switch.attach(link.sound)
        except SwitchDown:
            await send({"type": "websocket.close", "code": OVER})
            return
        pump = asyncio.create_task(link.pump(send))
        try:
            self.adapter.meet(contact, Join(leg, link, operator, seat.companion, seat.silent))
            await self._listen(contact, Join(leg, link, operator, seat.companion, seat.silent), receive)
        finally:
            pump.cancel()
            self.adapter.left(contact, leg)
            await self._drop(leg)

    async def _listen(self, contact: str, join: Join, receive: Receive) -> None:
        leg, link = join.leg, join.link
        while (message := await receive())["type"] == "websocket.receive":
            pcm = message.get("bytes")
            if pcm:
                if len(pcm) <= LONGEST and len(pcm) % 2 == 0 and not join.silent:
                    self.adapter.switch.feed(leg, pcm)
            elif message.get("text"):
                self._word(contact, leg, message["text"])
        if isinstance(link, BrowserLink) and link.dropped:
            log.info("%d frames of sound were dropped for a slow browser", link.dropped)

    def _word(self, contact: str, leg: str, text: str) -> None:
        try:
            said = json.loads(text[:2000])
            word, digit = str(said["t"]), str(said.get("d", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        call = self.adapter.call_of(contact)
        if call and (word in WORDS or (word == "digit" and digit in set("0123456789*#"))):
            call.inbox.put(Verb(word, digit, leg))

    async def _drop(self, leg: str) -> None:
        try:
            await self.adapter.switch.hangup(leg)
        except (LegGone, SwitchDown):
            return
