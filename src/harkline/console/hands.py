"""Raising a hand: an operator asks for a supervisor, who sees it on the board at once."""

from django.db import IntegrityError, transaction

from harkline.console.models import RaisedHand
from harkline.runtime import bell, clock


def raise_(operator_id: int, contact_id: str | None = None) -> None:
    """Raise it; a hand that is up stays up."""
    try:
        with transaction.atomic():
            row = RaisedHand.objects.create(operator_id=operator_id, contact_id=contact_id, raised_at=clock.now())
            bell.ring("hand", row.pk, "desk")
    except IntegrityError:
        return


def lower(operator_id: int, by: int) -> bool:
    """Lower it again; False where it was not up."""
    with transaction.atomic():
        up = RaisedHand.objects.filter(operator_id=operator_id, lowered_at=None)
        lowered = up.update(lowered_at=clock.now(), lowered_by_id=by)
        if lowered:
            bell.ring("hand", operator_id, "desk")
    return bool(lowered)


def is_up(operator_id: int) -> bool:
    """Whether this operator's hand is up."""
    return RaisedHand.objects.filter(operator_id=operator_id, lowered_at=None).exists()


def up() -> list[RaisedHand]:
    """All hands that are up, the longest first."""
    return list(RaisedHand.objects.filter(lowered_at=None).select_related("operator").order_by("raised_at"))
