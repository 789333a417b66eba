"""A person as the pricing sees them: their rules as tables of numbers, and their cheapest schedule under given prices."""

import itertools
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harkline.rota.plan.kernel import NEVER, cheapest
from harkline.rota.plan.sequences import Automaton, automaton
from harkline.rota.plan.terms import Person, Problem

Floats = NDArray[np.float64]
Schedule = NDArray[np.int64]
# What a missing or a surplus minute costs where a contract cannot be met, and a settled day that cannot be kept.
LESSER_EVIL = 1e6


class Worker:
    """One person's tables. ``costs[day, shift]``: what their wishes make of it; a limit per shift type is looked at only once it was broken."""

    def __init__(self, problem: Problem, person: Person, soft_minutes: bool = False) -> None:
        self.problem, self.person, self.soft = problem, person, soft_minutes
        self.shifts = problem.shifts
        self.machine: Automaton = automaton(problem.shifts, person, problem.days)
        self.base, self.costs, self.rest = _wishes(problem, person)
        self._never = self.costs >= NEVER
        self._unit = math.gcd(*(one.counted for one in self.shifts)) or 1
        self.limits = dict(self._limits())
        self.watched: list[tuple[frozenset[int], int]] = []
        if person.fair_nights is not None and problem.night_weight:
            self._watch(self._nights(), problem.days)
        self.weekend = _weekends(problem)
        self._tables()

    def cheapest(self, prices: Floats) -> tuple[float, Schedule]:
        """The best schedule when each shift's cover is worth ``prices[day, shift]``, with its cost; exact under every rule."""
        while True:
            cost, schedule = cheapest(np.where(self._never, NEVER, self.costs - prices), self.rest, *self._arrays)
            broken = self._broken(schedule)
            if broken is None or cost >= NEVER / 2:
                return float(cost) + self.base, schedule
            self._watch(broken, self.limits[broken])
            self._tables()

    def cost(self, schedule: Schedule) -> float:
        """What the wishes and the fair share of nights make of a schedule."""
        worked = np.flatnonzero(schedule >= 0)
        total = self.base + float(self.costs[worked, schedule[worked]].sum()) + float(self.rest[schedule < 0].sum())
        return float(total + self._night_cost(schedule) + self._minutes_cost(schedule))

    def _night_cost(self, schedule: Schedule) -> float:
        fair = self.person.fair_nights
        if fair is None or not self.problem.night_weight:
            return 0.0
        return self.problem.night_weight * max(0, sum(int(shift) in self._nights() for shift in schedule) - fair)

    def _minutes_cost(self, schedule: Schedule) -> float:
        if not self.soft:
            return 0.0
        units = sum(self.shifts[shift].counted // self._unit for shift in schedule if shift >= 0)
        return float(LESSER_EVIL * max(0, self._least - units, units - self._most))

    def _nights(self) -> frozenset[int]:
        return frozenset(number for number, one in enumerate(self.shifts) if one.night)

    def _limits(self) -> Iterable[tuple[frozenset[int], int]]:
        for number, one in enumerate(self.shifts):
            most = self.person.most.get(one.name)
            if most is not None and 0 < most < self.problem.days:
                yield frozenset([number]), most
        if self.person.max_nights is not None and self._nights():
            yield self._nights(), self.person.max_nights

    def _broken(self, schedule: Schedule) -> frozenset[int] | None:
        for shifts, most in self.limits.items():
            if sum(int(one) in shifts for one in schedule) > most:
                return shifts
        return None

    def _watch(self, shifts: frozenset[int], most: int) -> None:
        self.watched = [one for one in self.watched if one[0] != shifts]
        self.watched.append((shifts, min(most, self.limits.get(shifts, most))))

    # -- tables ------------------------------------------------------------------------------------------------------------------------------

    def _tables(self) -> None:
        kinds = [tuple(number in shifts for shifts, _ in self.watched) for number in range(len(self.shifts))]
        distinct = sorted(set(kinds))
        units = [one.counted // self._unit for one in self.shifts]
        columns = [tuple(row[number] for row in self.machine.work) for number in range(len(self.shifts))]
        keys = [(columns[n], units[n], kinds[n]) for n in range(len(self.shifts))]
        groups = list(dict.fromkeys(keys))
        group = np.array([groups.index(key) for key in keys], np.int64)
        work = np.array([[key[0][state] for key in groups] for state in range(len(self.machine.states))], np.int64)
        counters = self._counters()
        count = self._count(counters, distinct)
        least, most, last = self._ends(
            counters, max(units), group, work, np.array([key[1] for key in groups], np.int64)
        )
        self._arrays: tuple[Any, ...] = (
            group,
            np.array(self.machine.off, np.int64),
            work,
            np.array(self.machine.works, np.bool_),
            np.array([key[1] for key in groups], np.int64),
            np.array([distinct.index(key[2]) for key in groups], np.int64),
            count,
            self.weekend,
            least,
            most,
            last,
        )

    def _counters(self) -> list[tuple[int, ...]]:
        """Every combination of weekends worked and of watched shifts worked, the first being none."""
        weekends = 0 if self.person.max_weekends is None else min(self.person.max_weekends, self.problem.days)
        return list(itertools.product(range(weekends + 1), *(range(most + 1) for _, most in self.watched)))

    def _count(self, counters: list[tuple[int, ...]], kinds: list[tuple[bool, ...]]) -> NDArray[np.int64]:
        index = {one: number for number, one in enumerate(counters)}
        table = np.full((2, len(kinds), len(counters)), -1, np.int64)
        for more, (k, kind), (z, counter) in itertools.product((0, 1), enumerate(kinds), enumerate(counters)):
            weekends = counter[0] + (more if self.person.max_weekends is not None else 0)
            table[more, k, z] = index.get((weekends, *(c + hit for c, hit in zip(counter[1:], kind, strict=True))), -1)
        return table

    def _ends(
        self, counters: list[tuple[int, ...]], longest: int, group: Any, work: Any, units: Any
    ) -> tuple[Any, Any, Any]:
        """The window of paid time day by day, within which alone a schedule can end as the contract asks, and what ending there costs."""
        person, days = self.person, self.problem.days
        gains = self._gains(work, units)
        top = int(gains[days])
        self._least = -(-person.min_minutes // self._unit)
        self._most = top if person.max_minutes is None else min(top, person.max_minutes // self._unit)
        if person.max_minutes is not None and person.max_minutes < 0:
            self._most = -1
        ceiling = top if self.soft else max(self._most, 0)
        floor = 0 if self.soft else self._least
        least = np.array([max(0, floor - int(gains[days - d])) for d in range(days + 1)], np.int64)
        most = np.array([min(ceiling, int(gains[d])) for d in range(days + 1)], np.int64)
        last = np.full((len(counters), ceiling + 1), NEVER)
        for u in range(ceiling + 1):
            out = max(0, self._least - u, u - self._most)
            last[:, u] = 0.0 if out == 0 else LESSER_EVIL * out if self.soft else NEVER
        return least, most, last + self._fairness(counters)[:, None]

    def _gains(self, work: Any, units: Any) -> Any:
        """The most paid time in so many days, whatever comes before."""
        gain = np.zeros(len(self.machine.states))
        found = [0.0]
        off = np.array(self.machine.off)
        for _ in range(self.problem.days):
            forward = np.where(work >= 0, gain[work] + units, -1.0).max(axis=1)
            gain = np.maximum(forward, np.where(off >= 0, gain[off], -1.0))
            found.append(max(found[-1], float(gain.max())))
        return found

    def _fairness(self, counters: list[tuple[int, ...]]) -> Floats:
        fair, weight, nights = self.person.fair_nights, self.problem.night_weight, self._nights()
        place = next((n for n, (shifts, _) in enumerate(self.watched) if shifts == nights), None)
        if fair is None or not weight or place is None:
            return np.zeros(len(counters))
        return np.array([weight * max(0, counter[place + 1] - fair) for counter in counters])


def _wishes(problem: Problem, person: Person) -> tuple[float, Floats, Floats]:
    """(what is due whatever is worked, cost of each shift of each day, cost of each day off); NEVER where it is not possible."""
    names = {one.name: number for number, one in enumerate(problem.shifts)}
    base, work, rest = 0.0, np.zeros((problem.days, len(names))), np.zeros(problem.days)
    for request in problem.requests:
        if request.person != person.name:
            continue
        columns = slice(None) if request.shift is None else names[request.shift]
        work[request.day, columns] += -request.weight if request.wants else request.weight
        base += request.weight if request.wants else 0.0
    kept = problem.unchanged.get(person.name)
    for day, name in enumerate(kept or ()):
        work[day] += problem.change_weight
        if name is None:
            continue
        rest[day] += problem.change_weight
        work[day, names[name]] -= problem.change_weight
    _forbid(problem, person, names, work, rest)
    return base, work, rest


def _forbid(problem: Problem, person: Person, names: dict[str, int], work: Floats, rest: Floats) -> None:
    for day in person.days_off:
        work[day] = NEVER
    for day, name in person.unavailable:
        work[day, names[name]] = NEVER
    for name, most in person.most.items():
        if most == 0:
            work[:, names[name]] = NEVER
    for one in problem.fixed:
        if one.person == person.name:
            # What was settled by hand is kept even against leave: the checker names it.
            wish = (
                0.0
                if one.shift is None or work[one.day, names[one.shift]] >= NEVER
                else work[one.day, names[one.shift]]
            )
            work[one.day] = NEVER
            if one.shift is not None:
                rest[one.day], work[one.day, names[one.shift]] = NEVER, wish


def _weekends(problem: Problem) -> NDArray[np.int64]:
    weekday = (np.arange(problem.days) + problem.first_weekday) % 7
    found = np.where(weekday == 5, 1, np.where(weekday == 6, 2, 0)).astype(np.int64)
    if problem.days and found[0] == 2:
        found[0] = 1
    return found
