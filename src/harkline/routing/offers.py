"""Offers: a waiting contact is put to one operator, who accepts, declines, or stays silent.

Every change is compare-and-set, so that of two who accept one wins, and a caller who hangs up meanwhile is not answered.
A crash between the commit and the bell leaves an open offer with its timer: it is shown again or times out.
"""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from harkline.intake import exclusions
from harkline.intake.models import Attempt, Contact, ContactState, Outcome, Stage
from harkline.people.models import Operator
from harkline.routing import match, presence
from harkline.routing.models import Offer, OfferState, Presence, PresenceState
from harkline.routing.policy import present
from harkline.runtime import bell, clock, timers

MESSAGES = ("email", "web", "radio", "sms")


def dispatch() -> int:
    """Offer what waits to whoever can take it; returns how many offers were made."""
    idle = _idle()
    waiting = _waiting() if idle else []
    pairs = match.match(waiting, idle, clock.now()) if waiting else []
    return sum(_offer(pair) for pair in pairs)


def _waiting() -> list[match.Waiting]:
    rows = list(
        Contact.objects.filter(state=ContactState.WAITING).exclude(offers__state=OfferState.OFFERED).order_by("pk")
    )
    resting = _barred(rows)
    speakers = _speakers()
    return [
        match.Waiting(
            id=row.pk,
            channel=row.channel,
            language=row.language,
            live=row.live,
            risk=row.risk,
            head=row.head,
            waiting_since=row.waiting_since,
            # Somebody who does not speak the language is better than nobody, and worse than somebody who is busy for a moment.
            fallback=not speakers.get(row.language, set()) - resting.get(row.pk, set()),
            excluded=frozenset(resting.get(row.pk, ())),
        )
        for row in rows
    ]


def _barred(rows: list[Contact]) -> dict[UUID, set[int]]:
    """Who is not asked: those who rest from a contact, and those for whom it does not exist."""
    barred = _resting([row.pk for row in rows])
    conflicts = exclusions.excluded({row.thread_id for row in rows})
    for row in rows:
        if theirs := conflicts.get(row.thread_id):
            barred.setdefault(row.pk, set()).update(theirs)
    return barred


def _speakers() -> dict[str, set[int]]:
    """Who is on duty, by language."""
    found: dict[str, set[int]] = {}
    on_duty = Presence.objects.filter(state__in=[PresenceState.IDLE, PresenceState.BUSY], operator__is_active=True)
    for operator_id, languages in on_duty.values_list("operator_id", "operator__languages"):
        for language in languages:
            found.setdefault(language, set()).add(operator_id)
    return found


def _resting(contacts: list[UUID]) -> dict[UUID, set[int]]:
    """Who declined a contact a moment ago, or let its offer pass: others first."""
    since = clock.now() - timedelta(seconds=present().decline_rest)
    rows = Offer.objects.filter(
        contact__in=contacts, state__in=[OfferState.DECLINED, OfferState.TIMED_OUT], ended_at__gte=since
    )
    found: dict[UUID, set[int]] = {}
    for contact_id, operator_id in rows.values_list("contact_id", "operator_id"):
        found.setdefault(contact_id, set()).add(operator_id)
    return found


def _idle() -> list[match.Idle]:
    in_hand = Count("operator__contact", filter=Q(operator__contact__state=ContactState.IN_HAND))
    rows = (
        Presence.objects.filter(state=PresenceState.IDLE, operator__is_active=True)
        .exclude(operator__offers__state=OfferState.OFFERED)
        .select_related("operator")
        .annotate(load=in_hand)
    )
    limit = present().at_once
    return [
        match.Idle(
            operator_id=row.operator_id,
            languages=frozenset(row.operator.languages),
            skills=frozenset(row.operator.skills),
            idle_since=row.since,
            load=row.load,
            capacity={"phone": 1} | dict.fromkeys(MESSAGES, max(0, limit - row.load)),
        )
        for row in rows
    ]


