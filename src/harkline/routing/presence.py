"""Whether an operator can be offered a contact: on duty, ready, with somebody, or not ready and why."""

from django.db import transaction

from harkline.intake.models import Contact
from harkline.rota import shifts
from harkline.routing.models import Companion, Medium, Offer, OfferState, Presence, PresenceState
from harkline.runtime import bell, clock, timers


def _rang(operator_id: int) -> None:
    bell.ring("presence", operator_id, "desk", "inside")


def sign_on(operator_id: int, medium: str = Medium.BROWSER) -> None:
    """Go on duty, ready, answering by this medium."""
    with transaction.atomic():
        Presence.objects.update_or_create(
            operator_id=operator_id,
            defaults={
                "state": PresenceState.IDLE,
                "reason": "",
                "medium": Medium(medium),
                "since": clock.now(),
            },
        )
        shifts.begin(operator_id)
        _settle(operator_id)
        _rang(operator_id)


def sign_off(operator_id: int) -> None:
    """Go off duty. What was offered goes to somebody else; what is in hand stays in hand."""
    with transaction.atomic():
        Presence.objects.filter(operator_id=operator_id).update(state=PresenceState.OFF, reason="", since=clock.now())
        withdraw_from(operator_id, "signed off")
        shifts.end(operator_id)
        _rang(operator_id)


def not_ready(operator_id: int, reason: str) -> None:
    """Stay on duty and be offered nothing until ``ready``."""
    with transaction.atomic():
        on_duty = Presence.objects.filter(operator_id=operator_id).exclude(state=PresenceState.OFF)
        if on_duty.update(state=PresenceState.NOT_READY, reason=reason, since=clock.now()):
            withdraw_from(operator_id, "not ready")
            _rang(operator_id)


def ready(operator_id: int) -> None:
    """Be offered contacts again."""
    with transaction.atomic():
        rows = Presence.objects.filter(operator_id=operator_id, state=PresenceState.NOT_READY)
        if rows.update(state=PresenceState.IDLE, reason="", since=clock.now()):
            _settle(operator_id)
            _rang(operator_id)


def _settle(operator_id: int) -> None:
    """Somebody who comes back with a call in hand is busy, not ready."""
    if occupied(operator_id):
        busy(operator_id)


def occupied(operator_id: int) -> bool:
    """Whether somebody who is there now has this operator: a call or chat in hand, or a colleague's call in which they are."""
    theirs = Contact.objects.filter(operator_id=operator_id, live=True, state__in=["in_hand", "wrap_up"])
    beside = Companion.objects.filter(operator_id=operator_id, state__in=["coming", "present"])
    return theirs.exists() or beside.exists()


def busy(operator_id: int) -> None:
    """A live contact is in hand."""
    Presence.objects.filter(operator_id=operator_id).exclude(state=PresenceState.OFF).update(
        state=PresenceState.BUSY, reason="", since=clock.now()
    )
    _rang(operator_id)


def free(operator_id: int) -> None:
    """The live contact is done: ready for the next, unless another is in hand or something else was said meanwhile."""
    if occupied(operator_id):
        return
    rows = Presence.objects.filter(operator_id=operator_id, state=PresenceState.BUSY)
    if rows.update(state=PresenceState.IDLE, reason="", since=clock.now()):
        _rang(operator_id)


def withdraw_from(operator_id: int, reason: str) -> None:
    """Take back what is offered to this operator."""
    for offer in Offer.objects.filter(operator_id=operator_id, state=OfferState.OFFERED):
        withdraw(offer, reason)


def withdraw(offer: Offer, reason: str) -> bool:
    """Take one offer back; False where it had ended."""
    gone = Offer.objects.filter(pk=offer.pk, state=OfferState.OFFERED).update(
        state=OfferState.WITHDRAWN, reason=reason, ended_at=clock.now()
    )
    if gone:
        timers.cancel_timer("offer", offer.pk)
        bell.ring("offer", offer.pk, f"operator:{offer.operator_id}", "desk", "inside")
    return bool(gone)
