"""Is this rota allowed, and what does it cost? Counted afresh from the rules, day by day, without a line of the engine that made it.

Every broken rule is named with the person and the day, and says what to do. docs/explanation/rota-engine.md lists the rules.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from harkline.rota.plan.terms import Person, Problem, Request, Rota, ShiftNeed, ShiftType, SlotNeed

DAY = 1440
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Broken:
    """``rule``: which one (the field of ``Person`` it is about). ``day``: where it is first broken, None for the plan as a whole. ``is_now`` and
    ``limit``: the numbers, minutes for times. ``sentence``: what is wrong and what to do, in English; pages translate by ``rule``."""

    rule: str
    person: str
    day: int | None
    is_now: int
    limit: int
    sentence: str
    shift: str | None = None


@dataclass(frozen=True)
class Hole:
    """A need that is not met: ``has`` people instead of ``need.people``."""

    need: ShiftNeed | SlotNeed
    has: int

    @property
    def lacks(self) -> int:
        return self.need.people - self.has


@dataclass(frozen=True)
class Report:
    """What a rota breaks, where it has holes, and its cost by part."""

    broken: tuple[Broken, ...]
    holes: tuple[Hole, ...]
    cover: float
    requests: float
    nights: float
    changes: float

    @property
    def objective(self) -> float:
        return self.cover + self.requests + self.nights + self.changes


def check(problem: Problem, rota: Rota) -> Report:
    """Every broken rule, every hole and the cost of ``rota``. Raises KeyError for a shift type that the problem does not have."""
    days = {person.name: _row(problem, rota, person) for person in problem.people}
    broken = [one for person in problem.people for one in _Rules(problem, person, days[person.name]).broken()]
    needs = problem.needs
    has = [_present(problem, days, need) for need in needs]
    return Report(
        tuple(broken),
        tuple(Hole(need, count) for need, count in zip(needs, has, strict=True) if count < need.people),
        sum(
            need.under * max(0, need.people - n) + need.over * max(0, n - need.people)
            for need, n in zip(needs, has, strict=True)
        ),
        sum(_ungranted(days, one) for one in problem.requests),
        sum(_unfair(problem, person, days[person.name]) for person in problem.people),
        sum(
            problem.change_weight
            for name, row in problem.unchanged.items()
            for old, new in zip(row, days.get(name, row), strict=False)
            if old != new
        ),
    )


def _row(problem: Problem, rota: Rota, person: Person) -> tuple[str | None, ...]:
    row = tuple(rota.get(person.name, ()))
    return (*row, *[None] * (problem.days - len(row)))[: problem.days]


def _shift(problem: Problem, name: str) -> ShiftType:
    found = next((one for one in problem.shifts if one.name == name), None)
    if found is None:
        raise KeyError(name)
    return found


def _ungranted(days: dict[str, tuple[str | None, ...]], request: Request) -> float:
    worked = days[request.person][request.day]
    granted = worked is not None if request.shift is None else worked == request.shift
    return request.weight if granted != request.wants else 0.0


def _unfair(problem: Problem, person: Person, row: tuple[str | None, ...]) -> float:
    if person.fair_nights is None:
        return 0.0
    nights = sum(_shift(problem, name).night for name in row if name is not None)
    return problem.night_weight * max(0, nights - person.fair_nights)


def _present(problem: Problem, days: dict[str, tuple[str | None, ...]], need: ShiftNeed | SlotNeed) -> int:
    able = [
        one for one in problem.people if need.language in (None, *one.languages) and need.skill in (None, *one.skills)
    ]
    if isinstance(need, ShiftNeed):
        return sum(days[one.name][need.day] == need.shift for one in able)
    return sum(_on_duty(problem, days[one.name], one, need) for one in able)


def _on_duty(problem: Problem, row: tuple[str | None, ...], person: Person, need: SlotNeed) -> int:
    """How many of the person's shifts cover the slot: one, unless their shifts overlap."""
    worked = [(day, name) for day, name in enumerate(row) if name is not None]
    if person.before and person.before[-1] is not None:
        worked.append((-1, person.before[-1]))
    spans = [
        (day * DAY + one.starts, day * DAY + one.starts + one.minutes)
        for day, name in worked
        for one in [_shift(problem, name)]
    ]
    return sum(begins <= need.begins and need.ends <= ends for begins, ends in spans)


