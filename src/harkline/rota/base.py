"""What a rota is made of: people's contracts and hours, shift patterns, the need, the rules; and the weekly shifts beside it."""

from datetime import datetime, time, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harkline.line.models import Channel
from harkline.people.models import Operator

DAY = 24 * 60  # minutes


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


class Rules(models.Model):
    """By what every rota of this line is judged. One row; who changes it is in the audit."""

    at_least = models.PositiveSmallIntegerField(_("people on duty at any time, at least"), default=2)
    rest_minutes = models.PositiveIntegerField(default=11 * 60)  # between two shifts of one person
    days_in_row = models.PositiveSmallIntegerField(_("days of work in a row, at most"), default=5)
    days_off = models.PositiveSmallIntegerField(_("days off in a row, at least"), default=2)
    nights = models.PositiveSmallIntegerField(_("nights in four weeks, at most"), default=8)
    weekends = models.PositiveSmallIntegerField(_("weekends in four weeks, at most"), default=2)
    swaps_need_approval = models.BooleanField(_("a supervisor approves swaps"), default=True)
    debrief_minutes = models.PositiveSmallIntegerField(_("minutes of debrief after a hard contact"), default=15)
    hard_cap = models.PositiveSmallIntegerField(_("hard contacts in one duty, at most"), default=3)
    skills = models.JSONField(
        default=dict, blank=True
    )  # {skill: how many who have it are on duty at any time, at least}

    def __str__(self) -> str:
        return "rules"


class Contract(models.Model):
    """What somebody agreed to work. Who has none is planned by ``WEEK``; an empty number means that the line's rule holds."""

    WEEK: ClassVar = 40 * 60  # minutes

    operator = models.OneToOneField(Operator, on_delete=models.CASCADE, related_name="contract")
    planned = models.BooleanField(default=True)  # whether they are put on rotas at all
    week_least = models.PositiveIntegerField(default=0)  # minutes
    week_most = models.PositiveIntegerField(default=WEEK)
    nights = models.PositiveSmallIntegerField(null=True)
    weekends = models.PositiveSmallIntegerField(null=True)
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)

    def __str__(self) -> str:
        return f"contract of {self.operator}"


class Availability(models.Model):
    """Hours of the week in which somebody can work. Who has none can at any hour. ``opens`` and ``closes`` in minutes of the
    day; a window that closes at or before it opens goes on past midnight."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="availabilities")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "weekday", "opens"], name="one_window_a_start")
        ]

    def __str__(self) -> str:
        return f"{self.operator}, day {self.weekday}"


class Pattern(models.Model):
    """A shift that this line knows: the code that stands in the grid, a name, when it starts and how long it lasts."""

    code = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=40)
    starts = models.TimeField()
    minutes = models.PositiveIntegerField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["starts", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.starts:%H:%M}"

    @property
    def ends(self) -> time:
        """By the wall clock."""
        return (datetime.combine(datetime.min, self.starts) + timedelta(minutes=self.minutes)).time()


class Need(models.Model):
    """How many have to be on duty in one half-hour of the week, typed by hand. ``language`` empty: of anybody."""

    weekday = models.PositiveSmallIntegerField()
    half_hour = models.PositiveSmallIntegerField()  # 0 … 47
    language = models.CharField(max_length=8, blank=True)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["weekday", "half_hour", "language"], name="one_need_a_half_hour")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.language}"
