"""Ruin and recreate (Schrimpf et al. 2000) beside the main search: take a few people out of the best rota, let each come back by their best answer to
the others, then everybody whom that concerns, and keep what is no worse. One search takes a fraction of a millisecond."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from harkline.rota.plan.draft import Draft, Team
from harkline.rota.plan.master import Column

FEWEST, MOST = 2, 6  # people taken out at once
PATIENCE = 200  # tries without a better rota before the best one is taken up again
NOISE = 0.05  # of a row's price at the mean, so that not the same comes back


class Pot:
    """A rota from which people are taken and put back, its cost kept along."""

    def __init__(self, team: Team, draft: Draft, seed: int = 2) -> None:
        self.team = team
        self.random = np.random.default_rng(seed)
        self._tries = 0
        self._begin(draft)

    def _begin(self, draft: Draft) -> None:
        self.columns, self.counts, self.cost = list(draft.columns), draft.counts.copy(), draft.cost
        self._tries = 0

    def stirred(self, best: Sequence[Draft]) -> Draft | None:
        """One try from here, or from ``best[0]`` where that is better or nothing was found for long; what came of it where it is
        better than both."""
        if best[0].cost < self.cost - 1e-9 or self._tries > PATIENCE:
            self._begin(best[0])
        self._tries += 1
        if not self._once():
            return None
        self._tries = 0
        return Draft(self.team, self.columns) if self.cost < best[0].cost - 1e-9 else None

    def _once(self) -> bool:
        """Whether the rota is now better than before. What costs the same is kept too: it leads elsewhere."""
        everyone = len(self.columns)
        size = min(everyone, int(self.random.integers(FEWEST, MOST + 1)))
        before, columns, counts = self.cost, list(self.columns), self.counts.copy()
        noise = self.random.exponential(NOISE)
        out = self.random.choice(everyone, size, replace=False).tolist()
        for person in out:
            self.take_out(person)
        for person in out:
            self.put_in(person, self.random.normal(1.0, noise, len(counts)))
        self._settle(out)
        if self.cost > before + 1e-9:
            self.columns, self.counts, self.cost = columns, counts, before
        return self.cost < before - 1e-9

    def _settle(self, out: list[int]) -> None:
        """The best answers of those taken out, and of some others, until one round changes nothing."""
        for person in (*out, *self.random.permutation(len(self.columns)).tolist()[: 2 * MOST]):
            self.take_out(person)
            self.put_in(person)

    def take_out(self, person: int) -> None:
        """Let somebody work nothing."""
        self._change(self.columns[person], -1)

    def put_in(self, person: int, noise: NDArray[np.float64] | None = None) -> None:
        """Let somebody back, by their best answer to what the others do; with ``noise`` by something near it."""
        worth = self.team.cover.marginal(self.counts)
        old = self.columns[person]
        column = self.team.answer(person, worth if noise is None else worth * noise)
        # The old answer stays where the new one is no better.
        if (
            noise is None
            and column.cost - worth[column.rows] @ column.times >= old.cost - worth[old.rows] @ old.times - 1e-9
        ):
            column = old
        self._change(column, 1)
        self.columns[person] = column

    def _change(self, one: Column, sign: int) -> None:
        before = self.team.cover.cost_of(one.rows, self.counts)
        self.counts[one.rows] += sign * one.times.astype(np.int64)
        self.cost += sign * one.cost + self.team.cover.cost_of(one.rows, self.counts) - before
