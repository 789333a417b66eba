"""Terms for a call back, by keys alone: the number, the hours by the caller's own clock, who may pick up, what a machine may be told.

Nothing here has to be spoken. What was chosen is kept however the call ends, and what was not said is not allowed.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from harkline.channels.phone import desk
from harkline.channels.phone.switch import RATE, Digit
from harkline.routing.lines import Given, SafeWindow

if TYPE_CHECKING:
    from harkline.channels.phone.flow import Call

EVERY_DAY = frozenset(range(7))
# Morning, afternoon, evening, at any time: minutes from midnight.
HOURS = {"1": (8 * 60, 12 * 60), "2": (12 * 60, 17 * 60), "3": (17 * 60, 21 * 60), "4": (0, 24 * 60)}
SHORTEST, LONGEST = 6, 15  # digits of a number (ITU-T E.164)
QUARTER = timedelta(minutes=15)


class Asked:
    """What a caller has chosen so far."""

    def __init__(self, call: "Call") -> None:
        self.call = call
        self.number = ""
        self.hours = ""
        self.zone = ""
        self.who = "only_me"
        self.voicemail = False

    async def ask(self) -> None:
        """All questions, one after the other; each may be passed by silence. Raises what ends a call."""
        await self._number()
        self.hours = await self._choose("callback_hours", "1234")
        if self.hours in ("1", "2", "3"):
            await self._clock()
        if await self._choose("callback_who", "12") == "2":
            self.who = "anybody"
        self.voicemail = await self._choose("callback_voicemail", "12") == "1"

    async def keep(self) -> None:
        """Seal what is to be sealed and put the terms in force."""
        sealed = {"who_may_answer": self.who}
        if self.voicemail:
            sealed["voicemail"] = "yes"
        if self.number:
            sealed["number"] = self.number
        window = HOURS.get(self.hours)
        windows = (SafeWindow(EVERY_DAY, *window),) if window else ()
        given = Given("caller", self.zone, windows, number_given=bool(self.number))
        await desk.record_terms(self.call.contact, sealed, given)

    async def _choose(self, prompt: str, keys: str) -> str:
        timing = self.call.timing
        words = [await self.call.clip(prompt)]
        return await self.call.choose(words, keys, rounds=timing.choice_rounds, wait=timing.choice)

    # ---- the number

    async def _number(self) -> None:
        """The one they ring from, where they show it and say so; else one that they key in and hear again."""
        call = self.call
        if call.incoming.number and call.settings.record_numbers:
            if await self._choose("callback_menu", "12") == "1":
                call.flags.add("number_kept")
                self.number = call.incoming.number
                return
            # The one they call from is not dialled, though it is kept to recognise them by.
            await desk.flag(call.contact, "other_number")
        for _ in range(call.timing.choice_rounds):
            digits = await self.keyed("callback_key_number", LONGEST)
            if not SHORTEST <= len(digits) <= LONGEST:
                return  # they say it after the tone; until somebody has written it down nobody is rung
            words = [await call.clip("callback_number_said", code=digits), await call.clip("callback_right")]
            if await call.choose(words, "12", rounds=call.timing.choice_rounds, wait=call.timing.choice) == "1":
                self.number = f"+{digits[2:]}" if digits.startswith("00") else digits
                call.flags.add("number_kept")
                return

    async def keyed(self, prompt: str, most: int) -> str:
        """Digits, up to the hash key, the most, or a silence. A key that is a signal elsewhere is a digit here."""
        call = self.call
        words = await call.clip(prompt)
        digits, until = "", call.now() + len(words) / (2 * RATE) + 2 * call.timing.choice
        await call.play([words])
        while call.now() < until and len(digits) < most:
            item = await call.inbox.get(until)
            if not isinstance(item, Digit) or item.leg != call.leg:
                continue
            if item.digit == "#":
                break
            if not digits:
                await call.switch.stop(call.leg)
            digits += item.digit if item.digit.isdigit() else ""
            until = call.now() + 2 * call.timing.choice
        return digits

    # ---- the clock

    async def _clock(self) -> None:
        """The hours are meant by the caller's clock, which need not be ours."""
        here = await desk.here()
        words = [await self.call.clip("callback_clock", hour=here)]
        timing = self.call.timing
        if await self.call.choose(words, "12", rounds=timing.choice_rounds, wait=timing.choice) != "2":
            return
        digits = await self.keyed("callback_key_clock", 4)
        if len(digits) == 4 and int(digits[:2]) < 24 and int(digits[2:]) < 60:
            self.zone = zone_of(int(digits[:2]) * 60 + int(digits[2:]), here.hour * 60 + here.minute, here.utcoffset())


def zone_of(theirs: int, ours: int, offset: timedelta | None) -> str:
    """The distance from UTC of a clock that shows ``theirs`` (minutes from midnight) when ours shows ``ours``, to a quarter of an
    hour: no clock is set otherwise. Pure.

    >>> zone_of(16 * 60 + 31, 12 * 60, timedelta(0))
    'UTC+04:30'
    """
    ahead = timedelta(minutes=theirs - ours) + (offset or timedelta())
    quarters = round(ahead / QUARTER)
    while quarters > 56:  # 14 hours
        quarters -= 96
    while quarters < -48:
        quarters += 96
    sign = "-" if quarters < 0 else "+"
    return f"UTC{sign}{abs(quarters) // 4:02}:{abs(quarters) % 4 * 15:02}"
