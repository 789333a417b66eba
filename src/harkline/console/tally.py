"""What came of the attempts, counted from values: in all, by channel, by language, by hour. Pure.

Every count is a sum of others (``PARTS``), and those of a group add up to those of all: so what is hidden from a reader can be
hidden such that it cannot be found by subtraction (``hiding``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harkline.console.figures import Definition, percentile

# What each count is the sum of.
PARTS: dict[str, tuple[str, ...]] = {
    "offered": ("answered", "abandoned", "unanswered"),
    "answered": ("in_time", "late", "unmeasured"),
    "abandoned": ("abandoned_greeting", "abandoned_language", "abandoned_queue", "abandoned_ringing"),
    "unanswered": ("message", "callback_requested", "overflowed", "interrupted", "open"),
}
APART = ("short_abandoned",)  # in no sum: who hung up at once is not offered
COUNTS = (*PARTS, *(part for parts in PARTS.values() for part in parts if part not in PARTS), *APART)
_STAGES = {"greeting": "greeting", "arrived": "greeting", "language": "language", "ringing": "ringing"}
CALLS, MESSAGES = "calls", "messages"
GROUPS = ("all", "channel", "language", "hour")


@dataclass(frozen=True)
class Row:
    """One attempt. ``outcome`` is its outcome; of a message ``answered`` once somebody has taken it, ``open`` until then. ``waited``: seconds
    until then or until its end; None where that was removed already."""

    channel: str
    language: str
    hour: int
    outcome: str
    stage: str = ""
    waited: float | None = None


@dataclass(frozen=True)
class Cells:
    """The counts of one group. Waits in seconds, of everybody who was offered; ``waits`` are sorted."""

    counts: Mapping[str, int]
    waits: Sequence[float] = field(default=())

    @property
    def median(self) -> float | None:
        """Half waited no longer."""
        return percentile(self.waits, 0.5)

    @property
    def p95(self) -> float | None:
        """Nineteen of twenty waited no longer."""
        return percentile(self.waits, 0.95)

    @property
    def longest(self) -> float | None:
        """Nobody waited longer."""
        return self.waits[-1] if self.waits else None


Tally = dict[tuple[str, str], Cells]  # (group, its word) → counts; ("all", "") is everybody


def tally(rows: Iterable[Row], by: Definition) -> Tally:
    """Count. In ``hour`` the words are 0 to 23; ``language`` is empty for who left before they had one."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        word = count_of(row, by)
        if not word:
            continue
        for place in (("all", ""), ("channel", row.channel), ("language", row.language), ("hour", str(row.hour))):
            counts[place][word] += 1
            if word not in APART and word != "open" and row.waited is not None:
                waits[place].append(row.waited)
    places = {("all", ""), *counts}
    return {place: Cells(_summed(counts[place]), sorted(waits[place])) for place in sorted(places, key=_order)}


def _order(place: tuple[str, str]) -> tuple[int, int, str]:
    group, word = place
    return GROUPS.index(group), int(word) if group == "hour" else 0, word


def count_of(row: Row, by: Definition) -> str:
    """Which of the smallest counts an attempt belongs to; empty for none."""
    if row.outcome == "answered":
        if row.waited is None:
            return "unmeasured"
        return "in_time" if row.waited <= by.threshold else "late"
    if row.outcome in ("abandoned", "short_abandoned"):
        short = row.outcome == "short_abandoned" if row.waited is None else row.waited < by.short_abandon
        return "short_abandoned" if short else f"abandoned_{_STAGES.get(row.stage, 'queue')}"
    return row.outcome if row.outcome in PARTS["unanswered"] else ""


def _summed(smallest: Mapping[str, int]) -> dict[str, int]:
    found = {word: smallest.get(word, 0) for word in COUNTS}
    for whole in ("answered", "abandoned", "unanswered", "offered"):
        found[whole] = sum(found[part] for part in PARTS[whole])
    return found


def base(counts: Mapping[str, int], by: Definition) -> int:
    """Over how many the service level is reckoned."""
    left_out = 0 if by.count_abandoned else counts["abandoned"]
    return counts["offered"] - counts["unmeasured"] - left_out - counts["open"]


def level(counts: Mapping[str, int], by: Definition) -> float | None:
    """The service level; None of nobody."""
    over = base(counts, by)
    return counts["in_time"] / over if over > 0 else None


def abandonment(counts: Mapping[str, int]) -> float | None:
    """Abandoned over offered; None of nobody."""
    return counts["abandoned"] / counts["offered"] if counts["offered"] else None


@dataclass(frozen=True)
class Worst:
    """The language whose callers gave up most often, and how many times the average that is."""

    language: str
    ratio: float


def worst(found: Tally, least: int) -> Worst | None:
    """Of the languages in which at least ``least`` called; None where nobody gave up, or only one language is left."""
    average = abandonment(found["all", ""].counts)
    shares = [
        (abandonment(cells.counts) or 0.0, word)
        for (group, word), cells in found.items()
        if group == "language" and word and cells.counts["offered"] >= least
    ]
    if not average or len(shares) < 2:
        return None
    share, word = max(shares)
    return Worst(word, share / average)


def histogram(waits: Sequence[float], edges: Sequence[float]) -> list[int]:
    """How many waited up to each edge and longer than the one before; the last of all is longer than every edge."""
    out = [0] * (len(edges) + 1)
    for one in waits:
        out[next((at for at, edge in enumerate(edges) if one <= edge), len(edges))] += 1
    return out
