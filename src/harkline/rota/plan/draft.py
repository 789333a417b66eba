"""A rota in the making: everybody's schedule, how many that puts in each row, and what it costs."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from harkline.rota.plan.cover import Cover
from harkline.rota.plan.master import Column, column
from harkline.rota.plan.people import Kept, Worker

Floats = NDArray[np.float64]


class Team:
    """The people of a plan with their tables, their cover, and threads to price several at once (the kernel holds no interpreter lock)."""

    def __init__(self, workers: Sequence[Worker], cover: Cover, threads: int) -> None:
        self.workers, self.cover = list(workers), cover
        self._pool = ThreadPoolExecutor(max(1, threads))
        self._threads = max(1, threads)

    def best(
        self,
        people: Sequence[int],
        duals: Floats,
        kept: Mapping[int, Kept] = MappingProxyType({}),
    ) -> list[tuple[float, Column]]:
        """Each one's cheapest schedule when a person in a row is worth its dual: (cost less what the cover is worth, column). ``kept``: of whom which
        days stay."""
        prices = self.cover.prices(duals)
        share = [list(people)[n :: self._threads] for n in range(self._threads)]
        found = dict(
            pair for part in self._pool.map(lambda some: self._priced(some, prices, kept), share) for pair in part
        )
        return [found[person] for person in people]

    def answer(self, person: int, duals: Floats) -> Column:
        """One person's best schedule when a person in a row is worth its dual, searched in the caller's thread."""
        return self._one(person, self.cover.prices_of(self.cover.classes[person], duals))[1]

    def column(self, person: int, schedule: NDArray[np.int64]) -> Column:
        return column(self.cover, person, schedule, self.workers[person].cost(schedule))

    def _priced(
        self, people: Sequence[int], prices: list[Floats], kept: Mapping[int, Kept]
    ) -> list[tuple[int, tuple[float, Column]]]:
        classes = self.cover.classes
        return [(person, self._one(person, prices[classes[person]], kept.get(person))) for person in people]

    def _one(self, person: int, prices: Floats, kept: Kept | None = None) -> tuple[float, Column]:
        cost, schedule = self.workers[person].cheapest(prices, kept)
        return cost, self.column(person, schedule)


class Draft:
    """Everybody's column. ``cost`` is what the rota costs by all weights."""

    def __init__(self, team: Team, columns: Sequence[Column]) -> None:
        self.team, self.columns = team, list(columns)
        self.counts = np.zeros(len(team.cover.rows), np.int64)
        for one in columns:
            self._count(one, 1)
        self.cost = team.cover.cost(self.counts) + sum(one.cost for one in columns)

    @property
    def evil(self) -> float:
        """The part of the cost that is for contracts which cannot be met: no part of the rota's own."""
        soft = [one for one in self.columns if self.team.workers[one.person].soft]
        return sum(self.team.workers[one.person].minutes_cost(one.schedule) for one in soft)

    def without(self, people: Sequence[int]) -> NDArray[np.int64]:
        """How many are in each row when these people are taken out."""
        counts = self.counts.copy()
        for person in people:
            np.subtract.at(
                counts,
                self.columns[person].rows,
                self.columns[person].times.astype(np.int64),
            )
        return counts

    def copy(self) -> "Draft":
        return Draft(self.team, self.columns)

    def replace(self, columns: Sequence[Column]) -> "Draft":
        """The draft in which these people work these columns instead."""
        changed = list(self.columns)
        for one in columns:
            changed[one.person] = one
        return Draft(self.team, changed)

    def _count(self, one: Column, sign: int) -> None:
        np.add.at(self.counts, one.rows, sign * one.times.astype(np.int64))


def settle_one_by_one(team: Team) -> Draft:
    """A first draft: each person in turn takes the schedule that helps most, given those before."""
    counts = np.zeros(len(team.cover.rows), np.int64)
    columns = []
    for person in range(len(team.workers)):
        one = team.answer(person, team.cover.marginal(counts))
        counts[one.rows] += one.times.astype(np.int64)
        columns.append(one)
    return Draft(team, columns)


def stay(team: Team) -> Draft:
    """The draft in which everybody does what costs least by itself: what they did before, where the problem charges for changes."""
    nothing = np.zeros(len(team.cover.rows))
    return Draft(team, [team.answer(person, nothing) for person in range(len(team.workers))])


def polish(draft: Draft, until: float, now: Callable[[], float]) -> Draft:
    """Let each person in turn take their best answer to what the others do, until nobody can better it."""
    better = True
    while better:
        better = False
        for person in range(len(draft.columns)):
            if now() > until:
                return draft
            counts = draft.without([person])
            one = draft.team.answer(person, draft.team.cover.marginal(counts))
            changed = draft.replace([one])
            if changed.cost < draft.cost - 1e-9:
                draft, better = changed, True
    return draft
