"""Offers: a waiting contact is put to one operator, who accepts, declines, or stays silent.

Every change is compare-and-set, so that of two who accept one wins, and a caller who hangs up meanwhile is not answered.
A crash between the commit and the bell leaves an open offer with its timer: it is shown again or times out.
"""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from harkline.intake import exclusions
from harkline.intake.models import Attempt, Contact, ContactState, Outcome, Stage
from harkline.people.models import Operator
from harkline.routing import companions, match, needs, presence, wishes
from harkline.routing.dispatcher import reserve_of
from harkline.routing.models import CallbackTry, Offer, OfferPurpose, OfferState, Presence, PresenceState
from harkline.routing.policy import present
from harkline.runtime import bell, clock, timers


def dispatch() -> int:
    """Offer what waits to whoever can take it; returns how many offers were made."""
    # Asked first: it is one plain question, and mostly the answer is no.
    anybody = Contact.objects.filter(state=ContactState.WAITING).exists()
    idle = _idle() if anybody else []
    waiting = _waiting() if idle else []
    if not waiting:
        return 0
    rules = present()
    kept = reserve_of(_on_duty(), rules.reserve_percent) if rules.reserve_percent else 0
    pairs = match.match(waiting, idle, clock.now(), timedelta(seconds=rules.ageing), kept)
    return sum(_offer(pair) for pair in pairs)


def _on_duty() -> int:
    return Presence.objects.filter(state__in=[PresenceState.IDLE, PresenceState.BUSY], operator__is_active=True).count()


def _waiting() -> list[match.Waiting]:
    rows = list(
        Contact.objects.filter(state=ContactState.WAITING).exclude(offers__state=OfferState.OFFERED).order_by("pk")
    )
    resting = _barred(rows)
    speakers = _speakers()
    wanted = wishes.of({row.thread_id for row in rows})
    here = {one for spoken in speakers.values() for one in spoken}
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
            **wishes.for_one(wanted.get(row.thread_id), row, here),
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
    """Whoever can be offered something: the ready ones, and those who are in chats alone and can hold another."""
    rows = list(
        Presence.objects.filter(state__in=[PresenceState.IDLE, PresenceState.BUSY], operator__is_active=True)
        .exclude(operator__offers__state=OfferState.OFFERED)
        .exclude(operator__companions__state__in=companions.HERE)
        .select_related("operator")
    )
    if not rows:
        return []
    in_hand = _in_hand()
    found = [_room(row, in_hand.get(row.operator_id, [])) for row in rows]
    return [one for one in found if any(one.capacity.values())]


def _in_hand() -> dict[int, list[str]]:
    """What everybody has in hand, by kind. A live contact occupies its operator until it is wrapped up."""
    calling_back = CallbackTry.objects.filter(callback__contact=OuterRef("pk"), ended_at=None)
    rows = Contact.objects.filter(state__in=[ContactState.IN_HAND, ContactState.WRAP_UP], operator__isnull=False)
    columns = ("operator_id", "channel", "live", "state", "by_phone")
    found: dict[int, list[str]] = {}
    for operator_id, channel, live, state, by_phone in rows.annotate(by_phone=Exists(calling_back)).values_list(
        *columns
    ):
        kind = (needs.CALL if by_phone or channel == "phone" else needs.CHAT) if live else needs.MESSAGE
        if live or state == ContactState.IN_HAND:
            found.setdefault(operator_id, []).append(kind)
    return found


def _room(row: Presence, kinds: list[str]) -> match.Idle:
    rules = present()
    calls, chats, messages = (kinds.count(one) for one in (needs.CALL, needs.CHAT, needs.MESSAGE))
    if row.state == PresenceState.BUSY and not chats:
        calls = 1  # with somebody in a way that is no contact of theirs: nothing more
    room = needs.capacity(calls, chats, messages, chats_at_once=rules.chats_at_once, messages_at_once=rules.at_once)
    return match.Idle(
        operator_id=row.operator_id,
        languages=frozenset(row.operator.languages),
        skills=frozenset(row.operator.skills),
        idle_since=row.since,
        load=len(kinds),
        capacity=room,
    )


def _offer(pair: match.Pair) -> int:
    now = clock.now()
    due = now + timedelta(seconds=present().offer_seconds)
    try:
        with transaction.atomic():
            still = Contact.objects.select_for_update().filter(pk=pair.contact_id, state=ContactState.WAITING)
            who = Presence.objects.select_for_update().filter(
                operator_id=pair.operator_id, state__in=[PresenceState.IDLE, PresenceState.BUSY]
            )
            contact, there = still.first(), who.first()
            if contact is None or there is None:
                return 0
            if there.state == PresenceState.BUSY and not _room(
                there, _in_hand().get(there.operator_id, [])
            ).capacity.get(_kind(contact)):
                return 0  # a call since a moment ago
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


def _kind(contact: Contact) -> str:
    if not contact.live:
        return needs.MESSAGE
    return needs.CALL if contact.channel == "phone" else needs.CHAT


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
        if not mine or not _taken(offer):
            transaction.set_rollback(True)
            return False
        timers.cancel_timer("offer", offer_id)
        _rang(offer)
    return True


def _taken(offer: Offer) -> bool:
    if offer.purpose == OfferPurpose.ANSWER:
        return _take(str(offer.contact_id), offer.operator_id)
    return companions.accepted(offer)


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
        if offer.purpose == OfferPurpose.ANSWER:
            Attempt.objects.filter(pk=offer.contact.attempt_id, outcome="").update(stage=Stage.QUEUE)
        else:
            bell.ring("contact", offer.contact_id, "desk", "inside")
        _rang(offer)
    return True


@timers.handles("offer")
def _due(offer_id: str) -> None:
    time_out(offer_id)
