"""The engine against every rota there is, on plans small enough to try them all."""

import itertools
import random
from dataclasses import replace

import pytest

pytest.importorskip("numba", reason="the extra rota is missing: pip install 'harkline[rota]'")
pytest.importorskip("highspy", reason="the extra rota is missing: pip install 'harkline[rota]'")

from harkline.rota.check import check
from harkline.rota.plan.repair import repair
from harkline.rota.plan.solve import solve
from harkline.rota.plan.terms import Fixed, Person, Problem, Refused, Request, ShiftNeed, ShiftType, SlotNeed

EARLY = ShiftType("E", 6 * 60, 480)
LATE = ShiftType("L", 14 * 60, 480)
NIGHT = ShiftType("N", 22 * 60, 480, night=True)


def cheapest(problem):
    """The least cost of any rota that breaks no rule, by trying all; None when there is none."""
    names = [None, *(one.name for one in problem.shifts)]
    rows = []
    for person in problem.people:
        alone = replace(problem, people=(person,), shift_needs=(), slot_needs=(), requests=(), unchanged={})
        every = itertools.product(names, repeat=problem.days)
        rows.append([row for row in every if not check(alone, {person.name: row}).broken])
    rotas = itertools.product(*rows)
    costs = (check(problem, dict(zip((p.name for p in problem.people), rota, strict=True))).objective for rota in rotas)
    return min(costs, default=None)


def some_problem(seed):
    chance = random.Random(seed)
    shifts = tuple(chance.sample([EARLY, LATE, NIGHT, ShiftType("D", 9 * 60, 600, not_before=frozenset("E"))], 2))
    days = 4
    names = [one.name for one in shifts]
    people = tuple(some_person(chance, name, names, days) for name in "AB")
    shift_needs = [
        ShiftNeed(day, name, chance.randint(0, 2), 10, chance.choice([0, 1]), chance.choice([None, None, "fa"]))
        for day in range(days)
        for name in names
    ]
    slot_needs = [
        SlotNeed(hour * 60, hour * 60 + 60, chance.randint(1, 2), chance.choice([3, 5]), chance.choice([0, 1]))
        for hour in range(6, days * 24, 5)
    ]
    requests = [
        Request(
            chance.choice("AB"),
            chance.randrange(days),
            chance.choice([None, *names]),
            chance.randint(1, 4),
            chance.random() < 0.5,
        )
        for _ in range(4)
    ]
    fixed = [Fixed("B", 1, None)] if chance.random() < 0.3 else []
    return Problem(
        days,
        shifts,
        people,
        tuple(shift_needs),
        tuple(slot_needs),
        tuple(requests),
        tuple(fixed),
        chance.randrange(7),
        chance.choice([0, 2]),
    )


def some_person(chance, name, names, days):
    return Person(
        name,
        min_minutes=chance.choice([0, 480]),
        max_minutes=chance.choice([None, 1500]),
        most={chance.choice(names): chance.randint(0, 2)} if chance.random() < 0.4 else {},
        rest=chance.choice([0, 660]),
        min_days_in_row=chance.choice([1, 2]),
        max_days_in_row=chance.choice([None, 2, 3]),
        min_days_off=chance.choice([1, 2]),
        max_weekends=chance.choice([None, 0, 1]),
        max_nights=chance.choice([None, 1, 2]),
        max_nights_in_row=chance.choice([None, 1, 2]),
        days_off_after_nights=chance.choice([0, 1, 2]),
        fair_nights=chance.choice([None, 1]),
        days_off=frozenset({chance.randrange(days)} if chance.random() < 0.3 else ()),
        unavailable=frozenset({(chance.randrange(days), chance.choice(names))}),
        languages=frozenset({"fa"} if chance.random() < 0.5 else ()),
        before=tuple(chance.choices([None, *names], k=chance.choice([0, 0, 1, 3]))),
    )


def solved(problem, least=None, seconds=60.0):
    """The result, as soon as the rota costs no more than ``least``: what is sought for longer proves nothing here."""
    told = []
    return solve(problem, seconds, told.append, lambda: least is not None and any(_reached(one, least) for one in told))


def _reached(progress, least):
    return progress.objective is not None and progress.objective <= least + 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_no_rota_is_cheaper_than_the_bound_and_the_one_found_is_a_cheapest(seed):
    problem = some_problem(seed)
    least = cheapest(problem)
    if least is None:
        assert solve(problem, 1.0).relaxed
        return
    result = solved(problem, least)
    report = check(problem, result.rota)
    assert not report.broken
    assert report.objective == pytest.approx(result.objective)
    assert result.bound <= least + 1e-6
    assert result.objective == pytest.approx(least), result


