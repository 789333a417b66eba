"""The one door between routing and the channels: what a channel may ask and tell, and what it can be asked to do."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from harkline.intake import receive
from harkline.intake.models import Attempt, Contact
from harkline.people import operators
from harkline.rota import shifts
from harkline.routing import (
    alarms,
    callback_tries,
    callbacks,
    companions,
    confidential,
    contacts,
    offers,
    outbox,
    policy,
)
from harkline.routing.callback import SafeWindow, Verdict
from harkline.routing.callbacks import Given, WrongTerms
from harkline.routing.models import CallbackTry, Companion, CompanionPurpose, Offer, OfferState, Presence, PresenceState
from harkline.routing.outbox import Job
from harkline.runtime import clock

__all__ = ["Given", "Job", "OfferRef", "SafeWindow", "WrongTerms"]

Handler = Callable[[str, str, Mapping[str, Any]], None]
Reach = Callable[[str], str]
_handlers: dict[str, Handler] = {}
_reach: dict[str, Reach] = {}


@dataclass(frozen=True)
class OfferRef:
    """An offer as a channel needs it. ``number`` is the operator's own phone, where that is the medium; ``accepted`` by whom is
    ``operator_id``."""

    id: str
    contact_id: str
    operator_id: int
    medium: str
    state: str
    language: str
    channel: str
    number: str


def offer(offer_id: str) -> OfferRef | None:
    """The offer, or None."""
    row = Offer.objects.select_related("contact", "operator").filter(pk=offer_id).first()
    return _ref(row) if row else None


def open_offers(channel: str) -> list[OfferRef]:
    """Offers that wait for an answer."""
    rows = Offer.objects.select_related("contact", "operator").filter(
        state=OfferState.OFFERED, contact__channel=channel
    )
    return [_ref(row) for row in rows]


def accepted_offer(contact_id: str) -> OfferRef | None:
    """By which offer a contact came into somebody's hand."""
    rows = Offer.objects.select_related("contact", "operator").filter(
        contact_id=contact_id, state=OfferState.ACCEPTED, contact__state="in_hand"
    )
    row = rows.order_by("-ended_at").first()
    return _ref(row) if row else None


def _ref(row: Offer) -> OfferRef:
    number = ""
    if row.medium == "own_phone" and row.operator.own_phone:
        number = operators.own_phone(row.operator)
    return OfferRef(
        str(row.pk),
        str(row.contact_id),
        row.operator_id,
        row.medium,
        row.state,
        row.contact.language,
        row.contact.channel,
        number,
    )


def accept_by_phone(offer_id: str) -> bool:
    """The operator pressed 1 on their own phone."""
    row = Offer.objects.filter(pk=offer_id).first()
    return row is not None and offers.accept(offer_id, row.operator_id)


def decline_by_phone(offer_id: str, reason: str) -> bool:
    """The operator's own phone was busy, refused, or went unanswered."""
    row = Offer.objects.filter(pk=offer_id).first()
    return row is not None and offers.decline(offer_id, row.operator_id, reason)


# --- the browser's audio leg: a token that works once, in memory only, for a minute -------------------------------------------

_legs: dict[str, tuple[str, int, datetime]] = {}
_legs_lock = threading.Lock()
_LEG_LIFE = timedelta(seconds=60)


def leg_token(contact_id: str, operator_id: int) -> str:
    """A one-time token that lets this operator's browser bring its audio to this contact."""
    token = secrets.token_urlsafe(24)
    with _legs_lock:
        now = clock.now()
        for old in [key for key, (_c, _o, until) in _legs.items() if until < now]:
            del _legs[old]
        _legs[token] = (contact_id, operator_id, now + _LEG_LIFE)
    return token


def take_leg(token: str, operator_id: int) -> str | None:
    """The contact of a leg token, once, for the operator to whom it was given, while they have that contact in hand."""
    with _legs_lock:
        contact_id, owner, until = _legs.pop(token, ("", 0, clock.now()))
    if not contact_id or owner != operator_id or until < clock.now():
        return None
    rows = Contact.objects.filter(pk=contact_id, state="in_hand")
    mine = rows.filter(operator_id=operator_id) | rows.filter(
        companions__operator_id=operator_id, companions__state__in=companions.HERE
    )
    return contact_id if mine.exists() else None


