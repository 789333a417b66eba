"""Alarms of the line itself, and the chain that they ring until somebody says that they see to it.

Each step is a timer row; what a crash leaves is the row, and the next round takes the step. A step goes into the outbox under a key of
its own, so that it is taken once. The last step, which is outside the team, is repeated for as long as nobody answers.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from harkline.people.models import Operator
from harkline.routing import outbox
from harkline.routing.models import Alarm, AlarmKind
from harkline.routing.policy import Step, present
from harkline.runtime import bell, clock, timers

TIMER = "line_alarm"
AGAIN = timedelta(minutes=15)  # the last step is repeated
LAPSES = timedelta(hours=1)  # whoever said that they see to it may have been kept from it
OUTBOXES = ("phone", "email", "webhook")


def raise_(kind: str, subject: object) -> Alarm:
    """Raise an alarm, once for as long as it lasts."""
    given = {"kind": AlarmKind(kind), "subject": str(subject)}
    if row := Alarm.objects.filter(**given, ended_at=None).first():
        return row
    try:
        with transaction.atomic():
            row = Alarm.objects.create(**given, raised_at=clock.now())
            _wait(row)
            _rang(row)
    except IntegrityError:
        row = Alarm.objects.get(**given, ended_at=None)  # another process saw it in the same moment
    return row


def end(kind: str, subject: object) -> bool:
    """It is right again."""
    rows = Alarm.objects.filter(kind=kind, subject=str(subject), ended_at=None)
    for row in rows:
        if Alarm.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now()):
            timers.cancel_timer(TIMER, row.pk)
            _rang(row)
            return True
    return False


def acknowledge(alarm_id: int, by: Operator | None = None, step: int | None = None) -> bool:
    """Somebody sees to it: at the console (``by``), or by the telephone that the chain's ``step`` rang. The first who says so."""
    mine = Alarm.objects.filter(pk=alarm_id, acknowledged_at=None, ended_at=None)
    with transaction.atomic():
        if not mine.update(acknowledged_by=by, acknowledged_step=step, acknowledged_at=clock.now()):
            return False
        timers.set_timer(TIMER, alarm_id, clock.now() + LAPSES)
        _rang(Alarm.objects.get(pk=alarm_id))
    return True


def open_() -> QuerySet[Alarm]:
    """Alarms that last, the oldest first."""
    return Alarm.objects.filter(ended_at=None).select_related("acknowledged_by").order_by("raised_at")


def chain() -> list[Step]:
    """The steps in force."""
    return list(present().alarms or present().escalation)


@timers.handles(TIMER)
def _due(alarm_id: str) -> None:
    row = Alarm.objects.filter(pk=alarm_id, ended_at=None).first()
    steps = chain()
    if row is None or not steps:
        return
    if row.acknowledged_at:
        _go_on(row)
        return
    number = row.step
    _take(row, number, steps[min(number, len(steps) - 1)])
    Alarm.objects.filter(pk=row.pk).update(step=number + 1)
    row.step = number + 1
    _wait(row)
    _rang(row)


def _go_on(row: Alarm) -> None:
    """It is still wrong: the chain goes on where it stopped. The steps that it has not taken are due at once, one after the other."""
    Alarm.objects.filter(pk=row.pk).update(acknowledged_at=None, acknowledged_by=None, acknowledged_step=None)
    timers.set_timer(TIMER, row.pk, clock.now())


def _wait(row: Alarm) -> None:
    steps = chain()
    if not steps:
        return
    if row.step < len(steps):
        timers.set_timer(TIMER, row.pk, row.raised_at + timedelta(seconds=steps[row.step].after))
    else:
        timers.set_timer(TIMER, row.pk, clock.now() + AGAIN)


def _take(row: Alarm, number: int, step: Step) -> None:
    kind, _colon, to = step.to.partition(":")
    if kind == "team":
        members = [one.pk for one in Operator.objects.filter(is_active=True) if to in one.skills or one.role == to]
        bell.ring(TIMER, row.pk, *[f"operator:{pk}" for pk in members], "inside")
    elif kind in OUTBOXES:
        boxed = {"alert": "alarm", "to": to, "alarm": row.pk, "step": number, "kind": row.kind, "since": _since(row)}
        outbox.queue(kind, boxed, idempotency_key=f"alarm:{row.pk}:{number}")


def _since(row: Alarm) -> str:
    return row.raised_at.isoformat(timespec="seconds")


def _rang(row: Alarm) -> None:
    bell.ring(TIMER, row.pk, "desk", "inside")
