"""The line rings one of its own numbers: out over the trunk that carries it, and in again as any caller.

The caller's side listens until it hears the greeting and then says by keys who it is (a # and ten digits, ``intake.canaries``); the
answering side knows it by these alone. Where there is no trunk, the engine calls itself.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from harkline.channels.phone import desk
from harkline.channels.phone.inbox import Gone
from harkline.channels.phone.own_phone import let_go
from harkline.channels.phone.party import Party
from harkline.channels.phone.settings import PhoneSettings
from harkline.channels.phone.switch import Answered, Digit, Heard, LegGone, Switch, SwitchDown
from harkline.channels.phone.voice import Voice
from harkline.intake import canaries

if TYPE_CHECKING:
    from harkline.channels.phone.inbox import Item

RING = 30.0  # seconds until it is answered
HEARD = 12.0  # until something is said
ENDS = 12.0  # until the line hangs up
LOUD = 300  # mean amplitude of 16-bit sound above which somebody speaks
MARK = "#"
TOGETHER = 5.0  # seconds from the # to the last digit


class Tried(Exception):
    """The caller is a canary: it has heard what it wanted to hear."""


class Trial:
    """What the answering side does with the keys of a call while a canary is expected."""

    def __init__(self, attempt: str) -> None:
        self._attempt, self._keys, self._began = attempt, "", 0.0

    def collecting(self, now: float) -> bool:
        """Whether a # was pressed and its digits are still coming."""
        return bool(self._keys) and now - self._began < TOGETHER

    async def heard(self, item: "Item | None", leg: str, now: float) -> bool:
        """Whether this key belongs to a canary and is no choice of a caller's. Raises Tried once it is known to be one."""
        if not isinstance(item, Digit) or item.leg != leg:
            return False
        if item.digit == MARK:
            self._keys, self._began = MARK, now
            return True
        if not self.collecting(now):
            self._keys = ""
            return False
        self._keys += item.digit
        if len(self._keys) == 1 + canaries.KEYS:
            token, self._keys = self._keys[1:], ""
            if await desk.canary_arrived(token, self._attempt):
                raise Tried
        return True


class Canary:
    """The caller's side."""

    def __init__(
        self, switch: Switch, settings: PhoneSettings, voice: Voice, route: Callable[[str, Party], None]
    ) -> None:
        self.switch, self.settings, self.voice, self.route = switch, settings, voice, route

    async def ring(self, one: canaries.Sent) -> str:
        """Ring, listen, say who it is. Returns nothing where the line answered, else one fixed word."""
        try:
            leg = await self.switch.dial(self._target(one.address), trunk=self._trunk(one.address))
        except (LegGone, SwitchDown, ValueError):
            return "not_sent"
        party = Party(self.switch, leg, self.voice, self.settings.timing)
        self.route(leg, party)
        try:
            return await self._listen(party, one.token)
        except Gone as gone:
            return gone.reason
        except (LegGone, SwitchDown):
            return "interrupted"
        finally:
            await let_go(party)

    async def _listen(self, party: Party, token: str) -> str:
        if not await _until(party, RING, lambda item: isinstance(item, Answered)):
            return "no_answer"
        await self.switch.record(party.leg)
        if not await _until(party, HEARD, lambda item: isinstance(item, Heard) and loud(item.audio)):
            return "silence"
        await self.switch.record(party.leg, on=False)
        await self.switch.digits(party.leg, MARK + token)
        try:
            await _until(party, ENDS, lambda _item: False)
        except Gone as gone:
            return "" if gone.reason == "remote" else gone.reason
        return "not_answered"

    def _trunk(self, number: str) -> str:
        ours = [one.name for one in self.settings.trunks if number in one.numbers.values()]
        return (ours or [one.name for one in self.settings.trunks] or [""])[0]

    def _target(self, number: str) -> str:
        return number if self.settings.trunks else f"sip:{number}@{self.settings.listen}"


async def _until(party: Party, seconds: float, is_it: "Callable[[Item], bool]") -> bool:
    until = party.now() + seconds
    while party.now() < until:
        item = await party.inbox.get(until)
        if item is not None and is_it(item):
            return True
    return False


def loud(audio: bytes) -> bool:
    """Whether 16-bit little-endian sound is more than a line's noise."""
    samples = memoryview(audio[: len(audio) // 2 * 2]).cast("h")
    return bool(samples) and sum(map(abs, samples)) / len(samples) > LOUD


async def settled(call: Party, trial: Trial | None) -> None:
    """Let the digits of a canary come to their end before a call goes on to what others would see."""
    while trial and trial.collecting(call.now()):
        await call.next(call.now() + 0.2)
        await asyncio.sleep(0)
