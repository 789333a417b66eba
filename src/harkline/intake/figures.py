"""What is left of contacts and attempts that were removed: counts by day, channel and language."""

from datetime import timedelta

from django.db.models import F

from harkline.intake.models import Attempt, Contact, DayFigure

WAITS = (10, 20, 30, 60, 120, 300, 600, 1800)  # seconds; the word of a wait is the smallest that it does not exceed


def count_contact(row: Contact) -> None:
    """Kind, disposition and wait of a contact that is about to go."""
    for what, word in (("kind", row.kind), ("disposition", row.disposition), ("wait", _wait(row))):
        if word:
            _add(row.attempt, what, word)


def count_attempt(row: Attempt) -> None:
    """Outcome of an attempt that is about to go."""
    _add(row, "outcome", row.outcome or "open")


def _wait(row: Contact) -> str:
    if not row.live or row.accepted_at is None:
        return ""
    waited = (row.accepted_at - row.arrived_at) / timedelta(seconds=1)
    return next((f"{most}" for most in WAITS if waited <= most), "more")


def _add(row: Attempt, what: str, word: str) -> None:
    """In UTC days: the line's zone may change, and a count cannot be moved."""
    figure, _new = DayFigure.objects.get_or_create(
        day=row.arrived_at.date(), channel=row.channel, language=row.language, what=what, word=word
    )
    DayFigure.objects.filter(pk=figure.pk).update(count=F("count") + 1)
