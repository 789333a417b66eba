"""How the log stands: how old what the world sees is, who has confirmed it, and what is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from harkline.count import policy, publish, sequence
from harkline.count.models import Batch, Cosignature, Log
from harkline.runtime import clock

FRESH = timedelta(hours=36)
STOPPED = {
    publish.BEHIND: _(
        "The database is older than what was signed and shown: it was put back from a backup. A new log has to begin."
    ),
    publish.FORK: _(
        "The database says something else than what was signed and shown. Nothing is signed until somebody has looked."
    ),
}


@dataclass(frozen=True)
class Said:
    """One witness: how many entries it has confirmed, when, and what is wrong with it."""

    name: str
    size: int
    at: datetime | None
    trouble: str


@dataclass(frozen=True)
class State:
    """``confirmed``: the quorum has confirmed all that is committed. ``stale``: what is shown is older than ``FRESH``."""

    log: Log
    days: int
    witnesses: tuple[Said, ...]
    quorum: int
    confirmed: bool
    fits: bool
    stale: bool

    @property
    def wrong(self) -> bool:
        """Whether somebody has to look."""
        return bool(self.log.stopped) or self.stale or not self.fits


def state() -> State | None:
    """The log's state; None where the line does not count in the open, or has not begun."""
    row = sequence.log() if policy.present().on else None
    if row is None:
        return None
    known = {one.witness: one for one in Cosignature.objects.all()}
    said = tuple(_said(one.name, known.get(one.name)) for one in policy.present().witnesses)
    quorum = publish.quorum()
    confirmed = row.published == row.size and sum(one.size == row.size for one in said) >= quorum
    at = row.published_at or row.begun_at
    fits = sequence.fits(row)
    return State(row, Batch.objects.count(), said, quorum, confirmed, fits, clock.now() - at > FRESH)


def _said(name: str, row: Cosignature | None) -> Said:
    if row is None:
        return Said(name, 0, None, "")
    return Said(name, row.size if row.line else 0, row.signed_at, row.trouble)