# --- who is in a call -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seat:
    """Where an operator belongs in a call: ``companion`` is empty for the one who has it; ``silent`` hears and is not heard."""

    companion: str = ""
    silent: bool = False


def seat(contact_id: str, operator_id: int) -> Seat | None:
    """The operator's place in this call; None where they have none (any more)."""
    row = Companion.objects.filter(contact_id=contact_id, operator_id=operator_id, state__in=companions.HERE).first()
    if row:
        return Seat(str(row.pk), row.purpose == CompanionPurpose.LISTEN_IN)
    has_it = Contact.objects.filter(pk=contact_id, operator_id=operator_id, state="in_hand").exists()
    return Seat() if has_it else None


@dataclass(frozen=True)
class Standing:
    """How a contact stands: its state, who has it, and the ids of those who are or may come in."""

    state: str
    operator_id: int | None
    companions: frozenset[str]


def standing(contact_id: str) -> Standing:
    """How a contact stands now; ``closed`` where there is none."""
    row = Contact.objects.filter(pk=contact_id).first()
    if row is None:
        return Standing("closed", None, frozenset())
    here = [str(one.pk) for one in companions.beside(contact_id) if one.state in companions.HERE]
    return Standing(row.state, row.operator_id, frozenset(here))


@dataclass(frozen=True)
class InterpreterRef:
    """An interpreter who is to be rung into a call. ``language`` is that of the caller."""

    id: str
    contact_id: str
    language: str
    number: str
    press_one: bool


def interpreter(companion_id: str) -> InterpreterRef | None:
    """An interpreter who is to be rung, or None where nobody wants them any more."""
    row = Companion.objects.select_related("contact").filter(pk=companion_id, state__in=companions.HERE).first()
    found = next((one for one in policy.present().interpreters if row and one.name == row.label), None)
    if row is None or found is None:
        return None
    return InterpreterRef(str(row.pk), str(row.contact_id), row.contact.language, found.number, found.press_one)


companion_joined = companions.joined
companion_left = companions.left


def hand_over(contact_id: str, operator_id: int) -> bool:
    """The operator puts their telephone down while a colleague who was asked to take over is in the call: it is theirs now."""
    return companions.hand_over(contact_id, operator_id) is None


# --- what a channel tells -------------------------------------------------------------------------------------------------------


def lost_operator(contact_id: str, reason: str = "connection lost") -> bool:
    """The operator's end broke off: back to the head of the queue."""
    return contacts.lost_operator(contact_id, reason)


def ended(contact_id: str, *, outcome: str = "", stage: str = "") -> str:
    """The caller is gone; returns the contact's state now."""
    return contacts.ended(contact_id, outcome=outcome, stage=stage)


def interrupted(channel: str) -> int:
    """After a crash nobody of this channel is there any more: open attempts and live contacts end as interrupted. Returns how many."""
    live = Contact.objects.filter(channel=channel, live=True, state__in=["waiting", "in_hand"])
    for contact_id in live.values_list("pk", flat=True):
        receive.flag(str(contact_id), "interrupted")
        contacts.ended(str(contact_id), outcome="interrupted")
    rows = Attempt.objects.filter(channel=channel, outcome="")
    return rows.update(outcome="interrupted", ended_at=clock.now(), reason="restart")


def to_message(contact_id: str) -> None:
    """The caller leaves a message or asks for a call back instead of waiting."""
    contacts.to_message(contact_id)


# --- what a channel asks --------------------------------------------------------------------------------------------------------


def on_duty_languages() -> set[str]:
    """The languages in which somebody is on duty now."""
    rows = Presence.objects.filter(
        state__in=[PresenceState.IDLE, PresenceState.BUSY], operator__is_active=True
    ).select_related("operator")
    return {language for row in rows for language in row.operator.languages}


def anybody_on_duty(language: str = "") -> bool:
    """Whether somebody is on duty (ready, or with somebody) who speaks this language; any language where none is named."""
    spoken = on_duty_languages()
    return language in spoken if language else bool(spoken)


def next_staffed(after: datetime | None = None) -> datetime | None:
    """When somebody will be here, by the weekly shifts."""
    return shifts.next_staffed(after or clock.now())


# --- console → channel ----------------------------------------------------------------------------------------------------------


def register(channel: str, handler: Handler) -> None:
    """Let a channel take commands: ``handler(contact_id, verb, detail)``, called in any thread, must not block."""
    _handlers[channel] = handler


