"""What the world serves of the line, in words: for the page “Watch”."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harkline.outside import compare, leads, lookalikes
from harkline.outside.models import Observation, Sight

TROUBLES = {
    "no_answer": gettext_lazy("nobody answered"),
    "certificate": gettext_lazy("its certificate is not the right one"),
    "not_here": gettext_lazy("this server did not answer itself"),
}
MOST, LONG = 12, 72  # lines of a difference, characters of a line


@dataclass(frozen=True)
class Seen:
    """One observation. ``more`` is there and should not be, ``less`` should be and is not; ``mark`` names what was looked at."""

    row: Observation
    subject: str
    wrong: bool
    trouble: str
    more: Sequence[str]
    less: Sequence[str]
    can_accept: bool
    mark: str

    @property
    def differs(self) -> bool:
        """Whether something was found, and something else than is expected."""
        return self.row.found is not None and self.row.found != self.row.expected

    @property
    def expected(self) -> list[str]:
        """Its lines, the first of them."""
        return _lines((self.row.expected or "").split("\n"))

    @property
    def found(self) -> list[str]:
        """Its lines, the first of them."""
        return _lines((self.row.found or "").split("\n"))


def _lines(lines: Sequence[str]) -> list[str]:
    return [_short(line) for line in lines if line][:MOST]


def _short(line: str) -> str:
    """A long line, such as a key, by its beginning, its end and a hash of the whole: a change in its middle shows."""
    return line if len(line) <= LONG else f"{line[:36]}…{line[-8:]} (SHA-256 {sha256(line.encode()).hexdigest()[:8]}…)"


def seen() -> list[Seen]:
    """Pages, the notice and names, as they were last seen."""
    return [_seen(row) for row in compare.listed()]


def alike() -> list[Seen]:
    """Names that look like ours and that somebody has."""
    return [_seen(row) for row in compare.lookalikes()]


def _seen(row: Observation) -> Seen:
    more, less = leads.difference(row.expected or "", row.found or "")
    subject = lookalikes.shown(row.subject) if row.kind == Sight.LOOKALIKE else row.subject
    trouble = str(TROUBLES.get(row.trouble, row.trouble)) if row.trouble else ""
    known = row.found is not None
    return Seen(
        row,
        subject,
        compare.wrong(row),
        trouble,
        _lines(more) if known else [],
        _lines(less) if known else [],
        compare.can_accept(row),
        mark(row),
    )


def mark(row: Observation) -> str:
    """Names what was found: who accepts says by it what they looked at."""
    return sha256((row.found or "").encode()).hexdigest()[:16]


def accepted(row: Observation, given: str) -> str | None:
    """What was found, if it is what somebody looked at."""
    return row.found if row.found is not None and mark(row) == given else None


def sentence(row: Observation | None) -> str:
    """Of an alarm."""
    if row is None:
        return _("The world serves something else than the notice says.")
    names = {"what": Sight(row.kind).label, "subject": row.subject}
    if row.misses >= compare.PATIENT:
        return _("%(what)s, %(subject)s: nobody has answered for a while.") % names
    return _("%(what)s, %(subject)s: the world serves something else than is expected.") % names
