"""Unfinished notes. They lie sealed to the team, so that a browser that dies loses a few seconds of writing and no more."""

from typing import Any

from harkline.console.models import Draft
from harkline.runtime import clock


def save(operator_id: int, contact_id: str, sealed: dict[str, Any]) -> None:
    """Replace the draft of this operator on this contact."""
    Draft.objects.update_or_create(
        operator_id=operator_id, contact_id=contact_id, defaults={"sealed": sealed, "saved_at": clock.now()}
    )


def read(operator_id: int, contact_id: str) -> dict[str, Any] | None:
    """The operator's own draft, sealed; None where there is none."""
    row = Draft.objects.filter(operator_id=operator_id, contact_id=contact_id).first()
    return dict(row.sealed) if row else None


def forget(operator_id: int, contact_id: str) -> None:
    """The note was added, or given up."""
    Draft.objects.filter(operator_id=operator_id, contact_id=contact_id).delete()
