"""The telephone as the server knows it: one engine, a coroutine for each call, and the operators' own phones."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Mapping
from datetime import datetime
from typing import Any

from harkline.channels.phone import desk, numbers, own_phone
from harkline.channels.phone.canary import Canary
from harkline.channels.phone.embedded import EmbeddedSwitch
from harkline.channels.phone.flow import Call
from harkline.channels.phone.inbox import Inbox, Join, Left, News, Stop, Verb
from harkline.channels.phone.outward import Outward
from harkline.channels.phone.own_phone import Ringer
from harkline.channels.phone.party import Party
from harkline.channels.phone.settings import PhoneSettings
from harkline.channels.phone.switch import Event, HungUp, Incoming
from harkline.channels.phone.voice import Prompts, Voice
from harkline.intake.canaries import Sent
from harkline.line import this
from harkline.routing import lines
from harkline.runtime import bell, clock, db

log = logging.getLogger(__name__)

SHED = 2  # so many times the limit of conversations hear that all lines are in use; beyond it, the network is told
EARLY = 50  # legs nobody knows yet, or any more
ALERTS = 5  # so often somebody of the escalation chain is rung
LOOK_AGAIN = 5.0  # offers and alerts are looked for this often, whether or not a bell was heard


class PhoneAdapter:
    """``run()`` until cancelled; ``stop()`` lets callers know; ``health()`` any time."""

    def __init__(self, settings: PhoneSettings, voice: Voice | None = None) -> None:
        self.settings = settings
        self.voice = voice or Prompts()
        self.switch = EmbeddedSwitch(settings)
        self.ringer = Ringer(self.switch, settings, self.voice, self._route)
        self.calls: dict[str, Call] = {}
        self.outward: dict[str, Outward] = {}  # calls back, by contact
        self.last_received: datetime | None = None
        self.stopping = False
        self._inboxes: dict[str, Inbox] = {}
        self._early: dict[str, list[Event]] = {}
        self._ringing: dict[str, asyncio.Task[None]] = {}
        self._coming: dict[str, asyncio.Task[None]] = {}  # interpreters who are being rung, by companion
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look = asyncio.Event()

    # ---- life

    async def run(self) -> None:
        """Reconcile with what an earlier life left, then take calls until cancelled."""
        self._loop = asyncio.get_running_loop()
        left = await desk.after_a_crash()
        if left:
            log.warning("%d calls of before the restart are recorded as interrupted", left)
        ends = [self.switch.subscribe(self._heard), bell.subscribe(self._rung)]
        lines.register("phone", self._command)
        lines.register_dialler("phone", self.reach)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.switch.run())
                group.create_task(self._watch_offers())
        finally:
            for end in ends:
                end()
            for task in list(self._tasks):
                task.cancel()

    async def stop(self) -> None:
        """Take no more calls, and tell those in progress that the line stops. Returns when they have been told."""
        self.stopping = True
        for task in self._ringing.values():
            task.cancel()
        for call in [*self.calls.values(), *self.outward.values()]:
            call.inbox.put(Stop())
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=self.settings.timing.farewell)

    def health(self) -> Mapping[str, Any]:
        """State, last call, callers without an operator; ``reason`` in words for the health page."""
        down = [name for name, ok in self.switch.trunks.items() if not ok]
        reason = self.switch.trouble or (f"trunk {', '.join(down)} is not registered" if down else "")
        return {
            "state": "up" if self.switch.up.is_set() else "down" if self.switch.trouble else "starting",
            "last_received": self.last_received,
            "backlog": sum(call.queued and call.joined is None for call in self.calls.values()),
            "restarts": max(0, self.switch.restarts),
            "calls": len(self.calls) + len(self.outward),
            "trunks": dict(self.switch.trunks),
            "reason": reason,
        }

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run beside, kept until done."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # ---- events of the engine

    def _heard(self, event: Event) -> None:
        if isinstance(event, Incoming):
            self._incoming(event)
        elif inbox := self._inboxes.get(event.leg):
            inbox.put(event)
            if isinstance(event, HungUp) and event.leg not in self.calls:
                self._inboxes.pop(event.leg, None)
        else:
            # A leg that we dialled may speak before we know its name; most are the last words of one that is over.
            self._early.setdefault(event.leg, []).append(event)
            if len(self._early) > EARLY:
                del self._early[next(iter(self._early))]

    def _incoming(self, incoming: Incoming) -> None:
        self.last_received = clock.now()
        call = Call(self.switch, self.settings, self.voice, incoming)
        call.route = lambda leg: self._listen(leg, call.inbox)
        call.full = len(self.calls) >= self.settings.conversations
        too_many = self.stopping or len(self.calls) >= SHED * self.settings.conversations
        self.calls[incoming.leg] = call
        self._inboxes[incoming.leg] = call.inbox
        self.spawn(self._shed(call) if too_many else self._carry(call))

    async def _carry(self, call: Call) -> None:
        try:
            await call.run()
        finally:
            self._forget(call)

    async def _shed(self, call: Call) -> None:
        """Far too many: still recorded, then refused."""
        try:
            await call.turn_away("closing" if self.stopping else "all lines in use")
        finally:
            self._forget(call)

    def _forget(self, call: Call | Outward) -> None:
        self.calls.pop(call.leg, None)
        for leg in [leg for leg, inbox in self._inboxes.items() if inbox is call.inbox]:
            del self._inboxes[leg]

    def _route(self, leg: str, party: Party) -> None:
        self._listen(leg, party.inbox)

    def _listen(self, leg: str, inbox: Inbox) -> None:
        self._inboxes[leg] = inbox
        for event in self._early.pop(leg, []):
            inbox.put(event)

    # ---- news of the domain

    def _rung(self, ring: bell.Ring) -> None:
        """In the ringing thread: hand over at once."""
        if ring.to == "inside" and ring.kind in ("contact", "offer") and self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news, ring)

    def _news(self, ring: bell.Ring) -> None:
        if ring.kind == "offer":
            self._look.set()
        elif call := self.call_of(ring.id):
            call.inbox.put(News())

    def call_of(self, contact_id: str) -> Call | Outward | None:
        """The call that a contact is, while it lasts."""
        found = next((call for call in self.calls.values() if call.contact == contact_id), None)
        return found or self.outward.get(contact_id)

    def _command(self, contact_id: str, verb: str, detail: Mapping[str, Any]) -> None:
        """From the console, in any thread."""
        if self._loop is None:
            return
        if verb in ("bring_in", "let_go"):
            who = str(detail["companion"])
            self._loop.call_soon_threadsafe(self._bring_in if verb == "bring_in" else self._let_go, who)
        elif verb == "call_back":
            number = numbers.Unsaid(detail["number"])
            self._loop.call_soon_threadsafe(self._call_back, contact_id, str(detail["try"]), number)
        else:
            self._loop.call_soon_threadsafe(self._obey, contact_id, Verb(verb, str(detail.get("digit", ""))))

    def _obey(self, contact_id: str, verb: Verb) -> None:
        if call := self.call_of(contact_id):
            call.inbox.put(verb)

    # ---- calls back

    def reach(self, shown: str) -> str:
        """Why nobody can be dialled just now, showing this number; from any thread."""
        if self.stopping or not self.switch.up.is_set():
            return "line_closed"
        if len(self.calls) + len(self.outward) >= self.settings.conversations:
            return "line_busy"
        trunk = numbers.trunk_for(shown, self.settings.trunks)
        return "" if trunk and self.switch.trunks.get(trunk) is not False else "no_trunk"

    def _call_back(self, contact_id: str, try_id: str, number: str) -> None:
        call = Outward(self.ringer, self.settings, contact_id, try_id, number)
        call.route = lambda leg: self._listen(leg, call.inbox)
        self.outward[contact_id] = call
        self.spawn(self._carry_out(call))

    async def _carry_out(self, call: Outward) -> None:
        try:
            await call.run()
        finally:
            self.outward.pop(call.contact, None)
            self._forget(call)

    # ---- interpreters

    def _bring_in(self, companion: str) -> None:
        self._coming[companion] = self.spawn(self._ring_interpreter(companion))

    async def _ring_interpreter(self, companion: str) -> None:
        try:
            if who := await desk.interpreter(companion):
                await own_phone.bring_in(self.ringer, who, self.meet)
        finally:
            self._coming.pop(companion, None)

    def _let_go(self, companion: str) -> None:
        """They are not wanted any more. One who is in the call already is put down by the call itself."""
        if task := self._coming.pop(companion, None):
            task.cancel()

    # ---- operators

    def meet(self, contact_id: str, join: Join) -> bool:
        """Bring an operator's leg to the call it belongs to. False when the call is over."""
        call = self.call_of(contact_id)
        if call is None:
            return False
        self._inboxes[join.leg] = call.inbox
        call.inbox.put(join)
        return True

    def left(self, contact_id: str, leg: str) -> None:
        """An operator's browser has gone."""
        self._inboxes.pop(leg, None)
        if call := self.call_of(contact_id):
            call.inbox.put(Left(leg))

    async def _watch_offers(self) -> None:
        """Ring the own phones of operators to whom a call is offered, for as long as it is; and the escalation chain's."""
        while True:
            self._look.clear()
            if self.switch.up.is_set() and not self.stopping:
                await self._ring_own_phones()
                await self._ring_alerts()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), LOOK_AGAIN)

    async def _ring_own_phones(self) -> None:
        offers = {one.id: one for one in await desk.open_offers() if one.medium == "own_phone"}
        for offer_id in [one for one in self._ringing if one not in offers]:
            # Accepted, withdrawn or timed out: a phone that still rings is stopped, one that has been accepted is done.
            task = self._ringing.pop(offer_id)
            if (found := await desk.offer(offer_id)) is None or found.state != "accepted":
                task.cancel()
        for offer_id, offer in offers.items():
            if offer_id not in self._ringing:
                language = (await db.run(lambda: this.line().languages) or ["en"])[0]
                self._ringing[offer_id] = self.spawn(own_phone.put(self.ringer, offer, language, self.meet))

    async def _ring_alerts(self) -> None:
        for job in await db.run(lines.take_due, "phone", 5):
            self.spawn(self._alert(job))

    async def _alert(self, job: lines.Job) -> None:
        language = (await db.run(lambda: this.line().languages) or ["en"])[0]
        about = str(job.boxed["alert"])
        key = await own_phone.alert(
            self.ringer, str(job.boxed.get("to", "")), language, str(job.boxed.get("channel", "phone")), about=about
        )
        if key == "1" and about == "alarm":
            await db.run(lines.seen_to, int(job.boxed["alarm"]), int(job.boxed["step"]))
        if key:
            await db.run(lines.done, job.id, "delivered")
        elif job.tries >= ALERTS:
            await db.run(lines.done, job.id, "failed", "not reached")
        else:
            await db.run(lines.retry, job.id, 60, "not reached")

    # ---- the line's own trial

    async def canary(self, one: Sent) -> str:
        """Ring one of the line's own numbers. Returns nothing where the line answered, else one fixed word."""
        return await Canary(self.switch, self.settings, self.voice, self._route).ring(one)
