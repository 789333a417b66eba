"""How long people wait before they give up, and how long a talk takes, measured. Pure.

Whoever was answered would have waited longer, nobody knows how long: their patience is censored. Leaving them out, or taking waits for
patience, makes people look impatient. So: gave up / all the time that everybody waited (the maximum likelihood of an exponential patience
under censoring), and beside it the median by Kaplan and Meier (1958), which assumes no shape.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PRIOR_LEFT = 5.0  # people who gave up, at the assumed patience: what the assumption is worth
PRIOR_TALKS = 10.0


@dataclass(frozen=True)
class Waited:
    """One who waited so many seconds, and then gave up or was answered."""

    seconds: float
    gave_up: bool


@dataclass(frozen=True)
class Measured:
    """``mean``: seconds, with what was assumed mixed in. ``number``: how many were seen. ``own``: what part of the mean they make, 0 to 1.
    ``median``: of patience by Kaplan and Meier; None where fewer than half would have given up within what was seen."""

    mean: float
    number: int
    own: float
    median: float | None = None


def patience(waits: Iterable[Waited], assumed: float) -> Measured:
    """Mean patience in seconds; ``assumed`` counts as five who gave up."""
    rows = [one for one in waits if one.seconds >= 0]
    left = sum(one.gave_up for one in rows)
    waited = sum(one.seconds for one in rows)
    mean = (waited + PRIOR_LEFT * assumed) / (left + PRIOR_LEFT)
    return Measured(max(mean, 1.0), left, left / (left + PRIOR_LEFT), median(rows))


def median(rows: Iterable[Waited]) -> float | None:
    """The wait by which half would have given up, by Kaplan and Meier."""
    ordered = sorted(rows, key=lambda one: (one.seconds, not one.gave_up))
    staying = 1.0
    for place, one in enumerate(ordered):
        if one.gave_up:
            staying *= 1 - 1 / (len(ordered) - place)
            if staying <= 0.5:
                return one.seconds
    return None


def handling(seconds: Sequence[float], assumed: float, longest: float = 4 * 3600.0) -> Measured:
    """Mean time that a call takes, talk and wrap-up; ``assumed`` counts as ten calls. A wrap-up that somebody forgot to end counts as
    ``longest``."""
    rows = [min(one, longest) for one in seconds if one > 0]
    mean = (sum(rows) + PRIOR_TALKS * assumed) / (len(rows) + PRIOR_TALKS)
    return Measured(mean, len(rows), len(rows) / (len(rows) + PRIOR_TALKS))
