"""Plan a rota inside the worker process: first draft, column generation, diving, then neighbourhoods until time is up or nothing can be better."""

import contextlib
import itertools
import math
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from harkline.rota.plan.beside import Beside
from harkline.rota.plan.cover import Cover
from harkline.rota.plan.dive import dive
from harkline.rota.plan.draft import Draft, Team, polish, settle_one_by_one, stay
from harkline.rota.plan.generate import bound_at, generate
from harkline.rota.plan.improve import Search
from harkline.rota.plan.kernel import NEVER
from harkline.rota.plan.master import Master
from harkline.rota.plan.people import Worker
from harkline.rota.plan.terms import Person, Problem, Progress, Result
from harkline.rota.plan.valid import checked
from harkline.rota.plan.watch import Stop, Watch

# Of the time: how much the bound may take, and the first dive after it.
FOR_THE_BOUND, FOR_THE_DIVE = 0.5, 0.35
LONG_ENOUGH = 5.0  # seconds


def solve(
    problem: Problem,
    seconds: float,
    tell: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    began: float | None = None,
) -> Result:
    """The best rota found in so many seconds, with a proven bound. Raises Refused when the problem makes no sense."""
    checked(problem)
    watch = Watch(seconds, tell, cancelled, _whole(problem), began)
    watch.begins("reading")
    workers, relaxed = _workers(problem)
    team = Team(workers, Cover(problem), os.cpu_count() or 1)
    watch.begins("first draft")
    # A rota to stay close to is where its repair begins: little is missing from it.
    first = stay(team) if problem.unchanged else settle_one_by_one(team)
    watch.found(first)
    # Whatever comes now, there is a rota and a bound.
    watch.proves(bound_at(team, team.cover.marginal(first.counts)))
    with contextlib.suppress(Stop):
        _search(problem, team, watch)
    assert watch.best is not None
    return _result(problem, watch, watch.best, relaxed)


def team_of(problem: Problem) -> Team:
    """The people with their tables and their cover, for one thread."""
    return Team(_workers(problem)[0], Cover(problem), 1)


def _search(problem: Problem, team: Team, watch: Watch) -> None:
    assert watch.best is not None
    watch.found(polish(watch.best, watch.seconds * 0.1, watch.now))
    # What is short is done before a second process has begun.
    beside = Beside(problem, team, watch) if watch.left() > LONG_ENOUGH and (os.cpu_count() or 1) > 1 else None
    with beside or contextlib.nullcontext():
        _converge(team, watch)


def _converge(team: Team, watch: Watch) -> None:
    assert watch.best is not None
    watch.begins("bound")
    master = Master(team.cover, range(len(team.workers)))
    master.add(watch.best.columns)
    step = 1.0 if watch.whole else 1e-4 * max(1.0, abs(watch.best.cost))
    generated = generate(
        team,
        master,
        watch,
        watch.seconds * FOR_THE_BOUND,
        1e-6 * max(1.0, abs(watch.best.cost)),
    )
    watch.begins("dive")
    columns = dive(team, master, watch, watch.seconds * FOR_THE_DIVE, math.inf)
    if columns is not None:
        watch.found(
            polish(
                Draft(team, sorted(columns, key=lambda one: one.person)),
                watch.seconds,
                watch.now,
            )
        )
    watch.begins("neighbourhoods")
    Search(team, master, generated, watch, step).run()


def _result(problem: Problem, watch: Watch, best: Draft, relaxed: tuple[str, ...]) -> Result:
    names = [one.name for one in problem.shifts]
    rota = {
        person.name: tuple(names[shift] if shift >= 0 else None for shift in one.schedule.tolist())
        for person, one in zip(problem.people, best.columns, strict=True)
    }
    cost, bound = float(best.cost), min(float(watch.bound), float(best.cost))
    return Result(rota, cost - best.evil, bound - best.evil, round(watch.now(), 2), watch.state, relaxed)


def _whole(problem: Problem) -> bool:
    needs = [weight for need in problem.needs for weight in (need.under, need.over)]
    weights = [
        *needs,
        *(one.weight for one in problem.requests),
        problem.night_weight,
        problem.change_weight,
    ]
    return all(float(one).is_integer() for one in weights)


def _workers(problem: Problem) -> tuple[list[Worker], tuple[str, ...]]:
    """Everybody's tables; for whom no schedule meets every rule, by fewer rules, and their names."""
    workers, relaxed = [], []
    for person in problem.people:
        worker = next(one for one in (Worker(problem, *some) for some in _ladder(person)) if _possible(one))
        workers.append(worker)
        if worker.soft or worker.person != person:
            relaxed.append(person.name)
    return workers, tuple(relaxed)


def _possible(worker: Worker) -> bool:
    return worker.cheapest(np.zeros_like(worker.costs))[0] < NEVER / 2


def _ladder(person: Person) -> list[tuple[Person, bool]]:
    """The person, then with one rule less, then with ever fewer; what was settled is kept to the last, and leave with it."""
    each: list[dict[str, Any]] = [
        {"min_days_in_row": 1},
        {"min_days_off": 1},
        {"max_weekends": None},
        {
            "most": {name: most for name, most in person.most.items() if most == 0},
            "max_nights": None,
        },
        {"days_off_after_nights": 0, "max_nights_in_row": None},
        {"max_days_in_row": None},
        {"rest": 0, "before": ()},
    ]
    fewer = [dict(itertools.chain.from_iterable(one.items() for one in each[: n + 1])) for n in range(len(each))]
    single = [(replace(person, **one), False) for one in each]
    return [
        (person, False),
        (person, True),
        *single,
        *((replace(person, **one), True) for one in fewer),
    ]
