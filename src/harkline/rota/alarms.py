"""Gaps in what is published, told of before they come: at 168, 24, 2 and 0 hours, by language.

One timer row looks at the coming week, raises what is due, and sets itself for the next moment at which something will be. A
crash leaves the row. Whoever has to be told registers with ``tells``; the bell ``gap`` rings besides.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from harkline.line import this
from harkline.line.models import Line
from harkline.people.models import Operator
from harkline.rota import cover, demand, duty, shifts, terms
from harkline.rota.models import GapAlarm
from harkline.runtime import bell, clock, timers
from harkline.runtime.models import Timer

HOURS = (168, 24, 2, 0)
PAUSE = timedelta(hours=1)  # the coming week moves on even where nothing changes
HORIZON = timedelta(hours=HOURS[0]) + PAUSE  # seen before it is due
TIMER = "rota_gaps"

Tell = Callable[[GapAlarm], None]
_tells: list[Tell] = []


def tells(fn: Tell) -> Tell:
    """Register who is called with each alarm, in the transaction that raises it."""
    _tells.append(fn)
    return fn


def ensure() -> None:
    """See that the timer is set. Called in every round."""
    if not Timer.objects.filter(kind=TIMER).exists() and Line.objects.exists():
        look_again()


def look_again() -> None:
    """Something about duty has changed: look at the coming week at once."""
    timers.set_timer(TIMER, "", clock.now())


def gaps(now: datetime | None = None, span: timedelta = HORIZON) -> list[cover.Gap]:
    """The gaps from now on for so long, earliest first; one that is under way begins now."""
    first = (now or clock.now()).astimezone(UTC)
    zone = this.zone()
    day = first.astimezone(zone).date()
    rows = shifts.all_shifts(day - shifts.BACK, day + span + timedelta(days=1))
    found = duty.stretches(rows, first, first + span, zone)
    abilities = terms.abilities({one.operator for one in found})
    wanted = demand.in_force(day, span.days + 2)
    return cover.gaps(found, abilities, wanted, first, first + span, zone)


@timers.handles(TIMER)
def _look(_subject: str) -> None:
    now = clock.now()
    found = gaps(now)
    _close(found, now)
    for gap in found:
        _raise(gap, now)
    timers.set_timer(
        TIMER, "", min([now + PAUSE, *(moment for gap in found for moment in _moments(gap) if moment > now)])
    )


def _moments(gap: cover.Gap) -> list[datetime]:
    return [gap.begins - timedelta(hours=hours) for hours in HOURS]


def _same(gap: cover.Gap) -> Q:
    """Its edges move with every shift that is filled, and with the clock while it is under way: what overlaps is the same."""
    return Q(language=gap.language, begins__lt=gap.ends, ends__gt=gap.begins, closed_at=None)


def _raise(gap: cover.Gap, now: datetime) -> None:
    due = [one for one, moment in zip(HOURS, _moments(gap), strict=True) if moment <= now]
    if not due:
        return
    hours = min(due)
    with transaction.atomic():
        same = GapAlarm.objects.filter(_same(gap))
        # One that was nearer than this one is: its beginning has been filled, or is over, and what is left will be told of again in time.
        nearer = same.filter(hours__lt=hours).order_by(F("acknowledged_at").desc(nulls_last=True)).first()
        if nearer is None and same.filter(hours=hours).exists():
            return
        same.update(closed_at=now)
        values = {"ends": gap.ends, "have": gap.have, "need": gap.need, "raised_at": now, "closed_at": None}
        values |= {
            "acknowledged_by": nearer and nearer.acknowledged_by,
            "acknowledged_at": nearer and nearer.acknowledged_at,
        }
        row, _new = GapAlarm.objects.update_or_create(
            language=gap.language, begins=gap.begins, hours=hours, defaults=values
        )
        bell.ring("gap", row.pk, "desk", "inside")
        for tell in _tells:
            tell(row)


def _close(found: list[cover.Gap], now: datetime) -> None:
    still = Q(pk__in=[])
    for gap in found:
        still |= _same(gap)
    over = GapAlarm.objects.filter(closed_at=None).exclude(still)
    ids = list(over.values_list("pk", flat=True))
    if ids:
        GapAlarm.objects.filter(pk__in=ids).update(closed_at=now)
        bell.ring("gap", "", "desk", "inside")


def open_() -> QuerySet[GapAlarm]:
    """Alarms of gaps that are still there, the soonest first."""
    return GapAlarm.objects.filter(closed_at=None).select_related("acknowledged_by").order_by("begins", "language")


def acknowledge(alarm_id: int, by: Operator) -> bool:
    """Somebody sees to it; the first who says so."""
    taken = GapAlarm.objects.filter(pk=alarm_id, acknowledged_at=None, closed_at=None)
    if not taken.update(acknowledged_by=by, acknowledged_at=clock.now()):
        return False
    bell.ring("gap", alarm_id, "desk", "inside")
    return True
