"""Weekly shifts as rows: who should be on duty now, and when somebody will be again."""

from datetime import date, datetime, time

from harkline.line import this
from harkline.rota import duty
from harkline.rota.models import Duty, Shift
from harkline.runtime import bell, clock


def all_shifts() -> list[duty.Shift]:
    """Every shift, as the values that ``rota.duty`` reckons with."""
    rows = Shift.objects.filter(operator__is_active=True)
    return [_value(row) for row in rows]


def _value(row: Shift) -> duty.Shift:
    return duty.Shift(row.operator_id, row.weekday, row.starts, row.minutes, row.from_date, row.to_date)


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
    bell.ring("duty", row.pk, "desk", "inside")
    return row


def remove(shift_id: int) -> None:
    """Remove a weekly shift."""
    Shift.objects.filter(pk=shift_id).delete()
    bell.ring("duty", shift_id, "desk", "inside")


def planned(at: datetime) -> set[int]:
    """The operators whose shift it is."""
    return set(duty.on_duty(all_shifts(), at, this.zone()))


def next_staffed(after: datetime) -> datetime | None:
    """When the next shift begins (``after`` itself where one is under way); None where no shift is planned."""
    return duty.next_staffed(all_shifts(), after, this.zone())


def begin(operator_id: int) -> None:
    """The operator signs on."""
    if not Duty.objects.filter(operator_id=operator_id, ended_at=None).exists():
        Duty.objects.create(operator_id=operator_id, started_at=clock.now())
        bell.ring("duty", operator_id, "desk", "inside")


def end(operator_id: int) -> None:
    """The operator signs off."""
    if Duty.objects.filter(operator_id=operator_id, ended_at=None).update(ended_at=clock.now()):
        bell.ring("duty", operator_id, "desk", "inside")
