"""Calls back as the screen shows them: which are due, which come later, which are refused, and why, in words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harkline.console.callback_words import CALLBACK_REFUSALS
from harkline.console.words import WEEKDAYS
from harkline.intake.models import Contact, ContactState
from harkline.line import this
from harkline.people.models import Operator
from harkline.records import access
from harkline.routing import callback, callback_overrides, callback_tries, callbacks, contacts, debrief, lines
from harkline.routing.callback import SafeWindow, Verdict
from harkline.routing.callbacks import Given, WrongTerms
from harkline.routing.models import Callback, CallbackOverride, CallbackTry
from harkline.runtime.apart import listed


@dataclass(frozen=True)
class Hours:
    """The window that is open, or the next one, by the caller's clock and by ours."""

    caller: str
    ours: str
    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Row:
    """One call back in the list. ``group``: ``now``, ``later``, ``refused`` or ``under_way``. ``who`` has it in hand."""

    id: str
    alias: str
    channel: str
    language: str
    group: str
    sentence: str
    at: datetime | None
    who: str
    mine: bool


@dataclass(frozen=True)
class Card:
    """Everything that the server can say of a contact's call back."""

    row: Callback
    allowed: bool
    reason: str
    sentence: str
    windows: list[str]
    zone: str
    hours: Hours | None
    tried: list[CallbackTry]
    left: int
    running: CallbackTry | None
    override: CallbackOverride | None


def listing(operator: Operator) -> list[Row]:
    """Those that can be made now, those whose hour comes, and those that are refused."""
    rows = callbacks.open_(operator)
    aliases = access.aliases([str(row.contact_id) for row in rows])
    found = [_row(row, aliases[str(row.contact_id)], operator) for row in rows]
    order = {"under_way": 0, "now": 1, "later": 2, "refused": 3}
    return sorted(found, key=lambda one: order[one.group])


def _row(row: Callback, alias: str, operator: Operator) -> Row:
    found = judge(row)
    contact = row.contact
    in_hand = contact.state in (ContactState.IN_HAND, ContactState.WRAP_UP)
    return Row(
        str(contact.pk),
        alias,
        contact.channel,
        contact.language,
        _group(found),
        sentence(row, found),
        found.at,
        contact.operator.name if in_hand and contact.operator else "",
        in_hand and contact.operator_id == operator.pk,
    )


def _group(found: Verdict) -> str:
    if found.allowed:
        return "now"
    if found.reason == "under_way":
        return "under_way"
    return "later" if found.at else "refused"


def judge(row: Callback | None) -> Verdict:
    """Whether it may be dialled now, and whether there is a telephone to dial with."""
    return callbacks.judge(row, reach=lines.reach(row.shown.value if row and row.shown else ""))


def card(operator: Operator, contact_id: str) -> Card | None:
    """The contact's call back; None where no terms are recorded."""
    row = callbacks.of(contact_id)
    if row is None:
        return None
    found, terms = judge(row), callbacks.terms(row)
    tried = callbacks.tries(row)
    asked = [one for one in callback_overrides.current(operator, contact_id) if one.asked_by_id == operator.pk]
    return Card(
        row,
        found.allowed,
        found.reason,
        sentence(row, found),
        [window(one) for one in terms.windows],
        row.time_zone.replace("_", " "),
        hours(row),
        tried,
        max(0, row.tries_allowed - len(callbacks.counted(row))),
        next((one for one in tried if not one.outcome), None),
        asked[0] if asked else None,
    )


# --- words ----------------------------------------------------------------------------------------------------------------------


def sentence(row: Callback | None, found: Verdict) -> str:
    """The verdict, so that somebody who is not a lawyer understands it."""
    if found.allowed:
        if row and found.at:
            return _("Allowed until %(time)s.") % {"time": both(row, found.at)}
        return _("Allowed.")
    said = str(CALLBACK_REFUSALS.get(found.reason, found.reason))
    if row and found.at:
        return f"{said} " + _("Next: %(time)s.") % {"time": both(row, found.at)}
    return said


def both(row: Callback, at: datetime) -> str:
    """A moment by the caller's clock and, where that is another, by ours."""
    caller, ours = at.astimezone(callback.zone(row.time_zone)), at.astimezone(this.zone())
    if caller.utcoffset() == ours.utcoffset():
        return _moment(caller)
    return _("%(caller)s by the caller's clock, %(ours)s by ours") % {"caller": _moment(caller), "ours": _moment(ours)}


def _moment(at: datetime) -> str:
    return f"{WEEKDAYS[at.weekday()]} {date_format(at.date(), 'j M')} {at:%H:%M}"


def hours(row: Callback) -> Hours | None:
    """The window that is open now or, where none is, the next."""
    from harkline.runtime import clock

    terms, now = callbacks.terms(row), clock.now()
    opens = now if callback.inside(terms, now) else callback.opens(terms, now)
    closes = callback.closes(terms, opens) if opens else None
    if opens is None or closes is None:
        return None
    spans = []
    for zone in (callback.zone(row.time_zone), this.zone()):
        here, then = opens.astimezone(zone), closes.astimezone(zone)
        spans.append(f"{WEEKDAYS[here.weekday()]} {here:%H:%M}–{then:%H:%M}")
    return Hours(spans[0], spans[1], opens, closes)


def window(one: SafeWindow) -> str:
    """``Monday–Friday 10:00–12:00``."""
    days = sorted(one.days)
    run = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    named = [str(WEEKDAYS[day]) for day in days]
    told = f"{named[0]}–{named[-1]}" if run else listed(named)
    if len(days) == 7:
        told = _("every day")
    return f"{told} {one.opens // 60:02}:{one.opens % 60:02}–{one.closes // 60:02}:{one.closes % 60:02}"


# --- terms as the console's form sends them --------------------------------------------------------------------------------------


def given(told: Any) -> Given:
    """The readable part of terms, from the form's JSON. Raises WrongTerms."""
    try:
        return Given(
            consent=str(told.get("consent", "")),
            zone=str(told.get("zone", "")),
            windows=tuple(
                callback.window(map(int, one["days"]), one["opens"], one["closes"]) for one in told["windows"]
            ),
            number_given=told.get("number_given") is True,
            shown=str(told.get("shown", callbacks.WITHHELD)),
            first_day=_day(told.get("first_day")),
            last_day=_day(told.get("last_day")),
            tries=int(told.get("tries") or callbacks.TRIES),
            pause=callbacks.PAUSE if not told.get("pause_hours") else callbacks.hours(float(told["pause_hours"])),
            expires=callbacks.EXPIRES if not told.get("expires_days") else callbacks.days(int(told["expires_days"])),
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise WrongTerms("form") from error


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


# --- closing --------------------------------------------------------------------------------------------------------------------


def wrap_up(contact_id: str, operator_id: int, kind: str, disposition: str, *, hard: bool = False) -> str:
    """Close a contact (``routing.contacts.wrap_up``); returns why it was not closed. A call back is agreed on the caller's terms, and
    what came of a try is said first. After a ``hard`` contact its operator has a debrief before anything else is offered."""
    if callback_tries.running([contact_id]):
        return "under_way"
    if disposition == "callback_agreed" and callbacks.of(contact_id) is None:
        return "no_terms"
    with transaction.atomic():
        if not contacts.wrap_up(contact_id, operator_id, kind, disposition):
            return "not_mine"
        callback_tries.closed(contact_id)
        if hard:
            debrief.begin(operator_id)
    return ""


def here(contact: Contact) -> CallbackTry | None:
    """The try that this contact is just now."""
    return callback_tries.running([contact.pk]).get(str(contact.pk))
