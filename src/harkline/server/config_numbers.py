"""The sections of ``harkline.toml`` about callers' numbers and about colleagues who are involved."""

from dataclasses import dataclass
from pathlib import Path

from harkline.server import keys as kind
from harkline.server.keys import key


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What becomes of callers' numbers, and of those whom the line turns away for a time."""

    reveal: str = key(
        kind.choice("never", "supervisor", "operator"),
        "never",
        "Who may have a caller's number shown: each time is asked for again, with a reason, and recorded.",
        "Reading the numbers of callers who counted on not being known.",
    )
    country: str = key(
        kind.CALLING_CODE,
        "",
        "The calling code of numbers that come without one, so that a caller is recognised however the trunk writes them.",
        "Having callers taken for one another.",
    )
    key_file: Path | None = key(
        kind.FILE,
        "",
        "Where the key lies under which numbers are recognised. Empty: in memory, forgotten with the power. Keep it out of every backup.",
        "With the database, trying out which numbers have called.",
    )
    block_days: int = key(
        kind.whole(1, 30), 7, "How long a number or an address is turned away.", "Keeping somebody out for longer."
    )
    review_hours: int = key(
        kind.whole(1, 168),
        48,
        "A second person looks at a block within so many hours, or it ends.",
        "Keeping somebody out without a second look.",
    )


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """What happens when somebody of the line is involved in what a caller says."""

    first_readers: tuple[str, ...] = key(
        kind.NAMES,
        [],
        "Usernames of those who first read what names nobody. Empty: supervisors and administrators.",
        "Reading what was meant to be kept from them.",
    )
    outside: str = key(
        kind.TEXT,
        "",
        "Whom a case is taken to when nobody here may read it: a name or an office outside the organisation.",
        "Having such cases taken to somebody of their own.",
    )
