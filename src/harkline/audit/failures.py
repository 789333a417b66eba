"""Failed sign-ins are counted, by operator and hour: a record for each would let anybody who guesses fill the chain.

A count is held in memory and written down once a minute, so that guessing costs no transaction; a crash loses that minute's
count. When the hour is over it becomes one record.
"""

import threading
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from harkline.audit import chain
from harkline.audit.models import Failures
from harkline.audit.words import Act, Subject
from harkline.runtime import clock

NOBODY = 0  # no operator has the name that was tried
_lock = threading.Lock()
_counted: Counter[tuple[datetime, int]] = Counter()
_kept_at: list[datetime] = []


def count(operator_id: int | None) -> None:
    """One more that failed."""
    with _lock:
        _counted[_hour(clock.now()), operator_id or NOBODY] += 1


def settle() -> None:
    """Write the counts down, at most once a minute, and record the hours that are over. Called in every round."""
    now = clock.now()
    if _kept_at and timedelta() <= now - _kept_at[0] < timedelta(minutes=1):
        return
    _kept_at[:] = [now]
    keep()
    if Failures.objects.filter(hour__lt=_hour(now)).exists():
        _record(_hour(now))


def keep() -> None:
    """Write the counts down."""
    with _lock:
        counted = dict(_counted)
        _counted.clear()
    for (hour, operator_id), number in counted.items():
        with transaction.atomic():
            row, _new = Failures.objects.get_or_create(hour=hour, operator=operator_id)
            Failures.objects.filter(pk=row.pk).update(count=F("count") + number)


def _record(before: datetime) -> None:
    with transaction.atomic():
        for row in Failures.objects.select_for_update().filter(hour__lt=before).order_by("pk"):
            chain.record(
                Act.SIGN_IN_FAILED, Subject.OPERATOR, row.operator or "", count=max(1, row.count), actor_id=None
            )
            row.delete()


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
