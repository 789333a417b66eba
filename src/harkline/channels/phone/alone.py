"""What a caller can do when nobody is there: leave a message, ask for a call back, take a return code. Never a dead end."""

import contextlib
from typing import TYPE_CHECKING

from harkline.channels.phone import desk, genuine, receipts, terms
from harkline.channels.phone.inbox import Closing, Gone
from harkline.channels.phone.recording import record
from harkline.channels.phone.switch import Answered, HungUp, LegGone, SwitchDown
from harkline.seal import codes

if TYPE_CHECKING:
    from harkline.channels.phone.flow import Call

ENOUGH = 0.6  # seconds of sound that make a message


async def instead(call: "Call", chosen: str) -> None:
    """Out of the queue: by a key, or because nobody was free within the target."""
    if chosen == "1":
        await message(call)
    elif chosen == "2":
        await callback(call)
    else:
        await unattended(call, "nobody_free")


async def unattended(call: "Call", why: str) -> None:
    """Say the truth and the ways on; who presses nothing is recorded, as an answering machine would."""
    # Until they choose, whoever was in the queue is still offered: somebody may become free while the menu is said.
    menu, keys = [await call.clip(why), await call.clip("menu_unattended")], "123"
    if call.settings.backup and call.settings.trunks:
        menu, keys = [*menu, await call.clip("backup_line")], "1234"
    if more := await genuine.offer(call):
        menu, keys = [*menu, *more], keys + genuine.KEY
    key = await call.choose(menu, keys, rounds=call.timing.choice_rounds, wait=call.timing.choice)
    while key == genuine.KEY:
        await genuine.asked(call)
        key = await call.choose(menu[1:], keys, rounds=call.timing.choice_rounds, wait=call.timing.choice)
    if key == "4":
        await backup_line(call)
        return
    if key == "3":
        call.queued = False
        await call.end("overflowed", why)
        await return_code(call)
        return
    await (callback(call) if key == "2" else message(call, unasked=not key))


async def backup_line(call: "Call") -> None:
    """Through to another service, for as long as both want; where it does not answer, back to leaving a message."""
    await call.play([await call.clip("hold")], loop=True)
    leg = ""
    try:
        leg = await call.switch.dial(call.settings.backup, trunk=call.settings.trunks[0].name)
        call.route(leg)
        # Until it answers, somebody of ours may still accept the call.
        if await _answers(call, leg):
            call.queued = False
            await call.end("overflowed", "backup line")
            await call.switch.bridge(call.leg, leg)
            while not isinstance(item := await call.next(None), HungUp) or item.leg != leg:
                continue
            return
    finally:
        with contextlib.suppress(LegGone, SwitchDown):
            await call.switch.hangup(leg)
    await call.say(await call.clip("nobody_free"))
    await message(call, unasked=True)


async def _answers(call: "Call", leg: str) -> bool:
    until = call.now() + call.timing.own_phone_ring
    while call.now() < until:
        item = await call.next(until)
        if isinstance(item, Answered | HungUp) and item.leg == leg:
            return isinstance(item, Answered)
    return False


async def message(call: "Call", *, unasked: bool = False) -> None:
    """Record a message. Nothing said: the call overflowed, or was abandoned if they hung up."""
    await _stop_waiting(call)
    await desk.stage(call.attempt, "message")
    if _need_not_speak(call) and not await _alone(call):
        return
    try:
        await call.say(await call.clip("leave_message"), await call.clip("tone"))
        await record(call, "message", call.timing.message_longest)
    except (Gone, Closing, LegGone, SwitchDown):
        await _kept(call, "message")
        raise
    if await _kept(call, "message"):
        await _afterwards(call, "message_saved")
    else:
        await call.end("overflowed", "unasked" if unasked else "silent")
        await return_code(call)


def _need_not_speak(call: "Call") -> bool:
    """Somebody listens. Who is forced hears what everybody hears: any difference would give them away."""
    return call.flags & {"listener_present", "duress"} == {"listener_present"}


async def _alone(call: "Call") -> bool:
    """Somebody who cannot speak is not asked to: by keys they say whether they are alone now. If not, or if they press nothing, that
    they called and cannot speak is what is kept, for whoever comes on duty."""
    key = await call.choose(
        [await call.clip("yes_no_alone")], "12", rounds=call.timing.choice_rounds, wait=call.timing.choice
    )
    if key == "1":
        return True
    call.waits = False
    await desk.finish(call.attempt, "message", "keypad")
    await return_code(call)
    return False


async def callback(call: "Call") -> None:
    """Ask to be called back, on terms chosen by keys alone; who can speak may say more after them. However it ends, what was chosen
    is kept."""
    await _stop_waiting(call)
    await desk.stage(call.attempt, "message")
    await desk.flag(call.contact, "callback")
    asked = terms.Asked(call)
    try:
        await asked.ask()
        if not _need_not_speak(call):
            await call.say(await call.clip("callback_terms"), await call.clip("tone"))
            await record(call, "callback", call.timing.callback_longest)
    except (Gone, Closing, LegGone, SwitchDown):
        await asked.keep()
        await _kept(call, "callback_requested")
        raise
    await asked.keep()
    if await _kept(call, "callback_requested"):
        await _afterwards(call, "callback_saved")
    else:
        await call.end("overflowed", "silent")
        await return_code(call)


async def _stop_waiting(call: "Call") -> None:
    """Nobody has to be there now; somebody has to hear it later. A contact is there from here on, even if we crash."""
    call.queued = False
    if call.waits:
        await desk.to_message(call.contact)
    else:
        call.contact = await desk.contact(call.attempt, call.language, call.flags, live=False, number=call.number)
        call.waits = True


async def _kept(call: "Call", outcome: str) -> bool:
    """Whether there is something to hear; if so, the outcome stands and the contact waits for whoever reads it."""
    if call.recorded < ENOUGH and "number_kept" not in call.flags:
        return False
    call.waits = False
    await desk.finish(call.attempt, outcome)
    return True


async def _afterwards(call: "Call", saved: str) -> None:
    """It is safe; a return code for who wants one."""
    words = [await call.clip(saved), await call.clip("menu_unattended")]
    if await call.choose(words, "3", rounds=1, wait=call.timing.choice) == "3":
        await return_code(call)
        return
    await receipts.offer(call)
    await call.say(await call.clip("goodbye"))


async def return_code(call: "Call") -> None:
    """Twelve digits that tell an operator which case it is; they open nothing. Then goodbye."""
    if not call.contact:
        call.contact = await desk.contact(
            call.attempt, call.language, call.flags, live=False, waiting=False, number=call.number
        )
    code = codes.phone_code()
    await desk.give_code(call.attempt, code)
    said = [await call.clip("return_code", code=code), await call.clip("return_code_use")]
    again = await call.clip("hear_again")
    while await call.choose([*said, again], "1", rounds=1, wait=call.timing.choice) == "1":
        continue
    await receipts.offer(call)
    await call.say(await call.clip("goodbye"))
