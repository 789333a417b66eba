"""Short-lived signed tickets: whoever shows one may listen to the bells of one thread, and nothing else."""

from datetime import timedelta
from uuid import UUID

from django.core import signing

from harkline.runtime import clock

LIFETIME = timedelta(hours=1)
_SALT = "harkline.thread.ticket"


def ticket(thread_id: UUID | str) -> str:
    """A ticket for ``/live/thread?ticket=…``. It names no caller, opens no content, and ends after an hour."""
    ends = int((clock.now() + LIFETIME).timestamp())
    return signing.dumps([str(thread_id), ends], salt=_SALT)


def read(ticket_: str) -> tuple[str, int] | None:
    """The thread's id and the end (seconds since the epoch); None for a ticket that is forged or has ended."""
    try:
        thread_id, ends = signing.loads(ticket_, salt=_SALT)
    except signing.BadSignature:
        return None
    return (thread_id, ends) if clock.now().timestamp() < ends else None
