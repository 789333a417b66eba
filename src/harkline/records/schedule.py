"""What will go when, for the page: by kind, and by case with its day and what keeps it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from harkline.people.models import Operator
from harkline.records import access, purge, retention
from harkline.records.models import Hold, HoldReason
from harkline.runtime import clock, expiry

MOST = 200
REASONS = HoldReason.choices


@dataclass(frozen=True)
class Going:
    """A case that goes: the last thing that happened in it, and from when on it is removed."""

    id: str
    alias: str
    active_at: datetime
    goes_at: datetime


@dataclass(frozen=True)
class Held:
    """A case that is held: why, by whom, and who has asked to lift it."""

    id: str
    alias: str
    reason: Any
    by: str
    at: datetime
    asked_by: str
    asked_id: int | None


def upcoming(viewer: Operator) -> list[Going]:
    """The cases that go within the next thirty days, the first first."""
    period = clock.now() - expiry.before(retention.CONTENT, clock.now())
    before = expiry.before(retention.CONTENT, clock.now()) + purge.MONTH
    rows = (
        access.cases(viewer)
        .filter(pk__in=retention.due(before).values("pk"))
        .annotate(
            written=Max("entries__written_at"),
            arrived=Max("threads__thread__contacts__arrived_at"),
            closed=Max("threads__thread__contacts__closed_at"),
        )
    )
    going = [Going(str(row.pk), row.alias, _active(row), _active(row) + period) for row in rows]
    return sorted(going, key=lambda one: one.goes_at)[:MOST]


def _active(row: Any) -> datetime:
    moments: list[datetime | None] = [row.opened_at, row.kept_from, row.written, row.arrived, row.closed]
    return max(one for one in moments if one is not None)


def held(viewer: Operator) -> list[Held]:
    """The cases under a legal hold, the latest first."""
    rows = Hold.objects.filter(lifted_at=None, case__in=access.cases(viewer).values("pk"))
    return [
        Held(
            str(row.case_id),
            row.case.alias,
            row.get_reason_display(),
            row.placed_by.name,
            row.placed_at,
            row.lift_asked_by.name if row.lift_asked_by else "",
            row.lift_asked_by_id,
        )
        for row in rows.select_related("case", "placed_by", "lift_asked_by").order_by("-placed_at")
    ]


def by_alias(viewer: Operator, alias: str) -> str | None:
    """The id of the case that somebody named, as far as it exists for them."""
    row = access.cases(viewer).filter(alias__iexact=" ".join(alias.split())).first()
    return str(row.pk) if row else None


def aliases(viewer: Operator, ids: set[str]) -> dict[str, str]:
    """The aliases of those of these cases that still are there, and exist for the viewer."""
    return {str(pk): alias for pk, alias in access.cases(viewer).filter(pk__in=ids).values_list("pk", "alias")}
