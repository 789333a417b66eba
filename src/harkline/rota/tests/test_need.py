"""How many people are needed: by the load of the hour before, by messages, and never alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline.rota import need
from harkline.rota.erlang import Target
from harkline.rota.need import Expected, Reckoning
from harkline.rota.patience import Waited, handling, median, patience

START = datetime(2026, 3, 2, tzinfo=UTC)


def half_hours(calls, messages=()):
    return [
        Expected(
            START + number * need.HALF_HOUR,
            one if isinstance(one, dict) else {"en": one},
            {"en": messages[number]} if messages else {},
        )
        for number, one in enumerate(calls)
    ]


def test_an_even_day_needs_what_erlang_a_says():
    rows = need.need(half_hours([30.0] * 4), Reckoning(handling=600))
    assert [one.people for one in rows] == [12] * 4
    assert [one.without_patience for one in rows] == [14] * 4
    assert rows[0].level >= 0.8


def test_talks_that_began_before_still_go_on():
    rows = need.need(half_hours([30.0] * 4 + [0.0] * 4), Reckoning(handling=1800, at_least=0))
    after = [one.people for one in rows[4:]]
    assert after == sorted(after, reverse=True)
    assert after[0] > 10
    assert after[-1] < after[0]


def test_who_calls_in_an_evening_rush_is_not_all_there_at_once():
    loads = need.offered([0.0] * 2 + [30.0] * 2, 3600)
    assert loads[:2] == [0, 0]
    assert 0 < loads[2] < loads[3] < 60


@given(st.lists(st.floats(0, 50), min_size=1, max_size=30), st.floats(60, 7200))
def test_the_load_stays_between_the_least_and_the_most_that_came(calls, handling_time):
    loads = need.offered(calls, handling_time)
    steady = [one / need.SECONDS * handling_time for one in calls]
    assert min(steady) - 1e-6 <= min(loads)
    assert max(loads) <= max(steady) + 1e-6


def test_there_are_always_two():
    rows = need.need(half_hours([0.01] * 3), Reckoning())
    assert [one.people for one in rows] == [2] * 3


def test_each_language_has_somebody_unless_an_interpreter_does():
    rows = need.need(half_hours([{"en": 3.0, "ps": 0.05, "fa": 0.05}] * 2), Reckoning(interpreted=frozenset({"fa"})))
    assert rows[0].by_language == {"en": rows[0].by_language["en"], "ps": 1}
    assert rows[0].people >= rows[0].by_language["en"] >= 2


def test_messages_ask_for_more_people_only_where_there_is_no_time_between_calls():
    how = Reckoning(handling=600, message_handling=1200, answer_messages=3600)
    quiet = need.need(half_hours([1.0] * 4, [0.5] * 4), how)
    flooded = need.need(half_hours([1.0] * 4, [9.0] * 4), how)
    assert quiet[-1].people == 2
    assert flooded[-1].people >= 7
    spread = need.need(half_hours([1.0] * 48, [0.0] * 24 + [9.0] + [0.0] * 23), Reckoning(answer_messages=86_400))
    assert max(one.people for one in spread) <= 3


def test_a_promise_about_abandonment_costs_people():
    calls = half_hours([30.0])
    usual, strict = (need.need(calls, Reckoning(target=Target(0.8, 20, abandons=share)))[0] for share in (None, 0.01))
    assert strict.people > usual.people
    assert strict.abandons <= 0.01
    assert need.staff_hours([usual]) == usual.people / 2


def test_four_weeks_are_in_order_and_aware():
    rows = need.need(half_hours([2.0] * 1344), Reckoning())
    assert len(rows) == 1344
    assert rows[-1].begins - rows[0].begins == timedelta(days=28) - need.HALF_HOUR


def test_patience_counts_those_who_were_answered_before_theirs_ended():
    waits = [Waited(30, False)] * 90 + [Waited(60, True)] * 10
    found = patience(waits, 180)
    assert found.mean == pytest.approx((90 * 30 + 600 + 5 * 180) / 15)
    assert found.number == 10
    assert found.own == pytest.approx(10 / 15)
    assert patience([], 180).mean == 180


def test_the_median_of_patience_by_kaplan_and_meier():
    # By hand: 5/6 × 3/4 × 1/2 — censored at 2 and 4.
    rows = [Waited(1, True), Waited(2, False), Waited(3, True), Waited(4, False), Waited(5, True), Waited(6, False)]
    assert median(rows) == 5
    assert median([Waited(1, True), Waited(2, False), Waited(3, False)]) is None
    assert median([]) is None


def test_a_wrap_up_that_nobody_ended_counts_as_four_hours():
    assert handling([1200] * 10, 1200).mean == 1200
    assert handling([10**6] * 10, 1200).mean == pytest.approx((14_400 + 1200) / 2)
