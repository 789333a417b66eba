"""Keeps the notice alive: the first version when set-up ends, the same list again before it runs out, each version in the log.

Looked at every few seconds; nothing is remembered between two looks, so a crash anywhere is made good by the next. What cannot be done
raises the alarm ``notice``, well before the list has run out.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from harkline.count import notices
from harkline.line.models import Line
from harkline.notice import draft, policy, publish, signing
from harkline.notice.models import Notice
from harkline.routing import alarms
from harkline.routing.models import Alarm, AlarmKind
from harkline.runtime import clock

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=5)
ENDS, MISSING = "ends", "missing"  # what an alarm is about
_last: list[datetime] = []


def look() -> None:
    """Called in every round; looks every five seconds."""
    now = clock.now()
    if not policy.present().on or (_last and timedelta(0) <= now - _last[-1] < EVERY):
        return
    _last[:] = [now]
    if line := Line.objects.filter(pk=1).first():
        troubled = _kept(line, now)
        enter_due()
        _alarm(publish.newest(), now, troubled)


def _kept(line: Line, now: datetime) -> bool:
    """Sign what is due to be signed by itself. True where that was not possible."""
    row = publish.newest()
    try:
        if row is None and line.set_up_at and draft.addresses():
            publish.sign(None)
        elif row and policy.present().renews and now >= row.until - policy.present().before:
            publish.renew()
    except publish.Changed:
        pass  # another process has done it
    except signing.NoKey as error:
        log.error("the notice cannot be signed: %s", error)
        return True
    return False


def enter_due() -> None:
    """Put into the open count's log what is not there yet: versions in their order, then what was revoked of them."""
    due = Notice.objects.filter(Q(entry=None) | Q(revoked_at__isnull=False, revoked_entry=None)).order_by("serial")
    for row in due:
        with transaction.atomic():
            if row.entry is None and not _entered(row):
                return
            if row.revoked_at and row.revoked_entry is None and not _withdrawn(row):
                return


def _entered(row: Notice) -> bool:
    if Notice.objects.filter(serial__gt=row.serial).exclude(entry=None).exists():
        return True  # from before the log: a later one stands there, and the log only counts up
    index = notices.enter(row.serial, row.digest)
    return bool(index is not None and Notice.objects.filter(pk=row.pk, entry=None).update(entry=index))


def _withdrawn(row: Notice) -> bool:
    if not Notice.objects.filter(pk=row.pk).exclude(entry=None).exists():
        return True  # never stood in the log
    index = notices.enter(row.serial, row.digest, revoked=True)
    return bool(index is not None and Notice.objects.filter(pk=row.pk).update(revoked_entry=index))


def ends_soon(row: Notice, now: datetime) -> bool:
    """Whether somebody has to look: what renews itself should have done so long before."""
    lasts = row.until - row.issued_at
    return now >= row.until - (lasts / 6 if policy.present().renews else lasts / 3)


def _alarm(row: Notice | None, now: datetime, troubled: bool) -> None:
    wrong = {ENDS} if row and ends_soon(row, now) else {MISSING} if row is None and troubled else set()
    there = set(Alarm.objects.filter(kind=AlarmKind.NOTICE, ended_at=None).values_list("subject", flat=True))
    for subject in wrong - there:
        alarms.raise_(AlarmKind.NOTICE, subject)
    for subject in there - wrong:
        alarms.end(AlarmKind.NOTICE, subject)
