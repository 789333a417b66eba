"""Weekly shifts, and who actually signed on."""

from django.db import models

from harkline.line.models import Channel
from harkline.people.models import Operator


class Shift(models.Model):
    """A weekly shift in the line's time zone. It may end after midnight: ``minutes`` is its length by the wall clock."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()  # 0 = Monday
    starts = models.TimeField()
    minutes = models.PositiveIntegerField()
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.operator}, day {self.weekday}, {self.starts:%H:%M}"


class Duty(models.Model):
    """A stretch in which an operator was signed on. Open while ``ended_at`` is empty."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="duties")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.operator} since {self.started_at:%H:%M}"


class Event(models.Model):
    """Something that supervisors expect to bring more or fewer contacts: a broadcast, a court's ruling, a closed road. ``factor``: what it
    does to a usual day. ``channel``: empty for all. ``note`` is a few words among supervisors, never of a caller."""

    first_day = models.DateField()
    last_day = models.DateField()
    factor = models.FloatField()
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    note = models.CharField(max_length=80)
    by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.note}, from {self.first_day}"
