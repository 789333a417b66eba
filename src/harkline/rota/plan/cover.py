"""The need as rows: each row counts the people on duty and charges a convex cost for how many they are.

Needs that the same people can meet by the same shifts share a row: the hours of a block of constant cover become one.
"""

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harkline.rota.plan.terms import DAY, Person, Problem, ShiftNeed, SlotNeed

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """``need``: the number from which on nobody is missing. ``steps``: (people, cost of each one short) downwards from ``need``, ever dearer;
    ``over``: the cost of each one beyond; ``there``: who is there from before the plan."""

    need: int
    steps: tuple[tuple[int, float], ...]
    over: float
    at_need: float
    there: int

    def cost(self, people: Any) -> Any:
        """The cost for so many people of the plan (a number or an array)."""
        short = self.need - self.there - people
        total = self.at_need + self.over * np.maximum(-short, 0)
        passed = 0
        for width, price in self.steps:
            total = total + price * np.clip(short - passed, 0, width)
            passed += width
        return total


class Cover:
    """All rows of a problem, and which shift of which day of whom counts in which.

    ``classes[person]``: people of one class count alike. ``hits[class][day * shifts + shift]``: the rows."""

    def __init__(self, problem: Problem) -> None:
        self.days, self.width = problem.days, len(problem.shifts)
        kinds: dict[tuple[bool, ...], int] = {}
        filters = list(dict.fromkeys((need.language, need.skill) for need in problem.needs))
        members = [tuple(_counts(person, *one) for one in filters) for person in problem.people]
        self.classes = [kinds.setdefault(one, len(kinds)) for one in members]
        grouped = _grouped(
            problem,
            filters,
            [tuple(one[n] for one in members) for n in range(len(filters))],
        )
        self.rows = [_row(needs, there) for _, _, needs, there in grouped]
        self._cells: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = [
            _cells([(n, cells) for n, (_, cells, _, _) in enumerate(grouped) if _takes(grouped[n][0], members, kind)])
            for kind in kinds
        ]
        self.hits = [_hits(cells, rows, self.days * self.width) for cells, rows in self._cells]
        limit = len(problem.people) * 2
        self._table = np.array([row.cost(np.arange(limit + 1)) for row in self.rows]).reshape(len(self.rows), limit + 1)
        self._floor = np.array([float(row.cost(np.arange(row.need + 1)).min()) for row in self.rows])
        self.reach = [_reached(hits, len(self.rows)) for hits in self.hits]

    def prices(self, duals: Floats) -> list[Floats]:
        """For each class, what each shift of each day is worth when a row's person is worth ``duals[row]``."""
        return [self.prices_of(kind, duals) for kind in range(len(self._cells))]

    def prices_of(self, kind: int, duals: Floats) -> Floats:
        """As ``prices``, for one class."""
        cells, rows = self._cells[kind]
        worth = np.bincount(cells, weights=duals[rows], minlength=self.days * self.width)
        return worth.astype(np.float64).reshape(self.days, self.width)

    def rows_of(self, person: int, schedule: Any) -> NDArray[np.int64]:
        """The rows in which the schedule counts, once for each time."""
        hits = self.hits[self.classes[person]]
        parts = [hits[day * self.width + shift] for day, shift in enumerate(schedule.tolist()) if shift >= 0]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def cost(self, counts: NDArray[np.int64]) -> float:
        """What this many people in each row cost."""
        return float(self._table[np.arange(len(self.rows)), counts].sum())

    def cost_of(self, rows: NDArray[Any], counts: NDArray[np.int64]) -> float:
        """What these rows cost with so many people."""
        return float(self._table[rows, counts[rows]].sum())

    def missing(self, counts: NDArray[np.int64]) -> Floats:
        """What each row costs above the least that it can cost."""
        return np.asarray(self._table[np.arange(len(self.rows)), counts] - self._floor, np.float64)

    def marginal(self, counts: NDArray[np.int64]) -> Floats:
        """What one more person in each row saves."""
        at = np.arange(len(self.rows))
        return np.asarray(self._table[at, counts] - self._table[at, counts + 1], np.float64)

    def rows_in(self, first: int, last: int) -> NDArray[np.int64]:
        """The rows that a shift of the days from ``first`` up to, not including, ``last`` can count in."""
        cells = slice(first * self.width, last * self.width)
        return np.unique(np.concatenate([rows for hits in self.hits for rows in hits[cells]]))

    def least(
        self,
        duals: Floats,
        given: NDArray[np.int64],
        rows: NDArray[np.int64] | None = None,
    ) -> float:
        """The sum over the rows (all, or these) of the least cost plus ``duals`` times the people beyond those ``given``: the rows' part of the Lagrangian bound."""
        if not self.rows:
            return 0.0
        beyond = np.arange(self._table.shape[1])[None, :] - given[:, None]
        return float(
            np.where(beyond >= 0, self._table + duals[:, None] * beyond, np.inf)
            .min(axis=1)[slice(None) if rows is None else rows]
            .sum()
        )


