"""Set, cancel and run the timer rows.

A handler runs at least once: a crash after its work and before the row is deleted runs it again when the lease ends, so
handlers change state by compare-and-set.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from harkline.runtime import bell, clock
from harkline.runtime.models import Timer

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
RETRY = timedelta(seconds=5)
Handler = Callable[[str], None]
_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that is called with the subject when a timer of this kind is due."""

    def register(fn: Handler) -> Handler:
        _handlers[kind] = fn
        return fn

    return register


def set_timer(kind: str, subject: object, due_at: datetime) -> None:
    """Set the timer of this kind for this subject, replacing an earlier one."""
    Timer.objects.update_or_create(
        kind=kind,
        subject=str(subject),
        defaults={"due_at": due_at, "lease_until": None, "tries": 0},
    )
    bell.ring("timer", kind, "inside")


def cancel_timer(kind: str, subject: object) -> None:
    """Forget the timer, if there is one."""
    Timer.objects.filter(kind=kind, subject=str(subject)).delete()


def next_due() -> datetime | None:
    """When the earliest timer falls due (a lease counts until it ends)."""
    rows = Timer.objects.order_by("due_at").values_list("due_at", "lease_until")[:50]
    return min((max(due, lease) if lease else due for due, lease in rows), default=None)


def run_due(limit: int = 100) -> int:
    """Run what is due; returns how many ran. One that fails is tried again after five seconds, for ever, and logged."""
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    due = Timer.objects.filter(free, due_at__lte=now).order_by("due_at")[:limit]
    return sum(_run(timer, now) for timer in list(due))


def _run(timer: Timer, now: datetime) -> int:
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    taken = Timer.objects.filter(free, pk=timer.pk, due_at=timer.due_at).update(
        lease_until=now + LEASE, tries=timer.tries + 1
    )
    if not taken:
        return 0
    # A crash from here on: the lease ends and the handler runs again.
    try:
        with transaction.atomic():
            _handlers[timer.kind](timer.subject)
            # A handler may have set the same timer anew: only the one that ran is deleted.
            Timer.objects.filter(pk=timer.pk, lease_until=now + LEASE).delete()
    except Exception:
        log.exception("timer %s failed", timer.kind)
        Timer.objects.filter(pk=timer.pk).update(due_at=now + RETRY, lease_until=None)
        return 0
    return 1