@pytest.mark.parametrize("seed", range(100, 106))
def test_whatever_is_returned_breaks_no_rule_and_costs_what_it_says(seed):
    chance = random.Random(seed)
    names = [one.name for one in (EARLY, LATE, NIGHT)]
    people = [replace(some_person(chance, f"P{n}", names, 21), min_minutes=0, max_days_in_row=5) for n in range(7)]
    needs = [SlotNeed(hour * 60, hour * 60 + 120, 2, 7.5, 0.5) for hour in range(0, 21 * 24, 2)]
    problem = Problem(21, (EARLY, LATE, NIGHT), tuple(people), slot_needs=tuple(needs), night_weight=1.5)
    result = solve(problem, 1.0)
    report = check(problem, result.rota)
    assert {one.person for one in report.broken} <= set(result.relaxed)
    assert report.objective == pytest.approx(result.objective)
    assert result.bound <= result.objective + 1e-6


def test_what_cannot_be_kept_is_named_and_the_rest_is_planned():
    eager = Person("eager", min_minutes=20 * 480)
    problem = Problem(7, (EARLY,), (eager, Person("other")), (ShiftNeed(0, "E", 2),))
    result = solve(problem, 20.0)
    assert result.state == "optimal"
    assert result.relaxed == ("eager",)
    assert result.rota["eager"] == ("E",) * 7
    assert [one.rule for one in check(problem, result.rota).broken] == ["min_minutes"]
    assert result.objective == check(problem, result.rota).objective


def test_what_was_settled_is_kept_even_against_leave():
    away = Person("A", days_off=frozenset({1}))
    problem = Problem(3, (EARLY, LATE), (away, Person("B")), fixed=(Fixed("A", 1, "L"), Fixed("B", 0, None)))
    rota = solved(problem, 0).rota
    assert rota["A"][1] == "L"
    assert rota["B"][0] is None


def test_only_those_who_speak_a_language_count_for_it():
    speaks = Person("A", languages=frozenset({"fa"}))
    problem = Problem(
        2, (EARLY,), (speaks, Person("B")), (ShiftNeed(1, "E", 1, language="fa"), ShiftNeed(1, "E", 2, over=50.0))
    )
    result = solved(problem, 0)
    assert (result.objective, result.rota["A"][1], result.rota["B"][1]) == (0, "E", "E")


def test_somebody_on_a_night_from_before_counts_in_the_morning():
    night = Person("A", before=("N",), rest=660)
    problem = Problem(1, (NIGHT, EARLY), (night,), slot_needs=(SlotNeed(0, 360, 1, 10.0),))
    assert solved(problem, 0).objective == 0


def test_many_limits_at_once_are_kept():
    shifts = tuple(ShiftType(name, 360 + 10 * n) for n, name in enumerate("ABCDEFGH"))
    person = Person("P", most={one.name: 3 for one in shifts})
    needs = tuple(ShiftNeed(day, name, 1, 10.0) for day in range(28) for name in "ABCDEFGH")
    problem = Problem(28, shifts, (person, replace(person, name="Q")), needs)
    result = solve(problem, 3.0)
    assert not check(problem, result.rota).broken
    assert sum(one is not None for one in result.rota["P"]) == 24  # all limits used up
    assert result.bound <= result.objective


def test_a_repair_changes_little_and_gives_the_shift_of_the_absent_away():
    people = tuple(Person(name, max_days_in_row=5) for name in "ABC")
    problem = Problem(5, (EARLY,), people, tuple(ShiftNeed(day, "E", 2) for day in range(5)))
    rota = {"A": ("E",) * 5, "B": ("E",) * 5, "C": (None,) * 5}
    changed = repair(problem, rota, {"A": [0, 2, 3]}, from_day=1)
    after = solved(changed, 2).rota
    assert after == {"A": ("E", "E", None, None, "E"), "B": ("E",) * 5, "C": (None, None, "E", "E", None)}


def test_a_repair_does_not_mend_what_was_amiss_before():
    people = tuple(Person(name) for name in "ABC")
    problem = Problem(
        3, (EARLY,), people, tuple(ShiftNeed(day, "E", 3) for day in range(3)), requests=(Request("C", 2, "E", 50),)
    )
    rota = {"A": ("E", "E", None), "B": (None, None, None), "C": (None, None, None)}
    after = solved(repair(problem, rota, {"A": [1]}), 1).rota
    assert after["A"] == ("E", None, None)
    assert {after["B"], after["C"]} == {(None, "E", None), (None, None, None)}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"days": 0}, "at least one day"),
        ({"people": ()}, "at least one"),
        ({"people": (Person("A"), Person("A"))}, "called A"),
        ({"shifts": (ShiftType("E", 360, 2000),)}, "24 hours"),
        ({"requests": (Request("Z", 0, "E"),)}, "does not know"),
        ({"slot_needs": (SlotNeed(60, 60, 1),)}, "before it begins"),
        ({"shift_needs": (ShiftNeed(9, "E", 1),)}, "does not have"),
        ({"people": (Person("A", most={"X": 1}),)}, "not a shift type"),
        ({"people": (Person("A", max_weekends=-1),)}, "below zero"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_change(change, says):
    with pytest.raises(Refused, match=says):
        solve(replace(Problem(3, (EARLY,), (Person("A"),)), **change), 1.0)
