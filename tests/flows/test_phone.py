"""Somebody rings the line."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.peers.phone import Phone, Refused
from tests.peers.phone_line import NUMBER, Browser, Line, on_duty, open_line, shorter

from harkline.intake import threads
from harkline.intake.models import Contact, SealedObject
from harkline.line import this
from harkline.runtime import db

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db", "team_private")]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with open_line() as one:
        yield one


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone() as one:
        yield one


async def calls_in_english(line: Line, caller: Phone, **given: Any) -> None:
    """Ring, and choose the first language as soon as it can be chosen."""
    await caller.calls(NUMBER, line.address, **given)
    await line.hears(caller, "greeting")
    await caller.presses("1")


async def test_somebody_rings_is_greeted_chooses_a_language_and_talks(line: Line, caller: Phone) -> None:
    browser = Browser(line, await on_duty("robin", "fa"))
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await line.hears(caller, "language_offer", language="fa")
    await caller.presses("2")
    await line.hears(caller, "queue_wait", language="fa")
    await line.hears(caller, "hold", language="fa")
    await browser.accepts()
    await browser.sees(t="state", s="connected")
    caller.says_tone(1234, 2.0)
    await browser.hears(1234)
    caller.forgets()
    await browser.speaks(1700, 1.5)
    await caller.hears(1700)
    browser.says(t="end")
    await line.hears(caller, "goodbye", language="fa")
    await caller.is_hung_up()
    row = await line.attempt(outcome="answered")
    assert (row.language, row.language_chosen, row.presentation, row.address.value) == ("fa", True, "allowed", NUMBER)
    assert (await line.contact()).state == "wrap_up"


async def test_nobody_chooses_a_language_and_the_first_is_taken(line: Line, caller: Phone) -> None:
    await on_duty("robin")
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "queue_wait")
    row = await line.attempt(stage="ringing")
    assert (row.language, row.language_chosen) == ("en", False)


async def test_a_caller_hangs_up_in_the_greeting(line: Line, caller: Phone) -> None:
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.hang_up()
    row = await line.attempt(outcome="short_abandoned")
    assert row.stage in ("greeting", "language")


async def test_a_caller_gives_up_in_the_queue(line: Line, caller: Phone) -> None:
    await on_duty("robin")
    await calls_in_english(line, caller)
    await line.hears(caller, "hold")
    await caller.hang_up()
    row = await line.attempt(outcome="abandoned")
    assert row.stage in ("queue", "ringing")
    assert (await line.contact()).state == "closed"


async def test_who_cannot_speak_presses_nine(line: Line, caller: Phone) -> None:
    browser = Browser(line, await on_duty("robin"))
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("9")
    await line.hears(caller, "keypad_only")
    await browser.accepts()
    await browser.sees(t="state", s="connected")
    assert "listener_present" in (await line.contact()).flags
    await caller.presses("1")
    await browser.sees(t="digit", d="1")


async def test_nobody_is_on_duty_and_a_message_is_left(line: Line, caller: Phone) -> None:
    await calls_in_english(line, caller)
    await line.hears(caller, "nobody")
    await caller.presses("1")
    await line.hears(caller, "tone")
    caller.says_tone(800, 2.0)
    await line.hears(caller, "message_saved", within=12)
    row = await line.attempt(outcome="message")
    assert row.stage == "message"
    assert (await line.contact()).state == "waiting"
    assert (await line.contact()).live is False


async def test_a_message_is_kept_when_the_caller_just_hangs_up(line: Line, caller: Phone) -> None:
    await calls_in_english(line, caller)
    await line.hears(caller, "nobody")
    await caller.presses("1")
    await line.hears(caller, "tone")
    caller.says_tone(800, 1.5)
    await caller.hears_nothing(2.0)
    await caller.hang_up()
    await line.attempt(outcome="message")


async def test_who_presses_nothing_can_still_leave_a_message(line: Line, caller: Phone) -> None:
    await calls_in_english(line, caller)
    await line.hears(caller, "nobody")
    await line.hears(caller, "leave_message", within=12)
    await line.hears(caller, "tone")
    caller.says_tone(800, 1.5)
    await line.hears(caller, "message_saved", within=8)
    await line.attempt(outcome="message")


async def test_a_silent_caller_is_given_a_return_code_and_not_cut_off(line: Line, caller: Phone) -> None:
    await calls_in_english(line, caller)
    await line.hears(caller, "tone", within=15)
    await line.hears(caller, "return_code", within=8)
    code = line.voice.value("return_code", "code")
    assert len(code) == 12
    assert code.isdigit()
    await line.hears(caller, "goodbye", within=8)
    await caller.is_hung_up()
    await line.attempt(outcome="overflowed")


async def test_a_return_code_leads_an_operator_back_to_the_call(line: Line, caller: Phone) -> None:
    await calls_in_english(line, caller)
    await line.hears(caller, "nobody")
    await caller.presses("3")
    await line.hears(caller, "return_code_use")
    found = await db.run(threads.by_phone_code, line.voice.value("return_code", "code"))
    assert found is not None
    assert found.channel == "phone"
    assert await db.run(threads.by_phone_code, "000000000000") is None


async def test_a_call_back_is_asked_for_on_this_number(line: Line, caller: Phone) -> None:
    await on_duty("robin")
    await calls_in_english(line, caller)
    await line.hears(caller, "queue_menu")
    await caller.presses("2")
    await line.hears(caller, "callback_menu")
    await caller.presses("1")
    await line.hears(caller, "tone", within=20)
    caller.says_tone(800, 1.5)
    await line.hears(caller, "callback_saved", within=8)
    await line.attempt(outcome="callback_requested")
    contact = await line.contact()
    assert "callback" in contact.flags
    assert await kinds(contact) == ["handle", "recording", "terms"]


async def test_a_withheld_number_is_neither_kept_nor_offered_for_the_call_back(line: Line, caller: Phone) -> None:
    hidden = {"Privacy": "id", "P-Asserted-Identity": "<sip:+441632960555@198.51.100.1>"}
    await calls_in_english(line, caller, headers=hidden, sender="sip:anonymous@anonymous.invalid")
    await line.hears(caller, "nobody")
    await caller.presses("2")
    await line.hears(caller, "tone", within=20)
    caller.says_tone(800, 1.5)
    await line.hears(caller, "callback_saved", within=8)
    row = await line.attempt(outcome="callback_requested")
    assert row.presentation == "restricted"
    assert await kinds(await line.contact()) == ["recording", "terms"]
    assert "callback_menu" not in [key for key, _, _ in line.voice.said]


async def kinds(contact: Contact) -> list[str]:
    """What was sealed with the contact."""

    return await db.run(lambda: sorted(SealedObject.objects.filter(contact=contact).values_list("purpose", flat=True)))


async def test_nobody_accepts_within_the_target_and_the_caller_is_told(caller: Phone) -> None:
    await on_duty("robin")
    async with open_line(timing=shorter(target=1.5)) as line:
        await calls_in_english(line, caller)
        await line.hears(caller, "hold")
        await line.hears(caller, "nobody_free")
        await caller.presses("3")
        await line.hears(caller, "return_code")
        await line.attempt(outcome="overflowed")


async def test_somebody_accepts_while_the_way_out_is_being_offered(caller: Phone) -> None:
    browser = Browser(None, await on_duty("robin"))  # type: ignore[arg-type]
    async with open_line(timing=shorter(target=1.0, choice=4.0)) as line:
        browser.line = line
        await caller.calls(NUMBER, line.address)
        await line.hears(caller, "greeting")
        await caller.presses("1")
        await line.hears(caller, "nobody_free")
        await browser.accepts()
        await browser.sees(t="state", s="connected")
        await line.attempt(outcome="answered")


async def test_a_number_that_is_not_ours_is_refused_and_recorded(line: Line, caller: Phone) -> None:
    with pytest.raises(Refused):
        await caller.calls("+442079460999", line.address)
    row = await line.attempt(outcome="rejected")
    assert (row.address, row.reason) == (None, "unknown number")


async def test_an_address_with_a_language_asks_no_question(line: Line, caller: Phone) -> None:
    await db.run(this.add_address, "phone", "+442079460124", "", "fa")
    await on_duty("robin", "fa")
    await caller.calls("+442079460124", line.address)
    await line.hears(caller, "greeting", language="fa")
    await line.hears(caller, "queue_wait", language="fa")
    assert "language_offer" not in [key for key, _, _ in line.voice.said]
    assert (await line.attempt()).language == "fa"


async def test_when_all_lines_are_in_use_the_caller_is_told_and_counted(caller: Phone) -> None:
    async with open_line(conversations=1) as line, Phone() as second:
        await caller.calls(NUMBER, line.address)
        await second.calls(NUMBER, line.address)
        await line.hears(second, "busy")
        await second.is_hung_up()
        assert sorted(row.outcome for row in await line.attempts()) == ["", "overflowed"]