def _offer(pair: match.Pair) -> int:
    now = clock.now()
    due = now + timedelta(seconds=present().offer_seconds)
    try:
        with transaction.atomic():
            still = Contact.objects.select_for_update().filter(pk=pair.contact_id, state=ContactState.WAITING)
            who = Presence.objects.select_for_update().filter(operator_id=pair.operator_id, state=PresenceState.IDLE)
            contact, there = still.first(), who.first()
            if contact is None or there is None:
                return 0
            if pair.operator_id in exclusions.not_to_be_told([contact.thread_id]):
                return 0  # since a moment ago
            offer = Offer.objects.create(
                contact=contact, operator_id=pair.operator_id, medium=there.medium, offered_at=now, due_at=due
            )
            timers.set_timer("offer", offer.pk, due)
            Attempt.objects.filter(pk=contact.attempt_id, outcome="").update(stage=Stage.RINGING)
            _rang(offer)
    except IntegrityError:
        return 0  # another process offered the same contact, or to the same operator
    return 1


def _rang(offer: Offer) -> None:
    bell.ring("offer", offer.pk, f"operator:{offer.operator_id}", "desk", "inside")


def accept(offer_id: str, operator_id: int) -> bool:
    """The operator takes the contact. False where the offer has ended or the caller has gone."""
    offer = Offer.objects.filter(pk=offer_id, operator_id=operator_id).first()
    if offer is None:
        return False
    with transaction.atomic():
        mine = Offer.objects.filter(pk=offer_id, state=OfferState.OFFERED).update(
            state=OfferState.ACCEPTED, ended_at=clock.now()
        )
        if not mine or not _take(str(offer.contact_id), operator_id):
            transaction.set_rollback(True)
            return False
        timers.cancel_timer("offer", offer_id)
        _rang(offer)
    return True


def claim(contact_id: str, operator_id: int) -> bool:
    """Take a contact straight from the waiting list; an open offer to a colleague is withdrawn."""
    with transaction.atomic():
        if not exclusions.contacts(Operator.objects.get(pk=operator_id)).filter(pk=contact_id).exists():
            return False
        if not _take(contact_id, operator_id):
            return False
        for offer in Offer.objects.filter(contact_id=contact_id, state=OfferState.OFFERED):
            presence.withdraw(offer, "claimed")
    return True


def _take(contact_id: str, operator_id: int) -> bool:
    now = clock.now()
    taken = Contact.objects.filter(pk=contact_id, state=ContactState.WAITING).update(
        state=ContactState.IN_HAND, operator_id=operator_id, accepted_at=now, head=False
    )
    if not taken:
        return False
    contact = Contact.objects.get(pk=contact_id)
    timers.cancel_timer("escalate", contact_id)
    if contact.live:
        presence.busy(operator_id)
        Attempt.objects.filter(pk=contact.attempt_id, outcome="").update(stage=Stage.TALKING, outcome=Outcome.ANSWERED)
    bell.ring("contact", contact_id, "desk", f"thread:{contact.thread_id}", "inside")
    return True


def decline(offer_id: str, operator_id: int, reason: str = "") -> bool:
    """The operator does not take it; others are asked."""
    return _end(offer_id, operator_id, OfferState.DECLINED, reason)


def time_out(offer_id: str) -> bool:
    """Nobody answered the offer: the silent operator is set not ready, and the next is asked."""
    offer = Offer.objects.filter(pk=offer_id).first()
    if offer is None:
        return False
    with transaction.atomic():
        if not _end(offer_id, offer.operator_id, OfferState.TIMED_OUT, "silent"):
            return False
        presence.not_ready(offer.operator_id, "silent")
    return True


def _end(offer_id: str, operator_id: int, state: OfferState, reason: str) -> bool:
    with transaction.atomic():
        ended = Offer.objects.filter(pk=offer_id, operator_id=operator_id, state=OfferState.OFFERED).update(
            state=state, reason=reason[:40], ended_at=clock.now()
        )
        if not ended:
            return False
        timers.cancel_timer("offer", offer_id)
        offer = Offer.objects.select_related("contact").get(pk=offer_id)
        Attempt.objects.filter(pk=offer.contact.attempt_id, outcome="").update(stage=Stage.QUEUE)
        _rang(offer)
    return True


@timers.handles("offer")
def _due(offer_id: str) -> None:
    time_out(offer_id)
