"""Calls back: recording a caller's terms, and asking them whether the caller may be dialled. The tries are in ``callback_tries``."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions
from harkline.intake.models import Contact, ContactState
from harkline.line import this
from harkline.people.models import Operator
from harkline.routing import callback
from harkline.routing.callback import SafeWindow, Terms, Tried, Verdict
from harkline.routing.models import Callback, CallbackConsent, CallbackOutcome, CallbackState, CallbackTry
from harkline.runtime import bell, clock, timers

TRIES, PAUSE, EXPIRES = 3, timedelta(hours=4), timedelta(days=14)
WITHHELD = "withheld"


def hours(number: float) -> timedelta:
    """A pause, as a form says it."""
    return timedelta(hours=number)


def days(number: int) -> timedelta:
    """How long terms hold, as a form says it."""
    return timedelta(days=number)


class WrongTerms(ValueError):
    """What was recorded are no terms; the argument is one fixed word."""


@dataclass(frozen=True)
class Given:
    """What the server is told of a caller's terms; everything else of them is sealed. ``shown``: an address of the line, or
    ``withheld``."""

    consent: str = ""
    zone: str = ""
    windows: tuple[SafeWindow, ...] = ()
    number_given: bool = False
    shown: str = WITHHELD
    first_day: date | None = None
    last_day: date | None = None
    tries: int = TRIES
    pause: timedelta = PAUSE
    expires: timedelta = field(default=EXPIRES)


def rang(contact_id: object) -> None:
    bell.ring("callback", str(contact_id), "desk", "inside")


# --- recording ------------------------------------------------------------------------------------------------------------------


def record(
    contact_id: str, given: Given, *, operator_id: int | None = None, terms_id: str | None = None, case: str = ""
) -> None:
    """Put a caller's terms in force, in place of earlier ones. That an operator did so is on record.
    Raises WrongTerms, ``Contact.DoesNotExist``."""
    now = clock.now()
    kept = _checked(given) | {
        "terms_id": terms_id,
        "state": CallbackState.OPEN,
        "recorded_at": now,
        "recorded_by_id": operator_id,
        "expires_at": now + min(given.expires, callback.LONGEST),
    }
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=contact_id)
        if CallbackTry.objects.filter(callback__contact=contact, outcome="").exists():
            raise WrongTerms("under_way")
        row, new = Callback.objects.update_or_create(contact=contact, defaults=kept)
        settle_due(row)
        rang(contact_id)
        if operator_id is not None:
            said = "first" if new else "anew"
            chain.record(Act.TERMS, Subject.CONTACT, contact_id, case=case, reason=said, actor_id=operator_id)


def _checked(given: Given) -> dict[str, Any]:
    try:
        callback.zone(given.zone or this.line().timezone)
    except ValueError as error:
        raise WrongTerms("zone") from error
    if given.consent and given.consent not in CallbackConsent.values:
        raise WrongTerms("consent")
    if given.first_day and given.last_day and given.last_day < given.first_day:
        raise WrongTerms("days")
    shown = None if given.shown in ("", WITHHELD) else this.address("phone", given.shown)
    if shown is None and given.shown not in ("", WITHHELD):
        raise WrongTerms("shown")
    pause = min(max(given.pause, callback.LEAST_PAUSE), callback.LONGEST_PAUSE)
    return {
        "callback_consent": given.consent,
        "time_zone": given.zone or this.line().timezone,
        "safe_windows": [[sorted(one.days), one.opens, one.closes] for one in given.windows],
        "first_day": given.first_day,
        "last_day": given.last_day,
        "number_given": given.number_given,
        "shown": shown,
        "tries_allowed": min(max(given.tries, 1), callback.MOST_TRIES),
        "pause_minutes": int(pause.total_seconds() // 60),
    }


def tries(row: Callback) -> list[CallbackTry]:
    """Every try, the newest first."""
    return list(row.tries.select_related("operator").order_by("-started_at"))


def withdraw(contact_id: str, *, operator_id: int | None = None, case: str = "") -> bool:
    """The caller does not want it any more, or it is given up. False where there is none, or a try runs."""
    with transaction.atomic():
        running = CallbackTry.objects.filter(callback__contact_id=contact_id, outcome="").exists()
        rows = Callback.objects.filter(contact_id=contact_id, state=CallbackState.OPEN)
        if running or not rows.update(state=CallbackState.WITHDRAWN):
            return False
        Contact.objects.filter(pk=contact_id).update(callback_at=None)
        timers.cancel_timer("callback", contact_id)
        rang(contact_id)
        if operator_id is not None:
            said = "withdrawn"
            chain.record(Act.TERMS, Subject.CONTACT, contact_id, case=case, reason=said, actor_id=operator_id)
    return True


# --- the verdict ----------------------------------------------------------------------------------------------------------------


def of(contact_id: str) -> Callback | None:
    """The contact's call back, or None."""
    rows = Callback.objects.select_related("contact", "shown", "recorded_by")
    return rows.filter(contact_id=contact_id).first()


