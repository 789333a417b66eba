"""Bringing somebody into a contact that is in hand: a colleague who takes over or comes in, an interpreter, a supervisor who listens.

A transfer is warm by construction: the operator who has the contact keeps it until the other has accepted and, on the telephone,
until the other's sound is in the call. Every question to a colleague is an offer, so it has its timer, rings where they answer, and
survives a crash. A crash between two steps leaves the contact where it was: with the operator who had it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from harkline.intake import exclusions
from harkline.intake.models import Contact, ContactState
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.routing import presence
from harkline.routing.models import (
    CallbackTry,
    Companion,
    CompanionPurpose,
    CompanionState,
    Offer,
    OfferPurpose,
    OfferState,
    Presence,
    PresenceState,
)
from harkline.routing.policy import present
from harkline.runtime import bell, clock, timers

HERE = (CompanionState.COMING, CompanionState.PRESENT)
STANDS_IN = (CompanionPurpose.TRANSFER, CompanionPurpose.CONFERENCE)


@dataclass(frozen=True)
class Refused:
    """Why it was not done: a fixed word."""

    reason: str


# --- asking a colleague ---------------------------------------------------------------------------------------------------------


def ask(contact_id: str, by: int, operator_id: int, purpose: str) -> Refused | None:
    """Ask one colleague to take the contact over (``transfer``) or to come in (``conference``)."""
    try:
        with transaction.atomic():
            return _ask(contact_id, by, operator_id, OfferPurpose(purpose))
    except IntegrityError:
        return Refused("asked_already")  # this contact is on offer to somebody, or they are offered something else


def _ask(contact_id: str, by: int, operator_id: int, purpose: OfferPurpose) -> Refused | None:
    row = _mine(contact_id, by)
    if row is None:
        return Refused("not_in_hand")
    if purpose == OfferPurpose.CONFERENCE and not is_call(row):
        return Refused("no_call")
    if _calling_back(contact_id):
        return Refused("calling_back")
    there = Presence.objects.select_for_update().filter(operator_id=operator_id, state=PresenceState.IDLE).first()
    if there is None or operator_id == by or not _exists_for(row, operator_id):
        return Refused("not_ready")
    if _open(contact_id).filter(purpose=CompanionPurpose.TRANSFER).exists():
        return Refused("asked_already")
    now = clock.now()
    due = now + timedelta(seconds=present().offer_seconds)
    offer = Offer.objects.create(
        contact=row,
        operator_id=operator_id,
        purpose=purpose,
        asked_by_id=by,
        medium=there.medium,
        offered_at=now,
        due_at=due,
    )
    timers.set_timer("offer", offer.pk, due)
    _rang(row, operator_id)
    return None


def is_call(row: Contact) -> bool:
    """Whether people speak with one another in it."""
    return row.live and row.channel == "phone"


def _mine(contact_id: str, by: int) -> Contact | None:
    rows = Contact.objects.select_for_update().filter(pk=contact_id, operator_id=by, state=ContactState.IN_HAND)
    return rows.first()


def _exists_for(row: Contact, operator_id: int) -> bool:
    return operator_id not in exclusions.not_to_be_told([row.thread_id])


def _calling_back(contact_id: str) -> bool:
    return CallbackTry.objects.filter(callback__contact_id=contact_id, ended_at=None).exists()


def _open(contact_id: str | UUID) -> "QuerySet[Companion]":
    return Companion.objects.filter(contact_id=contact_id).exclude(state=CompanionState.ENDED)


def withdraw(contact_id: str, by: int) -> bool:
    """Ask no longer."""
    rows = Offer.objects.filter(contact_id=contact_id, asked_by_id=by, state=OfferState.OFFERED)
    return sum(presence.withdraw(one, "not needed") for one in rows) > 0


def accepted(offer: Offer) -> bool:
    """The colleague said yes, in the transaction of ``offers.accept``. What is written is theirs at once; into a call they come first."""
    contact = _mine(str(offer.contact_id), offer.asked_by_id) if offer.asked_by_id else None
    if contact is None or offer.asked_by_id is None:
        return False
    if not is_call(contact):
        return _give(contact, offer.asked_by_id, offer.operator_id)
    Companion.objects.create(
        contact=contact,
        purpose=CompanionPurpose(offer.purpose),
        operator_id=offer.operator_id,
        asked_by_id=offer.asked_by_id,
        state=CompanionState.COMING,
        asked_at=offer.offered_at,
    )
    presence.busy(offer.operator_id)
    _rang(contact, offer.operator_id)
    return True


# --- handing over ---------------------------------------------------------------------------------------------------------------


def hand_over(contact_id: str, by: int) -> Refused | None:
    """The first operator leaves: the one who was asked to take over, and is in the call, has it from now on."""
    with transaction.atomic():
        row = _mine(contact_id, by)
        if row is None:
            return Refused("not_in_hand")
        heir = _heir(contact_id, [CompanionPurpose.TRANSFER])
        if heir is None:
            return Refused("not_there_yet")
        _succeed(row, by, heir)
    return None


def take_over(row: Contact) -> bool:
    """The operator's end broke off: whoever of the team is in the call has it from now on. False where nobody is. Within a
    transaction that has locked the contact."""
    heir = _heir(str(row.pk), STANDS_IN)
    if heir is None or row.operator_id is None:
        return False
    _succeed(row, row.operator_id, heir)
    return True


def _heir(contact_id: str, purposes: Iterable[str]) -> Companion | None:
    rows = _open(contact_id).filter(purpose__in=purposes, state=CompanionState.PRESENT, operator__isnull=False)
    # Whoever was asked to take over comes before whoever was asked to come in.
    return rows.order_by("-purpose", "joined_at").first()


def _succeed(row: Contact, before: int, heir: Companion) -> None:
    assert heir.operator_id is not None
    _close(heir, "took over")
    _give(row, before, heir.operator_id)


def _give(row: Contact, before: int, after: int) -> bool:
    """The contact changes hands. A crash before the commit leaves it with the first, after it with the second. When it was answered
    stays as it was: the caller waited once."""
    mine = Contact.objects.filter(pk=row.pk, operator_id=before, state=ContactState.IN_HAND)
    given = mine.update(operator_id=after)
    if given and row.live:
        presence.free(before)
        presence.busy(after)
    if given:
        _rang(row, before, after)
    return bool(given)


# --- an interpreter from outside ------------------------------------------------------------------------------------------------


def interpreter(contact_id: str, by: int, name: str) -> Companion | Refused:
    """Have somebody rung who interprets. The caller of this tells the channel."""
    if name not in {one.name for one in present().interpreters}:
        return Refused("unknown")
    with transaction.atomic():
        row = _mine(contact_id, by)
        if row is None:
            return Refused("not_in_hand")
        if not is_call(row) or _calling_back(contact_id):
            return Refused("no_call")
        if _open(contact_id).filter(purpose=CompanionPurpose.INTERPRETER).exists():
            return Refused("asked_already")
        made = Companion.objects.create(
            contact=row,
            purpose=CompanionPurpose.INTERPRETER,
            label=name,
            asked_by_id=by,
            state=CompanionState.COMING,
            asked_at=clock.now(),
        )
        _rang(row)
    return made


# --- listening in, and coming in as a supervisor --------------------------------------------------------------------------------


def announce(contact_id: str, supervisor: Operator, purpose: str) -> Companion | Refused:
    """A supervisor wants to listen in, or to come in. The operator sees it, and nothing begins before they have agreed."""
    wanted = CompanionPurpose(purpose)
    if wanted not in (CompanionPurpose.LISTEN_IN, CompanionPurpose.CONFERENCE) or not may(supervisor, Action.BOARD):
        return Refused("not_allowed")
    if wanted == CompanionPurpose.LISTEN_IN and not present().listen_in:
        return Refused("not_allowed")
    try:
        with transaction.atomic():
            return _announce(contact_id, supervisor, wanted)
    except IntegrityError:
        return Refused("elsewhere")  # one is in one call at a time


def _announce(contact_id: str, supervisor: Operator, purpose: CompanionPurpose) -> Companion | Refused:
    rows = exclusions.contacts(supervisor).filter(pk=contact_id, state=ContactState.IN_HAND, operator__isnull=False)
    row = rows.first()
    if row is None or not is_call(row) or row.operator_id == supervisor.pk or _calling_back(contact_id):
        return Refused("no_call")
    if presence.occupied(supervisor.pk):
        return Refused("elsewhere")
    made = Companion.objects.create(
        contact=row,
        purpose=purpose,
        operator=supervisor,
        asked_by=supervisor,
        state=CompanionState.ASKED,
        asked_at=clock.now(),
    )
    _rang(row, supervisor.pk)
    return made


def agree(companion_id: str, by: int) -> bool:
    """The operator has seen it and lets them in."""
    with transaction.atomic():
        row = _asked_of(companion_id, by)
        if row is None or row.operator_id is None:
            return False
        Companion.objects.filter(pk=companion_id).update(state=CompanionState.COMING)
        presence.withdraw_from(row.operator_id, "in a colleague's call")
        Presence.objects.filter(operator_id=row.operator_id, state=PresenceState.IDLE).update(
            state=PresenceState.BUSY, since=clock.now()
        )
        _rang(row.contact, row.operator_id)
    return True


def refuse(companion_id: str, by: int) -> bool:
    """Not now."""
    with transaction.atomic():
        row = _asked_of(companion_id, by)
        return row is not None and _close(row, "not now")


def _asked_of(companion_id: str, by: int) -> Companion | None:
    rows = Companion.objects.select_for_update().filter(
        pk=companion_id, state=CompanionState.ASKED, contact__operator_id=by, contact__state=ContactState.IN_HAND
    )
    return rows.first()


# --- coming and going -----------------------------------------------------------------------------------------------------------


def joined(companion_id: str) -> bool:
    """Their sound is in the call. False where they are wanted no longer."""
    with transaction.atomic():
        rows = Companion.objects.filter(pk=companion_id, state__in=HERE)
        if not rows.update(state=CompanionState.PRESENT, joined_at=clock.now()):
            return False
        row = Companion.objects.select_related("contact").get(pk=companion_id)
        _rang(row.contact, *([row.operator_id] if row.operator_id else []))
    return True


def left(companion_id: str, reason: str = "left") -> bool:
    """They have gone, were not reached, or are not wanted any more. False where that was known."""
    with transaction.atomic():
        row = Companion.objects.select_related("contact").filter(pk=companion_id).first()
        return row is not None and _close(row, reason)


def may_end(companion_id: str, by: int) -> bool:
    """Whether this operator may end it: it is themselves, or the contact is theirs."""
    row = Companion.objects.select_related("contact").filter(pk=companion_id).first()
    return row is not None and by in (row.operator_id, row.contact.operator_id)


def end_all(contact_id: str | UUID, reason: str) -> None:
    """The contact is over, or waits again: nobody is beside it, and nobody is asked to be. Within a transaction."""
    for offer in Offer.objects.filter(contact_id=contact_id, state=OfferState.OFFERED).exclude(
        purpose=OfferPurpose.ANSWER
    ):
        presence.withdraw(offer, reason)
    for row in _open(contact_id).select_related("contact"):
        _close(row, reason)


def end_for(thread_ids: Iterable[UUID], operator_ids: Iterable[int], reason: str) -> None:
    """These people must not know of these contacts any more."""
    rows = Companion.objects.filter(contact__thread__in=list(thread_ids), operator__in=list(operator_ids))
    for row in rows.exclude(state=CompanionState.ENDED).select_related("contact"):
        _close(row, reason)


def _close(row: Companion, reason: str) -> bool:
    ended = (
        Companion.objects.filter(pk=row.pk)
        .exclude(state=CompanionState.ENDED)
        .update(state=CompanionState.ENDED, ended_at=clock.now(), reason=reason)
    )
    if ended and row.operator_id and row.state != CompanionState.ASKED:
        presence.free(row.operator_id)
    if ended:
        _rang(row.contact, *([row.operator_id] if row.operator_id else []))
    return bool(ended)


def _rang(row: Contact, *operators: int) -> None:
    bell.ring("contact", row.pk, "desk", "inside", *[f"operator:{one}" for one in operators])


# --- looks ----------------------------------------------------------------------------------------------------------------------


def beside(contact_id: str | UUID) -> list[Companion]:
    """Who is in it, comes, or waits to be let in; the first asked first."""
    return list(_open(contact_id).select_related("operator").order_by("asked_at"))


def of(operator_id: int) -> Companion | None:
    """In whose call this operator is, or asks to be."""
    rows = Companion.objects.filter(operator_id=operator_id).exclude(state=CompanionState.ENDED)
    return rows.select_related("contact", "contact__operator").first()


def asking(contact_id: str) -> Offer | None:
    """The open question to a colleague."""
    rows = Offer.objects.filter(contact_id=contact_id, state=OfferState.OFFERED).exclude(purpose=OfferPurpose.ANSWER)
    return rows.select_related("operator").first()


def last_word(contact_id: str | UUID, by: int, within: float = 30.0) -> Offer | None:
    """The newest question to a colleague that came to nothing a moment ago: what the asking operator is told."""
    since = clock.now() - timedelta(seconds=within)
    rows = Offer.objects.filter(contact_id=contact_id, asked_by_id=by).select_related("operator")
    newest = rows.order_by("-offered_at").first()
    failed = newest is not None and newest.state in (OfferState.DECLINED, OfferState.TIMED_OUT)
    return newest if failed and newest and newest.ended_at and newest.ended_at >= since else None


def contact_of(companion_id: str) -> str:
    """The contact that it is about; empty where there is none."""
    found = Companion.objects.filter(pk=companion_id).values_list("contact_id", flat=True).first()
    return str(found) if found else ""


def exists(viewer: Operator, companion_id: UUID) -> bool:
    """Whether the companion, and the contact beside which they are, exist for the viewer."""
    contact_id = contact_of(str(companion_id))
    return bool(contact_id) and exclusions.contacts(viewer).filter(pk=contact_id).exists()


def not_reached(contact_id: str | UUID, within: float = 30.0) -> Companion | None:
    """An interpreter, or a supervisor's question, that came to nothing a moment ago."""
    since = clock.now() - timedelta(seconds=within)
    rows = Companion.objects.filter(contact_id=contact_id, state=CompanionState.ENDED, ended_at__gte=since)
    failed = rows.filter(purpose=CompanionPurpose.INTERPRETER, joined_at=None).exclude(reason__in=["left", "closed"])
    return failed.order_by("-ended_at").first()
