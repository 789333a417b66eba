"""What a verification found, as values: ``sentences`` says it to people, ``--json`` to programs."""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from harkline_verify.entries import Audit, Claim
from harkline_verify.policy import Verified
from harkline_verify.rules import Reason, Span

MOST_PROBLEMS = 20


class Code(IntEnum):
    """The command's exit codes."""

    HOLDS = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    TWO_HISTORIES = 4
    RULE_BROKEN = 5


@dataclass(frozen=True)
class Figure:
    """A claim whose proof holds: the days it spans, the wording it counts, its leaves, and by when its entries were fixed (POSIX)."""

    number: int
    claim: Claim
    span: Span
    wording: str
    leaves: int
    fixed: int | None
    broken: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Inspection:
    """An audit that holds. ``genuine``: of the figure's total, at least so many (95 %); None for inspections that were not drawn by lot.

    ``drawn`` says whether the beacon's own signature was checked; None where it could not be (the extra ``beacon`` is not installed).
    """

    number: int
    audit: Audit
    figure: Figure
    genuine: int | None
    drawn: bool | None
    expected: bool | None


@dataclass(frozen=True)
class Before:
    """An earlier checkpoint that this log contains: its number of entries, when it was confirmed, and who saw it."""

    size: int
    since: int | None
    whose: str


@dataclass(frozen=True)
class Conflict:
    """Two checkpoints, both signed by the line, that cannot both be true."""

    whose: str
    theirs: str
    ours: str


@dataclass(frozen=True)
class Listed:
    """A version of the line's notice as the log has it: the SHA-256 of its signed text, and whether it was revoked."""

    digest: str
    revoked: bool = False


@dataclass
class Report:
    """Everything that was found, in the order of the log."""

    source: str
    verified: Verified | None = None
    witnesses: int = 0
    quorum: int | None = None
    contacts: int = 0
    batches: int = 0
    problems: list[str] = field(default_factory=list)
    more_problems: int = 0
    broken: list[str] = field(default_factory=list)
    figures: dict[int, Figure] = field(default_factory=dict)
    inspections: list[Inspection] = field(default_factory=list)
    notices: dict[int, Listed] = field(default_factory=dict)
    before: list[Before] = field(default_factory=list)
    conflict: Conflict | None = None
    receipt: str | None = None
    found: date | None = None
    unreachable: str | None = None

    def refuse(self, problem: str) -> None:
        """Note what does not hold; of many, the first few in words."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1

    @property
    def code(self) -> Code:
        if self.conflict is not None:
            return Code.TWO_HISTORIES
        if self.problems:
            return Code.REFUSED
        if self.unreachable is not None:
            return Code.UNREACHABLE
        return Code.RULE_BROKEN if self.broken else Code.HOLDS
