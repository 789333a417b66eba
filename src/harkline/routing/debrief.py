"""After a hard contact: a debrief before the next one, and a cap on how many one duty brings.

Whoever says at wrap-up that a contact was hard is not ready, with the reason ``debrief``, and comes back by saying so: before the
minutes of the debrief have passed, and after the last hard contact of a duty, they are asked once more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from harkline.rota import terms
from harkline.rota.models import Debrief, Duty
from harkline.routing import presence
from harkline.runtime import bell, clock

REASON = "debrief"


@dataclass(frozen=True)
class Rest:
    """Why somebody should rest still: ``minutes`` of the debrief are left, ``until`` then; ``capped``: this duty has brought enough."""

    minutes: int
    until: datetime
    capped: bool
    number: int


def begin(operator_id: int) -> None:
    """A hard contact is over."""
    line, now = terms.rules(), clock.now()
    capped = 0 < line.hard_cap <= number(operator_id) + 1
    try:
        with transaction.atomic():
            Debrief.objects.create(
                operator_id=operator_id,
                began_at=now,
                due_at=now + timedelta(minutes=line.debrief_minutes),
                capped=capped,
            )
    except IntegrityError:
        pass  # in the middle of one already
    presence.not_ready(operator_id, REASON)
    if capped:
        bell.ring("presence", operator_id, "desk", "inside")


def number(operator_id: int) -> int:
    """Hard contacts since the operator signed on."""
    duty = Duty.objects.filter(operator_id=operator_id, ended_at=None).first()
    since = duty.started_at if duty else clock.now() - timedelta(hours=12)
    return Debrief.objects.filter(operator_id=operator_id, began_at__gte=since).count()


def rest(operator_id: int) -> Rest | None:
    """Why this operator should not be ready yet; None where nothing speaks against it."""
    row = Debrief.objects.filter(operator_id=operator_id, ended_at=None).first()
    if row is None:
        return None
    left = (row.due_at - clock.now()).total_seconds()
    minutes = max(0, -int(-left // 60))
    return Rest(minutes, row.due_at, row.capped, number(operator_id)) if minutes or row.capped else None


def end(operator_id: int) -> None:
    """The operator says that they are ready."""
    Debrief.objects.filter(operator_id=operator_id, ended_at=None).update(ended_at=clock.now())


def at_cap() -> set[int]:
    """Whom their duty has brought enough of hard contacts."""
    return set(Debrief.objects.filter(ended_at=None, capped=True).values_list("operator_id", flat=True))
