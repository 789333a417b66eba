"""Planning from the outside: start the worker process, hear how far it is, cancel it, take the result."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import IO

from harkline.rota.plan.terms import Problem, Progress, Refused, Result
from harkline.rota.plan.wire import plain, read

NEEDED = ("numpy", "numba", "highspy")
GRACE = 30.0  # seconds after its time that a worker has to come to an end before it is killed
START = 300.0  # and before its first rota: once after an installation it has to compile, on a machine that may be busy
POLITE = 10  # the worker's niceness: calls that are being answered go first


class Unavailable(RuntimeError):
    """The packages of the extra ``rota`` are not installed."""


class Died(RuntimeError):
    """The worker process ended without a result."""


def available() -> bool:
    """Whether rotas can be planned in this installation."""
    return all(importlib.util.find_spec(one) is not None for one in NEEDED)


class Planning:
    """One plan being made. Iterating gives ``Progress`` and at last the ``Result``, and blocks in between.

    Raises Unavailable on creation, Refused where the problem makes no sense, Died where the worker was killed. ``cancel`` may be called from any thread:
    the best rota so far is then the result. Leaving the ``with`` block ends the process whatever it is at."""

    def __init__(self, problem: Problem, seconds: float, nice: int = POLITE) -> None:
        if not available():
            raise Unavailable("Planning rotas needs the extra rota: pip install 'harkline[rota]'.")
        command = [sys.executable, "-m", "harkline.rota.plan.worker"]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        os.setpriority(os.PRIO_PROCESS, self._process.pid, nice)
        self._seconds = seconds
        self._timer = self._kill_after(seconds + START)
        self._say(json.dumps({"problem": plain(problem), "seconds": seconds}))

    @property
    def pid(self) -> int:
        """The worker's process."""
        return self._process.pid

    def __enter__(self) -> "Planning":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def __iter__(self) -> Iterator[Progress | Result]:
        answers: IO[str] | None = self._process.stdout
        assert answers is not None
        heard = False
        for line in answers:
            kind, value = next(iter(json.loads(line).items()))
            if kind == "refused":
                raise Refused(value)
            if kind == "result":
                yield read(Result, value)
                return
            progress = read(Progress, value)
            if not heard and progress.objective is not None:
                heard = True
                self._timer.cancel()
                self._timer = self._kill_after(self._seconds + GRACE)
            yield progress
        raise Died(f"The planning process ended without a rota (exit status {self._process.wait()}): start it again.")

    def cancel(self) -> None:
        """Ask the worker to end with the best rota it has."""
        self._say("cancel")

    def kill(self) -> None:
        """End the process now and let go of it."""
        self._timer.cancel()
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:  # what was not taken in by a worker that is gone
                continue

    def _kill_after(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self.kill)
        timer.daemon = True
        timer.start()
        return timer

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return  # it has ended already; reading tells how


def plan(
    problem: Problem,
    seconds: float,
    tell: Callable[[Progress], None] = lambda _: None,
    nice: int = POLITE,
) -> Result:
    """The result of a plan of its own process, from beginning to end. Raises as ``Planning`` does."""
    with Planning(problem, seconds, nice) as planning:
        for event in planning:
            if isinstance(event, Result):
                return event
            tell(event)
    raise Died("The planning process ended without a rota: start it again.")
