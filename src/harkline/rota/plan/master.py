"""The linear programme over whole schedules (Dantzig and Wolfe 1960), kept in HiGHS and re-optimised as schedules are added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import highspy  # type: ignore[import-not-found,unused-ignore]
import numpy as np
from numpy.typing import NDArray

from harkline.rota.plan.cover import Cover
from harkline.rota.plan.people import Kept

Floats = NDArray[np.float64]
# HiGHS's simplex: after new columns a basis stays primal feasible, after columns were settled dual feasible.
DUAL, PRIMAL = 1, 4
NOBODY = 1e7  # what it costs to leave a person without a schedule


@dataclass(frozen=True, eq=False)
class Column:
    """One person's whole schedule: what it costs by itself and how often it counts in each row."""

    person: int
    schedule: NDArray[np.int64]
    cost: float
    rows: NDArray[np.int32]
    times: Floats

    @property
    def key(self) -> tuple[int, bytes]:
        return self.person, self.schedule.tobytes()


@dataclass(frozen=True)
class Answer:
    """An optimum over the columns so far: its value, what a person in each row is worth, what each person's place costs, each column's share."""

    value: float
    duals: Floats
    places: Floats
    shares: Floats
    whole: bool  # solved to the end, not stopped by the clock


class Master:
    """The programme for some of the people, the others' cover being ``given``; with ``kept``, for some days of theirs, in the rows of those days."""

    def __init__(
        self,
        cover: Cover,
        people: Sequence[int],
        given: NDArray[np.int64] | None = None,
        kept: Mapping[int, Kept] = MappingProxyType({}),
    ) -> None:
        self.cover, self.people, self.kept = cover, list(people), kept
        days = next(iter(kept.values()), None)
        self.within = np.arange(len(cover.rows)) if days is None else cover.rows_in(days.first, days.last)
        self._at = np.full(len(cover.rows), -1, np.int64)
        self._at[self.within] = np.arange(len(self.within))
        self.place = {person: len(self.within) + n for n, person in enumerate(people)}
        self.columns: list[Column] = []
        self.seen: set[tuple[int, bytes]] = set()
        self._lp: Any = highspy.Highs()  # type: ignore[no-untyped-call,unused-ignore]
        self._lp.setOptionValue("output_flag", False)
        self._lp.setOptionValue("log_to_console", False)
        self._lp.setOptionValue("threads", 1)
        self._settled = True  # the first solution too is found best by the dual simplex
        self.given = np.zeros(len(cover.rows), np.int64) if given is None else given
        self._rows(self.given)
        self.first = self._lp.getNumCol()

    def add(self, columns: Iterable[Column]) -> int:
        """Take in the columns that are new; how many there were."""
        fresh = []
        for one in columns:
            if one.key not in self.seen:
                self.seen.add(one.key)
                fresh.append(one)
        if fresh:
            parts = [self._entries(one) for one in fresh]
            starts = np.cumsum([0, *(len(rows) for rows, _ in parts[:-1])]).astype(np.int32)
            rows = np.concatenate([rows for rows, _ in parts]).astype(np.int32)
            times = np.concatenate([times for _, times in parts])
            costs = np.array([one.cost for one in fresh])
            zeros = np.zeros(len(fresh))
            self._lp.addCols(
                len(fresh),
                costs,
                zeros,
                np.full(len(fresh), highspy.kHighsInf),
                len(rows),
                starts,
                rows,
                times,
            )
            self.columns += fresh
        return len(fresh)

    def _entries(self, one: Column) -> tuple[NDArray[np.int64], Floats]:
        rows = self._at[one.rows]
        here = rows >= 0
        return np.append(rows[here], self.place[one.person]), np.append(one.times[here], 1.0)

    def solve(self, seconds: float) -> Answer:
        """Re-optimise from the last basis, for so many seconds at most."""
        self._lp.setOptionValue("time_limit", self._lp.getRunTime() + max(0.05, seconds))
        self._lp.setOptionValue("simplex_strategy", DUAL if self._settled else PRIMAL)
        self._settled = False
        self._lp.run()
        whole = self._lp.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = self._lp.getSolution()
        row_dual = np.array(found.row_dual)
        rows, duals = len(self.within), np.zeros(len(self.cover.rows))
        if len(row_dual):
            duals[self.within] = row_dual[:rows]
        places = row_dual[rows:] if len(row_dual) else np.zeros(len(self.people))
        values = np.array(found.col_value)
        shares = values[self.first :] if len(values) else np.zeros(len(self.columns))
        value = self._lp.getInfo().objective_function_value + self.constant
        return Answer(value, duals, places, shares, whole)

    def settle(self, column: int, settled: bool = True) -> None:
        """Let this column be its person's schedule, or free it again."""
        self._settled = True
        self._lp.changeColBounds(
            self.first + column,
            1.0 if settled else 0.0,
            1.0 if settled else highspy.kHighsInf,
        )

    def _rows(self, given: NDArray[np.int64]) -> None:
        """A row for each need, in which missing and surplus people make up the difference, and one for each person's place."""
        here = [self.cover.rows[row] for row in self.within]
        self.constant = sum(row.at_need for row in here)
        none: Any = np.array([], np.int32), np.array([])
        for number, row in zip(self.within, here, strict=True):
            wanted = float(row.need - row.there - given[number])
            self._lp.addRow(wanted, wanted, 0, *none)
        for _ in self.people:
            self._lp.addRow(1.0, 1.0, 0, *none)
        for number, row in enumerate(here):
            at = np.array([number], np.int32)
            for place, (width, price) in enumerate(row.steps):
                # Nobody can be fewer than none, but the row may start above its need: the last step has no end.
                end = highspy.kHighsInf if place == len(row.steps) - 1 else float(width)
                self._lp.addCol(price, 0.0, end, 1, at, np.array([1.0]))
            self._lp.addCol(row.over, 0.0, highspy.kHighsInf, 1, at, np.array([-1.0]))
        for row_of in self.place.values():
            self._lp.addCol(
                NOBODY,
                0.0,
                highspy.kHighsInf,
                1,
                np.array([row_of], np.int32),
                np.array([1.0]),
            )


def column(cover: Cover, person: int, schedule: NDArray[np.int64], cost: float) -> Column:
    """The column of a schedule."""
    rows, times = np.unique(cover.rows_of(person, schedule), return_counts=True)
    return Column(person, schedule.copy(), cost, rows.astype(np.int32), times.astype(np.float64))
