"""A call back: the operator's end first, then the caller's telephone, on the caller's terms.

Whoever picks up may be a stranger. So nothing of the line is ever played to them before the operator has said that the caller was
reached: no greeting, no music, no goodbye. That the telephone is about to ring is committed before it does.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from harkline.channels.phone import desk, numbers, own_phone
from harkline.channels.phone.inbox import Closing, Gone, Item, Join, Left, News, Verb
from harkline.channels.phone.own_phone import Ringer
from harkline.channels.phone.party import Party
from harkline.channels.phone.settings import PhoneSettings
from harkline.channels.phone.switch import Answered, Digit, HungUp, LegGone, SwitchDown
from harkline.routing.lines import CallbackRef

log = logging.getLogger(__name__)

# What the network says, as an outcome.
OUTCOMES = {
    "busy": "busy",
    "declined": "busy",
    "no_answer": "no_answer",
    "interrupted": "interrupted",
    "local": "no_answer",
}


class Outward(Party):
    """One try. ``run()`` returns when it is over and committed; it raises nothing."""

    def __init__(self, ringer: Ringer, settings: PhoneSettings, contact: str, try_id: str, number: str) -> None:
        super().__init__(ringer.switch, "", ringer.voice, settings.timing)
        self.ringer, self.settings, self.contact = ringer, settings, contact
        self.try_id, self.number = try_id, number
        self.joined: Join | None = None
        self.dialled = self.bridged = self.held = False
        self.outcome = ""  # what the network, or we, found; the operator's own word comes by the desk
        self.route: Callable[[str], None] = lambda _leg: None

    async def run(self) -> None:
        """From the operator's end to the outcome."""
        try:
            await self._course()
        except Gone as gone:
            self.outcome = self.outcome or OUTCOMES.get(gone.reason, "" if self.bridged else "failed")
        except (LegGone, SwitchDown, Closing):
            self.outcome = self.outcome or "interrupted"
        except Exception as failure:
            log.error("a call back broke off: %s", type(failure).__name__)
            self.outcome = self.outcome or "interrupted"
        finally:
            await self._end()

    async def _course(self) -> None:
        ref = await desk.callback_try(self.try_id)
        if ref is None:
            return
        self.language = ref.language
        if not await self._operator(ref):
            return
        if not await self._answers(ref):
            return
        await self._bridge()
        while await self._talks(await self.inbox.get()):
            continue

    # ---- the operator's end

    async def _operator(self, ref: CallbackRef) -> bool:
        """Their browser brings its sound, or their own phone is picked up. False when neither does."""
        if ref.own_phone:
            await self._own_phone(ref.own_phone)
        until = self.now() + self.timing.browser_join
        while self.joined is None and self.now() < until:
            item = await self.inbox.get(until)
            if isinstance(item, Join):
                self.joined = item
            elif await self._called_off(item):
                return False
        return self.joined is not None

    async def _own_phone(self, number: str) -> None:
        try:
            party = await self.ringer.reach(number, self.language)
            if await self.ringer.whisper(party, self.language, "phone") != "1":
                await own_phone.let_go(party)
                return
        except Gone:
            return
        self.route(party.leg)
        self.inbox.put(Join(party.leg))

    async def _called_off(self, item: Item | None) -> bool:
        """The operator put it down, or said what came of it."""
        if isinstance(item, Verb) and item.word == "end":
            return True
        return isinstance(item, News) and bool(await desk.callback_outcome(self.try_id))

    # ---- the caller's end

    async def _answers(self, ref: CallbackRef) -> bool:
        """Ring the caller's telephone, for as long as the terms' patience lasts. False when nobody answers."""
        if self.joined is None or not await desk.callback_dialled(self.try_id):
            return False
        self._tell(t="state", s="ringing")
        await self.switch.play(self.joined.leg, [await self.clip("hold")], loop=True)
        trunk = numbers.trunk_for(ref.shown, self.settings.trunks)
        self.dialled = True
        self.leg = await self.switch.dial(self.number, trunk=trunk, shown=ref.shown)
        self.number = ""
        self.inbox.leg = self.leg
        self.route(self.leg)
        until = self.now() + self.timing.callback_ring
        while self.now() < until:
            item = await self.inbox.get(until)
            if isinstance(item, Answered) and item.leg == self.leg:
                await desk.callback_answered(self.try_id)
                return True
            if await self._called_off(item) or self._operator_gone(item):
                break
        self.outcome = self.outcome or "no_answer"
        return False

    def _operator_gone(self, item: Item | None) -> bool:
        """Nobody must be left with a voice that nobody hears."""
        if not isinstance(item, Left | HungUp) or self.joined is None or item.leg != self.joined.leg:
            return False
        if isinstance(item, HungUp) and item.reason == "interrupted":
            self.outcome = "interrupted"
        self.joined = None
        return True

    # ---- both

    async def _bridge(self) -> None:
        if self.joined:
            await self.switch.bridge(self.leg, self.joined.leg)
            self.bridged = True
            self._tell(t="state", s="connected")

    async def _talks(self, item: Item | None) -> bool:
        """Heed one thing. False when the call is over."""
        match item:
            case Join():
                await self._another(item)
            case Verb("hold") if not self.held:
                self.held = True
                await self.switch.unbridge(self.leg)
                self._tell(t="state", s="held")
            case Verb("unhold") if self.held:
                self.held = False
                await self._bridge()
            case Verb("digit", key):
                await self.switch.digits(self.leg, key)
            case Digit(leg, key) if leg == self.leg:
                self._tell(t="digit", d=key)
            case Verb("end"):
                return False
            case News():
                return await desk.callback_outcome(self.try_id) in ("", "reached")
            case Left() if self._operator_gone(item):
                return await self._comes_back()
            case _:
                return not self._operator_gone(item)
        return True

    async def _another(self, join: Join) -> None:
        before, self.joined = self.joined, join
        if before:
            await self._drop(before.leg)
        await self._bridge()

    async def _comes_back(self) -> bool:
        """The operator's browser broke off: a moment of silence for it to come back, no word of the line, then the end."""
        until = self.now() + self.timing.callback_rejoin
        while self.now() < until:
            item = await self.inbox.get(until)
            if isinstance(item, Join):
                await self._another(item)
                return True
            if await self._called_off(item):
                return False
        return False

    # ---- the end

    async def _end(self) -> None:
        """Both ends are let go, then what came of it is written down. A crash in between: recorded as interrupted at the next start."""
        joined, self.joined = self.joined, None
        if self.leg:
            await self._drop(self.leg)
        try:
            if self.bridged and self.outcome != "interrupted":
                await desk.callback_over(self.try_id)  # what came of it, the operator says
            elif not await desk.callback_finished(self.try_id, self.outcome if self.dialled else "not_made"):
                await desk.callback_over(self.try_id)
        except Exception as failure:
            log.error("the end of a call back could not be recorded: %s", type(failure).__name__)
        if joined:
            if joined.link:
                joined.link.tell(t="state", s="caller_gone")
            await self._drop(joined.leg)

    async def _drop(self, leg: str) -> None:
        with contextlib.suppress(LegGone, SwitchDown, asyncio.CancelledError):
            await self.switch.hangup(leg)

    def _tell(self, **words: str) -> None:
        if self.joined and self.joined.link:
            self.joined.link.tell(**words)
