"""Waiting and giving up in a queue with n people: Erlang B, C and A. Plain numbers, no factorials, no overflow.

``load`` is in erlangs (arrivals × handling time). Times are in seconds, rates in events a second. Erlang A is M/M/n+M: calls come
at random, are handled in exponential times, and whoever waits loses patience in exponential times (Palm 1957; Garnett, Mandelbaum
and Reiman 2002). Below n the sums run through the inverse of Erlang B, above n through forward products, until nothing is added.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, sqrt

_ENOUGH = 1e-13  # what one more state may add to the whole
_NEVER = 1e-300  # of a load that n people hardly notice
_STATES = 2_000_000
_MANY = 20_000  # people; more than any line has


@dataclass(frozen=True)
class Queue:
    """What comes (``arrivals`` a second), how long it takes (``handling`` seconds) and how long people wait (``patience`` seconds)."""

    arrivals: float
    handling: float
    patience: float

    @property
    def load(self) -> float:
        """Offered load in erlangs."""
        return self.arrivals * self.handling


@dataclass(frozen=True)
class Waiting:
    """What Erlang A says. Shares of all who call from 0 to 1; ``mean_wait`` in seconds, of everybody; ``busy`` of each person."""

    waits: float
    abandons: float
    mean_wait: float
    busy: float


def erlang_b(load: float, n: int) -> float:
    """The share that finds n people busy where nobody waits."""
    blocked = 1.0
    for k in range(1, n + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(load: float, n: int) -> float:
    """The share that waits where nobody ever gives up; 1 where the queue grows for ever."""
    if n <= load:
        return 1.0
    blocked = erlang_b(load, n)
    return blocked / (1 - load / n * (1 - blocked))


def erlang_c_level(queue: Queue, n: int, within: float) -> float:
    """The share answered ``within`` so many seconds where nobody ever gives up."""
    if n <= queue.load:
        return 0.0
    return 1 - erlang_c(queue.load, n) * exp(-(n - queue.load) * within / queue.handling)


def _queue_states(queue: Queue, n: int) -> tuple[float, list[float]]:
    """The weight of fewer than n in the system, and of n, n + 1, … (so 0, 1, … who wait), all relative to that of exactly n."""
    below = 1 / max(erlang_b(queue.load, n), _NEVER) - 1 if n else 0.0
    serve, leave = n / queue.handling, 1 / queue.patience
    weights, total = [1.0], 1.0
    while len(weights) < _STATES:
        ends = serve + len(weights) * leave
        weights.append(weights[-1] * queue.arrivals / ends)
        total += weights[-1]
        if weights[-1] < _ENOUGH * total and queue.arrivals < ends:
            break
    return below, weights


def erlang_a(queue: Queue, n: int) -> Waiting:
    """Erlang A, exactly. With nobody on duty everybody leaves when their patience ends."""
    if queue.arrivals <= 0:
        return Waiting(0.0, 0.0, 0.0, 0.0)
    below, weights = _queue_states(queue, n)
    whole = below + sum(weights)
    in_queue = sum(number * weight for number, weight in enumerate(weights)) / whole
    abandons = min(1.0, in_queue / queue.patience / queue.arrivals)
    busy = queue.load * (1 - abandons) / n if n else 0.0
    return Waiting(sum(weights) / whole, abandons, in_queue / queue.arrivals, busy)


def level(queue: Queue, n: int, within: float) -> float:
    """The share of all who call that is answered ``within`` so many seconds.

    Who finds j waiting is next after j + 1 of those ahead were answered or left: a chain of deaths, solved by uniformisation
    (Jensen 1953) for all j at once, in which the caller's own patience may end first.
    """
    if queue.arrivals <= 0:
        return 1.0
    if n <= 0:
        return 0.0
    below, weights = _queue_states(queue, n)
    whole = below + sum(weights)
    leave = 1 / queue.patience
    answered = _served([weight / whole for weight in weights], n / queue.handling, leave, within)
    return min(1.0, below / whole + answered)


def _served(ahead: list[float], serve: float, leave: float, within: float) -> float:
    """The chance of being answered ``within`` seconds and before one's own patience ends. ``ahead[j]``: the chance of finding j
    waiting."""
    fastest = serve + len(ahead) * leave
    mean = fastest * within
    steps = int(mean + 8 * sqrt(mean + 1) + 30)
    out = [(serve + j * leave) / fastest for j in range(len(ahead))]
    stay = [1 - (serve + (j + 1) * leave) / fastest for j in range(len(ahead))]
    answered = found = 0.0
    weight_log = -mean
    for k in range(steps + 1):
        found += exp(weight_log) * answered
        answered += ahead[0] * out[0]
        up = [a * o for a, o in zip(ahead[1:], out[1:], strict=True)] + [0.0]
        ahead = [a * s + u for a, s, u in zip(ahead, stay, up, strict=True)]
        weight_log += log(mean / (k + 1)) if mean > 0 else -1e9
    return found


@dataclass(frozen=True)
class Target:
    """What is promised. ``goal``: the share (0 to 1) to be answered ``within`` so many seconds, counted over all who call, or without
    those who gave up where ``count_abandoned`` is false. ``abandons``: the largest share that may give up; None for no such promise."""

    goal: float = 0.8
    within: float = 20.0
    count_abandoned: bool = True
    abandons: float | None = None

    def kept(self, queue: Queue, n: int) -> bool:
        """Whether n people keep it."""
        if queue.arrivals <= 0:
            return True
        if not self.count_abandoned or self.abandons is not None:
            gone = erlang_a(queue, n).abandons
            if self.abandons is not None and gone > self.abandons:
                return False
            base = 1.0 if self.count_abandoned else 1 - gone
            return level(queue, n, self.within) >= self.goal * base
        return level(queue, n, self.within) >= self.goal


@lru_cache(maxsize=65536)
def people(queue: Queue, target: Target) -> int:
    """The fewest people who keep the target. More people never serve worse, so halves are searched."""
    if queue.arrivals <= 0:
        return 0
    most = max(1, int(queue.load))
    while not target.kept(queue, most) and most < _MANY:
        most = most * 2
    least = 0
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if target.kept(queue, middle) else (middle, most)
    return most


@lru_cache(maxsize=65536)
def people_without_patience(queue: Queue, goal: float, within: float) -> int:
    """The fewest people by Erlang C, in which nobody ever gives up: for comparison."""
    if queue.arrivals <= 0:
        return 0
    n = max(1, int(queue.load))
    while erlang_c_level(queue, n, within) < goal and n < _MANY:
        n += 1
    return n
