"""Hand-over notes: what one duty leaves for the next. They come sealed out of the browser and go sealed into another."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from harkline.people.models import Operator
from harkline.rota.models import Handover
from harkline.runtime import bell, clock

PURPOSE = "handover"  # bound into the envelope
SHOWN = timedelta(days=7)


def leave(author: Operator, object_id: str, sealed: dict[str, Any]) -> Handover:
    """Keep one. ``sealed``: {wraps, chunks, size}, ciphertext in base64."""
    row = Handover.objects.create(author=author, written_at=clock.now(), object_id=object_id, sealed=sealed)
    bell.ring("handover", row.pk, "desk")
    return row


def recent() -> QuerySet[Handover]:
    """The newest first."""
    return Handover.objects.filter(written_at__gte=clock.now() - SHOWN).select_related("author").order_by("-written_at")


def remove(handover_id: int, by: Operator, *, anybody: bool) -> bool:
    """Take one's own note away, as a supervisor anybody's."""
    rows = Handover.objects.filter(pk=handover_id)
    gone, _rows = (rows if anybody else rows.filter(author=by)).delete()
    if gone:
        bell.ring("handover", handover_id, "desk")
    return bool(gone)
