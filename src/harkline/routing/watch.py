"""Looks, every few seconds, for what must not be: nobody here whose shift it is, a way in that is down, somebody who waits too long.

What is found raises an alarm, and what is found no more ends it; between two looks nothing has to be remembered, so a crash loses none.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from harkline.intake import canaries
from harkline.intake.models import Canary, Contact, ContactState, Exclusion
from harkline.line.models import Line
from harkline.people.models import Operator
from harkline.rota import alarms as gaps
from harkline.rota import shifts
from harkline.routing import alarms
from harkline.routing.models import Alarm, AlarmKind, Presence, PresenceState
from harkline.routing.policy import present
from harkline.runtime import clock
from harkline.runtime.models import AdapterState

EVERY = timedelta(seconds=5)
STALE = timedelta(seconds=60)  # an adapter that writes nothing down any more
HERE = (PresenceState.IDLE, PresenceState.BUSY)
WATCHED = (AlarmKind.NOBODY, AlarmKind.SILENT, AlarmKind.ADAPTER, AlarmKind.QUEUE, AlarmKind.GAP)
SLEPT = timedelta(seconds=30)  # without a look: this computer slept, or its clock was put forward
_last: list[datetime] = []
_woke: list[datetime] = []


def look() -> None:
    """Raise what is wrong, end what is right again. Called in every round; looks every five seconds."""
    now = clock.now()
    if _last and timedelta(0) <= now - _last[-1] < EVERY:
        return
    if _last and now - _last[-1] > SLEPT:
        _woke[:] = [now]
    _last[:] = [now]
    if Line.objects.exists():
        settle({(kind, subject) for kind, subject in _found(now)})


def settle(wrong: Iterable[tuple[str, str]]) -> None:
    """Make the open alarms of the kinds that are watched here be these."""
    wanted = set(wrong)
    there = set(Alarm.objects.filter(kind__in=WATCHED, ended_at=None).values_list("kind", "subject"))
    for kind, subject in wanted - there:
        alarms.raise_(kind, subject)
    for kind, subject in there - wanted:
        alarms.end(kind, subject)


def _found(now: datetime) -> Iterator[tuple[str, str]]:
    yield from ((AlarmKind.NOBODY.value, one) for one in _nobody(now))
    yield from ((AlarmKind.SILENT.value, str(one)) for one in _silent())
    yield from ((AlarmKind.ADAPTER.value, one) for one in _down(now))
    yield from ((AlarmKind.QUEUE.value, one) for one in _waiting(now))
    # Each of the moments before a gap is an alarm of its own; whoever sees to the gap on the board ends it. Where no shifts are planned at
    # all, ``harkline check`` says so, and nobody is rung.
    if shifts.any_planned():
        yield from ((AlarmKind.GAP.value, str(one.pk)) for one in gaps.open_() if not one.acknowledged_at)


def _nobody(now: datetime) -> set[str]:
    """Languages in which somebody's shift has been under way for a while and nobody is here, nor was a moment ago."""
    grace = timedelta(seconds=present().absent)
    due = shifts.planned(now) & shifts.planned(now - grace)
    wanted = _languages(Operator.objects.filter(pk__in=due, is_active=True).values_list("languages", flat=True))
    recent = Presence.objects.filter(since__gt=now - grace, operator__is_active=True)
    here = Presence.objects.filter(state__in=HERE, operator__is_active=True)
    seen = _languages((here | recent).values_list("operator__languages", flat=True))
    return wanted - seen


def _languages(rows: Iterable[list[str]]) -> set[str]:
    return {language for row in rows for language in row}


def _silent() -> list[int]:
    """Operators who let an offer pass and have not said since that they are there."""
    rows = Presence.objects.filter(state=PresenceState.NOT_READY, reason="silent", operator__is_active=True)
    return list(rows.values_list("operator_id", flat=True))


def _down(now: datetime) -> list[str]:
    """Ways in that have not been up for a while, or of which nothing is heard. One that was stopped with the server says ``off``. After
    a sleep nothing has been heard of any: for a minute what was known before holds on."""
    grace = timedelta(seconds=present().adapter_down)
    waking = any(timedelta(0) <= now - one < STALE for one in _woke)
    known = set(Alarm.objects.filter(kind=AlarmKind.ADAPTER, ended_at=None).values_list("subject", flat=True))
    rows = AdapterState.objects.exclude(state="off").values_list("name", "state", "since", "seen_at")
    return [
        name
        for name, state, since, seen in rows
        if (state != "up" and since <= now - grace)
        or (seen <= now - max(STALE, grace) and (not waking or name in known))
    ]


def _waiting(now: datetime) -> set[str]:
    """``call:LANGUAGE`` and ``message:LANGUAGE``: somebody has waited for longer than the target. Contacts that are kept from a colleague
    are left to their own chain (``escalation``): this alarm is seen by all."""
    hidden = Exclusion.objects.filter(lifted_at=None).values("thread")
    targets = ((True, "call", present().answer_target), (False, "message", present().message_target))
    found = set()
    for live, word, target in targets:
        late = now - timedelta(seconds=target)
        rows = Contact.objects.filter(state=ContactState.WAITING, live=live, waiting_since__lte=late)
        rows = rows.exclude(thread__in=hidden)
        found |= {f"{word}:{language}" for language in rows.values_list("language", flat=True).distinct()}
    return found


@canaries.tells
def canary(row: Canary) -> None:
    """An address that did not answer stays alarmed until it does."""
    if row.answered_at:
        alarms.end(AlarmKind.CANARY, row.address_id)
    else:
        alarms.raise_(AlarmKind.CANARY, row.address_id)