class _Rules:
    """One person's days against their rules."""

    def __init__(self, problem: Problem, person: Person, row: tuple[str | None, ...]) -> None:
        self.problem, self.person, self.row = problem, person, row
        self.before = person.before
        self.worked = [(day, _shift(problem, name)) for day, name in enumerate(row) if name is not None]

    def broken(self) -> Iterator[Broken]:
        """Every broken rule, in the order of the rules."""
        for rule in (
            self.minutes,
            self.absence,
            self.settled,
            self.counts,
            self.rest,
            self.runs,
            self.weekends,
            self.nights,
        ):
            yield from rule()

    def minutes(self) -> Iterator[Broken]:
        total = sum(shift.minutes if shift.paid is None else shift.paid for _, shift in self.worked)
        if total < self.person.min_minutes:
            yield self._one(
                "min_minutes",
                None,
                total,
                self.person.min_minutes,
                "works too little: add a shift, or lower the least time of the contract",
            )
        if self.person.max_minutes is not None and total > self.person.max_minutes:
            yield self._one("max_minutes", None, total, self.person.max_minutes, "works too much: take a shift away")

    def absence(self) -> Iterator[Broken]:
        for day, shift in self.worked:
            if day in self.person.days_off:
                yield self._one(
                    "days_off", day, 1, 0, "works on a day off: give the shift to somebody else", shift.name
                )
            elif (day, shift.name) in self.person.unavailable:
                yield self._one(
                    "unavailable", day, 1, 0, "is not available for this shift: give it to somebody else", shift.name
                )

    def settled(self) -> Iterator[Broken]:
        for one in self.problem.fixed:
            if one.person == self.person.name and self.row[one.day] != one.shift:
                yield self._one(
                    "fixed",
                    one.day,
                    0,
                    1,
                    "does not work what was settled for this day: put it back, or unsettle it",
                    one.shift,
                )

    def counts(self) -> Iterator[Broken]:
        for name, most in self.person.most.items():
            days = [day for day, shift in self.worked if shift.name == name]
            if len(days) > most:
                yield self._one(
                    "most", days[most], len(days), most, "works this shift too often: give one to somebody else", name
                )

    def rest(self) -> Iterator[Broken]:
        known = [
            (day - len(self.before), _shift(self.problem, name))
            for day, name in enumerate(self.before)
            if name is not None
        ] + self.worked
        for (day, shift), (after, following) in itertools.pairwise(known):
            if after < 0:
                continue
            pause = (after - day) * DAY + following.starts - shift.starts - shift.minutes
            if after == day + 1 and following.name in shift.not_before:
                yield self._one(
                    "not_before",
                    after,
                    1,
                    0,
                    "works a shift that may not follow the one of the day before: change one of the two",
                    following.name,
                )
            elif pause < self.person.rest and after - day <= 2:
                yield self._one(
                    "rest",
                    after,
                    pause,
                    self.person.rest,
                    "has too little rest before this shift: start later, or give it away",
                    following.name,
                )

    def runs(self) -> Iterator[Broken]:
        for first, length, works, begun, ended in self._runs():
            day = max(first, 0)
            longest = self.person.max_days_in_row
            if works and longest is not None and length > longest and first + length > 0:
                yield self._one(
                    "max_days_in_row",
                    max(first + longest, 0),
                    length,
                    longest,
                    "works too many days in a row: give one of them off",
                )
            if works and length < self.person.min_days_in_row and begun and ended:
                yield self._one(
                    "min_days_in_row",
                    day,
                    length,
                    self.person.min_days_in_row,
                    "works too few days in a row: add a day beside, or free these",
                )
            if not works and length < self.person.min_days_off and begun and ended:
                yield self._one(
                    "min_days_off",
                    day,
                    length,
                    self.person.min_days_off,
                    "has too few days off in a row: free another day beside",
                )

    def _runs(self) -> Iterator[tuple[int, int, bool, bool, bool]]:
        """(first day, length, working, whether its first day is known, whether its last is) of each run that reaches into the plan."""
        worked = [name is not None for name in (*self.before, *self.row)]
        start = 0
        while start < len(worked):
            end = start
            while end < len(worked) and worked[end] == worked[start]:
                end += 1
            # One that ends with the day before the plan is ended by it.
            if end >= max(len(self.before), 1):
                yield start - len(self.before), end - start, worked[start], start > 0, end < len(worked)
            start = end

    def weekends(self) -> Iterator[Broken]:
        most = self.person.max_weekends
        weeks: dict[int, int] = {}
        for day, _ in self.worked:
            weekday = (day + self.problem.first_weekday) % 7
            if weekday in (SATURDAY, SUNDAY):
                weeks.setdefault((day + self.problem.first_weekday) // 7, day)
        if most is not None and len(weeks) > most:
            yield self._one(
                "max_weekends",
                sorted(weeks.values())[most],
                len(weeks),
                most,
                "works too many weekends: free both days of one of them",
            )

    def nights(self) -> Iterator[Broken]:
        nights = [day for day, shift in self.worked if shift.night]
        most = self.person.max_nights
        if most is not None and len(nights) > most:
            yield self._one(
                "max_nights", nights[most], len(nights), most, "works too many nights: give one to somebody else"
            )
        yield from self._night_runs()

    def _night_runs(self) -> Iterator[Broken]:
        in_row, last = 0, None  # the last night that nothing but days off came after
        for place, name in enumerate((*self.before, *self.row)):
            day, shift = place - len(self.before), None if name is None else _shift(self.problem, name)
            if shift is None:
                in_row = 0
                continue
            free = None if last is None or (shift.night and in_row) else place - last - 1
            in_row = in_row + 1 if shift.night else 0
            last = place if shift.night else None
            if day >= 0:
                yield from self._night(day, shift, in_row, free)

    def _night(self, day: int, shift: ShiftType, in_row: int, free: int | None) -> Iterator[Broken]:
        due, most = self.person.days_off_after_nights, self.person.max_nights_in_row
        if free is not None and free < due:
            words = "works too soon after a night: free this day"
            yield self._one("days_off_after_nights", day, free, due, words, shift.name)
        if most is not None and in_row > most:
            words = "works too many nights in a row: give this one to somebody else"
            yield self._one("max_nights_in_row", day, in_row, most, words, shift.name)

    def _one(self, rule: str, day: int | None, is_now: int, limit: int, words: str, shift: str | None = None) -> Broken:
        return Broken(rule, self.person.name, day, is_now, limit, f"{self.person.name} {words}.", shift)
