"""The dispatcher, event by event, against somebody who looks at everybody each time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harkline.routing.dispatcher import Dispatcher, reserve_of
from harkline.routing.needs import Idle, Pair, Waiting, capacity

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def contact(number: int, language: str = "en", waited: float = 60, channel: str = "phone", **more: object) -> Waiting:
    since = NOW - timedelta(seconds=waited)
    return Waiting(number, channel, language, since, **{"live": True, **more})  # type: ignore[arg-type]


def operator(number: int, *languages: str, idle: float = 60, **more: object) -> Idle:
    room = more.pop("capacity", {"call": 1, "chat": 1, "message": 1})
    return Idle(number, frozenset(languages or ("en",)), room, NOW - timedelta(seconds=idle), **more)  # type: ignore[arg-type]


def ready(*operators: Idle, reserve: int = 0) -> Dispatcher:
    core = Dispatcher(reserve=reserve)
    core.tick(NOW)
    for one in operators:
        core.free(one)
    return core


def test_a_call_goes_to_the_least_flexible_then_the_longest_idle() -> None:
    core = ready(operator(1, "en", "ps", idle=900), operator(2, idle=5), operator(3, idle=50))
    assert core.offer(contact(10)) == Pair(10, 3)
    assert core.offer(contact(11)) == Pair(11, 2)
    assert core.offer(contact(12)) == Pair(12, 1)
    assert core.offer(contact(13)) is None
    assert len(core) == 1


def test_who_becomes_free_takes_the_most_pressing_they_can() -> None:
    core = ready()
    for one in (contact(1, waited=90), contact(2, risk=2, waited=5), contact(3, "ps", risk=2, waited=90)):
        assert core.offer(one) is None
    assert core.free(operator(7)) == Pair(2, 7)
    assert core.free(operator(7)) == Pair(1, 7)
    assert core.free(operator(7)) is None


def test_a_caller_who_gives_up_or_whose_risk_rises() -> None:
    core = ready()
    core.offer(contact(1, waited=90))
    core.offer(contact(2, waited=5))
    core.offer(contact(2, waited=5, risk=2))
    assert len(core) == 2
    assert core.abandon(1)
    assert not core.abandon(1)
    assert core.free(operator(7)) == Pair(2, 7)


def test_skills_are_asked_for_and_skilled_ones_kept_back() -> None:
    core = ready(operator(1, skills=frozenset({"law"}), idle=900), operator(2))
    assert core.offer(contact(10)) == Pair(10, 2)
    assert core.offer(contact(11, skills=frozenset({"law"}))) == Pair(11, 1)
    core.free(operator(2))
    assert core.offer(contact(12, skills=frozenset({"law"}))) is None


def test_a_caller_waits_for_the_operator_they_know_and_no_longer_than_the_bound() -> None:
    core = ready(operator(1), operator(2, idle=5))
    known = contact(10, prefers=3, prefers_until=NOW + timedelta(seconds=60))
    assert core.offer(known) is None
    assert core.tick(NOW + timedelta(seconds=59)) == []
    assert core.tick(NOW + timedelta(seconds=60)) == [Pair(10, 1)]


def test_the_operator_whom_a_caller_knows_takes_them_by_rank_like_all_others() -> None:
    core = ready()
    core.offer(contact(10, waited=5, prefers=3, prefers_until=NOW + timedelta(seconds=60)))
    core.offer(contact(11, waited=50))
    core.offer(contact(12, waited=1))
    assert [core.free(operator(3)) for _ in range(3)] == [Pair(11, 3), Pair(10, 3), Pair(12, 3)]


def test_nobody_at_high_risk_waits_for_somebody_they_know() -> None:
    wanted = {"risk": 2, "prefers": 3, "prefers_until": NOW + timedelta(seconds=60)}
    assert ready(operator(1)).offer(contact(10, **wanted)) == Pair(10, 1)
    assert ready(operator(1), operator(3, "en", "ps")).offer(contact(10, **wanted)) == Pair(10, 3)


def test_who_declined_is_not_waited_for() -> None:
    known = contact(10, prefers=3, prefers_until=NOW + timedelta(seconds=60), excluded=frozenset({3}))
    assert ready(operator(1)).offer(known) == Pair(10, 1)


def test_the_last_ones_are_kept_for_high_risk() -> None:
    core = ready(operator(1), operator(2, idle=5), reserve=1)
    assert core.offer(contact(10)) == Pair(10, 1)
    assert core.offer(contact(11)) is None
    assert core.offer(contact(12, risk=2)) == Pair(12, 2)
    assert core.free(operator(1)) is None  # kept back again
    assert core.free(operator(2)) == Pair(11, 1)


@pytest.mark.parametrize(
    ("on_duty", "percent", "kept"), [(19, 2, 0), (20, 2, 1), (40, 2, 1), (200, 1.5, 3), (40, 0, 0)]
)
def test_there_is_no_reserve_on_a_small_desk(on_duty: int, percent: float, kept: int) -> None:
    assert reserve_of(on_duty, percent) == kept


@pytest.mark.parametrize(
    ("in_hand", "room"),
    [
        ((0, 0, 0), {"call": 1, "chat": 3, "message": 5}),
        ((1, 0, 2), {"call": 0, "chat": 0, "message": 0}),
        ((0, 2, 0), {"call": 0, "chat": 1, "message": 0}),
        ((0, 0, 4), {"call": 1, "chat": 3, "message": 1}),
        ((0, 4, 9), {"call": 0, "chat": 0, "message": 0}),
    ],
)
def test_one_call_or_three_chats_or_mails(in_hand: tuple[int, int, int], room: dict[str, int]) -> None:
    assert capacity(*in_hand, chats_at_once=3, messages_at_once=5) == room


class Plain:
    """The policy written the slow way."""

    def __init__(self) -> None:
        self.now, self.waiting, self.idle = NOW, {}, {}

    def _fits(self, who: Idle, one: Waiting) -> bool:
        held = one.held_for(self.now)
        return (
            who.capacity.get(one.kind, 0) > 0
            and (one.language in who.languages or one.fallback)
            and one.skills <= who.skills
            and who.operator_id not in one.excluded
            and held in (None, who.operator_id)
        )

    def _make(self, one: Waiting, who: Idle) -> Pair:
        self.waiting.pop(one.id, None)
        self.idle.pop(who.operator_id, None)
        return Pair(one.id, who.operator_id, one.language not in who.languages)

    def offer(self, one: Waiting) -> Pair | None:
        self.waiting[one.id] = one

        def order(who: Idle) -> tuple:
            wanted = one.risk >= 2 and one.prefers == who.operator_id
            stranger = one.fallback and one.language not in who.languages
            return not wanted, stranger, who.shape.flexibility, who.load, who.idle_since, who.operator_id

        able = [who for who in self.idle.values() if self._fits(who, one)]
        return self._make(one, min(able, key=order)) if able else None

    def free(self, who: Idle) -> Pair | None:
        self.idle[who.operator_id] = who
        able = [one for one in self.waiting.values() if self._fits(who, one)]
        return self._make(min(able, key=Waiting.rank), who) if able else None

    def abandon(self, number: int) -> bool:
        return self.waiting.pop(number, None) is not None

    def leave(self, number: int) -> bool:
        return self.idle.pop(number, None) is not None

    def tick(self, now: datetime) -> list[Pair]:
        due = [one for one in self.waiting.values() if one.prefers is not None and one.risk < 2]
        ends = [one for one in due if self.now < one.prefers_until <= now and one.prefers not in one.excluded]
        self.now = now
        return [pair for one in sorted(ends, key=Waiting.rank) if (pair := self.offer(self.waiting.pop(one.id)))]


languages = st.sampled_from(["en", "ps", "fa"])
few = st.frozensets(st.integers(0, 5), max_size=2)
skills = st.frozensets(st.sampled_from(["law", "young"]), max_size=1)
contacts = st.builds(
    contact,
    st.integers(0, 30),
    languages,
    st.integers(0, 900),
    st.sampled_from(["phone", "web"]),
    live=st.booleans(),
    risk=st.integers(0, 2),
    head=st.booleans(),
    fallback=st.booleans(),
    excluded=few,
    skills=skills,
    prefers=st.none() | st.integers(0, 5),
    prefers_until=st.integers(-10, 200).map(lambda seconds: NOW + timedelta(seconds=seconds)),
)
operators = st.builds(
    lambda number, spoken, idle, room, able, load: operator(
        number, *spoken, idle=idle, capacity=room, skills=able, load=load
    ),
    st.integers(0, 5),
    st.frozensets(languages, min_size=1),
    st.integers(0, 900),
    st.dictionaries(st.sampled_from(["call", "chat", "message"]), st.integers(0, 2)),
    skills,
    st.integers(0, 2),
)
events = st.one_of(
    st.tuples(st.just("offer"), contacts),
    st.tuples(st.just("free"), operators),
    st.tuples(st.just("abandon"), st.integers(0, 30)),
    st.tuples(st.just("leave"), st.integers(0, 5)),
    st.tuples(st.just("tick"), st.integers(0, 60)),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(events, max_size=40))
def test_every_event_gives_what_looking_at_everybody_gives(happened: list[tuple]) -> None:
    quick, plain, now = Dispatcher(), Plain(), NOW
    quick.tick(NOW)
    for what, value in happened:
        if what == "tick":
            now += timedelta(seconds=value)
            assert quick.tick(now) == plain.tick(now)
        else:
            if what == "offer":
                value = replace(value, id=value.id)
            assert getattr(quick, what)(value) == getattr(plain, what)(value)
    assert len(quick) == len(plain.waiting)
    assert quick.idle() == len(plain.idle)
