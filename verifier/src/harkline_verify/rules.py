"""Rules that keep published figures from saying something of one caller. The line's tool keeps them, the verifier reports them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

SHORTEST_DAYS = 7


class Reason(Enum):
    """Why a claim must not be made. The text is for people; {cell} is the schema's smallest cell."""

    SMALL_TOTAL = "The total is lower than {cell}, so it could say something of one caller."
    SMALL_REST = "Fewer than {cell} further contacts remain, so it could say something of one caller."
    SHORT_SPAN = "An exact figure spans at least 7 days."
    OVERLAP = (
        "This span partly overlaps that of an earlier exact figure; their difference could say something of one caller."
    )

    def said(self, cell: int) -> str:
        """The reason in words."""
        return self.value.format(cell=cell)


@dataclass(frozen=True)
class Span:
    """The days, both included, that a claim is over."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def clashes(self, other: "Span") -> bool:
        """Whether they overlap without being the same."""
        return self != other and self.first <= other.last and other.first <= self.last


def against_exactly(total: int, rest: int, span: Span, earlier: Iterable[Span], cell: int = 10) -> list[Reason]:
    """Why a column's exact total must not be published. ``rest`` are the further contacts of the span.

    Of column 0 (every contact), and for whoever does not know the number of contacts, ``rest`` are the further leaves.
    ``earlier`` are the spans of this column's exact totals that are already published.
    """
    reasons = []
    if 0 < total < cell:
        reasons.append(Reason.SMALL_TOTAL)
    if total and rest < cell:
        reasons.append(Reason.SMALL_REST)
    if span.days < SHORTEST_DAYS:
        reasons.append(Reason.SHORT_SPAN)
    if any(span.clashes(other) for other in earlier):
        reasons.append(Reason.OVERLAP)
    return reasons


def against_at_least(total: int, rest: int, cell: int = 10) -> list[Reason]:
    """Why "at least ``total``" must not be published; ``rest`` as above."""
    reasons = []
    if total < cell:
        reasons.append(Reason.SMALL_TOTAL)
    if rest < cell:
        reasons.append(Reason.SMALL_REST)
    return reasons
