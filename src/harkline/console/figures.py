"""The queue's figures, reckoned from values. Each comes with what it counts, so that it cannot be read as something better."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

ANSWERED = "answered"
ABANDONED = "abandoned"
SHORT_ABANDONED = "short_abandoned"
# A caller for whom nobody came, whatever they did instead of waiting on.
UNANSWERED = ("message", "callback_requested", "overflowed", "interrupted")


@dataclass(frozen=True)
class Tried:
    """One attempt that somebody was meant to answer at once: how it ended, and after how many seconds of waiting."""

    outcome: str
    waited: float


@dataclass(frozen=True)
class Definition:
    """What a service level counts (``routing.policy.ServiceLevel``). Seconds; ``goal`` a share from 0 to 1."""

    goal: float
    threshold: float
    count_abandoned: bool
    short_abandon: float


@dataclass(frozen=True)
class Figures:
    """``level`` is None where nothing was offered. Waits in seconds, of everybody who was offered."""

    offered: int
    answered: int
    in_time: int
    abandoned: int
    short_abandoned: int
    unanswered: int
    level: float | None
    abandonment: float | None
    median: float | None
    p95: float | None
    longest: float | None


def reckon(tried: Iterable[Tried], by: Definition) -> Figures:
    """Offered = answered + abandoned + unanswered. Who hung up before ``short_abandon`` seconds is counted apart. The service
    level is answered in time over offered, without the abandoned where the definition leaves them out."""
    rows = list(tried)
    answered = [one for one in rows if one.outcome == ANSWERED]
    left = [one for one in rows if one.outcome in (ABANDONED, SHORT_ABANDONED)]
    abandoned = [one for one in left if one.waited >= by.short_abandon]
    unanswered = [one for one in rows if one.outcome in UNANSWERED]
    in_time = sum(one.waited <= by.threshold for one in answered)
    offered = len(answered) + len(abandoned) + len(unanswered)
    base = offered if by.count_abandoned else offered - len(abandoned)
    waits = sorted(one.waited for one in (*answered, *abandoned, *unanswered))
    return Figures(
        offered=offered,
        answered=len(answered),
        in_time=in_time,
        abandoned=len(abandoned),
        short_abandoned=len(left) - len(abandoned),
        unanswered=len(unanswered),
        level=in_time / base if base else None,
        abandonment=len(abandoned) / offered if offered else None,
        median=percentile(waits, 0.5),
        p95=percentile(waits, 0.95),
        longest=waits[-1] if waits else None,
    )


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile: a wait that somebody really had. None of nothing."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None
