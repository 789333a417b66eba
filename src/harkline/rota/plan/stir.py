"""Ruin and recreate (Schrimpf et al. 2000) beside the main search: take a few people out of the best rota, let each come back by their best answer to
the others, then everybody whom that concerns, and keep what is no worse. One search takes a fraction of a millisecond, so this fills the core that waits."""

import threading

import numpy as np
from numpy.typing import NDArray

from harkline.rota.plan.draft import Draft, Team
from harkline.rota.plan.master import Column
from harkline.rota.plan.watch import Watch

FEWEST, MOST = 2, 6  # people taken out at once
PATIENCE = 200  # tries without a better rota before the best one is taken up again
NOISE = 0.05  # of a row's price at the mean, so that not the same comes back


class Stirring:
    """A thread that stirs the best rota of ``watch`` until ``stop``."""

    def __init__(self, team: Team, watch: Watch, seed: int = 2) -> None:
        self.team, self.watch = team, watch
        self.random = np.random.default_rng(seed)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Stirring":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        pot = _Pot(self.team, self._best())
        tries = 0
        while not self._stopped.is_set() and self.watch.left() > 0 and not self.watch.proven:
            if self._best().cost < pot.cost - 1e-9 or tries > PATIENCE:
                pot, tries = _Pot(self.team, self._best()), 0
            tries += 1
            if self._stirred(pot):
                tries = 0
                self.watch.found(Draft(self.team, pot.columns))

    def _best(self) -> Draft:
        assert self.watch.best is not None
        return self.watch.best

    def _stirred(self, pot: "_Pot") -> bool:
        """One try; whether the rota is now better than before. What costs the same is kept too: it leads elsewhere."""
        everyone = len(pot.columns)
        size = min(everyone, int(self.random.integers(FEWEST, MOST + 1)))
        before, columns, counts = pot.cost, list(pot.columns), pot.counts.copy()
        noise = self.random.exponential(NOISE)
        out = self.random.choice(everyone, size, replace=False).tolist()
        for person in out:
            pot.take_out(person)
        for person in out:
            pot.put_in(person, self.random.normal(1.0, noise, len(counts)))
        self._settle(pot, out)
        if pot.cost > before + 1e-9 or self._stopped.is_set():
            pot.columns, pot.counts, pot.cost = columns, counts, before
        return pot.cost < before - 1e-9

    def _settle(self, pot: "_Pot", out: list[int]) -> None:
        """The best answers of those taken out, and of some others, until one round changes nothing."""
        for person in (
            *out,
            *self.random.permutation(len(pot.columns)).tolist()[: 2 * MOST],
        ):
            if self._stopped.is_set():
                return
            pot.take_out(person)
            pot.put_in(person)


class _Pot:
    """A rota from which people are taken and put back, its cost kept along."""

    def __init__(self, team: Team, draft: Draft) -> None:
        self.team, self.columns, self.counts, self.cost = (
            team,
            list(draft.columns),
            draft.counts.copy(),
            draft.cost,
        )

    def take_out(self, person: int) -> None:
        self._change(self.columns[person], -1)

    def put_in(self, person: int, noise: NDArray[np.float64] | None = None) -> None:
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
