"""Large neighbourhood search: free a few people, plan them anew against what the others do, keep what is better."""

import math
from dataclasses import dataclass

import numpy as np

from harkline.rota.plan.dive import dive
from harkline.rota.plan.draft import Draft, Team, polish
from harkline.rota.plan.generate import Generated, generate, reduced
from harkline.rota.plan.master import Column, Master
from harkline.rota.plan.people import Kept
from harkline.rota.plan.watch import NEAR, Watch

WEEK = 7
KEPT = 25  # columns of each person that a neighbourhood begins with
A_WHILE = 4.0  # seconds at most for one neighbourhood
EVEN = 0.5  # the part of the time that is shared evenly by all kinds of neighbourhood, whatever each has brought


@dataclass
class Kind:
    """A kind of neighbourhood: how many people, how many days of theirs (None: all), and what it has brought in how many seconds."""

    people: float
    most: int
    days: int | None
    gained: float = 0.0
    spent: float = 1e-3
    tries: float = 1e-3

    def learn(self, gain: float, seconds: float) -> None:
        """Grow slowly while nothing is found, shrink when something was; what is long ago counts less."""
        self.people = max(3.0, self.people - 0.5) if gain > 0 else min(self.most, self.people + 0.1)
        self.gained, self.spent = 0.95 * self.gained + gain, 0.95 * self.spent + seconds
        self.tries = 0.95 * self.tries + 1

    @property
    def lasts(self) -> float:
        """Seconds of a try."""
        return max(1e-3, self.spent / self.tries)


class Search:
    """The neighbourhoods of the best draft of ``watch``, from the columns that were good for the whole programme."""

    def __init__(
        self,
        team: Team,
        master: Master,
        generated: Generated,
        watch: Watch,
        step: float,
        seed: int = 1,
    ) -> None:
        self.team, self.watch, self.step = team, watch, step
        self.random = np.random.default_rng(seed)
        self.pool = _promising(master, generated)
        everyone = len(team.workers)
        self.kinds = [Kind(min(4, everyone), min(16, everyone), None)]
        if team.cover.days > WEEK:
            self.kinds += [
                Kind(min(size, everyone), min(40, everyone), days) for size, days in ((12, 4), (8, WEEK), (6, 2 * WEEK))
            ]

    def run(self) -> None:
        """Until the watch stops it."""
        while True:
            self.watch.check()
            kind = self._kind()
            before, began = self._best().cost, self.watch.now()
            better = self.once(self._people(round(kind.people)), self._days(kind))
            kind.learn(before - self._best().cost if better else 0.0, self.watch.now() - began)

    def _kind(self) -> Kind:
        rate = np.array([kind.gained / kind.spent for kind in self.kinds])
        mine = rate / rate.sum() if rate.sum() > 0 else np.full(len(rate), 1 / len(rate))
        # What takes twenty times as long is tried a twentieth as often.
        share = (EVEN / len(rate) + (1 - EVEN) * mine) / np.array([kind.lasts for kind in self.kinds])
        return self.kinds[int(self.random.choice(len(rate), p=share / share.sum()))]

    def _days(self, kind: Kind) -> tuple[int, int] | None:
        days = self.team.cover.days
        if kind.days is None or kind.days >= days:
            return None
        first = int(self.random.integers(1 - kind.days // 2, days - kind.days // 2))
        return max(0, first), min(days, first + kind.days)

    def once(self, people: list[int], days: tuple[int, int] | None = None) -> bool:
        """Plan these people anew, on all days or on these; whether that was better."""
        best = self._best()
        kept = {} if days is None else {person: Kept(best.columns[person].schedule, *days) for person in people}
        master = Master(self.team.cover, people, best.without(people), kept)
        current = [best.columns[person] for person in people]
        local = sum(one.cost for one in current) + self.team.cover.cost_of(master.within, best.counts)
        beat = local - self.step + NEAR
        master.add(current)
        if days is None:
            master.add(one for person in people for one in self.pool[person])
        until = min(self.watch.seconds, self.watch.now() + A_WHILE)
        generated = generate(self.team, master, self.watch, until, 1e-6 * max(1.0, abs(local)), beat)
        if generated.bound >= beat or generated.answer.value >= beat:
            return False
        columns = dive(self.team, master, self.watch, until, beat, self.random)
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
        costs = self.team.cover.missing(self._best().counts)
        if costs.sum() <= 0:
            return sorted(self.random.choice(everyone, size, replace=False).tolist())
        row = int(self.random.choice(len(costs), p=costs / costs.sum()))
        cover = self.team.cover
        able = [person for person in range(everyone) if cover.reach[cover.classes[person]][row]]
        chosen = self.random.permutation(able)[: math.ceil(size / 2)].tolist()
        others = [person for person in self.random.permutation(everyone).tolist() if person not in chosen]
        return sorted(chosen + others[: size - len(chosen)])


def _promising(master: Master, generated: Generated) -> list[list[Column]]:
    """For each person the columns with the least reduced cost."""
    ranked: dict[int, list[tuple[float, int, Column]]] = {person: [] for person in master.people}
    for number, one in enumerate(master.columns):
        ranked[one.person].append((reduced(one, generated.answer, master), number, one))
    return [[one for _, _, one in sorted(ranked[person])[:KEPT]] for person in sorted(ranked)]
