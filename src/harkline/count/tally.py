"""Which attempts are to be entered, and as what: after the last word about them has been said.

An attempt is entered in the batch of the day by whose end it was over: given up, or its contact closed. What nobody closed within
``LATEST`` is entered as it stands, so that nothing is held back by leaving it open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from harkline.count.columns import Column, Facts, values
from harkline.count.evidence import own_record
from harkline.count.models import Evidence, EvidenceClass, Mark
from harkline.intake.models import Attempt, Contact, ContactState
from harkline.line import this

LATEST = timedelta(days=7)
HUMAN = "human"


@dataclass(frozen=True)
class Due:
    """One attempt with its columns' values and what shows that it is genuine."""

    attempt: str
    values: tuple[int, ...]
    kind: str
    digest: bytes  # SHA-256 of the evidence; empty where ``note`` is the evidence
    note: str


def ends(day: date) -> datetime:
    """The moment at which the day is over, by the line's own clock."""
    return datetime.combine(day + timedelta(days=1), time(), this.zone())


def due(first: date, day: date, of: tuple[Column, ...]) -> list[Due]:
    """Everything to be entered in this day's batch. ``first``: the log's first day; nothing that arrived before it is counted."""
    rows = list(_rows(datetime.combine(first, time(), this.zone()), ends(day)))
    ids = [row.pk for row in rows]
    kept = {row.attempt_id: row for row in _of(Evidence.objects.all(), ids)}
    marked = {row.attempt_id: frozenset(row.columns) for row in _of(Mark.objects.all(), ids)}
    return [_due(row, of, kept.get(row.pk), marked.get(row.pk, frozenset())) for row in rows]


def _of(rows: QuerySet, ids: list) -> Iterator:  # type: ignore[type-arg]
    for at in range(0, len(ids), 500):
        yield from rows.filter(attempt__in=ids[at : at + 500])


def _rows(since: datetime, before: datetime) -> QuerySet[Attempt]:
    over = Q(contact__state=ContactState.CLOSED, contact__closed_at__lt=before)
    given_up = Q(contact=None, ended_at__lt=before)
    stale = Q(arrived_at__lt=before - LATEST)
    rows = Attempt.objects.filter(over | given_up | stale, arrived_at__gte=since, arrived_at__lt=before, counted=None)
    # A machine's mail, and the line's own trials of itself, are nobody's contact; what was refused never reached it.
    rows = rows.filter(machine_kind=HUMAN).exclude(outcome__in=["", "rejected"])
    return rows.select_related("contact").order_by("pk")


def _due(row: Attempt, of: tuple[Column, ...], kept: Evidence | None, marks: frozenset[str]) -> Due:
    contact: Contact | None = getattr(row, "contact", None)
    closed = contact is not None and contact.state == ContactState.CLOSED and bool(contact.kind)
    facts = Facts(
        row.channel,
        (contact.language if contact else "") or row.language,
        row.outcome,
        contact.kind if contact and closed else "",
        contact.disposition if contact and closed else "",
        closed,
        marks,
    )
    if kept is not None:
        return Due(str(row.pk), values(of, facts), kept.kind, bytes(kept.digest), "")
    return Due(str(row.pk), values(of, facts), EvidenceClass.E1, b"", own_record(row))
