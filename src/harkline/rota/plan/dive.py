"""Diving: settle people on the schedules the programme leans to, and price anew after each settling, so that the rest can adapt."""

import math

import numpy as np

from harkline.rota.plan.draft import Team
from harkline.rota.plan.generate import HELPS, reduced
from harkline.rota.plan.master import Answer, Column, Master
from harkline.rota.plan.watch import Watch

SURE = 0.95
FEWEST, ROUNDS = 2, 15


def dive(
    team: Team,
    master: Master,
    watch: Watch,
    until: float,
    beat: float,
    shake: np.random.Generator | None = None,
) -> list[Column] | None:
    """A column for each person of the programme, or None where the way led to no less than ``beat``. Frees everything again."""
    settled: dict[int, int] = {}
    pace = 0.0  # seconds for a round of pricing
    try:
        while len(settled) < len(master.people):
            rounds = _rounds(master, watch, settled, until, pace)
            began = watch.now()
            answer, turns = _adapt(team, master, watch, settled, until, rounds)
            pace = 0.5 * pace + 0.5 * (watch.now() - began) / turns
            if answer is None or answer.value >= beat:
                return None
            left = max(1.0, (until - watch.now()) / max(pace * FEWEST, 1e-3))
            at_once = max(1, math.ceil((len(master.people) - len(settled)) / left))
            _settle(master, answer, settled, at_once, shake)
        return [master.columns[one] for one in settled.values()]
    finally:
        for one in settled.values():
            master.settle(one, settled=False)


def _rounds(master: Master, watch: Watch, settled: dict[int, int], until: float, pace: float) -> int:
    """How often to price anew after this settling, so that the time is enough for all of them."""
    steps = len(master.people) - len(settled)
    return max(FEWEST, min(ROUNDS, int((until - watch.now()) / max(1e-3, pace * steps))))


def _adapt(
    team: Team,
    master: Master,
    watch: Watch,
    settled: dict[int, int],
    until: float,
    rounds: int,
) -> tuple[Answer | None, int]:
    """Price for those not settled until nothing helps or the rounds are over."""
    open_people = [person for person in master.people if person not in settled]
    for turn in range(rounds + 1):
        watch.check()
        answer = master.solve(max(0.05, until - watch.now()))
        if turn == rounds or watch.now() > until:
            break
        found = team.best(open_people, answer.duals, master.kept)
        if not master.add(one for _, one in found if reduced(one, answer, master) < -HELPS):
            break
    return (answer if len(answer.shares) == len(master.columns) else None), turn + 1


def _settle(
    master: Master,
    answer: Answer,
    settled: dict[int, int],
    at_once: int,
    shake: np.random.Generator | None,
) -> None:
    shares = (
        answer.shares
        if shake is None
        else answer.shares + (answer.shares > 1e-6) * shake.random(len(answer.shares)) * 0.25
    )
    done = 0
    for one in np.argsort(-shares):
        person = master.columns[one].person
        if person in settled:
            continue
        if done >= at_once and shares[one] < SURE:
            return
        master.settle(int(one))
        settled[person] = int(one)
        done += 1