def _counts(person: Person, language: str | None, skill: str | None) -> bool:
    return (language is None or language in person.languages) and (skill is None or skill in person.skills)


def _takes(people: tuple[bool, ...], members: list[tuple[bool, ...]], kind: tuple[bool, ...]) -> bool:
    return people[members.index(kind)]


def _grouped(
    problem: Problem,
    filters: list[tuple[str | None, str | None]],
    people: list[tuple[bool, ...]],
) -> list[Any]:
    """(who counts, which cells, needs, how many are there from before) for every row."""
    found: dict[Any, list[ShiftNeed | SlotNeed]] = defaultdict(list)
    spans = _spans(problem)
    for need in problem.needs:
        who = people[filters.index((need.language, need.skill))]
        cells, there = _reach(problem, need, spans)
        found[who, cells, there].append(need)
    return [(who, cells, needs, there) for (who, cells, there), needs in found.items()]


def _reach(problem: Problem, need: ShiftNeed | SlotNeed, spans: NDArray[np.int64]) -> tuple[tuple[int, ...], int]:
    """(the shifts of which days count for the need, how many are there from before the plan)."""
    if isinstance(need, ShiftNeed):
        names = [one.name for one in problem.shifts]
        return (need.day * len(names) + names.index(need.shift),), 0
    inside = (spans[:, 0] <= need.begins) & (spans[:, 1] >= need.ends)
    return tuple(np.flatnonzero(inside).tolist()), sum(_still(problem, person, need) for person in problem.people)


def _spans(problem: Problem) -> NDArray[np.int64]:
    return np.array(
        [
            (day * DAY + one.starts, day * DAY + one.starts + one.minutes)
            for day in range(problem.days)
            for one in problem.shifts
        ],
        np.int64,
    ).reshape(-1, 2)


def _still(problem: Problem, person: Person, need: SlotNeed) -> bool:
    """Whether the shift of the day before the plan is still on at the need."""
    last = person.before[-1] if person.before else None
    shift = next((one for one in problem.shifts if one.name == last), None)
    return (
        shift is not None
        and shift.starts + shift.minutes - DAY >= need.ends
        and _counts(person, need.language, need.skill)
    )


def _row(needs: list[ShiftNeed | SlotNeed], there: int) -> Row:
    """The sum of the needs' costs as one convex function of the people: dearer with each step further below the largest need."""
    marks = sorted({0, *(need.people for need in needs)}, reverse=True)
    steps = []
    for high, low in itertools.pairwise(marks):
        price = sum(need.under for need in needs if need.people >= high) - sum(
            need.over for need in needs if need.people <= low
        )
        steps.append((high - low, float(price)))
    at_need = sum(need.over * (marks[0] - need.people) for need in needs)
    return Row(
        marks[0],
        tuple(steps),
        float(sum(need.over for need in needs)),
        float(at_need),
        there,
    )


def _cells(
    rows: list[tuple[int, tuple[int, ...]]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pairs = [(cell, row) for row, cells in rows for cell in cells]
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return table[:, 0].copy(), table[:, 1].copy()


def _reached(hits: list[NDArray[np.int64]], rows: int) -> NDArray[np.bool_]:
    """Which rows any shift can count in."""
    found = np.zeros(rows, np.bool_)
    found[np.concatenate(hits) if hits else []] = True
    return found


def _hits(cells: NDArray[np.int64], rows: NDArray[np.int64], size: int) -> list[NDArray[np.int64]]:
    """The rows of each cell."""
    order = np.argsort(cells, kind="stable")
    return np.split(rows[order], np.cumsum(np.bincount(cells, minlength=size))[:-1])
