"""A person as the pricing sees them: their rules as tables of numbers, and their cheapest schedule under given prices."""

import math
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harkline.rota.plan.counters import Counters
from harkline.rota.plan.kernel import NEVER, TOO_SMALL, cheapest
from harkline.rota.plan.sequences import Automaton, automaton
from harkline.rota.plan.terms import Person, Problem, Refused

Floats = NDArray[np.float64]
Schedule = NDArray[np.int64]
# What missing or surplus minutes cost at most where a contract cannot be met: more than any need, less than to leave somebody out.
LESSER_EVIL = 3e6
FIRST_ROOM, LARGEST = 1_000_000, 100_000_000  # numbers of a search: 8 MB to 800 MB
COUNTERS = 4000  # combinations that are counted at once
REMEMBERED = 50  # schedules of each person
_kept = threading.local()


@dataclass(frozen=True)
class Kept:
    """Of a schedule all days stay as they are but those from ``first`` up to, not including, ``last``."""

    schedule: Schedule
    first: int
    last: int

    def only(self, shifts: Floats) -> Floats:
        """The prices with nothing else possible on the days that stay."""
        days = np.flatnonzero(self._stays() & (self.schedule >= 0))
        fewer = np.where(self._stays()[:, None], NEVER, shifts)
        fewer[days, self.schedule[days]] = shifts[days, self.schedule[days]]
        return fewer

    def rest(self, rest: Floats) -> Floats:
        """The prices of days off with none on the days that are worked and stay."""
        return np.where(self._stays() & (self.schedule >= 0), NEVER, rest)

    def _stays(self) -> NDArray[np.bool_]:
        days = np.arange(len(self.schedule))
        return (days < self.first) | (days >= self.last)


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
        self._weekends = 0 if person.max_weekends is None else min(person.max_weekends, problem.days)
        self.weekend = _weekends(problem)
        self._lock = threading.Lock()
        self._recent: dict[bytes, tuple[Schedule, float]] = {}
        self.watched: list[tuple[frozenset[int], int]] = []
        if person.fair_nights is not None and problem.night_weight:
            self._watch(self._nights(), problem.days)
        self._tables()

    def cheapest(self, prices: Floats, kept: "Kept | None" = None) -> tuple[float, Schedule]:
        """The best schedule when each shift's cover is worth ``prices[day, shift]``, and a cost below which there is none: its own, unless the person
        has so many limits that not all can be counted at once, in which case it is one that keeps them."""
        with self._lock:  # several threads search, and the tables of a person can change
            return self._cheapest(prices, kept)

    def _cheapest(self, prices: Floats, kept: "Kept | None") -> tuple[float, Schedule]:
        shifts, rest = np.where(self._never, NEVER, self.costs - prices), self.rest
        known = self._known(prices)
        if kept is not None:
            shifts, rest, known = (
                kept.only(shifts),
                kept.rest(rest),
                self.cost(kept.schedule) - _worth(prices, kept.schedule),
            )
        cost, schedule = self._search(shifts, rest, known)
        bound = cost
        while (broken := self._broken(schedule)) is not None and cost < NEVER / 2:
            if self._watch(broken, self.limits[broken]):
                cost, schedule = self._search(shifts, rest, known)
                bound = cost
            else:
                shifts = _without(shifts, schedule, broken, self.limits[broken])
                cost, schedule = self._search(shifts, rest, NEVER)
        if cost < NEVER / 2:
            self._remember(schedule)
        return bound + self.base, schedule

    def _search(self, shifts: Floats, rest: Floats, known: float) -> tuple[float, Schedule]:
        size = FIRST_ROOM
        while True:
            cost, schedule = cheapest(shifts, rest, *self._arrays, _room(size), known - self.base)
            if cost >= NEVER / 2 and known < NEVER:
                known = NEVER  # a rounding cut off what was known
            elif cost > TOO_SMALL / 2:
                return float(cost), schedule
            elif size >= LARGEST:
                raise Refused(
                    f"The rules of {self.person.name} over {self.problem.days} days are too many to plan at once: plan fewer weeks."
                )
            else:
                size = max(size, len(_kept.room)) * 4

    def _known(self, prices: Floats) -> float:
        """The least that one of the schedules found last costs under these prices: the search need not look beyond."""
        if not self._recent:
            return NEVER
        rows = np.array([schedule for schedule, _ in self._recent.values()])
        padded = np.concatenate([prices, np.zeros((len(prices), 1))], axis=1)
        worth = padded[np.arange(len(prices)), rows].sum(axis=1)
        return float((np.array([cost for _, cost in self._recent.values()]) - worth).min())

    def _remember(self, schedule: Schedule) -> None:
        self._recent.pop(schedule.tobytes(), None)
        self._recent[schedule.tobytes()] = (schedule, self.cost(schedule))
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]

    def cost(self, schedule: Schedule) -> float:
        """What the wishes and the fair share of nights make of a schedule."""
        worked = np.flatnonzero(schedule >= 0)
        total = self.base + float(self.costs[worked, schedule[worked]].sum()) + float(self.rest[schedule < 0].sum())
        return float(total + self._night_cost(schedule) + self.minutes_cost(schedule))

    def _night_cost(self, schedule: Schedule) -> float:
        fair = self.person.fair_nights
        if fair is None or not self.problem.night_weight:
            return 0.0
        return self.problem.night_weight * max(0, sum(int(shift) in self._nights() for shift in schedule) - fair)

    def minutes_cost(self, schedule: Schedule) -> float:
        """What a contract that cannot be met adds, so that it is missed by as little as can be: no part of the rota's own cost."""
        if not self.soft:
            return 0.0
        units = sum(self.shifts[shift].counted // self._unit for shift in schedule if shift >= 0)
        return float(self.evil * max(0, self._least - units, units - self._most))

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

    def _watch(self, shifts: frozenset[int], most: int) -> bool:
        """Count these shifts from now on; False where that would make too many counters."""
        others = [one for one in self.watched if one[0] != shifts]
        sizes = [most + 1 for _, most in others] + [
            min(most, self.limits.get(shifts, most)) + 1,
            self._weekends + 1,
        ]
        if math.prod(sizes) > COUNTERS:
            return False
        self.watched = [*others, (shifts, min(most, self.limits.get(shifts, most)))]
        self._tables()
        return True

    # -- tables ------------------------------------------------------------------------------------------------------------------------------

    def _tables(self) -> None:
        kinds = [(False, *(number in shifts for shifts, _ in self.watched)) for number in range(len(self.shifts))]
        distinct = sorted(set(kinds))
        units = [one.counted // self._unit for one in self.shifts]
        columns = [tuple(row[number] for row in self.machine.work) for number in range(len(self.shifts))]
        keys = [(columns[n], units[n], kinds[n]) for n in range(len(self.shifts))]
        groups = list(dict.fromkeys(keys))
        work = np.array(
            [[key[0][state] for key in groups] for state in range(len(self.machine.states))],
            np.int64,
        )
        paid = np.array([key[1] for key in groups], np.int64)
        counters = Counters([self._weekends, *(most for _, most in self.watched)])
        workable = [int(one) for one in reversed(self._gains(work, np.ones_like(paid)))]
        # Of weekends and of nights in fair shares the number itself is looked at.
        exact = [True, *(self._is_fair(shifts) for shifts, _ in self.watched)]
        self._arrays: tuple[Any, ...] = (
            np.array([groups.index(key) for key in keys], np.int64),
            np.array(self.machine.off, np.int64),
            work,
            np.array(self.machine.works, np.bool_),
            paid,
            np.array([distinct.index(key[2]) for key in groups], np.int64),
            counters.count(distinct, self.person.max_weekends is not None),
            self.weekend,
            *self._ends(self._gains(work, paid), counters),
            counters.below(),
            counters.merged(workable, exact),
        )

    def _is_fair(self, shifts: frozenset[int]) -> bool:
        return self.person.fair_nights is not None and bool(self.problem.night_weight) and shifts == self._nights()

    def _ends(self, gains: list[float], counters: Counters) -> tuple[Any, Any, Any]:
        """The window of paid time day by day, within which alone a schedule can end as the contract asks, and what ending there costs."""
        person, days = self.person, self.problem.days
        top = int(gains[days])
        self._least = -(-person.min_minutes // self._unit)
        self._most = top if person.max_minutes is None else min(top, person.max_minutes // self._unit)
        self.evil = LESSER_EVIL / max(1, self._least, top)
        floor, ceiling = (0, top) if self.soft else (self._least, self._most)
        least = np.array([max(0, floor - int(gains[days - d])) for d in range(days + 1)], np.int64)
        most = np.array([min(ceiling, int(gains[d])) for d in range(days + 1)], np.int64)
        paid = np.arange(ceiling + 1)
        out = np.maximum(0, np.maximum(self._least - paid, paid - self._most))
        last = np.where(out == 0, 0.0, self.evil * out if self.soft else NEVER)
        return least, most, self._fairness(counters)[:, None] + last[None, :]

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

    def _fairness(self, counters: Counters) -> Floats:
        fair, weight, nights = (
            self.person.fair_nights,
            self.problem.night_weight,
            self._nights(),
        )
        place = next((n for n, (shifts, _) in enumerate(self.watched) if shifts == nights), None)
        if fair is None or not weight or place is None:
            return np.zeros(len(counters.each))
        return weight * np.maximum(0, counters.each[:, place + 1] - fair)


def _worth(prices: Floats, schedule: Schedule) -> float:
    days = np.flatnonzero(schedule >= 0)
    return float(prices[days, schedule[days]].sum())


def _without(prices: Floats, schedule: Schedule, shifts: frozenset[int], most: int) -> Floats:
    """The prices when these shifts can be worked on no days but the first ``most`` ones on which the schedule has one."""
    days = np.flatnonzero(np.isin(schedule, list(shifts)))[:most]
    fewer = prices.copy()
    fewer[np.ix_(np.setdiff1d(np.arange(len(prices)), days), np.array(sorted(shifts)))] = NEVER
    return fewer


def _room(size: int) -> Floats:
    """Room to work in, kept from one search of a thread to the next."""
    if getattr(_kept, "room", None) is None or len(_kept.room) < size:
        _kept.room = np.empty(size)
    return _kept.room  # type: ignore[no-any-return]


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