def terms(row: Callback) -> Terms:
    """A row's terms, as the pure core reads them."""
    return Terms(
        consent=row.callback_consent,
        zone=row.time_zone,
        windows=tuple(SafeWindow(frozenset(days), opens, closes) for days, opens, closes in row.safe_windows),
        expires_at=row.expires_at,
        number_given=row.number_given,
        tries=row.tries_allowed,
        pause=timedelta(minutes=row.pause_minutes),
        first_day=row.first_day,
        last_day=row.last_day,
        state=row.state,
        recorded_at=row.recorded_at,
    )


Threads = Callable[[UUID], Collection[UUID]]
_threads_of: list[Threads] = []


def of_one_case(threads: Threads) -> Threads:
    """Register the function that gives, for a thread, all threads of its case. Until then each stands alone."""
    _threads_of[:] = [threads]
    return threads


def _contacts(row: Callback) -> list[Contact]:
    """Every contact of the caller's case."""
    thread_id = row.contact.thread_id
    ids = {thread_id, *(one for threads in _threads_of for one in threads(thread_id))}
    return list(Contact.objects.filter(thread__in=ids).select_related("callback"))


def counted(row: Callback) -> list[CallbackTry]:
    """The tries that count: those in which the telephone was rung since the caller set these terms, and one that runs.

    An operator who writes the terms down anew while nobody has heard from the caller gives them no more tries."""
    rung = list(row.tries.order_by("started_at"))
    since = _since(row, rung)
    return [one for one in rung if not one.outcome or (one.dialled_at and one.dialled_at >= since)]


def _since(row: Callback, rung: list[CallbackTry]) -> datetime:
    before = [one.dialled_at for one in rung if one.dialled_at and one.dialled_at < row.recorded_at]
    if not before or row.recorded_by_id is None:
        return row.recorded_at
    heard = [at for at in _heard(row, rung) if at <= row.recorded_at]
    if any(at > before[-1] for at in heard):
        return row.recorded_at
    return max(heard, default=before[0])


def _heard(row: Callback, rung: list[CallbackTry]) -> list[datetime]:
    """When the caller was there: as they came, until they went, and when a try reached them."""
    reached = [one.answered_at or one.started_at for one in rung if one.outcome == CallbackOutcome.REACHED]
    return [at for one in _contacts(row) for at in (one.arrived_at, one.ended_at) if at] + reached


def judge(
    row: Callback | None, *, reach: str = "", override: bool = False, this_try: CallbackTry | None = None
) -> Verdict:
    """Whether this caller may be dialled at this moment, where ``this_try`` is the one for which it is asked."""
    if row is None:
        return Verdict("no_terms")
    if not override and row.state == CallbackState.OPEN and (why := _happened(row)):
        return Verdict(why)
    tried = [Tried(one.dialled_at or one.started_at, bool(one.outcome)) for one in counted(row) if one != this_try]
    return callback.verdict(terms(row), clock.now(), tried, reach=reach, override=override)


def _happened(row: Callback) -> str:
    """What has come to pass since the terms were set, in whichever contact of the case, that makes them doubtful."""
    others = [one for one in _contacts(row) if one.pk != row.contact_id]
    flagged = [one for one in others if "safe_ending" in one.flags]
    if "safe_ending" in row.contact.flags or any(
        (one.ended_at or row.recorded_at) >= row.recorded_at for one in flagged
    ):
        return "safe_ending"  # whoever listened then may hold the telephone now
    if any(one.recorded_at > row.recorded_at for one in (_terms_of(other) for other in others) if one):
        return "replaced"
    unread = [one for one in others if one.state == ContactState.WAITING and one.arrived_at > row.recorded_at]
    return "unread" if unread else ""


def _terms_of(contact: Contact) -> Callback | None:
    return getattr(contact, "callback", None)


def settle_due(row: Callback) -> None:
    """Keep the hour at which it is due, by which the list is sorted, and be there when that changes."""
    found, now = judge(row), clock.now()
    due = now if found.allowed else found.at
    Contact.objects.filter(pk=row.contact_id).update(callback_at=due or row.expires_at)
    changes = [at for at in (found.at, row.expires_at) if at and at > now]
    if changes:
        timers.set_timer("callback", row.contact_id, min(changes))
    else:
        timers.cancel_timer("callback", row.contact_id)


@timers.handles("callback")
def _due(contact_id: str) -> None:
    """A window opens or closes: every list of calls back says something else now."""
    row = Callback.objects.filter(contact_id=contact_id, state=CallbackState.OPEN).first()
    if row:
        settle_due(row)
        rang(contact_id)


def open_(viewer: Operator) -> list[Callback]:
    """Every call back that is not done and exists for the viewer, the earliest due first."""
    rows = Callback.objects.exclude(contact__thread__in=exclusions.hidden(viewer))
    rows = rows.filter(state=CallbackState.OPEN).select_related("contact__operator", "shown")
    return list(rows.order_by("contact__callback_at", "pk")[:100])
