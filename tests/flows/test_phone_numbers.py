"""Who is turned away for a time, over real SIP; and who cannot speak."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from tests.peers.phone import Phone
from tests.peers.phone_line import NUMBER, Line, on_duty, open_line

from harkline.intake import repeat
from harkline.intake.models import Attempt, Contact, HandleMark, SealedObject
from harkline.runtime import db

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db", "team_private")]
LONG = 30.0
SENDER = "sip:+442079460188@trunk.example"


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with open_line() as one:
        yield one


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone() as one:
        yield one


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not await db.run(true):
            await asyncio.sleep(0.05)


async def leaves_a_trace(line: Line, caller: Phone) -> str:
    """A call that waits and hangs up; returns its contact."""
    await caller.calls(NUMBER, line.address, sender=SENDER)
    await line.hears(caller, "greeting", within=LONG)
    await caller.presses("1")
    await line.hears(caller, "hold", within=LONG)
    contact = await line.contact()
    await caller.hang_up()

    await until(lambda: Contact.objects.get().state == "closed")
    return str(contact.pk)


async def is_blocked(line: Line, caller: Phone) -> None:
    operator, contact = await on_duty("robin"), await leaves_a_trace(line, caller)
    await db.run(repeat.block, contact, operator, "threats")


async def test_a_number_that_is_shown_is_kept_sealed_with_a_mark_and_nowhere_else(line: Line, caller: Phone) -> None:
    await on_duty("robin")
    contact = await leaves_a_trace(line, caller)
    assert await db.run(
        lambda: list(SealedObject.objects.filter(contact=contact).values_list("purpose", flat=True))
    ) == ["handle"]
    assert await db.run(HandleMark.objects.filter(contact=contact).count) == 1


async def test_a_blocked_caller_hears_so_and_is_counted(line: Line, caller: Phone) -> None:
    await is_blocked(line, caller)
    async with Phone() as again:
        await again.calls(NUMBER, line.address, sender=SENDER)
        await line.hears(again, "blocked", within=LONG)
        await again.is_hung_up()
    await until(lambda: Attempt.objects.filter(outcome="rejected", reason="blocked").exists())
    assert await db.run(Contact.objects.count) == 1


async def test_a_blocked_caller_who_presses_9_is_taken(line: Line, caller: Phone) -> None:
    await is_blocked(line, caller)
    async with Phone() as again:
        await again.calls(NUMBER, line.address, sender=SENDER)
        await line.hears(again, "blocked", within=LONG)
        await again.presses("9")
        await line.hears(again, "greeting", within=LONG)
        await again.presses("1")
        await line.hears(again, "hold", within=LONG)
        await until(lambda: any("listener_present" in row.flags for row in Contact.objects.all()))
    assert not await db.run(repeat.blocked, "phone", "+442079460188")


async def test_who_cannot_speak_is_asked_with_keys_and_never_to_speak(line: Line, caller: Phone) -> None:
    await caller.calls(NUMBER, line.address, sender=SENDER)
    await line.hears(caller, "greeting", within=LONG)
    await caller.presses("1")
    await line.hears(caller, "menu_unattended", within=LONG)
    await caller.presses("9")
    await caller.presses("1")
    await line.hears(caller, "yes_no_alone", within=LONG)
    await caller.presses("2")
    await line.hears(caller, "return_code", within=LONG)
    row = await line.attempt(within=LONG, outcome="message")
    assert row.reason == "keypad"
    assert "leave_message" not in [key for key, _, _ in line.voice.said]
    contact = await line.contact()
    assert (contact.state, contact.flags) == ("waiting", ["listener_present"])
    assert await db.run(Attempt.objects.count) == 1
