"""The engine against every rota there is, on plans small enough to try them all."""

import itertools
import random
from dataclasses import replace

import pytest

pytest.importorskip("numba", reason="the extra rota is missing: pip install 'harkline[rota]'")
pytest.importorskip("highspy", reason="the extra rota is missing: pip install 'harkline[rota]'")

from harkline.rota.check import check
from harkline.rota.plan.solve import solve
from harkline.rota.plan.terms import Fixed, Person, Problem, Request, ShiftNeed, ShiftType, SlotNeed

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


@pytest.mark.parametrize("seed", range(40))
def test_no_rota_is_cheaper_than_the_bound_and_the_one_found_is_a_cheapest(seed):
    problem = some_problem(seed)
    least = cheapest(problem)
    result = solve(problem, 3.0)
    if least is None:
        assert result.relaxed
        return
    report = check(problem, result.rota)
    assert not report.broken
    assert report.objective == pytest.approx(result.objective)
    assert result.bound <= least + 1e-6
    assert result.objective == pytest.approx(least)
