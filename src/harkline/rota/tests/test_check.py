"""The checker against breaches made by hand: one rule broken, and that rule named, with its person and day."""

import pytest

from harkline.rota.check import check
from harkline.rota.plan.terms import Fixed, Person, Problem, Request, ShiftNeed, ShiftType, SlotNeed

EARLY = ShiftType("E", 360, 480)
LATE = ShiftType("L", 840, 480, not_before=frozenset("D"))
DAY = ShiftType("D", 600, 480)
NIGHT = ShiftType("N", 1320, 480, night=True)


def broken(row, person=None, **more):
    """(rule, day) of everything that one person's days break; ``row`` is a text with a letter for each day."""
    person = person or Person("A")
    problem = Problem(len(row), (EARLY, LATE, DAY, NIGHT), (person,), **more)
    report = check(problem, {"A": days(row)})
    assert all(one.person == "A" and one.sentence.startswith("A ") for one in report.broken)
    return [(one.rule, one.day) for one in report.broken]


def days(row):
    return tuple(None if one == "." else one for one in row)


@pytest.mark.parametrize(
    ("row", "person", "expected"),
    [
        ("EE.....", {"min_minutes": 961}, [("min_minutes", None)]),
        ("EE.....", {"min_minutes": 960, "max_minutes": 960}, []),
        ("EEE....", {"max_minutes": 1439}, [("max_minutes", None)]),
        (".E.....", {"days_off": frozenset({1})}, [("days_off", 1)]),
        (".E.....", {"unavailable": frozenset({(1, "E")})}, [("unavailable", 1)]),
        (".L.....", {"unavailable": frozenset({(1, "E")})}, []),
        ("E.E.E..", {"most": {"E": 2}}, [("most", 4)]),
        ("LE.....", {"rest": 660}, [("rest", 1)]),
        ("L.E....", {"rest": 660}, []),
        ("LD.....", {}, [("not_before", 1)]),
        ("EEEEEE.", {"max_days_in_row": 5}, [("max_days_in_row", 5)]),
        ("..E....", {"min_days_in_row": 2}, [("min_days_in_row", 2)]),
        ("E......", {"min_days_in_row": 2}, []),  # may have begun before the plan
        ("......E", {"min_days_in_row": 2}, []),
        ("E......", {"min_days_in_row": 2, "before": (None,)}, [("min_days_in_row", 0)]),
        (".......", {"min_days_in_row": 2, "before": (None, "E")}, [("min_days_in_row", 0)]),
        ("EE.EE..", {"min_days_off": 2}, [("min_days_off", 2)]),
        (".EE....", {"min_days_off": 2, "before": ("E",)}, [("min_days_off", 0)]),
        ("EE.....", {"max_days_in_row": 3, "before": ("E", "E")}, [("max_days_in_row", 1)]),
        (".....E.", {"max_weekends": 0}, [("max_weekends", 5)]),
        (".....EE......E", {"max_weekends": 1}, [("max_weekends", 13)]),
        ("N.N.N..", {"max_nights": 2}, [("max_nights", 4)]),
        ("NNN....", {"max_nights_in_row": 2}, [("max_nights_in_row", 2)]),
        ("NN.E...", {"days_off_after_nights": 2}, [("days_off_after_nights", 3)]),
        ("NN..E..", {"days_off_after_nights": 2}, []),
        ("NE.....", {"rest": 660, "days_off_after_nights": 1}, [("rest", 1), ("days_off_after_nights", 1)]),
        ("E......", {"rest": 660, "before": ("N",)}, [("rest", 0)]),
    ],
)
def test_each_rule_is_named_with_its_day(row, person, expected):
    assert broken(row, Person("A", **person)) == expected


def test_what_was_settled_by_hand_is_missed():
    assert broken("E..", fixed=(Fixed("A", 0, "L"), Fixed("A", 1, None))) == [("fixed", 0)]


def test_the_cost_is_counted_by_part():
    team = (Person("A", fair_nights=1, languages=frozenset({"fa"})), Person("B"))
    problem = Problem(
        3,
        (EARLY, LATE, DAY, NIGHT),
        team,
        shift_needs=(ShiftNeed(0, "E", 3, 10, 1), ShiftNeed(0, "E", 1, 10, 1), ShiftNeed(1, "N", 1, 7, language="fa")),
        slot_needs=(SlotNeed(420, 480, 3, 5), SlotNeed(1380, 1800, 1, 4), SlotNeed(2 * 1440, 2 * 1440 + 60, 2, 20)),
        requests=(
            Request("A", 0, "L", 2),
            Request("B", 0, "E", 3, wants=False),
            Request("B", 2, None, 4),
            Request("A", 2, "N", 9),
        ),
        night_weight=6,
        unchanged={"A": ("E", "N", "N"), "B": (None, None, None)},
        change_weight=0.5,
    )
    report = check(problem, {"A": days("ENN"), "B": days("E..")})
    # short: one early on day 0, one at 7:00 and two on day 2 less one still on; nobody at 23:00 of day 0; one early too many for the second need
    assert report.cover == 10 + 1 + 5 + 4 + 20
    assert (report.requests, report.nights, report.changes) == (2 + 3 + 4, 6, 0.5)
    assert report.objective == report.cover + report.requests + report.nights + report.changes
    assert [(hole.has, hole.lacks) for hole in report.holes] == [(2, 1), (2, 1), (0, 1), (1, 1)]


def test_an_unknown_shift_is_an_error_and_a_short_row_is_free_days():
    problem = Problem(2, (EARLY,), (Person("A"),))
    with pytest.raises(KeyError):
        check(problem, {"A": ("X", None)})
    assert check(problem, {}).objective == 0
