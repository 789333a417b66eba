"""The supervisor's board: how the line is right now, and how it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from harkline.console import figures
from harkline.intake import exclusions
from harkline.intake.models import ContactState, Outcome
from harkline.line import this
from harkline.line.models import Channel
from harkline.people.models import Operator
from harkline.rota import duty, shifts
from harkline.routing import conflict
from harkline.routing.models import Escalation
from harkline.routing.policy import present
from harkline.runtime import clock

PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}


@dataclass(frozen=True)
class Queue:
    """Who waits on one channel in one language."""

    channel: str
    language: str
    number: int
    first: datetime


def queues(viewer: Operator | None) -> list[Queue]:
    """The waiting list by channel and language, the longest wait first, as far as it exists for a viewer; None for a room."""
    rows = (
        exclusions.contacts(viewer)
        .filter(state=ContactState.WAITING)
        .values_list("channel", "language")
        .annotate(number=Count("pk"), first=Min("waiting_since"))
        .order_by("first")
    )
    return [Queue(*row) for row in rows]


def definition() -> figures.Definition:
    """The service level's definition that is in force."""
    level = present().service_level
    return figures.Definition(level.goal, level.threshold, level.count_abandoned, level.short_abandon)


def calls(viewer: Operator, period: str) -> figures.Figures:
    """The figures of the calls that arrived within a period (``PERIODS``) and have ended."""
    since = clock.now() - PERIODS[period]
    rows = exclusions.attempts(viewer).filter(channel=Channel.PHONE, arrived_at__gte=since)
    rows = rows.filter(paper_at=None)  # nobody measured how long they waited
    rows = rows.exclude(outcome__in=["", Outcome.REJECTED])
    columns = ("outcome", "arrived_at", "ended_at", "contact__accepted_at")
    tried = [
        figures.Tried(outcome, ((accepted or ended or arrived) - arrived).total_seconds())
        for outcome, arrived, ended, accepted in rows.values_list(*columns)
    ]
    return figures.reckon(tried, definition())


def until(operator_ids: Iterable[int]) -> dict[int, datetime]:
    """For each of these operators whose shift it is: when their duty ends."""
    now, zone, rota = clock.now(), this.zone(), shifts.all_shifts()
    ends = {one: duty.until(rota, one, now, zone) for one in operator_ids}
    return {one: end for one, end in ends.items() if end}


@dataclass(frozen=True)
class Hole:
    """A moment from which nobody's shift is under way. ``now``: it has begun already."""

    at: datetime
    now: bool


def hole() -> Hole | None:
    """The next hole in the shifts; None where the coming week has none."""
    now = moment = clock.now()
    last = now + timedelta(days=7)
    for stretch in duty.stretches(shifts.all_shifts(), now, last, this.zone()):
        if stretch.begins > moment:
            break
        moment = max(moment, stretch.ends)
    return Hole(moment, moment == now) if moment < last else None


def alarms(viewer: Operator) -> list[Escalation]:
    """Contacts that nobody took in time and that still wait."""
    rows = conflict.escalations(viewer).filter(step__gt=0, contact__state=ContactState.WAITING)
    return list(rows.select_related("contact").order_by("started_at"))
