"""A caller is called back: the operator's end first, then the caller's telephone, over real SIP."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from tests.peers.phone import Phone
from tests.peers.phone_line import NUMBER, TONES, Browser, Line, on_duty, open_line, this, until

from harkline.channels.phone.settings import Trunk
from harkline.intake import receive
from harkline.intake.models import Contact
from harkline.people.models import Operator
from harkline.routing import callback_tries, callbacks, lines, offers
from harkline.routing.callback import SafeWindow
from harkline.routing.models import Callback, CallbackTry, Presence
from harkline.runtime import db

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db", "team_private")]

CALLER, SECOND, OWN = "+441632960111", "+442079460124", "+442079460500"
ALWAYS = SafeWindow(frozenset(range(7)), 0, 1440)


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone(number=CALLER) as one:
        yield one


@pytest.fixture
async def line(caller: Phone) -> AsyncIterator[Line]:
    """A line whose one trunk leads to the caller's telephone."""
    trunk = Trunk(name="out", domain=f"{caller.host}:{caller.port}", username="account", register=False)
    async with open_line(trunks=(trunk,)) as one:
        yield one


@dataclass
class Asked:
    """Somebody who wrote on the page and asked to be called, in the hand of an operator."""

    operator: Operator
    contact: str

    async def is_called(self, number: str = CALLER) -> str:
        """Press the button; returns why it was refused, if it was."""
        return (await db.run(lines.call_back, self.contact, self.operator.pk, number)).reason

    async def says(self, outcome: str) -> None:
        row = await self.newest()
        assert await db.run(lines.callback_finished, str(row.pk), outcome)

    async def newest(self) -> CallbackTry:
        return await db.run(lambda: CallbackTry.objects.latest("started_at"))

    async def came_to(self, outcome: str) -> CallbackTry:
        """Wait until this is what came of it."""
        async with asyncio.timeout(30):
            while (row := await self.newest()).outcome != outcome or row.ended_at is None:
                await asyncio.sleep(0.05)
        return row

    async def contact_is(self) -> Contact:
        return await db.run(lambda: Contact.objects.get(pk=self.contact))


async def asked(*, own_phone: str = "", **terms: object) -> Asked:
    robin = await on_duty("robin", own_phone=own_phone)

    def wrote() -> str:
        tried = receive.attempt("web", "/", dedupe_key=os.urandom(8).hex())
        ref = receive.contact(tried.id, [receive.Part("message", {}, b"call me")], language="en")
        given = {"consent": "caller", "zone": "UTC", "windows": (ALWAYS,), "number_given": True, **terms}
        lines.record_callback(ref.id, lines.Given(**given))  # type: ignore[arg-type]
        assert offers.claim(ref.id, robin.pk)
        return ref.id

    return Asked(robin, await db.run(wrote))


async def test_a_caller_is_reached_and_both_hear_one_another(line: Line, caller: Phone) -> None:
    one = await asked()
    robin = Browser(line, one.operator)
    assert await one.is_called() == ""
    assert not caller.rings.is_set()  # the operator's end comes first
    await robin.joins(one.contact)
    await robin.sees(t="state", s="connected", within=30)
    caller.says_tone(1234, 1.5)
    await robin.hears(1234)
    speaking = asyncio.create_task(robin.speaks(3550, 2))
    await caller.hears(3550)
    await speaking
    await one.says("reached")
    robin.says(t="end")
    await caller.is_hung_up()
    await until(lambda: not line.adapter.outward, 30)
    assert (await one.contact_is()).state == "wrap_up"
    # Nothing of the line was ever played to whoever picked up.
    assert [key for key, tone in TONES.items() if _heard(caller, tone)] == []


def _heard(phone: Phone, hertz: float) -> bool:
    from tests.peers import ears

    return ears.has_tone(bytes(phone.heard), hertz, least=0.9)


def shown_by(phone: Phone) -> tuple[str, str]:
    """The From and the Privacy of the INVITE that this telephone got."""
    return str(phone.call.invite.get_header("From")), str(phone.call.invite.get_header("Privacy") or "")


async def test_the_number_that_is_shown_is_the_one_in_the_terms(caller: Phone) -> None:
    await db.run(this.add_address, "phone", SECOND)
    async with Phone() as other:
        trunks = (
            Trunk(name="one", domain=f"{other.host}:{other.port}", username="a", register=False),
            Trunk(
                name="two", domain=f"{caller.host}:{caller.port}", username="b", register=False, numbers={"x": SECOND}
            ),
        )
        async with open_line(trunks=trunks) as line:
            one = await asked(shown=SECOND)
            assert await one.is_called() == ""
            await Browser(line, one.operator).joins(one.contact)
            await until(caller.rings.is_set, 30)
            sender, privacy = shown_by(caller)
            assert f"sip:{SECOND}@" in sender
            assert privacy == ""
            assert not other.rings.is_set()


