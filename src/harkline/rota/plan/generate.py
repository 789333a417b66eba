"""Column generation: price schedules against the programme's duals, smoothed, until no schedule would help; every round proves a bound.

Smoothing after Wentges (1997); the bound of a round is the Lagrangian one, valid for whatever duals it is taken at.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harkline.rota.plan.draft import Team
from harkline.rota.plan.master import Answer, Column, Master
from harkline.rota.plan.watch import Watch

SMOOTHING = 0.6
HELPS = 1e-6  # a reduced cost below -HELPS helps
LONG, NEARLY = 0.2, 5e-4
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Generated:
    """The last optimum over the columns and the best bound on any rota of these people."""

    answer: Answer
    bound: float
    done: bool


def generate(
    team: Team,
    master: Master,
    watch: Watch,
    until: float,
    close: float,
    beat: float = math.inf,
) -> Generated:
    """Add columns until the optimum is within ``close`` of the bound, the bound reaches ``beat``, or the clock of ``watch`` shows ``until``."""
    center: Floats | None = None
    bound = -math.inf
    everybody = len(master.people) == len(team.workers) and not master.kept
    while True:
        watch.check()
        answer = master.solve(max(0.05, until - watch.now()))
        smooth = answer.duals if center is None else SMOOTHING * center + (1 - SMOOTHING) * answer.duals
        for duals in (smooth, answer.duals):
            columns, proven = _price(team, master, duals)
            if proven > bound:
                bound, center = proven, duals
                if everybody:
                    watch.proves(proven)
            new = master.add(one for one in columns if reduced(one, answer, master) < -HELPS)
            if new or center is None:
                break
        if new == 0 or answer.value - bound <= _enough(watch, answer, close) or bound >= beat or watch.now() >= until:
            return Generated(answer, bound, new == 0)


def _enough(watch: Watch, answer: Answer, close: float) -> float:
    """How near to the bound is near enough: nearly equal at first, later what is left is better spent on the rota."""
    return close if watch.now() < LONG * watch.seconds else max(close, NEARLY * abs(answer.value))


def reduced(one: Column, answer: Answer, master: Master) -> float:
    """The reduced cost of a column."""
    return float(one.cost - answer.duals[one.rows] @ one.times - answer.places[master.people.index(one.person)])


def bound_at(team: Team, duals: Floats) -> float:
    """The Lagrangian bound on any rota of the whole team, at these duals."""
    found = team.best(range(len(team.workers)), duals)
    return sum(cost for cost, _ in found) + team.cover.least(duals, np.zeros(len(duals), np.int64))


def _price(team: Team, master: Master, duals: Floats) -> tuple[list[Column], float]:
    found = team.best(master.people, duals, master.kept)
    return [one for _, one in found], sum(cost for cost, _ in found) + team.cover.least(
        duals, master.given, master.within
    )
