"""Calendar feeds: a secret address each, of which only a hash is kept. Whoever has the address reads when somebody works, and
nothing else; it is revoked at once."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from django.db import transaction

from harkline.line import this
from harkline.people import discreet
from harkline.people.models import Operator
from harkline.rota import duty, ical
from harkline.rota.models import Assignment, CalendarFeed, RotaState
from harkline.rota.shifts import dated
from harkline.runtime import bell, clock

PAST = timedelta(days=14)
_SPACE = uuid.UUID("6f0d1c1e-8f0a-4f62-9d4e-2b1c7a5e9d10")  # of the events' ids, which say nothing of the row


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def make(operator: Operator, title: str = "") -> str:
    """A new feed; returns its secret, which is kept nowhere. The one before it ends."""
    token = secrets.token_urlsafe(24)  # 192 bits
    with transaction.atomic():
        revoke(operator)
        CalendarFeed.objects.create(
            operator=operator, token_hash=_hash(token), title=" ".join(title.split())[:40], made_at=clock.now()
        )
    return token


def revoke(operator: Operator) -> bool:
    """End somebody's feed; whoever asks for it from now on is told that there is none."""
    gone = CalendarFeed.objects.filter(operator=operator, revoked_at=None).update(revoked_at=clock.now())
    if gone:
        bell.ring("feed", operator.pk, f"operator:{operator.pk}")
    return bool(gone)


def present(operator: Operator) -> CalendarFeed | None:
    """The feed that somebody has."""
    return CalendarFeed.objects.filter(operator=operator, revoked_at=None).first()


def read(token: str) -> bytes | None:
    """The feed behind a secret; None where there is none, its owner has left, or is suspended."""
    rows = CalendarFeed.objects.filter(token_hash=_hash(token), revoked_at=None, operator__is_active=True)
    row = rows.filter(operator__suspended_at=None).first()
    if row is None:
        return None
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    CalendarFeed.objects.filter(pk=row.pk).exclude(read_at=today).update(read_at=today)
    return ical.calendar(row.title or discreet.name(), _events(row))


def _events(feed: CalendarFeed) -> list[ical.Event]:
    zone = this.zone()
    rows = Assignment.objects.filter(rota__state=RotaState.PUBLISHED, operator=feed.operator_id, on_call=False)
    found = []
    for row in rows.filter(day__gte=clock.now().date() - PAST).select_related("rota").order_by("day", "starts"):
        shift = dated(row.operator_id, row.day, row.starts, row.minutes)
        if (happens := duty.happens(shift, row.day, zone)) is not None:
            uid = str(uuid.uuid5(_SPACE, f"{bytes(feed.token_hash).hex()}:{row.day}:{row.starts}"))
            found.append(ical.Event(uid, happens.begins, happens.ends, row.rota.published_at or feed.made_at))
    return found
