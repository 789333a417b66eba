"""Handing a caller on, an interpreter as third, a supervisor who listens: over real SIP, heard at every end."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.peers import ears
from tests.peers.phone import Phone
from tests.peers.phone_line import NUMBER, Browser, Line, on_duty, open_line, policy, shorter

from harkline.channels.phone.settings import Trunk
from harkline.intake.models import Contact
from harkline.people.models import Operator
from harkline.routing import companions, contacts, offers
from harkline.routing.models import Companion, Offer, Presence
from harkline.runtime import db

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db", "team_private")]
OWN = "+442079460500"
CALLER_SAYS, FIRST_SAYS, SECOND_SAYS = 1234, 2150, 3150


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone() as one:
        yield one


@pytest.fixture
async def outside() -> AsyncIterator[Phone]:
    """A telephone outside: an interpreter's, or an operator's own."""
    async with Phone(number=OWN) as one:
        yield one


@pytest.fixture
async def line(outside: Phone) -> AsyncIterator[Line]:
    trunk = Trunk(name="out", domain=f"{outside.host}:{outside.port}", username="line", register=False)
    async with open_line(trunks=(trunk,), timing=shorter(own_phone_choice=4.0)) as one:
        yield one


class Mouth:
    """Somebody who goes on speaking."""

    def __init__(self, who: Browser | Phone, hertz: float) -> None:
        self.who, self.hertz = who, hertz

    async def __aenter__(self) -> None:
        self.task = asyncio.create_task(self._speak())

    async def _speak(self) -> None:
        if isinstance(self.who, Browser):
            await self.who.speaks(self.hertz, 30)
        else:
            self.who.says_tone(self.hertz, 30)

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        if isinstance(self.who, Phone):
            self.who.says.clear()


async def hears(who: Browser | Phone, *tones: float, within: float = 8.0) -> None:
    """All of these at once, each a fair part of what is heard."""
    end = asyncio.get_running_loop().time() + within
    while asyncio.get_running_loop().time() < end:
        if all(ears.has_tone(bytes(who.heard[-4800:]), one, least=0.6 / len(tones)) for one in tones):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never heard {tones} together")


async def hears_none(who: Browser | Phone, hertz: float) -> None:
    """For half a second after what was on its way."""
    await asyncio.sleep(0.4)
    before = len(who.heard)
    await asyncio.sleep(0.6)
    assert not ears.has_tone(bytes(who.heard[before:]), hertz, least=0.1)


async def connected(line: Line, caller: Phone, name: str = "robin") -> tuple[Browser, str]:
    """A call that this operator has."""
    one = Browser(line, await on_duty(name))
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")
    await one.accepts()
    await one.sees(t="state", s="connected")
    return one, str((await line.contact()).pk)


async def state_of(operator: Operator) -> str:
    return await db.run(lambda: Presence.objects.get(operator=operator).state)


async def comes_to(what: object, within: float = 5.0) -> None:
    """Wait until a question to the database is answered by yes."""
    end = asyncio.get_running_loop().time() + within
    while not await db.run(what):  # type: ignore[arg-type]
        assert asyncio.get_running_loop().time() < end, "it never came to be"
        await asyncio.sleep(0.05)


async def test_a_caller_is_handed_on_warm_and_never_alone(line: Line, caller: Phone) -> None:
    robin, contact = await connected(line, caller)
    sam = Browser(line, await on_duty("sam"))
    await db.run(contacts.raise_risk, contact, 2)
    assert await db.run(companions.ask, contact, robin.operator.pk, sam.operator.pk, "transfer") is None
    assert (await db.run(companions.hand_over, contact, robin.operator.pk)).reason == "not_there_yet"
    await sam.accepts()
    await sam.sees(t="state", s="connected")
    # All three speak with one another; it is still Robin's.
    async with Mouth(caller, CALLER_SAYS), Mouth(robin, FIRST_SAYS), Mouth(sam, SECOND_SAYS):
        await asyncio.gather(
            hears(caller, FIRST_SAYS, SECOND_SAYS),
            hears(robin, CALLER_SAYS, SECOND_SAYS),
            hears(sam, CALLER_SAYS, FIRST_SAYS),
        )
        await comes_to(lambda: Companion.objects.filter(state="present").exists())
        assert (await line.contact()).operator_id == robin.operator.pk
        # Sam's page cannot end it.
        sam.says(t="end")
        assert await db.run(companions.hand_over, contact, robin.operator.pk) is None
        await robin.sees(t="state", s="handed_over")
        await asyncio.gather(hears(caller, SECOND_SAYS), hears(sam, CALLER_SAYS))
        await hears_none(caller, FIRST_SAYS)
    assert (await line.contact()).operator_id == sam.operator.pk
    assert (await state_of(robin.operator), await state_of(sam.operator)) == ("idle", "busy")
    sam.says(t="end")
    await line.hears(caller, "goodbye")
    await caller.is_hung_up()
    await comes_to(lambda: Contact.objects.get().state == "wrap_up")


async def test_a_first_operator_who_breaks_off_leaves_the_caller_with_the_second(line: Line, caller: Phone) -> None:
    robin, contact = await connected(line, caller)
    sam = Browser(line, await on_duty("sam"))
    await db.run(companions.ask, contact, robin.operator.pk, sam.operator.pk, "transfer")
    await sam.accepts()
    await comes_to(lambda: Companion.objects.filter(state="present").exists())
    await robin.closes()
    await comes_to(lambda: Contact.objects.get().operator_id == sam.operator.pk)
    async with Mouth(sam, SECOND_SAYS):
        await hears(caller, SECOND_SAYS)
    row = await line.contact()
    assert (row.state, row.head) == ("in_hand", False)
    assert await state_of(robin.operator) == "not_ready"


async def test_a_second_who_declines_or_breaks_off_leaves_everything_as_it_was(line: Line, caller: Phone) -> None:
    robin, contact = await connected(line, caller)
    sam = Browser(line, await on_duty("sam"))
    await db.run(companions.ask, contact, robin.operator.pk, sam.operator.pk, "transfer")
    offer = await line.offered()
    assert await db.run(offers.decline, str(offer.pk), sam.operator.pk, "break")
    assert (await db.run(companions.last_word, contact, robin.operator.pk)).reason == "break"
    await db.run(companions.ask, contact, robin.operator.pk, sam.operator.pk, "transfer")
    await sam.accepts()
    await comes_to(lambda: Companion.objects.filter(state="present").exists())
    await sam.closes()
    await comes_to(lambda: Companion.objects.get().state == "ended")
    async with Mouth(robin, FIRST_SAYS):
        await hears(caller, FIRST_SAYS)
    assert await state_of(sam.operator) == "idle"
    await caller.hang_up()
    await comes_to(lambda: Contact.objects.get().state == "wrap_up")


async def test_an_interpreter_outside_is_rung_presses_1_and_hears_and_is_heard(
    line: Line, caller: Phone, outside: Phone
) -> None:
    someone = policy.Interpreter("Night interpreters", ("fa",), OWN)
    with policy.using(policy.Policy(interpreters=[someone])):
        robin, contact = await connected(line, caller)
        made = await db.run(companions.interpreter, contact, robin.operator.pk, someone.name)
        from harkline.routing import lines

        assert await db.run(lambda: lines.command(contact, "bring_in", companion=str(made.pk)))
        await line.hears(outside, "press_one_accept")
        assert (await db.run(Companion.objects.get)).state == "coming"
        await outside.presses("1")
        await comes_to(lambda: Companion.objects.get().state == "present")
        async with Mouth(caller, CALLER_SAYS), Mouth(robin, FIRST_SAYS), Mouth(outside, SECOND_SAYS):
            await asyncio.gather(
                hears(caller, FIRST_SAYS, SECOND_SAYS),
                hears(robin, CALLER_SAYS, SECOND_SAYS),
                hears(outside, CALLER_SAYS, FIRST_SAYS),
            )
            # On hold the caller hears neither, and the two can speak.
            robin.says(t="hold")
            await line.hears(caller, "hold")
            await asyncio.gather(hears(robin, SECOND_SAYS), hears(outside, FIRST_SAYS), hears_none(caller, FIRST_SAYS))
            robin.says(t="unhold")
            await hears(caller, FIRST_SAYS, SECOND_SAYS)
        await outside.hang_up()
        await comes_to(lambda: Companion.objects.get().state == "ended")
        async with Mouth(robin, FIRST_SAYS):
            await hears(caller, FIRST_SAYS)


async def test_a_supervisor_listens_only_after_the_operator_agreed_and_is_never_heard(
    line: Line, caller: Phone
) -> None:
    robin, contact = await connected(line, caller)

    def supervisor() -> Operator:
        from harkline.runtime import clock

        return Operator.objects.create(username="kim", name="Kim", role="supervisor", joined_at=clock.now())

    kim = Browser(line, await db.run(supervisor))
    made = await db.run(companions.announce, contact, kim.operator, "listen_in")
    await kim.joins(contact)
    await asyncio.sleep(0.2)
    assert kim.closed == 4401  # nothing before it was seen
    assert await db.run(companions.agree, str(made.pk), robin.operator.pk)
    kim = Browser(line, kim.operator)
    await kim.joins(contact)
    await kim.sees(t="state", s="connected")
    async with Mouth(caller, CALLER_SAYS), Mouth(robin, FIRST_SAYS), Mouth(kim, SECOND_SAYS):
        await hears(kim, CALLER_SAYS, FIRST_SAYS)
        await hears_none(caller, SECOND_SAYS)
        await hears(caller, FIRST_SAYS)
        await db.run(companions.left, str(made.pk))
        await kim.sees(t="state", s="left")
    assert (await line.contact()).operator_id == robin.operator.pk


async def test_a_colleague_takes_over_on_their_own_phone(line: Line, caller: Phone, outside: Phone) -> None:
    robin, contact = await connected(line, caller)
    sam = await on_duty("sam", own_phone=OWN)
    await db.run(companions.ask, contact, robin.operator.pk, sam.pk, "transfer")
    await line.hears(outside, "press_one_accept")
    await outside.presses("1")
    await comes_to(lambda: Companion.objects.filter(state="present").exists())
    async with Mouth(caller, CALLER_SAYS), Mouth(outside, SECOND_SAYS):
        await hears(robin, CALLER_SAYS, SECOND_SAYS)
        assert await db.run(companions.hand_over, contact, robin.operator.pk) is None
        await asyncio.gather(hears(caller, SECOND_SAYS), hears(outside, CALLER_SAYS))
    await outside.hang_up()
    await line.hears(caller, "goodbye")
    assert await db.run(Offer.objects.filter(state="offered").count) == 0
