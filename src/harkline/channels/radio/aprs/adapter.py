"""Radio by data while it runs: listens to the modem, stores, acknowledges, sends replies, and shows the station's status."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError

from harkline.channels.radio.aprs import airtime, beacon, duty, frames, keep, outgoing, wire
from harkline.channels.radio.aprs.frames import Heard
from harkline.channels.radio.aprs.modem import Modem
from harkline.channels.radio.aprs.settings import RadioSettings
from harkline.intake.canaries import Sent
from harkline.runtime import bell, clock, db

log = logging.getLogger(__name__)

LOOK = 5.0  # seconds between looks when no bell rings
STALE = timedelta(minutes=2)  # an acknowledgement that found no room: its station asks again
ROOM = 200  # acknowledgements that wait for room
BACK = 60.0  # seconds in which a trial must be heard again
Answers = dict[tuple[str, str], tuple[bytes, datetime]]


class RadioAdapter:
    """``run()`` until cancelled or stopped; ``health()`` any time."""

    def __init__(self, settings: RadioSettings) -> None:
        self.settings = settings
        self._ours = settings.call_sign.upper()
        self._last: datetime | None = None  # stored
        self._any = clock.now()  # heard, from whomever
        self._trouble = ""
        self._status: str | None = None  # what the beacon said last
        self._answers: Answers = {}
        self._rung, self._stopping, self._back = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.modem = Modem(settings, self._heard, self._rung.set)

    # --- life

    async def run(self) -> None:
        """Listen until stopped. A modem that is not there is tried again and again, and shown as missing."""
        if not frames.available():
            self.modem.tried.set()
            await self._stopping.wait()
            return
        end = bell.subscribe(self._bell(asyncio.get_running_loop()))
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self.modem.run()), group.create_task(self._send())]
                await self._stopping.wait()
                for task in tasks:
                    task.cancel()
        finally:
            end()
            self._stopping.clear()

    async def stop(self) -> None:
        """Let ``run`` return. What was not acknowledged is sent again by its station."""
        self._stopping.set()

    def _bell(self, loop: asyncio.AbstractEventLoop) -> bell.Listener:
        def heard(ring: bell.Ring) -> None:
            if ring.kind in ("outbound", "notice"):
                with contextlib.suppress(RuntimeError):  # the loop is closing
                    loop.call_soon_threadsafe(self._rung.set)

        return heard

    def health(self) -> Mapping[str, Any]:
        """``state`` is ``starting``, ``up`` or ``degraded``, the last with a fixed word as its ``reason``."""
        reason = self._reason()
        state = "degraded" if reason else "up"
        return {
            "state": state if self.modem.tried.is_set() else "starting",
            "reason": reason,
            "last_received": self._last,
            "backlog": len(self._answers),
        }

    def _reason(self) -> str:
        if not self.modem.connected.is_set():
            return "modem_not_reached" if frames.available() else "not_installed"
        silence = timedelta(minutes=self.settings.silent_minutes)
        return "nothing_heard" if silence and clock.now() - self._any > silence else self._trouble

    # --- what is heard

    async def _heard(self, raw: bytes) -> None:
        """One frame. It is stored before the next is looked at, and nothing that it holds ends the connection."""
        self._any = clock.now()
        try:
            await self._take(raw)
            self._trouble = ""
        except Exception as error:
            # Not acknowledged: its station sends it again. Whatever it was, the next frame is somebody else's.
            log.error("a radio message could not be stored: %s", type(error).__name__)
            self._trouble = "not_stored"

    async def _take(self, raw: bytes) -> None:
        heard = frames.read(raw)
        if heard is None:
            if self._ours and frames.names(raw, self._ours):
                await db.run(keep.hold, raw, self._ours)
            return
        said = wire.read(heard.info)
        if said is None or said.to != self._ours:
            return  # not for us: nothing of it is kept
        if heard.source.upper() == self._ours:
            await self._own(said)
        elif isinstance(said, wire.Answer):
            await db.run(outgoing.answered, heard.source, said.number, taken=said.taken)
        else:
            await self._store(heard, said, raw)

    async def _own(self, said: wire.Message | wire.Answer) -> None:
        """Something under our own call sign: the line's trial, repeated by another station. Anything else is somebody's joke."""
        if isinstance(said, wire.Message) and await db.run(keep.trial, said.text, self._ours):
            self._back.set()

    async def _store(self, heard: Heard, said: wire.Message, raw: bytes) -> None:
        taken = await db.run(keep.take, heard, said, raw, self._ours)
        self._last = clock.now()
        if said.number and self.settings.may_transmit:
            info = wire.acknowledgement(heard.source, said.number, taken.taken)
            await self._answer((heard.source, said.number), info)
        if said.acks:
            await db.run(outgoing.answered, heard.source, said.acks)
        if self.settings.may_transmit:
            await db.run(outgoing.there, heard.source)

    # --- what is sent

    async def _answer(self, key: tuple[str, str], info: bytes) -> None:
        """After the commit. Where there is no room in this hour it waits a little; asked again meanwhile, it is sent once."""
        if await self._transmit(info, "answer"):
            self._answers.pop(key, None)
        elif len(self._answers) < ROOM:
            self._answers[key] = (info, clock.now() + STALE)

    async def _transmit(self, info: bytes, kind: str) -> bool:
        """Hand a frame to the modem, if there is one and there is room in this hour."""
        rules = self.settings
        if not (rules.may_transmit and self.modem.connected.is_set()):
            return False
        raw = frames.build(self._ours, info, rules.path)
        takes = airtime.milliseconds(raw, rules.baud, rules.delay_ms)
        return await db.run(duty.take, kind, takes, rules.duty_percent) and await self.modem.send(raw)

    async def _send(self) -> None:
        while True:
            self._rung.clear()
            try:
                await self._waiting_answers()
                await self._replies()
                await self._beacon()
            except DatabaseError as error:
                log.error("what goes out by radio could not be read: %s", type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), LOOK)

    async def _waiting_answers(self) -> None:
        now = clock.now()
        self._answers = {key: one for key, one in self._answers.items() if one[1] > now}
        for key, (info, _until) in list(self._answers.items()):
            if not await self._transmit(info, "answer"):
                return
            self._answers.pop(key, None)

    async def _replies(self) -> None:
        refuses = "" if self.settings.may_transmit else "listen_only"
        if not (refuses or self.modem.connected.is_set()):
            return
        while going := await db.run(outgoing.due, self.settings.reply_messages, refuses):
            await db.run(outgoing.tried, going, await self._reply(going))

    async def _reply(self, going: outgoing.Going) -> str:
        """Send what is not acknowledged yet; returns how the operator reads it."""
        for message, info in going.messages:
            if not await self._transmit(info, "reply"):
                return "duty_cycle" if self.modem.connected.is_set() else "no_modem"
            await db.run(outgoing.sent, message)
        return "sent"

    async def _beacon(self) -> None:
        every = timedelta(minutes=self.settings.beacon_minutes)
        if not (every and self.settings.may_transmit and self.modem.connected.is_set()):
            return
        text = await db.run(beacon.text)
        changed = self._status not in (None, text)
        last, info = await db.run(duty.last, "beacon"), beacon.info(text)
        if info and beacon.due(last, every, clock.now(), changed=changed) and await self._transmit(info, "beacon"):
            self._status = text

    # --- the line's own trial

    async def canary(self, one: Sent) -> str:
        """Send ourselves a message that another station has to repeat. Returns nothing, or one fixed word."""
        self._back.clear()
        info = wire.message(self._ours, f"Line test {one.token}")
        if not await self._transmit(info, "canary"):
            return "not_sent"
        try:
            await asyncio.wait_for(self._back.wait(), BACK)
        except TimeoutError:
            return "not_heard"
        return ""
