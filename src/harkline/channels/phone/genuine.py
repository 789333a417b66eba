"""What the telephone says of the line itself: that it is closed, that it will be, and whether a number is one of ours.

A number that somebody keys in is answered and forgotten: it stands in no row and in no log.
"""

from typing import TYPE_CHECKING

from harkline.channels.phone import desk
from harkline.channels.phone.canary import settled
from harkline.channels.phone.inbox import Closing, Gone
from harkline.channels.phone.switch import RATE, Digit, LegGone, SwitchDown
from harkline.line import this
from harkline.notice import door
from harkline.runtime import clock, db

if TYPE_CHECKING:
    from harkline.channels.phone.flow import Call

KEY = "6"
SPOKEN = 4  # so many of the line's languages: nobody has chosen one yet
LEAST, MOST = 3, 20  # digits of a number
FURTHEST = 60  # days that can be said
WORDS = {door.CLOSED: "closed_now", door.EMERGENCY: "closed_danger", door.SUCCEEDED: "closed_moved"}


async def closed(call: "Call", course: desk.Course) -> bool:
    """Where nobody answers any more: say so in the line's languages, and count the attempt as rejected. False for an open line."""
    words = WORDS.get(await db.run(door.state))
    if words is None:
        return False
    try:
        for language in [course.fixed] if course.fixed else course.languages[:SPOKEN]:
            call.language = language
            await call.say(await call.clip(words))
        await settled(call, call.trial)
    except (Gone, Closing, LegGone, SwitchDown):
        await desk.finish(call.attempt, "rejected", "closed")
        raise
    await desk.finish(call.attempt, "rejected", "closed")
    return True


async def closes(call: "Call") -> None:
    """Say in how many days the line closes, where that is planned."""
    days = await db.run(_days)
    if days is not None:
        await call.say(await call.clip("closes_soon", days=days))


def _days() -> int | None:
    found = door.standing()
    if found.state == door.OPEN or found.since is None or door.state() != door.OPEN:
        return None
    zone = this.zone()
    days = (found.since.astimezone(zone).date() - clock.now().astimezone(zone).date()).days
    return days if 0 <= days <= FURTHEST else None


async def offer(call: "Call") -> list[bytes]:
    """The words that offer to check a number; none before a list was signed."""
    return [await call.clip("genuine_offer")] if await db.run(door.mark) != (0, door.OPEN) else []


async def asked(call: "Call") -> None:
    """Take a number by keys and say whether it is ours. Whoever waits goes on waiting meanwhile: an operator may still take the call."""
    digits = await _keyed(call)
    if len(digits) >= LEAST:
        ours = await db.run(_ours, digits)
        await call.say(await call.clip("genuine_yes" if ours else "genuine_no"))


def _ours(digits: str) -> bool:
    found = door.answer(digits)
    return found.genuine and found.address is not None and found.address.channel in ("phone", "sms")


async def _keyed(call: "Call") -> str:
    """Digits up to the hash key, the most, or a silence. A key that is a signal elsewhere is a digit here; all else is heeded."""
    words = await call.clip("callback_key_number")
    digits, until = "", call.now() + len(words) / (2 * RATE) + 2 * call.timing.choice
    await call.play([words])
    while call.now() < until and len(digits) < MOST:
        item = await call.inbox.get(until)
        if not isinstance(item, Digit) or item.leg != call.leg:
            await call.met(item)
            continue
        if item.digit == "#":
            break
        if not digits:
            await call.switch.stop(call.leg)
        digits += item.digit if item.digit.isdigit() else ""
        until = call.now() + 2 * call.timing.choice
    return digits