async def test_a_withheld_number_is_not_in_the_invite(line: Line, caller: Phone) -> None:
    one = await asked(shown="withheld")
    assert await one.is_called() == ""
    await Browser(line, one.operator).joins(one.contact)
    await until(caller.rings.is_set, 30)
    sender, privacy = shown_by(caller)
    assert "anonymous@anonymous.invalid" in sender
    assert privacy == "id"
    whole = str(caller.call.invite)
    assert "account" not in whole
    assert NUMBER.removeprefix("+") not in whole


async def test_nobody_answers_and_it_goes_back_to_the_list(line: Line, caller: Phone) -> None:
    caller.answering = False
    one = await asked()
    robin = Browser(line, one.operator)
    assert await one.is_called() == ""
    await robin.joins(one.contact)
    await robin.sees(t="state", s="ringing", within=30)
    row = await one.came_to("no_answer")
    assert row.answered_at is None
    contact = await one.contact_is()
    assert (contact.state, contact.live) == ("in_hand", False)
    assert await one.is_called() == "too_soon"
    assert await db.run(lambda: Presence.objects.get().state) == "idle"


async def test_the_telephone_of_the_caller_is_never_rung_without_the_operators_end(line: Line, caller: Phone) -> None:
    one = await asked()
    assert await one.is_called() == ""
    row = await one.came_to("not_made")
    assert row.dialled_at is None
    assert not caller.rings.is_set()
    assert (await one.contact_is()).live is False


async def test_a_stranger_is_put_down_when_the_operator_says_so(line: Line, caller: Phone) -> None:
    one = await asked()
    robin = Browser(line, one.operator)
    await one.is_called()
    await robin.joins(one.contact)
    await robin.sees(t="state", s="connected", within=30)
    await one.says("stranger")
    await caller.is_hung_up()
    assert (await one.came_to("stranger")).answered_at


async def test_what_came_of_a_call_that_was_put_down_the_operator_says_afterwards(line: Line, caller: Phone) -> None:
    one = await asked()
    robin = Browser(line, one.operator)
    await one.is_called()
    await robin.joins(one.contact)
    await robin.sees(t="state", s="connected", within=30)
    await caller.hang_up()
    await robin.sees(t="state", s="caller_gone", within=30)
    assert (await one.newest()).outcome == ""
    assert await one.is_called() == "under_way"
    await one.says("reached")
    assert (await one.contact_is()).state == "wrap_up"


async def test_the_operator_takes_it_on_a_phone_of_their_own(caller: Phone) -> None:
    """Both ends are reached over the trunk: first the operator's, who presses 1, then the caller's."""
    async with Phone(number=OWN) as own:
        trunks = (
            Trunk(name="own", domain=f"{own.host}:{own.port}", username="a", register=False),
            Trunk(
                name="out", domain=f"{caller.host}:{caller.port}", username="b", register=False, numbers={"x": NUMBER}
            ),
        )
        async with open_line(trunks=trunks) as line:
            one = await asked(own_phone=OWN, shown=NUMBER)
            assert await one.is_called() == ""
            await line.hears(own, "whisper", within=30)
            assert not caller.rings.is_set()
            await own.presses("1")
            await until(caller.talking.is_set, 30)
            caller.says_tone(1234, 3)
            await own.hears(1234)
            await own.hang_up()
            await caller.is_hung_up()


async def test_the_engine_dies_and_the_try_is_recorded_and_not_repeated(line: Line, caller: Phone) -> None:
    one = await asked()
    robin = Browser(line, one.operator)
    await one.is_called()
    await robin.joins(one.contact)
    await robin.sees(t="state", s="connected", within=30)
    caller.rings.clear()
    assert line.adapter.switch.process
    os.kill(line.adapter.switch.process.pid, signal.SIGKILL)
    await one.came_to("interrupted")
    await until(lambda: line.adapter.switch.restarts == 1 and line.adapter.switch.up.is_set(), 30)
    assert not caller.rings.is_set()
    assert (await db.run(lambda: callbacks.judge(Callback.objects.get()))).reason == "too_soon"


async def test_a_server_that_died_in_the_middle_finds_the_try_and_dials_nobody(line: Line, caller: Phone) -> None:
    one = await asked()
    made = await db.run(callback_tries.begin, one.contact, one.operator.pk)
    await db.run(lines.callback_dialled, str(made.pk))
    from harkline.channels.phone import desk

    assert await desk.after_a_crash() == 1
    assert (await one.newest()).outcome == "interrupted"
    assert not caller.rings.is_set()


async def test_without_a_trunk_the_line_says_so() -> None:
    async with open_line():
        one = await asked()
        assert await one.is_called() == "no_trunk"
        assert await db.run(CallbackTry.objects.count) == 0
