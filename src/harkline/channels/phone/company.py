"""Who is in a call beside the caller and the operator who has it: a colleague, an interpreter, a supervisor who listens."""

from typing import TYPE_CHECKING

from harkline.channels.phone import desk
from harkline.channels.phone.inbox import Join
from harkline.channels.phone.switch import LegGone, SwitchDown

if TYPE_CHECKING:
    from harkline.channels.phone.flow import Call


class Company:
    """The companions of one conversation, by their ids."""

    def __init__(self, call: "Call") -> None:
        self.call = call
        self.guests: dict[str, Join] = {}

    def speaking(self) -> list[str]:
        """The legs of those who are heard."""
        return [one.leg for one in self.guests.values() if not one.silent]

    def silent(self) -> list[str]:
        """The legs of those who only listen."""
        return [one.leg for one in self.guests.values() if one.silent]

    def by_leg(self, leg: str) -> Join | None:
        """Who comes by this leg."""
        return next((one for one in self.guests.values() if one.leg == leg), None)

    async def comes(self, join: Join) -> bool:
        """Somebody is here with their sound; from a fresh page, in place of the old one. False where they are not wanted any more."""
        before = self.guests.pop(join.companion, None)
        if before:
            await self.put_down(before)
        if not await desk.companion_joined(join.companion):
            await self.put_down(join, "left")
            return False
        self.guests[join.companion] = join
        return True

    async def goes(self, join: Join, reason: str) -> None:
        """Their end broke off, or they put it down. The call goes on."""
        self.guests.pop(join.companion, None)
        await desk.companion_left(join.companion, reason)

    async def keep(self, wanted: frozenset[str]) -> bool:
        """Let those go who are not wanted any more. True where somebody was."""
        leaving = [one for one in self.guests if one not in wanted]
        for companion in leaving:
            await self.put_down(self.guests.pop(companion), "left")
        return bool(leaving)

    def heir(self, operator: int | None) -> Join | None:
        """The guest who has the call from now on."""
        found = next((one for one in self.guests.values() if operator and one.operator == operator), None)
        if found:
            del self.guests[found.companion]
        return found

    async def put_down(self, join: Join, state: str = "") -> None:
        """Let a leg go; ``state`` is what their page is told."""
        if state and join.link:
            join.link.tell(t="state", s=state)
        try:
            await self.call.switch.hangup(join.leg)
        except (LegGone, SwitchDown):
            return

    async def part(self) -> None:
        """The call is over, or waits again."""
        guests, self.guests = list(self.guests.values()), {}
        for one in guests:
            await self.put_down(one, "caller_gone")

    def tell(self, **words: str) -> None:
        """A few words to everybody's page."""
        for one in self.guests.values():
            if one.link:
                one.link.tell(**words)
