"""What an operator's screen shows, as values: the waiting list, what is mine, what is to be done now, who else is here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harkline.console import callbacks, hands
from harkline.intake import exclusions
from harkline.intake.models import Contact, ContactState
from harkline.people.models import Operator
from harkline.records import access
from harkline.rota import shifts
from harkline.routing import callback_tries, companions, conflict
from harkline.routing.models import CallbackTry, Companion, Offer, OfferState, Presence, PresenceState
from harkline.runtime import clock

LONG = 200  # rows of the waiting list that are shown; the count is always whole


@dataclass(frozen=True)
class Row:
    """One contact in a list. ``offered_to`` names the operator to whom it is on offer now."""

    id: str
    channel: str
    language: str
    live: bool
    risk: int
    flags: tuple[str, ...]
    head: bool
    since: datetime
    state: str
    offered_to: str = ""
    alias: str = ""


def _row(contact: Contact, **more: Any) -> Row:
    return Row(
        str(contact.pk),
        contact.channel,
        contact.language,
        contact.live,
        contact.risk,
        tuple(contact.flags),
        contact.head,
        more.pop("since", contact.waiting_since),
        contact.state,
        **more,
    )


def waiting(viewer: Operator) -> tuple[list[Row], int]:
    """The waiting list in the order in which it is offered (risk, then who lost an operator, then who is there now, then the
    wait), and how many there are in all."""
    rows = exclusions.contacts(viewer).filter(state=ContactState.WAITING)
    shown = list(rows.order_by("-risk", "-head", "-live", "waiting_since", "pk")[:LONG])
    offered = dict(
        conflict.offers(viewer)
        .filter(state=OfferState.OFFERED, contact__in=shown)
        .values_list("contact_id", "operator__name")
    )
    total = len(shown) if len(shown) < LONG else rows.count()
    return [_row(one, offered_to=offered.get(one.pk, "")) for one in shown], total


def mine(operator: Operator) -> list[Row]:
    """What this operator has in hand or has still to wrap up: who is there now first, then the longest in hand."""
    open_ = [ContactState.IN_HAND, ContactState.WRAP_UP]
    held = exclusions.contacts(operator).filter(operator=operator, state__in=open_)
    rows = list(held.order_by("-live", "accepted_at", "pk"))
    aliases = access.aliases([str(one.pk) for one in rows])
    return [_row(one, alias=aliases[str(one.pk)], since=one.accepted_at or one.waiting_since) for one in rows]


@dataclass(frozen=True)
class Now:
    """What the operator is to do now: one of ``off``, ``ready``, ``not_ready``, ``offer``, ``call``, ``beside`` (in a colleague's
    call), ``live``, ``outcome`` (what came of a call back), ``busy``."""

    state: str
    presence: Presence | None
    offer: Offer | None = None
    contact: Row | None = None
    hand: bool = False
    attempt: CallbackTry | None = None
    companion: Companion | None = None


def now(operator: Operator) -> Now:
    """An open offer comes before everything; then a live contact in hand; then whether they are ready."""
    presence = Presence.objects.filter(operator=operator).first()
    hand = hands.is_up(operator.pk)
    offers = conflict.offers(operator).filter(operator=operator, state=OfferState.OFFERED)
    offer = offers.select_related("contact", "asked_by").first()
    if offer:
        return Now("offer", presence, offer, _row(offer.contact), hand)
    here = exclusions.contacts(operator).filter(operator=operator, state=ContactState.IN_HAND, live=True)
    call = here.first()
    if call:
        alias = access.aliases([str(call.pk)])[str(call.pk)]
        tried = callbacks.here(call)
        since = tried.started_at if tried else call.accepted_at or call.waiting_since
        row = _row(call, alias=alias, since=since)
        if tried and tried.ended_at:
            return Now("outcome", presence, None, row, hand, tried)
        by_phone = call.channel == "phone" or callback_tries.talking(str(call.pk))
        return Now("call" if by_phone else "live", presence, None, row, hand, tried)
    companion = companions.of(operator.pk)
    if companion and companion.state in companions.HERE:
        theirs = companion.contact
        alias = access.aliases([str(theirs.pk)])[str(theirs.pk)]
        shown = _row(theirs, alias=alias, since=theirs.accepted_at or theirs.waiting_since)
        return Now("beside", presence, None, shown, hand, companion=companion)
    state = presence.state if presence else PresenceState.OFF
    return Now({"idle": "ready"}.get(state, state), presence, None, None, hand)


@dataclass(frozen=True)
class Colleague:
    """Somebody on duty, or whose shift it is."""

    name: str
    languages: list[str]
    state: str
    reason: str
    since: datetime | None
    medium: str
    hand: bool
    id: int
    planned: bool


def colleagues(but: Operator | None = None) -> list[Colleague]:
    """Who is on duty, and whose shift it is without being here."""
    here = {row.operator_id: row for row in Presence.objects.exclude(state=PresenceState.OFF)}
    planned = shifts.planned(clock.now())
    up = {hand.operator_id for hand in hands.up()}
    people = Operator.objects.filter(pk__in=set(here) | planned, is_active=True).order_by("name", "pk")
    return [_colleague(one, here.get(one.pk), up, planned) for one in people if but is None or one.pk != but.pk]


def _colleague(one: Operator, row: Presence | None, up: Iterable[int], planned: Iterable[int]) -> Colleague:
    return Colleague(
        one.name,
        list(one.languages),
        row.state if row else "absent",
        row.reason if row else "",
        row.since if row else None,
        row.medium if row else "",
        one.pk in up,
        one.pk,
        one.pk in planned,
    )
