"""Somebody rings a line that is closed, or wants to know whether a number is genuine."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.peers.phone import Phone
from tests.peers.phone_line import NUMBER, Browser, Line, on_duty, open_line

from harkline.notice import door, policy, publish, standing
from harkline.notice.standing import Asked
from harkline.runtime import clock, db
from harkline_verify import check_words

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db", "team_private")]
OURS, NOT_OURS = "00442079460123#", "02079460124#"


@pytest.fixture(autouse=True)
def signing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(check_words, "ROUNDS", 10)
    before = policy.present()
    policy.use(policy.Policy(folder=tmp_path, page="https://line.example"))
    yield
    policy.use(before)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with open_line() as one:
        await db.run(publish.sign, None)
        yield one


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone() as one:
        yield one


async def keys(caller: Phone, digits: str) -> None:
    """Key them in; what was heard until then is over."""
    caller.forgets()
    for digit in digits:
        await caller.presses(digit)


async def test_whoever_rings_a_closed_line_hears_so_in_its_languages_and_is_counted(line: Line, caller: Phone) -> None:
    await on_duty("robin")
    await db.run(standing.close_at_once, None)
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "closed_danger")
    await line.hears(caller, "closed_danger", language="fa")
    await caller.is_hung_up()
    row = await line.attempt(outcome="rejected", reason="closed")
    assert row.address.value == NUMBER
    assert not {"greeting", "queue_wait"} & {key for key, _language, _values in line.voice.said}


async def test_whoever_rings_before_a_planned_end_hears_in_how_many_days(line: Line, caller: Phone) -> None:
    await on_duty("robin")
    ends = standing.of(Asked(door.CLOSED, clock.now() + timedelta(days=9)))
    await db.run(publish.renew, None, ends)
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")
    await line.hears(caller, "closes_soon")
    await line.hears(caller, "queue_wait")
    assert line.voice.value("closes_soon", "days") == 9


async def test_a_number_is_keyed_in_and_answered_while_nobody_is_there(line: Line, caller: Phone) -> None:
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")
    await line.hears(caller, "genuine_offer")
    await caller.presses("6")
    await line.hears(caller, "callback_key_number")
    await keys(caller, OURS)
    await line.hears(caller, "genuine_yes")
    await line.hears(caller, "menu_unattended")
    await keys(caller, "6")
    await line.hears(caller, "callback_key_number")
    await keys(caller, NOT_OURS)
    await line.hears(caller, "genuine_no")
    await line.hears(caller, "menu_unattended")
    assert (await line.attempts())[0].stage == "language"


async def test_who_asks_in_the_queue_is_still_answered_by_the_first_who_is_free(line: Line, caller: Phone) -> None:
    browser = Browser(line, await on_duty("robin"))
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")
    await line.hears(caller, "genuine_offer")
    await caller.presses("6")
    await line.hears(caller, "callback_key_number")
    await keys(caller, "0044")
    await browser.accepts()
    await browser.sees(t="state", s="connected")
    caller.says_tone(1234, 1.0)
    await browser.hears(1234)
