"""Nothing is removed after a jump of the clock until a person has looked at it.

The clock is compared with the host's own uptime, which nobody sets. While the host runs, what the clock gains against it adds up,
so that many small jumps count as one large one. Across a start of the host nobody can tell a jump from a rest: a rest of up to
two days is believed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people.models import Operator
from harkline.records.models import Case, ClockMark, Entry
from harkline.runtime import clock, uptime

AHEAD, BACK = timedelta(days=2), timedelta(hours=1)
EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Suspended:
    """Since when nothing is removed (by the clock of then), and whether it went ahead or back."""

    since: datetime
    why: str


def look(*, force: bool = False) -> bool:
    """Compare, at most once a minute unless forced; returns whether the clock is trusted."""
    now, (boot, up) = clock.now(), uptime.uptime()
    last = ClockMark.objects.filter(pk=1).first()
    if last and not force and last.boot == boot and 0 <= up - last.uptime < EVERY.total_seconds():
        return last.suspended_at is None
    with transaction.atomic():
        mark = ClockMark.objects.select_for_update().filter(pk=1).first()
        if mark is None:
            ClockMark.objects.get_or_create(
                pk=1, defaults={"seen_at": now, "boot": boot, "uptime": up, "entry": _last_entry()}
            )
            return True
        return _compare(mark, now, boot, up)


def _compare(mark: ClockMark, now: datetime, boot: str, up: float) -> bool:
    gained = (now - mark.seen_at).total_seconds()
    if boot == mark.boot and up >= mark.uptime:
        gained -= up - mark.uptime
        mark.drift += gained
    # Else the host was started anew: what has passed is unknown, between its uptime and for ever.
    ahead = max(gained, mark.drift) > AHEAD.total_seconds()
    back = min(gained, mark.drift) < -BACK.total_seconds()
    if mark.suspended_at is None and (ahead or back):
        mark.suspended_at, mark.why = now, "ahead" if ahead else "back"
        chain.record(Act.PURGE_SUSPENDED, Subject.RETENTION, reason=f"clock_{mark.why}", actor_id=None)
    if mark.suspended_at is None:
        mark.entry = _last_entry()
    mark.seen_at, mark.boot, mark.uptime = now, boot, up
    mark.save()
    return mark.suspended_at is None


def _last_entry() -> int:
    return Entry.objects.aggregate(last=Max("pk"))["last"] or 0


def suspended() -> Suspended | None:
    """Whether nothing is removed at present, and why."""
    mark = ClockMark.objects.filter(pk=1, suspended_at__isnull=False).first()
    return Suspended(mark.suspended_at, mark.why) if mark and mark.suspended_at else None


def confirm(operator_id: int | None) -> bool:
    """A person has looked at the clock and found it right. What was written meanwhile counts from now on: its times tell nothing.
    False where nothing was suspended."""
    now, (boot, up) = clock.now(), uptime.uptime()
    with transaction.atomic():
        mark = ClockMark.objects.select_for_update().filter(pk=1, suspended_at__isnull=False).first()
        if mark is None:
            return False
        doubtful = Entry.objects.filter(pk__gt=mark.entry).values("case_id")
        Case.objects.filter(pk__in=doubtful).update(kept_from=now)
        Case.objects.filter(opened_at__gt=now).update(opened_at=now, kept_from=now)
        mark.seen_at, mark.boot, mark.uptime, mark.drift, mark.entry = now, boot, up, 0, _last_entry()
        mark.suspended_at, mark.why = None, ""
        mark.save()
        chain.record(Act.PURGE_RESUMED, Subject.RETENTION, reason="clock_confirmed", actor_id=operator_id)
    return True


def confirmed_by(operator: Operator) -> bool:
    """``confirm`` by somebody who is signed in."""
    return confirm(operator.pk)
