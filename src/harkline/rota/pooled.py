"""Effective capacity: what share of the people on duty would have lost as few callers, had everybody been able to take everybody. Pure.

A line whose people speak different languages, rest, or are rung in an unlucky order loses more callers than one queue with as many
people would by Erlang A. The number of pooled people who would lose as many as were lost, over how many there were, says how much
of them the line makes use of (1: all).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from harkline.rota.erlang import Queue, erlang_a

MOST = 1.5  # of those on duty; more is not told apart from luck
_STEPS = 30


@dataclass(frozen=True)
class Hour:
    """An hour of the day: calls a second, and people on duty."""

    arrivals: float
    people: float


def effective(hours: Sequence[Hour], lost: float, handling: float, patience: float) -> float | None:
    """The share of the people with which Erlang A loses ``lost`` calls a day. None where nobody was on duty or nobody was lost."""
    staffed = [one for one in hours if one.people > 0 and one.arrivals > 0]
    if not staffed or lost <= 0:
        return None
    low, high = 0.0, MOST
    if _lost(staffed, MOST, handling, patience) > lost:
        return MOST
    for _step in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _lost(staffed, middle, handling, patience) > lost else (low, middle)
    return high


def _lost(hours: Sequence[Hour], share: float, handling: float, patience: float) -> float:
    """Calls lost a day with this share of the people."""
    return sum(
        one.arrivals * 3600 * abandons(Queue(one.arrivals, handling, patience), one.people * share) for one in hours
    )


def abandons(queue: Queue, people: float) -> float:
    """Erlang A's abandonment for a number of people that need not be whole: between those of the whole ones beside it."""
    below = floor(people)
    part = people - below
    less = erlang_a(queue, below).abandons
    return less + part * (erlang_a(queue, below + 1).abandons - less) if part else less
