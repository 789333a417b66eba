"""Calls back that were agreed: when each is due, until somebody says that it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from harkline.intake import exclusions
from harkline.intake.models import Contact
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.records import access
from harkline.routing import contacts
from harkline.runtime import bell, clock

AHEAD = timedelta(hours=12)


@dataclass(frozen=True)
class Due:
    """One call back. ``readable``: whether this operator may open the case with the caller's terms."""

    id: str
    alias: str
    channel: str
    language: str
    at: datetime
    readable: bool


def due(operator: Operator) -> list[Due]:
    """Those that are due within twelve hours, or overdue, the earliest first."""
    rows = list(
        exclusions.contacts(operator)
        .filter(callback_at__isnull=False, callback_at__lte=clock.now() + AHEAD)
        .order_by("callback_at", "pk")[:20]
    )
    aliases = access.aliases([str(row.pk) for row in rows])
    every = may(operator, Action.BOARD)
    return [
        Due(
            str(row.pk),
            aliases[str(row.pk)],
            row.channel,
            row.language,
            row.callback_at,
            every or row.operator_id == operator.pk,
        )
        for row in rows
        if row.callback_at
    ]


def wrap_up(contact_id: str, operator_id: int, kind: str, disposition: str, at: datetime | None) -> bool:
    """Close a contact (``routing.contacts.wrap_up``) together with the hour at which to call back, where one was agreed."""
    with transaction.atomic():
        if at:
            Contact.objects.filter(pk=contact_id, operator_id=operator_id).update(callback_at=at)
        closed = contacts.wrap_up(contact_id, operator_id, kind, disposition)
        if not closed:
            transaction.set_rollback(True)
    return closed


def done(contact_id: str) -> None:
    """It was made, or is not wanted any more."""
    with transaction.atomic():
        if Contact.objects.filter(pk=contact_id, callback_at__isnull=False).update(callback_at=None):
            bell.ring("contact", contact_id, "desk")
