"""A second process that stirs while the first one searches: ``python -m harkline.rota.plan.beside``, where there is a second core.

On standard input lines of JSON: first {"problem": …}, then {"best": […]} whenever the first process has a better rota; the end of the
input ends it. On standard output {"best": […]} whenever this one has. A rota is a list of shifts (-1: none) for each person. Where
the process dies the first one goes on alone.
"""

import json
import os
import subprocess
import sys
import threading
from typing import IO, Any

import numpy as np

from harkline.rota.plan.draft import Draft, Team
from harkline.rota.plan.terms import Problem
from harkline.rota.plan.watch import Watch
from harkline.rota.plan.wire import plain, read

TELL = 0.25  # seconds between two looks at whether there is a better rota to pass on


class Beside:
    """The second process, from the inside of the first. Use with ``with``."""

    def __init__(self, problem: Problem, team: Team, watch: Watch) -> None:
        self._team, self._watch = team, watch
        self._told: Draft | None = None
        self._over = threading.Event()
        command = [sys.executable, "-m", "harkline.rota.plan.beside"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._say({"problem": plain(problem)})
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._tell, self._hear)]

    def __enter__(self) -> "Beside":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._process.kill()
        self._process.wait()
        for one in self._threads:
            one.join()

    def _tell(self) -> None:
        while not self._over.wait(TELL):
            best = self._watch.best
            if best is not None and best is not self._told:
                self._told = best
                self._say({"best": [one.schedule.tolist() for one in best.columns]})

    def _hear(self) -> None:
        for line in _lines(self._process.stdout):
            draft = drafted(self._team, line["best"])
            if self._watch.found(draft):
                self._told = draft  # it knows

    def _say(self, value: Any) -> None:
        try:
            assert self._process.stdin is not None
            print(json.dumps(value), file=self._process.stdin, flush=True)
        except (BrokenPipeError, ValueError):
            self._over.set()


def drafted(team: Team, schedules: list[list[int]]) -> Draft:
    """The draft in which everybody works these shifts."""
    return Draft(team, [team.column(person, np.array(one, np.int64)) for person, one in enumerate(schedules)])


def _lines(file: IO[str] | None) -> Any:
    assert file is not None
    for line in file:
        try:
            yield json.loads(line)
        except ValueError:
            return  # cut off: the process was ended


def main() -> None:
    """Stir until the input ends."""
    from harkline.rota.plan.solve import team_of
    from harkline.rota.plan.stir import Pot

    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lines = _lines(sys.stdin)
    team = team_of(read(Problem, next(lines)["problem"]))
    newest: list[Any] = [drafted(team, next(lines)["best"])]

    def listen() -> None:
        for line in lines:
            newest[0] = drafted(team, line["best"])
        os._exit(0)  # the first process is done with us, or gone

    threading.Thread(target=listen, daemon=True).start()
    pot = Pot(team, newest[0])
    while True:
        if (better := pot.stirred(newest)) is not None:
            print(json.dumps({"best": [one.schedule.tolist() for one in better.columns]}), file=out, flush=True)


if __name__ == "__main__":
    main()
