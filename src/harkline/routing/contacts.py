"""What happens to a contact after it was taken: lost operator, end, wrap-up, closing, hand-over."""

from django.db import transaction

from harkline.intake import receive, threads
from harkline.intake.models import Attempt, Contact, ContactState, Outcome, Stage
from harkline.routing import companions, presence
from harkline.routing.models import Offer, OfferState
from harkline.routing.needs import HIGH
from harkline.runtime import bell, clock, timers

# product.md: counselling, or why not.
KINDS = ("counselling", "silent", "test", "hang_up", "abusive", "wrong_number", "thank_you", "information")
DISPOSITIONS = ("resolved", "referred", "callback_agreed", "continues", "no_action", "passed_on")


def _rang(row: Contact) -> None:
    bell.ring("contact", row.pk, "desk", f"thread:{row.thread_id}", "inside")


def lost_operator(contact_id: str, reason: str = "connection lost") -> bool:
    """The operator's end broke off while the caller is still there: a colleague who is in the call has it from now on; else it goes
    back to the head of the queue, for anybody. False where it does not wait now."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().filter(pk=contact_id, state=ContactState.IN_HAND).first()
        if row is None:
            return False
        operator_id = row.operator_id
        if companions.take_over(row):
            if operator_id is not None:
                presence.not_ready(operator_id, reason)
            return False
        companions.end_all(contact_id, "operator lost")
        back = Contact.objects.filter(pk=contact_id, state=ContactState.IN_HAND).update(
            state=ContactState.WAITING, head=True, operator=None, accepted_at=None
        )
        if back and operator_id is not None:
            presence.not_ready(operator_id, reason)
        _rang(row)
    return bool(back)


def release(contact_id: str, operator_id: int) -> bool:
    """The operator gives a contact back to the waiting list, where it keeps its time."""
    with transaction.atomic():
        given = Contact.objects.filter(pk=contact_id, operator_id=operator_id, state=ContactState.IN_HAND).update(
            state=ContactState.WAITING, head=True, operator=None, accepted_at=None
        )
        if given:
            companions.end_all(contact_id, "given back")
            presence.free(operator_id)
            _rang(Contact.objects.get(pk=contact_id))
    return bool(given)


def must_stay(row: Contact) -> bool:
    """Whether its operator must not give it back: somebody at high risk, who is there now, is handed on by a warm transfer alone."""
    return row.live and row.risk >= HIGH and row.state == ContactState.IN_HAND


def ended(contact_id: str, *, outcome: str = "", stage: str = "") -> str:
    """The caller is gone. In hand → wrap-up; waiting → closed, its offers withdrawn. Returns the state it came to."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().get(pk=contact_id)
        now = clock.now()
        if row.state == ContactState.IN_HAND:
            Contact.objects.filter(pk=contact_id, state=ContactState.IN_HAND).update(
                state=ContactState.WRAP_UP, ended_at=now
            )
            companions.end_all(contact_id, "caller gone")
        elif row.state == ContactState.WAITING:
            Contact.objects.filter(pk=contact_id, state=ContactState.WAITING).update(
                state=ContactState.CLOSED, ended_at=now, closed_at=now
            )
            timers.cancel_timer("escalate", contact_id)
            for offer in Offer.objects.filter(contact_id=contact_id, state=OfferState.OFFERED):
                presence.withdraw(offer, "caller gone")
        if outcome:
            Attempt.objects.filter(pk=row.attempt_id, outcome="").update(
                outcome=Outcome(outcome), ended_at=now, **({"stage": Stage(stage)} if stage else {})
            )
        else:
            Attempt.objects.filter(pk=row.attempt_id, ended_at=None).update(ended_at=now)
        _rang(row)
        row.refresh_from_db(fields=["state"])
    return row.state


def to_message(contact_id: str) -> None:
    """A caller who waited leaves a message or asks for a call back instead: nobody has to be there now, but somebody must hear it."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().get(pk=contact_id)
        Contact.objects.filter(pk=contact_id, state=ContactState.WAITING).update(live=False)
        for offer in Offer.objects.filter(contact_id=contact_id, state=OfferState.OFFERED):
            presence.withdraw(offer, "leaves a message")
        _rang(row)


def wrap_up(contact_id: str, operator_id: int, kind: str, disposition: str) -> bool:
    """Say what it was and close it. Raises ValueError for a word that is not ours."""
    if kind not in KINDS or disposition not in DISPOSITIONS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}; disposition one of {', '.join(DISPOSITIONS)}")
    now = clock.now()
    with transaction.atomic():
        row = Contact.objects.select_for_update().filter(pk=contact_id).first()
        mine = Contact.objects.filter(
            pk=contact_id, operator_id=operator_id, state__in=[ContactState.IN_HAND, ContactState.WRAP_UP]
        )
        if row is None or not mine.update(
            state=ContactState.CLOSED, kind=kind, disposition=disposition, closed_at=now, ended_at=row.ended_at or now
        ):
            return False
        companions.end_all(contact_id, "closed")
        Attempt.objects.filter(pk=row.attempt_id, outcome="").update(
            outcome=Outcome.ANSWERED, ended_at=now, stage=Stage.DONE
        )
        if row.live:
            presence.free(operator_id)
        _rang(row)
    return True


def safe_end(contact_id: str) -> None:
    """Mark a contact as ended such that whoever listens learns nothing: its thread is hidden, and nothing is offered afterwards.
    The caller's channel is told apart from this, and the contact ends when it has obeyed."""
    row = Contact.objects.get(pk=contact_id)
    receive.flag(contact_id, "safe_ending")
    threads.quiet(str(row.thread_id))


def raise_risk(contact_id: str, risk: int) -> None:
    """0 usual, 1 raised, 2 high."""
    Contact.objects.filter(pk=contact_id).update(risk=max(0, min(2, risk)))
    bell.ring("contact", contact_id, "desk", "inside")