def command(contact_id: str, verb: str, **detail: Any) -> bool:
    """Ask the contact's channel to do something ("end", "hold", "unhold", "digit"). False where nothing there listens."""
    row = Contact.objects.filter(pk=contact_id).first()
    channel = "phone" if callback_tries.talking(contact_id) else row.channel if row else ""
    handler = _handlers.get(channel)
    if handler is None:
        return False
    handler(contact_id, verb, detail)
    return True


# --- calls back ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CallbackRef:
    """A try as the telephone needs it. ``shown``: the line's address that the caller's telephone is to see, empty where it is
    withheld. ``own_phone``: the operator's own telephone, where that is how they talk."""

    id: str
    contact_id: str
    operator_id: int
    language: str
    shown: str
    own_phone: str


def register_dialler(channel: str, reach: Reach) -> None:
    """Let a channel say whether it can dial, showing this address (empty: withheld): nothing, ``line_closed`` or ``no_trunk``."""
    _reach[channel] = reach


def reach(shown: str) -> str:
    """Why nobody can be dialled just now; empty where somebody can."""
    return _reach["phone"](shown) if "phone" in _reach else "line_closed"


def call_back(contact_id: str, operator_id: int, number: str, *, override: bool = False, case: str = "") -> Verdict:
    """Dial a caller on their own terms: the one way. The number goes to the telephone's memory and into no row."""
    row = callbacks.of(contact_id)
    why = reach(row.shown.value if row and row.shown else "")
    made = callback_tries.begin(contact_id, operator_id, reach=why, override=override, case=case)
    if isinstance(made, Verdict):
        return made
    # A crash from here on leaves a try that never rang: it is recorded as not made.
    if not command(contact_id, "call_back", **{"try": str(made.pk), "number": number}):
        callback_tries.finish(str(made.pk), "not_made")
        return Verdict("line_closed")
    return Verdict()


def callback_try(try_id: str) -> CallbackRef | None:
    """A try that is to be made, or None where it has ended."""
    rows = CallbackTry.objects.select_related("callback__contact", "callback__shown", "operator")
    row = rows.filter(pk=try_id, outcome="").first()
    if row is None:
        return None
    there = Presence.objects.filter(operator_id=row.operator_id).first()
    own = operators.own_phone(row.operator) if there and there.medium == "own_phone" and row.operator.own_phone else ""
    held = row.callback
    return CallbackRef(
        str(row.pk),
        str(held.contact_id),
        row.operator_id,
        held.contact.language,
        held.shown.value if held.shown else "",
        own,
    )


def callback_outcome(try_id: str) -> str:
    """What came of it, as far as it was said."""
    return CallbackTry.objects.filter(pk=try_id).values_list("outcome", flat=True).first() or ""


record_callback = callbacks.record
callback_dialled = callback_tries.dialled
callback_answered = callback_tries.answered
callback_over = callback_tries.over
callback_finished = callback_tries.finish
callbacks_interrupted = callback_tries.interrupted


# --- replies that anybody can hear ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Air:
    """How this line answers by radio. ``call_sign``: its own; ``plain``: whether the band's rules allow nothing but plain words; a reply
    goes out as at most ``messages`` of ``size`` bytes each. ``refuses`` says why a text may not be sent; nothing where it may."""

    call_sign: str
    transmits: bool
    plain: bool
    messages: int
    size: int
    refuses: Callable[[str], str]
    tried: bool = False  # whether the line tries its own call sign


_air: list[Air] = []


def register_air(air: Air | None) -> None:
    """Say how replies go by radio; None where they do not."""
    _air[:] = [air] if air else []


def air() -> Air | None:
    """How replies go by radio, if they do."""
    return _air[0] if _air else None


# --- outbox ---------------------------------------------------------------------------------------------------------------------


def seen_to(alarm_id: int, step: int) -> bool:
    """Whoever was rung by this step of the chain says that they see to an alarm."""
    return alarms.acknowledge(alarm_id, step=step)


queue = outbox.queue
take_due = outbox.take_due
done = outbox.done
retry = outbox.retry
soon = outbox.soon
by_idempotency_key = outbox.by_idempotency_key
came_encrypted = confidential.came_encrypted
may_go_in_clear = confidential.may_go_in_clear
