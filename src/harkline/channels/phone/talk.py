"""A caller and an operator, and who else comes in, from the moment the call is accepted until one of the two goes."""

from typing import TYPE_CHECKING

from harkline.channels.phone import desk, receipts
from harkline.channels.phone.company import Company
from harkline.channels.phone.consent import Consent
from harkline.channels.phone.inbox import Closing, Gone, Join, Left, News, Verb
from harkline.channels.phone.switch import Digit, Heard, HungUp, LegGone, Played, SwitchDown

if TYPE_CHECKING:
    from harkline.channels.phone.flow import Call

BROKEN = ("media_lost", "failed")


async def talk(call: "Call") -> bool:
    """Bring the two together. True when the call is over; False when the caller waits for somebody again."""
    await call.play([await call.clip("connected"), await call.clip("hold")])
    conversation = Conversation(call)
    try:
        if call.joined is None and not await conversation.joined():
            return bool(conversation.over)
        return await conversation.run()
    except Gone:
        # Committed before the operator's page is told: what it fetches then is the wrap-up.
        await desk.ended(call.contact)
        raise
    finally:
        await conversation.part()


class Conversation:
    """Those who speak with one another, and what either side wants."""

    def __init__(self, call: "Call") -> None:
        self.call = call
        self.held = False
        self.began = False
        self.over: bool | None = None
        self.consent = Consent(call)
        self.consent.voices = self._voices
        self.company = Company(call)

    async def joined(self) -> bool:
        """Wait until the operator's browser brings its sound. False when it does not, or somebody decided otherwise."""
        until = self.call.now() + self.call.timing.browser_join
        while self.over is None and self.call.now() < until:
            item = await self.call.inbox.get(until)
            if isinstance(item, Join) and not item.companion:
                self.call.joined = item
                return True
            if isinstance(item, News | Verb | Digit):
                await self._heed(item)
        if self.over is None:
            await desk.lost_operator(self.call.contact)
        return False

    async def run(self) -> bool:
        """Until it is over (True), or the operator's end is lost (False). Raises Gone when the caller goes."""
        self.began = True
        await self._bridge()
        while self.over is None:
            await self._heed(await self.call.inbox.get())
        return self.over

    def _voices(self) -> list[str]:
        """The legs of all who speak with one another now. A caller on hold hears calm sound instead."""
        operator = [self.call.joined.leg] if self.call.joined else []
        return [*([] if self.held else [self.call.leg]), *operator, *self.company.speaking()]

    async def _bridge(self) -> None:
        joined = self.call.joined
        if joined is None:
            return
        try:
            await self.call.switch.confer(self._voices(), self.company.silent())
        except LegGone:
            # One of them has gone; if it was the caller, that is what we hear next.
            self.call.inbox.put(Left(joined.leg) if not self.company.guests else News())
            return
        await self.consent.listen()
        self._tell(t="state", s="held" if self.held else "connected")
        self.company.tell(t="state", s="held" if self.held else "connected")

    async def _heed(self, item: object) -> None:
        match item:
            case Join(companion=companion) if companion:
                if await self.company.comes(item):
                    await self._bridge()
            case Join():
                await self._another(item)
            case Left(leg) | HungUp(leg, _) if guest := self.company.by_leg(leg):
                await self.company.goes(guest, "connection lost" if isinstance(item, Left) else "left")
                await self._bridge()
            case Left(leg) | HungUp(leg, _) if self._is_operator(leg):
                await self._operator_gone(item)
            case Verb(leg=leg) if leg and not self._is_operator(leg):
                return  # only whoever has the call holds and ends it
            case Verb("end"):
                await self._goodbye()
            case Verb("safe_end"):
                await self._goodbye("safe_ending")
            case Verb("hold"):
                await self._hold()
            case Verb("unhold"):
                await self._unhold()
            case Verb("digit", key):
                await self.call.switch.digits(self.call.leg, key)
            case Verb("record"):
                self._tell(t="recording", s=await self.consent.ask())
            case Verb("stop_recording"):
                self._tell(t="recording", s=await self.consent.finish())
            case Heard(leg, pcm) if not self.held:
                await self.consent.heard(leg, pcm)
            case Digit(leg, key) if leg == self.call.leg:
                await self._pressed(key)
            case News():
                await self._look()
            case _:
                return

    async def _pressed(self, key: str) -> None:
        if state := await self.consent.pressed(key):
            self._tell(t="recording", s=state)
            return
        await self.call.signalled(key)
        self._tell(t="digit", d=key)

    def _is_operator(self, leg: str) -> bool:
        return self.call.joined is not None and self.call.joined.leg == leg

    async def _another(self, join: Join) -> None:
        """The same operator from a fresh page: the old one is let go."""
        before, self.call.joined = self.call.joined, join
        if before:
            await self._drop(before)
        await self._bridge()

    async def _operator_gone(self, item: object) -> None:
        """A telephone that is put down ends the call; anything else is an accident, and the caller goes to the head."""
        if isinstance(item, HungUp) and item.reason == "interrupted":
            return  # the engine died, and the caller with it: that is what we hear next
        joined, self.call.joined = self.call.joined, None
        meant = isinstance(item, HungUp) and item.reason not in BROKEN and joined and not joined.link
        if meant and joined:
            # A colleague who was asked to take over, and is there, has it now: the caller is not put down.
            if not await desk.hand_over(self.call.contact, joined.operator):
                await self._goodbye()
                return
        else:
            await desk.lost_operator(self.call.contact)
        await self._look()

    async def _look(self) -> None:
        """The console may have given the contact back, handed it over, wrapped it up, or let somebody go."""
        now = await desk.standing(self.call.contact)
        if now.state == "waiting":
            self.over = False
        elif now.state in ("wrap_up", "closed"):
            await self._goodbye()
        else:
            await self._succession(now.operator_id, now.companions)

    async def _succession(self, operator: int | None, wanted: frozenset[str]) -> None:
        """Whoever has the contact now is the one who holds and ends the call."""
        before = self.call.joined
        if heir := self.company.heir(operator):
            self.call.joined = heir
            if before:
                await self.company.put_down(before, "handed_over")
        elif before is None and self.began:
            # It went to somebody whose sound has gone in this very moment: the caller waits for anybody.
            await desk.lost_operator(self.call.contact)
            self.over = False
            return
        if await self.company.keep(wanted) or heir:
            await self._bridge()

    async def _hold(self) -> None:
        if not self.held:
            self.held = True
            await self.call.switch.unbridge(self.call.leg)
            await self.call.play([await self.call.clip("on_hold"), await self.call.clip("hold")], loop=True)
            self._tell(t="state", s="held")
            self.company.tell(t="state", s="held")

    async def _unhold(self) -> None:
        if self.held:
            self.held = False
            await self._bridge()

    async def _goodbye(self, words: str = "goodbye") -> None:
        """The operator ends it: the caller hears a last line, and the contact goes to its wrap-up. ``safe_ending`` are words that
        could end any call: they name nothing, and nothing is offered after them."""
        call = self.call
        self.over = True
        call.waits = False
        await desk.ended(call.contact)
        await call.switch.unbridge(call.leg)
        await self.part()
        if words == "goodbye":
            await receipts.offer(call)
        await call.play([await call.clip(words)])
        until = call.now() + call.timing.farewell
        while call.now() < until and not isinstance(await call.inbox.get(until), Played):
            continue

    async def part(self) -> None:
        """Let the operator's end go, whatever happened."""
        await self.consent.finish()
        await self.company.part()
        joined, self.call.joined = self.call.joined, None
        if joined is None:
            return
        if joined.link:
            joined.link.tell(t="state", s="caller_gone")
        elif not self.over:
            await self._last_line(joined)
        await self._drop(joined)

    async def _last_line(self, joined: Join) -> None:
        """On their own phone the operator hears that the caller has gone."""
        try:
            words = await self.call.voice.say("caller_gone", self.call.language)
            ticket = await self.call.switch.play(joined.leg, [words])
            until = self.call.now() + 5
            while self.call.now() < until:
                item = await self.call.inbox.get(until)
                if isinstance(item, Played) and item.ticket == ticket:
                    return
        except (LegGone, SwitchDown, Gone, Closing):
            return

    async def _drop(self, joined: Join) -> None:
        try:
            await self.call.switch.hangup(joined.leg)
        except (LegGone, SwitchDown):
            return

    def _tell(self, **words: str) -> None:
        if self.call.joined and self.call.joined.link:
            self.call.joined.link.tell(**words)
