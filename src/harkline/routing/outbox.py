"""What goes out again: kept until it has gone, sent once as far as the network allows, its state always known.

What the adapter needs lies boxed under a key that is never on the disk (``runtime.fleeting``) and is emptied as soon as it has
gone. A crash between sending and ``done`` leaves a row in ``sending`` whose lease ends: it is sent again under the same
idempotency key. A power cut takes the key: such a row fails as ``power_cut``, and the operator sends the sealed copy again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from harkline.routing.models import Outbound, OutboundState
from harkline.runtime import bell, clock, fleeting
from harkline.seal import box
from harkline.seal.envelope import Refused

LEASE = timedelta(minutes=5)
POWER_CUT = "power_cut"


@dataclass(frozen=True)
class Job:
    """Something to send. ``boxed`` is in clear here: keep it in memory only."""

    id: str
    thread_id: str | None
    boxed: Mapping[str, Any]
    tries: int
    idempotency_key: str


def queue(
    channel: str,
    boxed: Mapping[str, Any],
    *,
    idempotency_key: str,
    thread_id: str | None = None,
    object_id: str | None = None,
) -> str:
    """Put something into the outbox, once for each idempotency key; returns its id."""
    now = clock.now()
    try:
        with transaction.atomic():
            row = Outbound.objects.create(
                channel=channel,
                idempotency_key=idempotency_key,
                thread_id=thread_id,
                object_id=object_id,
                boxed=box.box(fleeting.key(), json.dumps(dict(boxed)).encode(), "outbox"),
                due_at=now,
                created_at=now,
            )
            _rang(row)
    except IntegrityError:
        row = Outbound.objects.get(idempotency_key=idempotency_key)
    return str(row.pk)


def _rang(row: Outbound) -> None:
    bell.ring("outbound", row.pk, "desk", "inside")


def take_due(channel: str, limit: int = 20) -> list[Job]:
    """Take what is due on a channel, each under a lease of five minutes."""
    now = clock.now()
    open_ = Q(state=OutboundState.QUEUED) | Q(state=OutboundState.SENDING)
    rows = Outbound.objects.filter(open_, channel=channel, due_at__lte=now).order_by("due_at")[:limit]
    return [job for row in list(rows) if (job := _lease(row)) is not None]


def _lease(row: Outbound) -> Job | None:
    taken = Outbound.objects.filter(pk=row.pk, state=row.state, due_at=row.due_at).update(
        state=OutboundState.SENDING, due_at=clock.now() + LEASE, tries=row.tries + 1
    )
    if not taken:
        return None
    try:
        boxed = json.loads(box.unbox(fleeting.key(), bytes(row.boxed), "outbox"))
    except Refused:
        done(str(row.pk), OutboundState.FAILED, POWER_CUT)
        return None
    thread = str(row.thread_id) if row.thread_id else None
    return Job(str(row.pk), thread, boxed, row.tries + 1, row.idempotency_key)


def done(job_id: str, state: str, reason: str = "") -> None:
    """It has gone, or never will: the box is emptied. A failure stands, though a relay said before that it had taken it."""
    Outbound.objects.filter(pk=job_id).exclude(state=OutboundState.FAILED).update(
        state=OutboundState(state), reason=reason[:60], boxed=b"", ended_at=clock.now()
    )
    bell.ring("outbound", job_id, "desk", "inside")


def retry(job_id: str, after_seconds: float, reason: str) -> None:
    """Try again later."""
    Outbound.objects.filter(pk=job_id, state=OutboundState.SENDING).update(
        state=OutboundState.QUEUED, due_at=clock.now() + timedelta(seconds=after_seconds), reason=reason[:60]
    )
    bell.ring("outbound", job_id, "desk", "inside")


def soon(job_id: str) -> None:
    """Try again now what waits for its next try."""
    if Outbound.objects.filter(pk=job_id, state=OutboundState.QUEUED, due_at__gt=clock.now()).update(
        due_at=clock.now()
    ):
        bell.ring("outbound", job_id, "desk", "inside")


def by_idempotency_key(key: str) -> str | None:
    """The id of what was sent under this key (a bounce names it)."""
    row = Outbound.objects.filter(idempotency_key=key).first()
    return str(row.pk) if row else None
