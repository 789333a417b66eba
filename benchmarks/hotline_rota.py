"""A hotline's rota: people on fixed shifts and volunteers, a need for every hour, two scarce languages, over four weeks.

    python benchmarks/hotline_rota.py --people 50 --seconds 60

Prints when a bound was first proven within one per cent, the bound, what the rota costs above it in hours of cover as a share of all hours asked for, and how
long a repair takes after somebody fell ill for three days. People, wishes and need are drawn from a seeded generator.
"""

import argparse
import random
import sys
import time

from harkline.rota.check import check
from harkline.rota.plan.repair import repair
from harkline.rota.plan.run import plan
from harkline.rota.plan.terms import DAY, Person, Problem, Progress, Request, Result, ShiftType, SlotNeed

WEEKS = 4
MISSING, SCARCE_MISSING, SURPLUS = 100.0, 150.0, 3.0  # the cost of an hour
# Contacts by hour of the day and by weekday, as shares of the mean: quiet nights, busy evenings.
BY_HOUR = (
    0.5,
    0.4,
    0.4,
    0.3,
    0.3,
    0.4,
    0.5,
    0.7,
    0.8,
    1,
    1.1,
    1.1,
    1.1,
    1.1,
    1,
    1.1,
    1.2,
    1.3,
    1.4,
    1.6,
    1.6,
    1.5,
    1.2,
    0.9,
)
BY_WEEKDAY = (1.08, 1.03, 1, 0.98, 0.97, 0.95, 0.99)
LONG = tuple(ShiftType(f"{hour:02}-8h", hour * 60, 480, night=hour >= 22) for hour in (6, 7, 8, 10, 14, 15, 16, 22, 23))
SHORT = tuple(ShiftType(f"{hour:02}-4h", hour * 60, 240) for hour in range(6, 22, 2))
LANGUAGES = {"fa": (0.32, 0.15), "ar": (0.25, 0.1)}  # the share of people who speak it and of contacts who ask for it


def main() -> int:
    """Plan, check, repair; 1 when a rota breaks a rule."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    problem = hotline(arguments.people, arguments.seed)
    told: list[Progress] = []
    result = plan(problem, arguments.seconds, told.append, nice=0)
    report = check(problem, result.rota)
    asked = sum(need.people for need in problem.slot_needs if need.language is None)
    short = sum(hole.lacks for hole in report.holes if hole.need.language is None)
    spare = (result.objective - result.bound) / MISSING
    print(
        f"{arguments.people} people: rota {result.objective:g}, bound {result.bound:g} ({_when(told, result)}), {result.seconds:.0f} s"
    )
    print(f"  gap {spare:.1f} hours of cover, {100 * spare / asked:.2f} % of {asked} asked for; {short} not covered")
    return _repaired(problem, result) if not report.broken else 1


def _when(told: list[Progress], result: Result) -> str:
    """When the bound was first within a per cent of the last one."""
    near = [
        one.seconds for one in told if one.bound is not None and one.bound >= result.bound - 0.01 * abs(result.bound)
    ]
    return f"within 1 % of it after {min(near, default=result.seconds):.0f} s"


def _repaired(problem: Problem, result: Result) -> int:
    name = next(name for name, row in result.rota.items() if all(row[14:16]))
    changed = repair(problem, result.rota, {name: range(14, 17)}, from_day=14, change_weight=20.0)
    began = time.monotonic()
    after = plan(changed, 10.0, nice=0)
    report = check(changed, after.rota)
    days = round(report.changes / changed.change_weight)
    print(
        f"  {name} away for three days: {days} days of others changed, gap {100 * after.gap:.2f} %, {time.monotonic() - began:.1f} s"
    )
    return int(bool(report.broken))


def hotline(people: int, seed: int) -> Problem:
    """The problem for so many people, the load in proportion."""
    chance = random.Random(seed)
    team = tuple(_person(chance, number) for number in range(people))
    wishes = [wish for person in team for wish in _wishes(chance, person)]
    return Problem(7 * WEEKS, LONG + SHORT, team, slot_needs=tuple(_needs(people)), requests=tuple(wishes))


def _person(chance: random.Random, number: int) -> Person:
    staff = chance.random() < 0.7
    mine, others = (LONG, SHORT) if staff else (SHORT, LONG)
    away = frozenset(day for day in range(7 * WEEKS) if chance.random() < 0.08)
    never = {one.name: 0 for one in others}
    spoken = frozenset(name for name, (share, _) in LANGUAGES.items() if chance.random() < share)
    if staff:
        nights = 0 if chance.random() < 0.15 else 6
        return Person(f"P{number}", 13 * 480, 18 * 480, never, 660, 2, 5, 2, 2, nights, days_off=away, languages=spoken)
    # A volunteer comes in some weekly windows only.
    window = {(weekday, one.name) for weekday in range(7) for one in mine if chance.random() < 0.45}
    closed = frozenset((day, one.name) for day in range(7 * WEEKS) for one in mine if (day % 7, one.name) not in window)
    return Person(f"P{number}", 0, 8 * 240, never, 660, 1, 2, 1, 2, days_off=away, unavailable=closed, languages=spoken)


def _wishes(chance: random.Random, person: Person) -> list[Request]:
    mine = [one for one in LONG + SHORT if person.most.get(one.name) != 0]
    every = [(day, one.name, chance.choice((0, 0, 0, 10, 20, -10))) for day in range(7 * WEEKS) for one in mine]
    return [Request(person.name, day, name, float(abs(weight)), weight < 0) for day, name, weight in every if weight]


def _needs(people: int) -> list[SlotNeed]:
    """For each hour: as many as a load of a quarter of an hour each asks for (square-root staffing), at least two, and one of each language at least."""
    found = []
    for hour in range(7 * WEEKS * 24):
        load = people / 50 * 24 * BY_HOUR[hour % 24] * BY_WEEKDAY[hour // 24 % 7] / 4
        slot = hour * 60, hour * 60 + 60
        found.append(SlotNeed(*slot, max(2, round(load + 0.6 * load**0.5)), MISSING, SURPLUS))
        found += [
            SlotNeed(*slot, max(1, round(load * part + 0.2)), SCARCE_MISSING, 0.0, name)
            for name, (_, part) in LANGUAGES.items()
        ]
    return [need for need in found if need.ends <= 7 * WEEKS * DAY]


if __name__ == "__main__":
    sys.exit(main())
