"""Who is offered to whom, in the words of those who wait."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from harkline.routing.match import AGEING, Idle, Pair, Waiting, in_order, match

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def caller(number: int, language: str = "en", waited: float = 60, channel: str = "phone", **more: object) -> Waiting:
    since = NOW - timedelta(seconds=waited)
    return Waiting(UUID(int=number), channel, language, since, **{"live": channel == "phone", **more})  # type: ignore[arg-type]


def mail(number: int, waited: float, **more: object) -> Waiting:
    return caller(number, waited=waited, **{"channel": "email", **more})  # type: ignore[arg-type]


def operator(number: int, *languages: str, idle: float = 60, **more: object) -> Idle:
    capacity = more.pop("capacity", {"call": 1, "message": 1})
    return Idle(number, frozenset(languages or ("en",)), capacity, NOW - timedelta(seconds=idle), **more)  # type: ignore[arg-type]


def offered(waiting: Sequence[Waiting], idle: Sequence[Idle]) -> list[tuple[int, int]]:
    return [(pair.contact_id.int, pair.operator_id) for pair in match(waiting, idle, NOW)]


def test_nobody_waits_or_nobody_is_idle() -> None:
    assert offered([], [operator(1)]) == []
    assert offered([caller(1)], []) == []


def test_a_caller_at_high_risk_goes_before_one_who_waited_longer() -> None:
    assert offered([caller(1, waited=600), caller(2, waited=5, risk=2)], [operator(9)]) == [(2, 9)]


def test_a_caller_whose_operator_vanished_goes_to_the_head_of_the_queue() -> None:
    assert offered([caller(1, waited=600), caller(2, waited=5, head=True)], [operator(9)]) == [(2, 9)]


def test_somebody_who_is_there_now_goes_before_a_message() -> None:
    assert offered([mail(1, waited=3600), caller(2, waited=5)], [operator(9)]) == [(2, 9)]


def test_a_message_that_has_waited_long_enough_overtakes_a_new_call() -> None:
    old = AGEING.total_seconds() + 10
    assert offered([caller(2, waited=5), mail(1, waited=old)], [operator(9)]) == [(1, 9)]


def test_even_an_old_message_does_not_overtake_a_call_at_higher_risk() -> None:
    assert offered([mail(1, waited=90_000), caller(2, waited=1, risk=1)], [operator(9)]) == [(2, 9)]


def test_the_operator_who_speaks_more_is_kept_back() -> None:
    assert offered([caller(1)], [operator(8, "en", "ps", idle=900), operator(9, "en", idle=5)]) == [(1, 9)]


def test_of_two_alike_the_one_with_less_in_hand_then_the_longest_idle_is_asked() -> None:
    assert offered([caller(1)], [operator(7, load=1, idle=900), operator(8, idle=5), operator(9, idle=30)]) == [(1, 9)]


def test_who_declined_is_not_asked_again() -> None:
    assert offered([caller(1, excluded=frozenset({8}))], [operator(8, idle=900), operator(9)]) == [(1, 9)]
    assert offered([caller(1, excluded=frozenset({8}))], [operator(8)]) == []


def test_nobody_is_offered_a_kind_that_they_have_no_room_for() -> None:
    in_a_chat = operator(9, capacity={"call": 0, "message": 2}, load=1)
    assert offered([caller(1), mail(2, waited=5)], [in_a_chat]) == [(2, 9)]


def test_a_caller_waits_for_their_language_while_somebody_on_duty_speaks_it() -> None:
    assert offered([caller(1, "ps")], [operator(9, "en")]) == []


def test_a_caller_whose_language_nobody_speaks_is_put_to_whoever_is_there() -> None:
    pairs = match([caller(1, "so", fallback=True)], [operator(9, "en")], NOW)
    assert pairs == [Pair(UUID(int=1), 9, fallback=True)]


def test_an_idle_speaker_is_preferred_even_when_the_fallback_is_open() -> None:
    assert offered([caller(1, "so", fallback=True)], [operator(8, "en"), operator(9, "so", "en", "ar")]) == [(1, 9)]


def test_the_waiting_list_is_the_order_in_which_offers_are_made() -> None:
    people = [mail(1, 30), caller(2, waited=9), caller(3, waited=99), caller(4, risk=2), caller(5, head=True)]
    assert [one.id.int for one in in_order(people, NOW)] == [4, 5, 3, 2, 1]


# What holds whoever waits and whoever is idle.

languages = st.sampled_from(["en", "ps", "fa", "ar"])
channels = st.sampled_from(["phone", "email", "web"])
seconds = st.integers(0, 40_000)


@st.composite
def crowds(draw: st.DrawFn) -> tuple[list[Waiting], list[Idle]]:
    waiting = [
        caller(
            number,
            draw(languages),
            draw(seconds),
            draw(channels),
            live=draw(st.booleans()),
            risk=draw(st.integers(0, 2)),
            head=draw(st.booleans()),
            fallback=draw(st.booleans()),
            excluded=draw(st.frozensets(st.integers(0, 7), max_size=3)),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    idle = [
        operator(
            number,
            *draw(st.sets(languages, min_size=1)),
            idle=draw(seconds),
            load=draw(st.integers(0, 2)),
            skills=draw(st.frozensets(st.sampled_from(["legal", "medical"]))),
            capacity=draw(st.dictionaries(st.sampled_from(["call", "chat", "message"]), st.integers(0, 2))),
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    return waiting, idle


def can(who: Idle, contact: Waiting) -> bool:
    return who.capacity.get(contact.kind, 0) > 0 and who.operator_id not in contact.excluded


def speaks(who: Idle, contact: Waiting) -> bool:
    return contact.language in who.languages


@given(crowds())
def test_never_two_offers_for_one(crowd: tuple[list[Waiting], list[Idle]]) -> None:
    pairs = match(*crowd, NOW)
    assert len({pair.contact_id for pair in pairs}) == len(pairs)
    assert len({pair.operator_id for pair in pairs}) == len(pairs)


@given(crowds())
def test_nobody_is_offered_what_they_cannot_take(crowd: tuple[list[Waiting], list[Idle]]) -> None:
    waiting, idle = {one.id: one for one in crowd[0]}, {one.operator_id: one for one in crowd[1]}
    for pair in match(*crowd, NOW):
        contact, who = waiting[pair.contact_id], idle[pair.operator_id]
        assert can(who, contact)
        assert pair.fallback is not speaks(who, contact)
        assert contact.fallback or not pair.fallback


@given(crowds())
def test_never_one_without_the_language_while_a_speaker_is_left_idle(crowd: tuple[list[Waiting], list[Idle]]) -> None:
    pairs = match(*crowd, NOW)
    waiting = {one.id: one for one in crowd[0]}
    left = [one for one in crowd[1] if one.operator_id not in {pair.operator_id for pair in pairs}]
    for pair in pairs:
        contact = waiting[pair.contact_id]
        assert not (pair.fallback and any(can(one, contact) and speaks(one, contact) for one in left))


@given(crowds())
def test_nobody_is_left_waiting_beside_an_idle_operator_who_could_take_them(
    crowd: tuple[list[Waiting], list[Idle]],
) -> None:
    pairs = match(*crowd, NOW)
    contacts, operators = {pair.contact_id for pair in pairs}, {pair.operator_id for pair in pairs}
    left = [one for one in crowd[1] if one.operator_id not in operators]
    for contact in (one for one in crowd[0] if one.id not in contacts):
        assert not any(can(one, contact) and (contact.fallback or speaks(one, contact)) for one in left)


@given(crowds())
def test_never_a_lower_risk_before_a_higher_one_when_the_operator_could_take_both(
    crowd: tuple[list[Waiting], list[Idle]],
) -> None:
    pairs = {pair.contact_id: pair for pair in match(*crowd, NOW)}
    waiting, idle = {one.id: one for one in crowd[0]}, {one.operator_id: one for one in crowd[1]}
    for contact in (one for one in crowd[0] if one.id not in pairs):
        for pair in pairs.values():
            who, taken = idle[pair.operator_id], waiting[pair.contact_id]
            both = can(who, contact) and (speaks(who, contact) or contact.fallback)
            assert not (both and contact.risk > taken.risk)


@given(crowds(), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_read_changes_nothing(
    crowd: tuple[list[Waiting], list[Idle]], rng: random.Random
) -> None:
    waiting, idle = list(crowd[0]), list(crowd[1])
    rng.shuffle(waiting)
    rng.shuffle(idle)
    assert match(waiting, idle, NOW) == match(*crowd, NOW)


def plain_match(waiting: list[Waiting], idle: list[Idle]) -> list[tuple[int, int]]:
    """The policy written the slow way, looking at everybody each time."""
    free, made = list(idle), []
    for contact in in_order(waiting, NOW):
        able = [one for one in free if can(one, contact)]
        chosen = [one for one in able if speaks(one, contact)] or (able if contact.fallback else [])
        if chosen:
            who = min(chosen, key=lambda one: (one.shape.flexibility, one.load, one.idle_since, one.operator_id))
            free.remove(who)
            made.append((contact.id.int, who.operator_id))
    return made


@given(crowds())
def test_calls_and_chats_go_where_looking_at_everybody_sends_them(crowd: tuple[list[Waiting], list[Idle]]) -> None:
    there_now = [one for one in crowd[0] if one.live]
    assert offered(there_now, crowd[1]) == plain_match(there_now, crowd[1])


@given(crowds())
def test_moving_messages_serves_more_and_leaves_nobody_who_was_served(crowd: tuple[list[Waiting], list[Idle]]) -> None:
    plain, better = plain_match(*crowd), offered(*crowd)
    assert {one for one, _who in plain} <= {one for one, _who in better}
    live = {one.id.int for one in crowd[0] if one.live}
    assert [pair for pair in plain if pair[0] in live] == [pair for pair in better if pair[0] in live]


def most(waiting: list[Waiting], idle: list[Idle]) -> int:
    """How many can be served at best, by trying everything."""
    if not waiting:
        return 0
    first, rest = waiting[0], waiting[1:]
    tried = [most(rest, idle)]
    for one in idle:
        if can(one, first) and speaks(one, first):
            tried.append(1 + most(rest, [other for other in idle if other is not one]))
    return max(tried)


@given(crowds())
def test_as_many_messages_find_somebody_as_can_be(crowd: tuple[list[Waiting], list[Idle]]) -> None:
    mails = [replace(one, live=False, fallback=False) for one in crowd[0][:6]]
    assert len(match(mails, crowd[1][:5], NOW)) == most(mails, crowd[1][:5])


def test_one_mail_makes_room_for_another() -> None:
    both = [operator(8, "en", "fa", idle=900), operator(9, "en", "ps")]
    assert offered([mail(1, 60), mail(2, 30, language="fa")], both) == [(1, 9), (2, 8)]
