"""Large neighbourhood search: free a few people, plan them anew against what the others do, keep what is better."""

import math

import numpy as np

from harkline.rota.plan.dive import dive
from harkline.rota.plan.draft import Draft, Team, polish
from harkline.rota.plan.generate import Generated, generate, reduced
from harkline.rota.plan.master import Column, Master
from harkline.rota.plan.watch import NEAR, Watch

SMALLEST, LARGEST = 4, 16
KEPT = 25  # columns of each person that a neighbourhood begins with
A_WHILE = 4.0  # seconds at most for one neighbourhood


class Search:
    """The neighbourhoods of the best draft of ``watch``, from the columns that were good for the whole programme."""

    def __init__(
        self, team: Team, master: Master, generated: Generated, watch: Watch, step: float, seed: int = 1
    ) -> None:
        self.team, self.watch, self.step = team, watch, step
        self.random = np.random.default_rng(seed)
        self.pool = _promising(master, generated)
        self.size = float(min(SMALLEST, len(team.workers)))

    def run(self) -> None:
        """Until the watch stops it."""
        while True:
            self.watch.check()
            better = self.once(self._people(round(self.size)))
            most = min(LARGEST, len(self.team.workers))
            self.size = max(min(SMALLEST, most), self.size - 0.5) if better else min(most, self.size + 0.1)

    def once(self, people: list[int]) -> bool:
        """Plan these people anew; whether that was better."""
        best = self._best()
        given = best.without(people)
        local = best.cost - sum(one.cost for one in best.columns if one.person not in set(people))
        beat = local - self.step + NEAR
        master = Master(self.team.cover, people, given)
        master.add([best.columns[person] for person in people])
        master.add(one for person in people for one in self.pool[person])
        until = min(self.watch.seconds, self.watch.now() + A_WHILE)
        generated = generate(self.team, master, self.watch, until, 1e-6 * max(1.0, abs(local)), beat)
        if generated.bound >= beat or generated.answer.value >= beat:
            return False
        columns = dive(self.team, master, self.watch, until, beat)
        if columns is None:
            return False
        return self.watch.found(polish(best.replace(columns), until, self.watch.now))

    def _best(self) -> Draft:
        assert self.watch.best is not None
        return self.watch.best

    def _people(self, size: int) -> list[int]:
        """Some at random, or some who could meet what is missing where it costs most."""
        everyone = len(self.team.workers)
        if self.random.random() < 0.5:
            return sorted(self.random.choice(everyone, size, replace=False).tolist())
        best = self._best()
        costs = np.array(
            [
                row.cost(count) - min(row.cost(np.arange(row.need + 1)))
                for row, count in zip(self.team.cover.rows, best.counts, strict=True)
            ]
        )
        if costs.sum() <= 0:
            return sorted(self.random.choice(everyone, size, replace=False).tolist())
        row = int(self.random.choice(len(costs), p=costs / costs.sum()))
        able = [
            p
            for p in range(everyone)
            if any(row in self.team.cover.hits[self.team.cover.classes[p]][cell] for cell in self._cells(row))
        ]
        chosen = self.random.permutation(able)[: math.ceil(size / 2)].tolist()
        others = [person for person in self.random.permutation(everyone).tolist() if person not in chosen]
        return sorted(chosen + others[: size - len(chosen)])

    def _cells(self, row: int) -> list[int]:
        hits = self.team.cover.hits
        return [cell for kind in hits for cell, rows in enumerate(kind) if row in rows][:4]


def _promising(master: Master, generated: Generated) -> list[list[Column]]:
    """For each person the columns with the least reduced cost."""
    ranked: dict[int, list[tuple[float, int, Column]]] = {person: [] for person in master.people}
    for number, one in enumerate(master.columns):
        ranked[one.person].append((reduced(one, generated.answer, master), number, one))
    return [[one for _, _, one in sorted(ranked[person])[:KEPT]] for person in sorted(ranked)]
