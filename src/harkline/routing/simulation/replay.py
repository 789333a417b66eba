"""A day that the line has had, or the rota of one: from its own rows, without a word of any caller."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from harkline.intake.models import Attempt
from harkline.line.models import Channel
from harkline.people.models import Operator
from harkline.rota import duty, shifts
from harkline.rota.models import Duty
from harkline.routing.simulation.load import DAY, Came, Kind, Person, Staffing

LEFT_OUT = ("rejected",)


def contacts(day: date, zone: ZoneInfo) -> list[Came]:
    """The calls of a day. Who was answered gives how long it took; who gave up, how long they waited."""
    begins = datetime.combine(day, time(), zone)
    rows = Attempt.objects.filter(channel=Channel.PHONE, arrived_at__gte=begins, arrived_at__lt=begins + timedelta(1))
    columns = ("arrived_at", "ended_at", "language", "outcome", "contact__accepted_at", "contact__risk")
    found = rows.exclude(outcome__in=LEFT_OUT).order_by("arrived_at").values_list(*columns)
    return [_came(begins, *row) for row in found]


def _came(
    begins: datetime,
    arrived: datetime,
    ended: datetime | None,
    language: str,
    outcome: str,
    accepted: datetime | None,
    risk: int | None,
) -> Came:
    took = (ended - accepted).total_seconds() if ended and accepted and ended > accepted else None
    gave_up = outcome in ("abandoned", "short_abandoned") and ended is not None
    waited = max(0.001, (ended - arrived).total_seconds()) if gave_up and ended else None
    kind = Kind(language or "en", risk=risk or 0)
    return Came((arrived - begins).total_seconds(), kind, took, waited)


def on_duty(day: date, zone: ZoneInfo) -> Staffing:
    """Who was signed on that day; where nobody was (a day to come), whose shift it is."""
    begins = datetime.combine(day, time(), zone)
    ends = begins + timedelta(1)
    rows = Duty.objects.filter(started_at__lt=ends).exclude(ended_at__lt=begins).select_related("operator")
    stretches = [(row.operator, row.started_at, row.ended_at or ends) for row in rows]
    if not stretches:
        people = Operator.objects.in_bulk()
        planned = duty.stretches(shifts.all_shifts(), begins, ends, zone)
        stretches = [(people[one.operator], one.begins, one.ends) for one in planned if one.operator in people]
    return Staffing([_person(who, begins, *hours) for who, *hours in stretches])


def _person(who: Operator, midnight: datetime, begins: datetime, ends: datetime) -> Person:
    seconds = [(one - midnight).total_seconds() for one in (begins, ends)]
    return Person(frozenset(who.languages), frozenset(who.skills), max(0.0, seconds[0]), min(DAY, seconds[1]))
