"""Who goes first among those who write without a code."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from harkline.channels.web import pressure, puzzle, tokens
from harkline.channels.web.tide import Tide, field
from harkline.channels.web.turn import Crowded, Once, Turns
from harkline.runtime import clock

HEAVY = pressure.CALM * 20


@pytest.fixture(autouse=True)
def gauge() -> Iterator[pressure.Gauge]:
    before, mine = pressure.present(), pressure.Gauge()
    pressure.use(mine)
    yield mine
    pressure.use(before)


def _flood(gauge: pressure.Gauge) -> None:
    gauge.level, gauge.at = HEAVY, clock.now().timestamp()


def _body(ticket: str, proof: str = "") -> bytes:
    return f"token={ticket}&proof={proof}&text=x".encode()


def _proof() -> str:
    return puzzle.solve(puzzle.challenge(tokens.puzzle_key(), 10, clock.now().timestamp()))


async def _send(message: object) -> None:
    return None


class Pages:
    """Answers, and notes who was let through."""

    def __init__(self, status: int = 200) -> None:
        self.came: list[str] = []
        self.status = status
        self.hold = asyncio.Event()
        self.hold.set()

    def named(self, name: str):
        async def go_on(send) -> None:
            self.came.append(name)
            await self.hold.wait()
            await send({"type": "http.response.start", "status": self.status})

        return go_on


async def test_in_peace_nobody_waits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asyncio, "sleep", None)
    pages = Pages()
    await Tide().through(_body(tokens.issue()), _send, pages.named("somebody"))
    assert pages.came == ["somebody"]


async def test_under_a_flood_who_cannot_solve_waits_for_the_form_s_time(gauge: pressure.Gauge, monkeypatch):
    _flood(gauge)
    slept: list[float] = []
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: slept.append(seconds) or asyncio.Event().wait())
    waiting = asyncio.create_task(Tide().through(_body(tokens.issue(20)), _send, Pages().named("at once")))
    await asyncio.wait([waiting], timeout=0.05)
    assert 18 < slept[0] <= 20
    waiting.cancel()


async def test_whoever_wrote_longer_than_the_wait_goes_on_at_once(gauge: pressure.Gauge, monkeypatch):
    with clock.using(clock.Wound(clock.now() - timedelta(minutes=1))):
        ticket = tokens.issue(20)
    _flood(gauge)
    monkeypatch.setattr(asyncio, "sleep", None)
    pages = Pages()
    await Tide().through(_body(ticket), _send, pages.named("slow writer"))
    assert pages.came == ["slow writer"]


async def test_a_form_is_good_once_without_a_wait(gauge: pressure.Gauge, monkeypatch):
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with clock.using(clock.Wound(clock.now() - timedelta(minutes=1))):
        ticket = tokens.issue(20)
    _flood(gauge)
    tide, pages = Tide(), Pages()
    await tide.through(_body(ticket), _send, pages.named("first"))
    assert slept == []
    await tide.through(_body(ticket), _send, pages.named("again"))
    assert len(slept) == 1
    await tide.through(_body("made-up"), _send, pages.named("made up"))
    assert len(slept) == 2
    assert pages.came == ["first", "again", "made up"]


async def test_solved_ones_pass_those_who_wait(gauge: pressure.Gauge):
    tide, pages = Tide(slots=1), Pages()
    pages.hold.clear()
    others = [asyncio.create_task(tide.through(_body(tokens.issue()), _send, pages.named("other"))) for _ in range(5)]
    await asyncio.sleep(0)
    solved = asyncio.create_task(tide.through(_body(tokens.issue(), _proof()), _send, pages.named("solved")))
    while "solved" not in pages.came:
        await asyncio.sleep(0)
    assert pages.came == ["other", "solved"]
    pages.hold.set()
    await asyncio.gather(*others, solved)
    assert pages.came.count("other") == 5
    assert gauge.level == pytest.approx(5, abs=0.5)


async def test_a_solution_is_good_once_unless_it_came_to_nothing(gauge: pressure.Gauge):
    tide, proof = Tide(), _proof()
    await tide.through(_body(tokens.issue(), proof), _send, Pages(status=409).named("refused"))
    await tide.through(_body(tokens.issue(), proof), _send, Pages().named("taken"))
    assert gauge.level == 0
    await tide.through(_body(tokens.issue(), proof), _send, Pages().named("used up"))
    assert gauge.level == 1


def test_only_first_messages_are_concerned():
    tide = Tide()
    for path in ("/write", "/fa/write", "/prs/write/", "/sealed/message", "/fa/sealed/message"):
        assert tide.concerns({"method": "POST", "path": path}), path
    for path in ("/code", "/code/more", "/sealed/more", "/sealed/talk", "/write/kept", "/account/sign-in"):
        assert not tide.concerns({"method": "POST", "path": path}), path
    assert not tide.concerns({"method": "GET", "path": "/write"})


def test_the_hidden_fields_are_found_in_either_encoding():
    part = b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\na:b-c_d\r\n--x\r\n'
    assert field(part, "token") == "a:b-c_d"
    assert field(b"text=1&token=a%3Ab&proof=", "token") == "a:b"
    assert field(b"text=1&token=a%3Ab&proof=", "proof") == ""
    assert field(b"", "token") == ""


async def test_the_oldest_form_has_the_next_turn_and_a_lost_turn_goes_on():
    turns, order = Turns(1), []

    async def one(since: float) -> None:
        await turns.take(since)
        order.append(since)
        turns.give()

    await turns.take(0)
    tasks = [asyncio.create_task(one(since)) for since in (3, 1, 2, 4)]
    await asyncio.sleep(0)
    tasks[2].cancel()
    turns.give()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == [1, 3, 4]
    await turns.take(0)  # it is free again


async def test_there_is_an_end_to_what_is_kept_waiting():
    turns = Turns(1, most=1)
    await turns.take(0)
    waiting = asyncio.create_task(turns.take(1))
    await asyncio.sleep(0)
    with pytest.raises(Crowded):
        await turns.take(2)
    waiting.cancel()


def test_the_oldest_are_forgotten_first():
    once = Once(most=2)
    assert [once.use(name) for name in "abac"] == [True, True, False, True]
    assert (once.used("a"), once.used("b"), once.used("c")) == (False, True, True)
