"""How somebody opens is told by plain counts, and what stands out by a plain rule."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from harkline.records.patterns import Opened, Stretch, days

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALWAYS = [Stretch(1, NOON - timedelta(days=60), None), Stretch(2, NOON - timedelta(days=60), None)]


def opened(who, *cases, at=NOON):
    return [Opened(who, at, case) for case in cases]


def test_cases_are_counted_once_and_openings_each_time():
    one = days(opened(1, "a", "a", "b"), ALWAYS, ALWAYS, [(1, "a")], UTC)[0]
    assert (one.cases, one.openings, one.own, one.others) == (2, 3, 1, 1)
    assert (one.off_duty, one.empty_handed, one.unusual) == (0, 0, ())


def test_days_and_hours_are_those_of_the_line():
    rows = opened(1, "a", at=NOON.replace(hour=23)) + opened(1, "b", at=NOON.replace(hour=21))
    found = days(rows, ALWAYS, ALWAYS, [], ZoneInfo("Europe/Paris"))
    assert [(str(one.day), one.hours) for one in found] == [("2026-06-02", [1]), ("2026-06-01", [23])]


def test_off_duty_and_with_nobody_in_hand_are_counted_to_the_minute():
    duty = [Stretch(1, NOON + timedelta(seconds=40), NOON + HOUR), Stretch(2, NOON - HOUR, NOON + HOUR)]
    rows = opened(1, "a") + opened(1, "b", at=NOON + HOUR) + opened(1, "c", at=NOON + 2 * HOUR)
    one = days(rows, duty, [], [], UTC)[0]
    assert (one.off_duty, one.empty_handed) == (1, 3)
    assert one.unusual == ("off_duty",)


def test_many_cases_of_others_stand_out():
    assert days(opened(1, *"abcde"), ALWAYS, ALWAYS, [], UTC)[0].unusual == ("others",)
    assert days(opened(1, *"abcd"), ALWAYS, ALWAYS, [], UTC)[0].unusual == ()
    own = [(1, case) for case in "fghij"]
    assert days(opened(1, *"abcdefghij"), ALWAYS, ALWAYS, own, UTC)[0].unusual == ()


def test_many_more_than_usual_stand_out():
    own = [(1, case) for case in "abcdefghijkl"]
    quiet = [row for day in range(1, 6) for row in opened(1, "a", "b", at=NOON - timedelta(days=day))]
    found = days(quiet + opened(1, *"abcdefghijkl"), ALWAYS, ALWAYS, own, UTC)
    assert [one.unusual for one in found] == [("many",), (), (), (), (), ()]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 5000), st.sampled_from("abcdef"))))
def test_nothing_is_counted_twice_or_left_out(rows):
    many = [Opened(who, NOON + timedelta(minutes=at), case) for who, at, case in rows]
    found = days(many, ALWAYS, [], [(1, "a")], UTC)
    assert sum(one.openings for one in found) == len(many)
    assert sum(one.empty_handed for one in found) == len(many)
    assert all(one.own + one.others == one.cases for one in found)
    assert sum(one.off_duty for one in found) == sum(1 for one in many if one.operator == 3)
