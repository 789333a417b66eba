"""Shifts as rows, weekly and published: who should be on duty now, and when somebody will be again."""

from datetime import date, datetime, time, timedelta

from harkline.line import this
from harkline.rota import duty
from harkline.rota.models import Assignment, Duty, Rota, RotaState, Shift
from harkline.runtime import bell, clock, timers

BACK = timedelta(days=3)  # a published shift that is under way began no longer ago


def all_shifts(first: date | None = None, last: date | None = None) -> list[duty.Shift]:
    """Every shift that may be under way or to come, as the values that ``rota.duty`` reckons with: what was published, and the weekly
    shifts on the days for which nothing was. With ``first`` and ``last``: those that may start on these days."""
    first = first or clock.now().astimezone(this.zone()).date() - BACK
    weekly = [_value(row) for row in Shift.objects.filter(operator__is_active=True)]
    return [*duty.without(weekly, _periods(first)), *_published(first, last, on_call=False)]


def _value(row: Shift) -> duty.Shift:
    return duty.Shift(row.operator_id, row.weekday, row.starts, row.minutes, row.from_date, row.to_date)


def _periods(first: date) -> list[tuple[date, date]]:
    rows = Rota.objects.filter(state=RotaState.PUBLISHED)
    return [(row.first_day, row.last_day) for row in rows if row.last_day >= first]


def _published(first: date, last: date | None, *, on_call: bool) -> list[duty.Shift]:
    rows = Assignment.objects.filter(
        rota__state=RotaState.PUBLISHED, day__gte=first, on_call=on_call, operator__is_active=True
    )
    rows = rows.filter(day__lte=last) if last else rows
    values = rows.values_list("operator_id", "day", "starts", "minutes")
    return [dated(*value) for value in values]


def dated(operator: int, day: date, starts: time, minutes: int) -> duty.Shift:
    """A shift that happens once."""
    return duty.Shift(operator, day.weekday(), starts, minutes, day, day)


def any_planned() -> bool:
    """Whether this line plans shifts at all, or its people sign on as they come."""
    return Shift.objects.exists() or Rota.objects.filter(state=RotaState.PUBLISHED).exists()


def _around(at: datetime) -> tuple[date, date]:
    day = at.astimezone(this.zone()).date()
    return day - BACK, day + timedelta(days=1)


def add(
    operator_id: int,
    weekday: int,
    starts: time,
    minutes: int,
    from_date: date | None = None,
    to_date: date | None = None,
) -> Shift:
    """Add a weekly shift (0 = Monday), in the line's time zone."""
    row = Shift.objects.create(
        operator_id=operator_id, weekday=weekday, starts=starts, minutes=minutes, from_date=from_date, to_date=to_date
    )
    _changed(row.pk)
    return row


def remove(shift_id: int) -> None:
    """Remove a weekly shift."""
    Shift.objects.filter(pk=shift_id).delete()
    _changed(shift_id)


def _changed(shift_id: int) -> None:
    timers.set_timer("rota_gaps", "", clock.now())  # the coming week is looked at again (``rota.alarms``)
    bell.ring("duty", shift_id, "desk", "inside")


def planned(at: datetime) -> set[int]:
    """The operators whose shift it is."""
    return set(duty.on_duty(all_shifts(*_around(at)), at, this.zone()))


def on_call(at: datetime) -> set[int]:
    """Who is on call at the moment: whom to ring when somebody is missing."""
    return duty.on_duty(_published(*_around(at), on_call=True), at, this.zone())


def next_staffed(after: datetime) -> datetime | None:
    """When the next shift begins (``after`` itself where one is under way); None where no shift is planned."""
    return duty.next_staffed(all_shifts(_around(after)[0]), after, this.zone())


def begin(operator_id: int) -> None:
    """The operator signs on."""
    if not Duty.objects.filter(operator_id=operator_id, ended_at=None).exists():
        Duty.objects.create(operator_id=operator_id, started_at=clock.now())
        bell.ring("duty", operator_id, "desk", "inside")


def end(operator_id: int) -> None:
    """The operator signs off."""
    if Duty.objects.filter(operator_id=operator_id, ended_at=None).update(ended_at=clock.now()):
        bell.ring("duty", operator_id, "desk", "inside")
