"""A caller who is overheard, or forced, says so with keys; whoever stands beside them hears nothing of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.peers.phone import Phone
from tests.peers.phone_line import NUMBER, Browser, Line, on_duty, open_line

from harkline.channels.phone.settings import Trunk
from harkline.intake.models import Contact
from harkline.people import duress, operators
from harkline.people.models import Operator
from harkline.routing import lines
from harkline.runtime import clock, db

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db", "team_private")]
LONG = 30.0
OWN = "+442079460500"


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with open_line() as one:
        yield one


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone() as one:
        yield one


async def flagged(line: Line, word: str) -> Contact:
    """The only contact, once it has this flag."""
    async with asyncio.timeout(LONG):
        while word not in (row := await line.contact()).flags:
            await asyncio.sleep(0.05)
    return row


async def talks(line: Line, caller: Phone) -> Browser:
    """The caller is with an operator."""
    browser = Browser(line, await on_duty("robin"))
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")
    await line.hears(caller, "hold")
    await browser.accepts()
    await browser.sees(within=LONG, t="state", s="connected")
    return browser


async def test_in_the_queue_two_nines_put_a_forced_caller_before_all_others(line: Line, caller: Phone) -> None:
    await on_duty("robin")
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")
    await line.hears(caller, "hold")
    await caller.presses("99")
    row = await flagged(line, "duress")
    assert (row.risk, set(row.flags)) == (2, {"listener_present", "duress"})


async def test_in_the_talk_a_nine_and_star_nine_are_silent_flags(line: Line, caller: Phone) -> None:
    browser = await talks(line, caller)
    line.voice.said.clear()
    await caller.presses("9")
    assert (await flagged(line, "listener_present")).risk == 1
    await browser.sees(within=LONG, t="digit", d="9")
    await caller.presses("*9")
    assert (await flagged(line, "duress")).risk == 2
    caller.says_tone(1234, 2.0)
    await browser.hears(1234, within=LONG)
    assert line.voice.said == []


async def test_in_the_message_menu_the_keys_are_heard_too(line: Line, caller: Phone) -> None:
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")
    await line.hears(caller, "nobody")
    await caller.presses("*9")
    await caller.presses("1")
    await line.hears(caller, "tone")
    caller.says_tone(800, 1.5)
    row = await flagged(line, "duress")
    await line.hears(caller, "message_saved", within=LONG)
    assert row.risk == 2
    assert all(key != "keypad_only" for key, _language, _values in line.voice.said)


async def test_a_colleague_who_is_forced_to_sign_in_makes_the_supervisor_s_own_phone_ring() -> None:
    def forced() -> None:
        chief = Operator.objects.create(username="chief", name="Chief", role="supervisor", joined_at=clock.now())
        operators.set_own_phone(chief, OWN)
        robin = Operator.objects.create(username="robin", name="Robin", joined_at=clock.now())
        duress.note(None, robin, second=True)

    async with Phone(number=OWN) as own:
        trunk = Trunk(name="out", domain=f"{own.host}:{own.port}", username="line", register=False)
        async with open_line(trunks=(trunk,)) as line:
            await db.run(forced)
            await line.hears(own, "please_sign_in", within=LONG)
            await own.presses("1")
            await own.is_hung_up()
            assert all(key in ("please_sign_in", "press_one_accept") for key, _language, _values in line.voice.said)


async def test_a_safe_ending_says_the_innocuous_words_and_nothing_else(line: Line, caller: Phone) -> None:
    await talks(line, caller)
    line.voice.said.clear()
    assert await db.run(lines.command, str((await line.contact()).pk), "safe_end")
    await line.hears(caller, "safe_ending", within=LONG)
    await caller.is_hung_up()
    assert [key for key, _language, _values in line.voice.said] == ["safe_ending"]
    assert (await line.contact()).state == "wrap_up"
