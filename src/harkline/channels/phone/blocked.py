"""A number that is turned away for a time hears so, and how to reach help all the same."""

from typing import TYPE_CHECKING

from harkline.channels.phone import desk
from harkline.channels.phone.inbox import Closing, Gone
from harkline.channels.phone.switch import LegGone, SwitchDown

if TYPE_CHECKING:
    from harkline.channels.phone.flow import Call

SPOKEN = 2  # so many of the line's languages: nobody has chosen one yet


async def turned_away(call: "Call", course: desk.Course) -> bool:
    """Say so, and count the attempt as rejected. Whoever presses 9 meanwhile is not turned away: then this returns False."""
    try:
        for language in [course.fixed] if course.fixed else course.languages[:SPOKEN]:
            call.language = language
            await call.say(await call.clip("blocked"))
            if call.flags:
                return False
    except (Gone, Closing, LegGone, SwitchDown):
        await desk.finish(call.attempt, "rejected", "blocked")
        raise
    await desk.finish(call.attempt, "rejected", "blocked")
    return True
