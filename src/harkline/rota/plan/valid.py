"""Whether a problem makes sense at all: every refusal says what to change."""

import math
from collections.abc import Iterator

from harkline.rota.plan.terms import (
    DAY,
    Fixed,
    Person,
    Problem,
    Refused,
    Request,
    SlotNeed,
)


def checked(problem: Problem) -> Problem:
    """The problem. Raises Refused with the first thing in it that makes no sense."""
    for sentence in _wrong(problem):
        raise Refused(sentence)
    return problem


def _wrong(problem: Problem) -> Iterator[str]:
    for rule in (_frame, _shifts, _people, _days, _needs):
        yield from rule(problem)


def _frame(problem: Problem) -> Iterator[str]:
    if problem.days < 1:
        yield "A plan has at least one day."
    if not problem.shifts:
        yield "There are no shift types: define at least one."
    if not problem.people:
        yield "There are no people: add at least one."
    for names, what in (
        ([one.name for one in problem.shifts], "shift types"),
        ([one.name for one in problem.people], "people"),
    ):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            yield f"Two {what} are called {twice}: give each a name of its own."


def _shifts(problem: Problem) -> Iterator[str]:
    for one in problem.shifts:
        if not 0 < one.minutes <= DAY:
            yield f"The shift {one.name} lasts {one.minutes} minutes: make it last between 1 minute and 24 hours."
        if not 0 <= one.starts < DAY:
            yield f"The shift {one.name} starts {one.starts} minutes after midnight: let it start within its day."
        if one.counted < 0:
            yield f"The shift {one.name} counts for less than nothing: let it count for 0 minutes or more."


def _people(problem: Problem) -> Iterator[str]:
    known = {one.name for one in problem.shifts}
    for person in problem.people:
        named = {
            *person.most,
            *(name for _, name in person.unavailable),
            *(name for name in person.before if name is not None),
        }
        for name in sorted(named - known):
            yield f"{person.name} has a rule about the shift {name}, which is not a shift type of this plan."
        if any(number < 0 for number in _numbers(person)):
            yield f"{person.name} has a rule with a number below zero: no limit is left empty, never is 0."


def _numbers(person: Person) -> list[int]:
    limits = (
        person.max_minutes,
        person.max_days_in_row,
        person.max_weekends,
        person.max_nights,
        person.max_nights_in_row,
        person.fair_nights,
    )
    counts = (
        person.min_minutes,
        person.rest,
        person.min_days_in_row,
        person.min_days_off,
        person.days_off_after_nights,
    )
    return [number for number in (*limits, *counts, *person.most.values()) if number is not None]


def _days(problem: Problem) -> Iterator[str]:
    people, shifts = (
        {one.name for one in problem.people},
        {one.name for one in problem.shifts},
    )
    dated: list[Request | Fixed] = [*problem.requests, *problem.fixed]
    for one in dated:
        if one.person not in people or (one.shift is not None and one.shift not in shifts):
            yield f"A wish or a settled day names {one.person} and {one.shift}, of whom this plan does not know one."
        if not 0 <= one.day < problem.days:
            yield f"A wish or a settled day of {one.person} is on day {one.day}, outside of the plan."
    for person in problem.people:
        days = (*person.days_off, *(day for day, _ in person.unavailable))
        if any(not 0 <= day < problem.days for day in days):
            yield f"{person.name} is away on a day outside of the plan."
    settled = [(one.person, one.day) for one in problem.fixed]
    if len(set(settled)) < len(settled):
        yield "Somebody has the same day settled twice: keep one of the two."
    for name, row in problem.unchanged.items():
        if name not in people or len(row) != problem.days or any(one not in shifts for one in row if one is not None):
            yield f"The rota to stay close to does not fit this plan in the row of {name}."


def _needs(problem: Problem) -> Iterator[str]:
    shifts = {one.name for one in problem.shifts}
    for need in problem.needs:
        if need.people < 0 or not all(math.isfinite(one) and one >= 0 for one in (need.under, need.over)):
            yield "A need has a number or a weight below zero or without end: weights are 0 or more."
        if isinstance(need, SlotNeed) and need.ends <= need.begins:
            yield f"A need ends at minute {need.ends}, before it begins at {need.begins}."
        if not isinstance(need, SlotNeed) and (need.shift not in shifts or not 0 <= need.day < problem.days):
            yield f"A need is for the shift {need.shift} on day {need.day}, which this plan does not have."
