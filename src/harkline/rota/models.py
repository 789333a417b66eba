"""Weekly shifts, and who actually signed on."""

from django.db import models

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
