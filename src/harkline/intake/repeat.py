"""Recognising who has been in touch before, by marks of a number or an address (``handle_key``); and blocks, which are marks too.

A telephone may be shared: a mark says that the same telephone called, never that it was the same person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions, handle_key, policy
from harkline.intake.handles import normal
from harkline.intake.models import Block, Contact, HandleMark
from harkline.people.models import Operator
from harkline.runtime import bell, clock, timers

WINDOW = timedelta(days=30)
PROTECTED = {"duress", "listener_present"}  # who was ever overheard or forced is never turned away
NO_FAULT = {"silent", "test"}  # how frightened people try the door
REASONS = ("threats", "harassment", "flooding")
TIMER = "block"


class NotBlocked(ValueError):
    """Why a block is not set: one fixed word."""


def _marks(kind: str, text: str) -> list[tuple[int, bytes]]:
    """A handle's mark under each key that is kept: (period, mark). None for what is no number."""
    value = normal(kind, text, policy.present().country)
    return [(one.period, handle_key.mark(one, kind, value)) for one in handle_key.kept()] if value else []


def _any(marks: list[tuple[int, bytes]]) -> Q:
    found = Q(pk__in=[])
    for period, mark in marks:
        found |= Q(period=period, mark=mark)
    return found


def remember(contact_id: str | UUID, kind: str, text: str) -> None:
    """Keep the marks of a contact's number or address: under the present key, and under the one before to match what came then."""
    HandleMark.objects.bulk_create(
        HandleMark(contact_id=contact_id, kind=kind, period=period, mark=mark) for period, mark in _marks(kind, text)
    )


def _of(contact_id: str | UUID) -> list[tuple[int, bytes]]:
    rows = HandleMark.objects.filter(contact_id=contact_id).values_list("period", "mark")
    return [(period, bytes(mark)) for period, mark in rows]


def matching(contact_id: str | UUID, among: QuerySet[Contact]) -> QuerySet[Contact]:
    """The other contacts of thirty days from the same telephone or address, of those that exist for whoever asks."""
    same = HandleMark.objects.filter(_any(_of(contact_id))).values("contact_id")
    return among.filter(pk__in=same, arrived_at__gte=clock.now() - WINDOW).exclude(pk=contact_id)


def _protected(marks: list[tuple[int, bytes]]) -> bool:
    rows = Contact.objects.filter(pk__in=HandleMark.objects.filter(_any(marks)).values("contact_id"))
    return any(PROTECTED & set(flags) for flags in rows.values_list("flags", flat=True))


# --- blocks -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BlockView:
    """A block for the page that lists them. ``by`` and ``reviewer`` are names; ``mine``: the reader set it, and does not review it."""

    id: int
    kind: str
    reason: str
    by: str
    set_at: datetime
    expires_at: datetime
    review_by: datetime
    reviewer: str
    mine: bool


def _in_force() -> QuerySet[Block]:
    now = clock.now()
    looked_at = Q(reviewer__isnull=False) | Q(review_by__gt=now)
    return Block.objects.filter(looked_at, ended_at=None, expires_at__gt=now)


def blocked(kind: str, text: str) -> bool:
    """Whether this number or address is turned away now. Never for a handle that is withheld or no handle at all, nor for one from
    which somebody was ever overheard or forced."""
    marks = _marks(kind, text)
    found = bool(marks) and _in_force().filter(_any(marks), kind=kind).exists()
    return found and not _protected(marks)


def block(contact_id: str | UUID, operator: Operator, reason: str, lasts: timedelta | None = None) -> Block:
    """Turn away whoever uses the number or address of this contact, for a time. Raises NotBlocked.

    The mark under the present key lasts for that key's period and the next, and no block is longer than one period: it
    survives a change of key as it is.
    """
    row, marks, rules = Contact.objects.get(pk=contact_id), _of(contact_id), policy.present()
    if reason not in REASONS:
        raise NotBlocked("reason")
    if not marks:
        raise NotBlocked("withheld")
    if row.kind in NO_FAULT or _protected(marks):
        raise NotBlocked("protected")
    now = clock.now()
    period, mark = max(marks)
    until = now + min(lasts or rules.block, policy.PERIOD)
    with transaction.atomic():
        made = Block.objects.create(
            contact=row,
            kind=row.channel,
            period=period,
            mark=mark,
            reason=reason,
            by=operator,
            set_at=now,
            expires_at=until,
            review_by=min(now + rules.review, until),
        )
        timers.set_timer(TIMER, made.pk, made.review_by)
        bell.ring("block", made.pk, "desk")
        chain.record(Act.BLOCKED, Subject.NUMBER, made.pk, reason=reason, actor_id=operator.pk)
    return made


def in_force(viewer: Operator) -> list[BlockView]:
    """The blocks that stand, the one that needs a second look first."""
    rows = _in_force().exclude(contact__thread__in=exclusions.hidden(viewer)).select_related("by", "reviewer")
    return [
        BlockView(
            row.pk,
            row.kind,
            row.reason,
            row.by.name,
            row.set_at,
            row.expires_at,
            row.review_by,
            row.reviewer.name if row.reviewer else "",
            row.by_id == viewer.pk,
        )
        for row in rows.order_by("reviewer_id", "review_by", "pk")
    ]


def exists(viewer: Operator, block_id: int) -> bool:
    """Whether a block, ended or not, exists for a viewer."""
    return Block.objects.exclude(contact__thread__in=exclusions.hidden(viewer)).filter(pk=block_id).exists()


def of_threads(thread_ids: Any) -> list[int]:
    """The blocks that were set on contacts of these threads (a sub-query or ids)."""
    return list(Block.objects.filter(contact__thread__in=thread_ids).values_list("pk", flat=True))


def review(block_id: int, operator: Operator) -> bool:
    """A second person has looked, and it stays. False where it has ended, or by whom set it."""
    with transaction.atomic():
        rows = _in_force().filter(pk=block_id, reviewer=None).exclude(by=operator)
        if not rows.update(reviewer=operator, reviewed_at=clock.now()):
            return False
        timers.set_timer(TIMER, block_id, Block.objects.get(pk=block_id).expires_at)
        bell.ring("block", block_id, "desk")
    return True


def end(block_id: int, why: str, operator: Operator | None = None) -> bool:
    """End a block; False where it had ended. ``why``: lifted, unreviewed, expired."""
    with transaction.atomic():
        if not Block.objects.filter(pk=block_id, ended_at=None).update(ended_at=clock.now(), ended_why=why):
            return False
        timers.cancel_timer(TIMER, block_id)
        bell.ring("block", block_id, "desk")
        chain.record(Act.UNBLOCKED, Subject.NUMBER, block_id, reason=why, actor_id=operator.pk if operator else None)
    return True


@timers.handles(TIMER)
def _due(subject: str) -> None:
    row = Block.objects.filter(pk=int(subject), ended_at=None).first()
    if row is None:
        return
    if clock.now() >= row.expires_at:
        end(row.pk, "expired")
    elif row.reviewer_id is None:
        end(row.pk, "unreviewed")


@bell.narrows("block")
def _narrow(id_: str) -> frozenset[int]:
    rows = Block.objects.filter(pk=int(id_), contact__isnull=False)
    return exclusions.not_to_be_told([one for one in rows.values_list("contact__thread_id", flat=True) if one])
