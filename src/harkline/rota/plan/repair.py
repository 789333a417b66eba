"""Repair: somebody is away, and the rota is to change as little as it can. A pure step from a rota to the problem whose plan is the repaired rota."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from harkline.rota.check import check
from harkline.rota.plan.terms import Fixed, Person, Problem, Rota

CHANGE = 1.0  # the default cost of a person's changed day, in the weights of the problem


def repair(
    problem: Problem,
    rota: Rota,
    absent: Mapping[str, Collection[int]],
    from_day: int = 0,
    change_weight: float = CHANGE,
    team: Collection[str] | None = None,
) -> Problem:
    """The problem to plan anew when ``absent`` people are away on those days: what lies before ``from_day`` stays as it is, and every changed day of
    anybody costs ``change_weight``. What the rota did not meet before is no reason to change it now: needs ask for as many as it had, wishes that it did
    not grant are left out. With ``team`` only these people, and those who are absent, may be asked to change. ``check`` of the plan counts
    the changes; days off that the absence itself forces cost nothing."""
    kept = {person.name: tuple(rota.get(person.name, (None,) * problem.days)) for person in problem.people}
    gone = {name: frozenset(day for day in days if day >= from_day) for name, days in absent.items()}
    settled = [
        Fixed(name, day, row[day])
        for name, row in kept.items()
        for day in range(_until(problem, name, from_day, team, gone))
    ]
    others = [one for one in problem.fixed if one.day >= from_day and one.day not in gone.get(one.person, ())]
    known = {(one.person, one.day) for one in settled}
    free = {
        name: tuple(None if day in gone.get(name, ()) else one for day, one in enumerate(row))
        for name, row in kept.items()
    }
    return replace(
        _as_met(problem, rota),
        people=tuple(
            _away(problem, one, gone[one.name], kept[one.name]) if one.name in gone else one for one in problem.people
        ),
        fixed=(
            *settled,
            *(one for one in others if (one.person, one.day) not in known),
        ),
        unchanged=free,
        change_weight=change_weight,
    )


def _as_met(problem: Problem, rota: Rota) -> Problem:
    """The problem that this rota meets: only what an absence takes from it is missing afterwards."""
    had = {hole.need: hole.has for hole in check(problem, rota).holes}

    def met(need: Any) -> Any:
        return replace(need, people=had.get(need, need.people), over=0.0)

    days = {person.name: rota.get(person.name, (None,) * problem.days) for person in problem.people}
    granted = tuple(one for one in problem.requests if one.wants == _worked(days[one.person][one.day], one.shift))
    return replace(
        problem,
        shift_needs=tuple(map(met, problem.shift_needs)),
        slot_needs=tuple(map(met, problem.slot_needs)),
        requests=granted,
        night_weight=0.0,
    )


def _worked(worked: str | None, shift: str | None) -> bool:
    return worked is not None if shift is None else worked == shift


def _away(problem: Problem, person: Person, days: frozenset[int], row: tuple[str | None, ...]) -> Person:
    """The person with the absence as days off, and without the rules that an absence may break: they owe no hours for it."""
    paid = {one.name: one.counted for one in problem.shifts}
    lost = sum(paid[name] for day in days if 0 <= day < len(row) and (name := row[day]) is not None)
    least = max(0, person.min_minutes - lost)
    return replace(
        person,
        days_off=person.days_off | days,
        min_minutes=least,
        min_days_in_row=1,
        min_days_off=1,
    )


def _until(
    problem: Problem,
    name: str,
    from_day: int,
    team: Collection[str] | None,
    gone: Mapping[str, frozenset[int]],
) -> int:
    """The first day on which this person's rota may change."""
    may = team is None or name in team or name in gone
    return min(from_day, problem.days) if may else problem.days
