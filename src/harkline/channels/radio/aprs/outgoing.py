"""Replies on their way: cut into messages, each sent until the other station has acknowledged it, or for some hours.

Reasons that an operator may read beside a reply: ``sent`` (not acknowledged yet) and ``duty_cycle`` (it is tried again); ``unheard``,
``refused_by_station``, ``listen_only``, ``gave_up``, ``malformed`` (it has failed).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from harkline.channels.radio.aprs import keep, marks, wire
from harkline.channels.radio.aprs.models import SentMessage
from harkline.channels.radio.aprs.split import split
from harkline.routing import lines
from harkline.runtime import clock

CHANNEL = "radio"
PAUSES = (30, 60, 120, 300, 600, 900, 1800)  # seconds after each try; the last one repeats
TRIES = 12  # about four hours
LONGEST = timedelta(days=1)  # where the duty cycle leaves no room
WAIT = 60  # seconds, before there may be room again


@dataclass(frozen=True)
class Going:
    """A reply, with its messages that are not acknowledged: (id, information field)."""

    job: lines.Job
    messages: Sequence[tuple[int, bytes]]


def due(most: int, refuses: str = "") -> Going | None:
    """The next reply whose turn it is. ``refuses``: why nothing is sent from here; such replies end with it."""
    while jobs := lines.take_due(CHANNEL, 1):
        try:
            ended = refuses or _ended(rows := _rows(jobs[0], most))
            if not ended:
                return Going(jobs[0], _open(jobs[0], rows, most))
            lines.done(
                jobs[0].id, "delivered" if ended == "delivered" else "failed", ended if ended != "delivered" else ""
            )
        except (ValueError, KeyError, TypeError):
            lines.done(jobs[0].id, "failed", "malformed")
    return None


@transaction.atomic
def _rows(job: lines.Job, most: int) -> list[SentMessage]:
    """One row for each message, made at the first try: a message has the same number however often it is sent."""
    if there := list(SentMessage.objects.filter(job=job.id).order_by("position")):
        return there
    to, texts = _said(job, most)
    if job.thread_id:
        keep.remember(to, job.thread_id)
    return [
        SentMessage.objects.create(job=uuid.UUID(job.id), position=at, recipient=marks.station(to), made_at=clock.now())
        for at in range(len(texts))
    ]


def _ended(rows: Sequence[SentMessage]) -> str:
    """How a reply has ended: ``delivered``, or a reason why it failed; nothing while it has not."""
    waiting = [row for row in rows if row.answered_at is None]
    if not waiting:
        return "delivered"  # a crash came between the last acknowledgement and its being written down
    if min(row.tries for row in waiting) >= TRIES:
        return "unheard"
    return "gave_up" if min(row.made_at for row in rows) < clock.now() - LONGEST else ""


def _open(job: lines.Job, rows: Sequence[SentMessage], most: int) -> list[tuple[int, bytes]]:
    to, texts = _said(job, most)
    both = zip(rows, texts, strict=True)
    return [(row.pk, wire.message(to, text, row.number)) for row, text in both if row.answered_at is None]


def _said(job: lines.Job, most: int) -> tuple[str, list[str]]:
    return str(job.boxed["to"]).upper(), split(str(job.boxed["text"]), int(job.boxed.get("messages", most)))


def sent(message: int) -> None:
    """A message is in the modem's hands."""
    SentMessage.objects.filter(pk=message).update(tries=F("tries") + 1)


def tried(going: Going, reason: str) -> None:
    """All that could be sent now was. A crash before this leaves the lease, after which it is sent again under the same numbers."""
    most = max(SentMessage.objects.filter(job=going.job.id).values_list("tries", flat=True))
    pause = PAUSES[min(most, len(PAUSES)) - 1] if reason == "sent" else WAIT
    lines.retry(going.job.id, pause, reason)


def answered(call_sign: str, number: str, *, taken: bool = True) -> bool:
    """The other station has, or refuses, a message that we sent it. Anybody can send this: it ends the trying and opens nothing."""
    wanted = number.partition("}")[0].upper()
    found = next((row for row in _waiting(call_sign) if row.number == wanted), None)
    if found is None:
        return False
    with transaction.atomic():
        SentMessage.objects.filter(pk=found.pk, answered_at=None).update(answered_at=clock.now())
        if not taken:
            lines.done(str(found.job), "failed", "refused_by_station")
        elif not SentMessage.objects.filter(job=found.job, answered_at=None).exists():
            lines.done(str(found.job), "delivered")
    return True


def there(call_sign: str) -> None:
    """A station was heard: what waits for its acknowledgement goes now, while it listens."""
    for job in {row.job for row in _waiting(call_sign)}:
        lines.soon(str(job))


def _waiting(call_sign: str) -> Sequence[SentMessage]:
    return list(SentMessage.objects.filter(recipient=marks.station(call_sign), answered_at=None, tries__gt=0))
