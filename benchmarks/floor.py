"""A floor full of callers and operators: many telephones with sound, many consoles with an audio leg, in one event loop."""

import asyncio
import json
import selectors
import socket
import struct
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from harkline.line.prompts_audio import to_mulaw

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.harness import HOST, Browser, Line
from tests.peers import ears
from tests.peers.invite import Caller

STEP = 0.02
CALLER, OPERATOR = 1000.0, 700.0  # the tones that they say, in hertz
PRIMED = 3  # frames that a browser gathers before it plays: 60 ms


class Voices:
    """Every caller's mouth: 20 ms of a tone to each, on time (RFC 3550, PCMU)."""

    def __init__(self) -> None:
        self.callers: list[Caller] = []
        self._sound = to_mulaw(ears.tone(CALLER, STEP))
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to speak."""
        self._task = asyncio.create_task(self._speak())

    def stop(self) -> None:
        """Fall silent and hang up."""
        if self._task:
            self._task.cancel()
        for caller in self.callers:
            caller.hangs_up()

    async def _speak(self) -> None:
        loop, number = asyncio.get_running_loop(), 0
        due = loop.time()
        while True:
            number += 1
            head = struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, number * 160 & 0xFFFFFFFF, 77)
            for caller in self.callers:
                if caller.remote:
                    caller.media.sendto(head + self._sound, caller.remote)
            due += STEP
            await asyncio.sleep(max(0.0, due - loop.time()))


@dataclass
class Leg:
    """An operator's browser in a call. ``answered`` and ``bridged``: when they pressed the key, and when the caller was heard."""

    contact: str
    answered: float
    bridged: float = 0.0
    frames: list[float] = field(default_factory=list)
    socket: Any = None

    async def carry(self) -> None:
        """Speak a tone and listen until the socket closes."""
        mouth = asyncio.create_task(self._speak())
        try:
            async for message in self.socket:
                if isinstance(message, bytes):
                    self._hear(time.perf_counter(), message)
        finally:
            mouth.cancel()

    def _hear(self, now: float, sound: bytes) -> None:
        self.frames.append(now)
        if not self.bridged and ears.loudness(sound) > 500 and ears.strength(sound, CALLER) > 0.5:
            self.bridged = now

    async def _speak(self) -> None:
        loop, sound = asyncio.get_running_loop(), ears.tone(OPERATOR, STEP)
        due = loop.time()
        while True:
            await self.socket.send(sound)
            due += STEP
            await asyncio.sleep(max(0.0, due - loop.time()))

    def under_runs(self, start: float, end: float) -> int:
        """How often a browser that gathers 60 ms would have fallen silent in this time."""
        found, due = 0, 0.0
        for at in (one for one in self.frames if start <= one < end):
            if at > due:
                found += due > 0
                due = at + PRIMED * STEP
            due = min(due + STEP, at + 0.2)
        return found


class Operators:
    """Signed-in consoles that answer what they are offered."""

    def __init__(self, line: Line, cookies: dict[str, str]) -> None:
        self.line, self.cookies = line, cookies
        self.legs: list[Leg] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._consoles: dict[str, Browser] = {}

    def open(self) -> None:
        """Every console is open, as it is when a call comes."""
        for username, cookie in self.cookies.items():
            self._consoles[username] = Browser(self.line.web, cookie)
            self._consoles[username].console()

    def offers(self) -> list[tuple[str, str, str]]:
        """Open offers of calls: id, contact, operator."""
        import uuid

        rows = self.line.rows(
            "SELECT o.id, o.contact_id, p.username FROM routing_offer o JOIN people_operator p ON p.id = o.operator_id "
            "JOIN intake_contact c ON c.id = o.contact_id WHERE o.state = 'offered' AND c.channel = 'phone'"
        )
        return [(str(uuid.UUID(offer)), str(uuid.UUID(contact)), username) for offer, contact, username in rows]

    async def answer(self, number: int, within: float) -> list[Leg]:
        """Accept offers, one after the other, until so many calls are in hand."""
        end = time.monotonic() + within
        while len(self.legs) < number and time.monotonic() < end:
            for offer, contact, username in await asyncio.to_thread(self.offers):
                leg = await self._accept(offer, contact, username)
                if leg:
                    self.legs.append(leg)
                    await self._bridged(leg)
            await asyncio.sleep(0.1)
        return self.legs

    async def _bridged(self, leg: Leg) -> None:
        for _step in range(500):
            if leg.bridged:
                return
            await asyncio.sleep(0.01)

    async def _accept(self, offer: str, contact: str, username: str) -> Leg | None:
        console = self._consoles[username]
        start = time.perf_counter()
        status, _page = await asyncio.to_thread(console.post, f"/offers/{offer}/accept", {})
        if status != 204:
            return None
        status, page = await asyncio.to_thread(console.post, f"/contacts/{contact}/leg", {})
        assert status == 200, page
        leg = Leg(contact, start)
        leg.socket = await connect(
            f"ws://{HOST}:{self.line.web}/live/audio/{json.loads(page)['token']}",
            origin=f"http://{HOST}:{self.line.web}",  # type: ignore[arg-type]
            additional_headers={"Cookie": f"session={self.cookies[username]}"},
            compression=None,
        )
        self._tasks.append(asyncio.create_task(leg.carry()))
        return leg

    async def close(self) -> None:
        """Close every tab."""
        for leg in self.legs:
            await leg.socket.close()
        for task in self._tasks:
            task.cancel()
        for console in self._consoles.values():
            console.__exit__()


class Bells:
    """Many open consoles that only listen for bells; one thread reads them all and notes when each heard what."""

    def __init__(self, line: Line, sessions: Sequence[str]) -> None:
        self.heard: list[tuple[float, int, str, str]] = []  # seconds, which console, kind, id
        self._selector = selectors.DefaultSelector()
        for number, session in enumerate(sessions):
            one = socket.create_connection((HOST, line.web), 30)
            one.sendall(f"GET /live/desk HTTP/1.1\r\nHost: {HOST}\r\nCookie: session={session}\r\n\r\n".encode())
            assert b" 200 " in one.recv(4096)
            one.setblocking(False)
            self._selector.register(one, selectors.EVENT_READ, number)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._over.is_set():
            for key, _mask in self._selector.select(0.2):
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                now = time.perf_counter()
                for row in data.split(b"\n"):
                    if row.startswith(b"data: [["):
                        self.heard += [(now, key.data, kind, subject) for kind, subject in json.loads(row[6:])]

    def stop(self) -> None:
        """Close the tabs."""
        self._over.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
