"""The operator's end of a call: a browser, or a phone of their own."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.peers.phone import Phone
from tests.peers.phone_line import NUMBER, Browser, Line, on_duty, open_line, shorter, until

from harkline.channels.phone.settings import Trunk
from harkline.routing import alarms, contacts, lines, offers, policy
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


async def waits(line: Line, caller: Phone) -> None:
    """The caller has chosen English and hears the queue."""
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")
    await line.hears(caller, "hold")


async def test_the_operator_closes_the_tab_and_the_caller_stays_at_the_head(line: Line, caller: Phone) -> None:
    robin = Browser(line, await on_duty("robin"))
    await waits(line, caller)
    await robin.accepts()
    await robin.sees(t="state", s="connected")
    caller.forgets()
    await robin.closes()
    await line.hears(caller, "moment_please")
    contact = await line.contact()
    assert (contact.state, contact.head) == ("waiting", True)
    sam = Browser(line, await on_duty("sam"))
    await sam.accepts()
    await sam.sees(t="state", s="connected")
    caller.says_tone(1234, 1.5)
    await sam.hears(1234)


async def test_an_accepted_call_whose_browser_never_comes_goes_back(line: Line, caller: Phone) -> None:
    robin = Browser(line, await on_duty("robin"))
    await waits(line, caller)
    offer = await line.offered()

    assert await db.run(offers.accept, str(offer.pk), robin.operator.pk)
    caller.forgets()
    await line.hears(caller, "moment_please", within=8)
    assert (await line.contact()).head


async def test_hold_silences_both_and_ends_again(line: Line, caller: Phone) -> None:
    robin = Browser(line, await on_duty("robin"))
    await waits(line, caller)
    await robin.accepts()
    await robin.sees(t="state", s="connected")
    robin.says(t="hold")
    await robin.sees(t="state", s="held")
    await line.hears(caller, "on_hold")
    robin.words.clear()
    robin.says(t="unhold")
    await robin.sees(t="state", s="connected")
    caller.says_tone(1234, 1.5)
    await robin.hears(1234)


async def test_the_operator_presses_a_key_for_a_machine_at_the_other_end(line: Line, caller: Phone) -> None:
    robin = Browser(line, await on_duty("robin"))
    await waits(line, caller)
    await robin.accepts()
    await robin.sees(t="state", s="connected")
    robin.says(t="digit", d="5")
    await until(lambda: "5" in caller.keys)


async def test_the_caller_hangs_up_and_the_operator_is_told(line: Line, caller: Phone) -> None:
    robin = Browser(line, await on_duty("robin"))
    await waits(line, caller)
    await robin.accepts()
    await robin.sees(t="state", s="connected")
    await caller.hang_up()
    await robin.sees(t="state", s="caller_gone")
    await line.attempt(outcome="answered")
    assert (await line.contact()).state == "wrap_up"


async def test_the_console_can_end_the_call(line: Line, caller: Phone) -> None:
    robin = Browser(line, await on_duty("robin"))
    await waits(line, caller)
    await robin.accepts()
    await robin.sees(t="state", s="connected")
    assert await db.run(lines.command, str((await line.contact()).pk), "end")
    await line.hears(caller, "goodbye")
    await caller.is_hung_up()


async def test_a_call_given_back_waits_for_somebody_else(line: Line, caller: Phone) -> None:
    robin = Browser(line, await on_duty("robin"))
    await waits(line, caller)
    await robin.accepts()
    await robin.sees(t="state", s="connected")
    await db.run(contacts.release, str((await line.contact()).pk), robin.operator.pk)
    await line.hears(caller, "moment_please")


@pytest.mark.parametrize(
    ("origin", "signed_in", "code"),
    [("http://elsewhere.example", True, 4403), ("", True, 4403), ("http://line.example", False, 4403)],
)
async def test_a_foreign_page_or_a_stranger_gets_no_sound(
    line: Line, caller: Phone, origin: str, signed_in: bool, code: int
) -> None:
    robin = Browser(line, await on_duty("robin"))
    await waits(line, caller)
    offer = await line.offered()
    await robin.joins(str(offer.contact_id), origin=origin, signed_in=signed_in)
    await until(lambda: robin.closed == code)


async def test_a_token_opens_nothing_before_the_call_is_accepted(line: Line, caller: Phone) -> None:
    robin = Browser(line, await on_duty("robin"))
    await waits(line, caller)
    offer = await line.offered()
    await robin.joins(str(offer.contact_id))
    await until(lambda: robin.closed == 4401)


OWN = "+442079460500"


@pytest.fixture
async def own() -> AsyncIterator[Phone]:
    """An operator's own telephone, reached over a trunk."""
    async with Phone(number=OWN) as one:
        yield one


