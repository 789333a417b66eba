"""Threads that once came encrypted: no reply goes out in clear, unless a supervisor has allowed it, on the caller's own words.

The server cannot read those words: it keeps who allowed it, when, and which of the caller's messages they pointed at.
"""

from collections.abc import Iterable

from harkline.intake.models import Purpose, SealedObject
from harkline.people.models import Operator
from harkline.routing.models import Confidential
from harkline.runtime import bell, clock


def came_encrypted(thread_ids: Iterable[str]) -> None:
    """Remember it, once and for good. What was allowed before stands."""
    rows = [Confidential(thread_id=one, since=clock.now()) for one in dict.fromkeys(thread_ids)]
    if rows:
        Confidential.objects.bulk_create(rows, ignore_conflicts=True)


def is_confidential(thread_id: str) -> bool:
    """Whether something of the thread came encrypted."""
    return Confidential.objects.filter(thread_id=thread_id).exists()


def may_go_in_clear(thread_id: str | None) -> bool:
    """Whether a reply may leave unencrypted."""
    return thread_id is None or not Confidential.objects.filter(thread_id=thread_id, allowed_at=None).exists()


def allow(supervisor: Operator, thread_id: str, object_id: str) -> bool:
    """Write down that a supervisor read in this message of the caller's that answers may come in clear. Whoever calls this has
    looked whether they are a supervisor. False where it is no message of this thread, or was allowed already."""
    said = SealedObject.objects.filter(pk=object_id, thread_id=thread_id, by_caller=True, purpose=Purpose.MESSAGE)
    if not said.exists():
        return False
    allowed = Confidential.objects.filter(thread_id=thread_id, allowed_at=None).update(
        allowed_by=supervisor, allowed_at=clock.now(), allowed_on=object_id
    )
    if allowed:
        bell.ring("entry", thread_id, "desk")
    return bool(allowed)


def withdraw(thread_id: str) -> None:
    """From now on encrypted again."""
    Confidential.objects.filter(thread_id=thread_id).update(allowed_by=None, allowed_at=None, allowed_on=None)
    bell.ring("entry", thread_id, "desk")