@pytest.fixture
async def trunk_line(own: Phone) -> AsyncIterator[Line]:
    trunk = Trunk(name="out", domain=f"{own.host}:{own.port}", username="line", register=False)
    async with open_line(trunks=(trunk,)) as one:
        yield one


async def test_an_operator_answers_on_their_own_phone(trunk_line: Line, caller: Phone, own: Phone) -> None:
    line = trunk_line
    await on_duty("robin", "fa", own_phone=OWN)
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("2")
    await line.hears(own, "whisper")
    assert line.voice.value("whisper", "language") == "fa"
    await own.presses("1")
    await line.attempt(outcome="answered")
    await asyncio.sleep(0.5)
    caller.says_tone(1234, 1.5)
    await own.hears(1234)
    own.says_tone(1700, 1.5)
    await caller.hears(1700)
    await own.hang_up()
    await line.hears(caller, "goodbye", language="fa")
    await caller.is_hung_up()
    assert (await line.contact()).state == "wrap_up"


async def test_an_own_phone_that_answers_and_presses_nothing_accepts_nothing(
    trunk_line: Line, caller: Phone, own: Phone
) -> None:
    await on_duty("robin", own_phone=OWN)
    await waits(trunk_line, caller)
    await trunk_line.hears(own, "press_one_accept")
    await own.is_hung_up()
    assert (await trunk_line.contact()).state == "waiting"


async def test_a_caller_who_gives_up_stops_the_own_phone(trunk_line: Line, caller: Phone, own: Phone) -> None:
    own.answering = False
    await on_duty("robin", own_phone=OWN)
    await waits(trunk_line, caller)
    async with asyncio.timeout(5):
        await own.rings.wait()
    await caller.hang_up()
    await own.is_hung_up()
    await trunk_line.attempt(outcome="abandoned")


async def test_a_caller_who_goes_is_told_to_the_own_phone(trunk_line: Line, caller: Phone, own: Phone) -> None:
    await on_duty("robin", own_phone=OWN)
    await waits(trunk_line, caller)
    await trunk_line.hears(own, "whisper")
    await own.presses("1")
    await trunk_line.attempt(outcome="answered")
    await asyncio.sleep(0.5)
    await caller.hang_up()
    await trunk_line.hears(own, "caller_gone")
    await own.is_hung_up()


async def test_the_escalation_chain_rings_somebody_who_hears_that_a_caller_waits(
    trunk_line: Line, caller: Phone, own: Phone
) -> None:
    await on_duty("robin")
    with policy.using(policy.Policy(escalation=[policy.Step(1, f"phone:{OWN}", outside=True)])):
        await waits(trunk_line, caller)
        await trunk_line.hears(own, "whisper", within=10)
        await own.presses("1")
        await own.is_hung_up()


async def test_an_alarm_rings_somebody_who_says_by_a_key_that_they_see_to_it(trunk_line: Line, own: Phone) -> None:
    with policy.using(policy.Policy(alarms=[policy.Step(0, f"phone:{OWN}", outside=True)])):
        row = await db.run(alarms.raise_, "canary", 1)
        await trunk_line.hears(own, "please_sign_in", within=10)
        await own.presses("1")
        await own.is_hung_up()
        async with asyncio.timeout(5):
            while not (await db.run(lambda: alarms.open_().get(pk=row.pk))).acknowledged_at:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("answers", [True, False])
async def test_nobody_is_here_and_the_backup_line_is_asked_for(caller: Phone, own: Phone, answers: bool) -> None:
    own.answering = answers
    trunk = Trunk(name="out", domain=f"{own.host}:{own.port}", username="line", register=False)
    async with open_line(trunks=(trunk,), backup=OWN, timing=shorter(own_phone_ring=1.0)) as line:
        await caller.calls(NUMBER, line.address)
        await line.hears(caller, "greeting")
        await caller.presses("1")
        await line.hears(caller, "backup_line")
        await caller.presses("4")
        if not answers:
            await line.hears(caller, "leave_message")
            return
        async with asyncio.timeout(5):
            await own.talking.wait()
        await asyncio.sleep(0.5)
        caller.says_tone(1234, 1.5)
        await own.hears(1234)
        await own.hang_up()
        await caller.is_hung_up()
        await line.attempt(outcome="overflowed", reason="backup line")
