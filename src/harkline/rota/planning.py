"""A rota for a period: a draft until it is published; who works when; the holes that somebody accepted; the runs of the solver."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harkline.people.models import Operator
from harkline.rota.base import Pattern


class RotaState(models.TextChoices):
    """How far a rota has come. Of two that hold for the same day one is published."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    REPLACED = "replaced", _("replaced")


class Rota(models.Model):
    """Who works when, from ``first_day`` for ``days`` days. ``version`` counts its changes; ``based_on`` and ``based_version``: the
    published one that this draft would replace, as it was when the draft was made."""

    name = models.CharField(max_length=60)
    first_day = models.DateField()
    days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=RotaState.choices, default=RotaState.DRAFT)
    need_from = models.CharField(max_length=12, default="typed")  # a name in ``rota.demand``
    version = models.PositiveIntegerField(default=1)
    based_on = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="drafts")
    based_version = models.PositiveIntegerField(null=True)
    made_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    published_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"

    @property
    def last_day(self) -> date:
        """The last day on which a shift of it may start."""
        return self.first_day + timedelta(days=self.days - 1)


class Assignment(models.Model):
    """Somebody works a shift that starts on ``day``. It keeps its own hours: a pattern that is changed later changes no rota.
    ``pinned``: the solver leaves it as it is. ``on_call``: backup, rung when somebody is missing; it covers no need."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="assignments")
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="assignments")
    day = models.DateField()
    pattern = models.ForeignKey(Pattern, null=True, on_delete=models.SET_NULL, related_name="+")
    code = models.CharField(max_length=3)
    starts = models.TimeField()
    minutes = models.PositiveIntegerField()
    pinned = models.BooleanField(default=False)
    on_call = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rota", "operator", "day"], name="one_assignment_a_day")
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="assignment_by_day")]

    def __str__(self) -> str:
        return f"{self.operator} {self.day} {self.code}"


class AcceptedHole(models.Model):
    """Somebody published a rota with this hole in it and put their name to it."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="accepted_holes")
    language = models.CharField(max_length=80, blank=True)  # or "skill:" and a skill (rota.cover)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    have = models.PositiveSmallIntegerField()
    need = models.PositiveSmallIntegerField()
    accepted_by = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"hole accepted by {self.accepted_by}"


class SolveState(models.TextChoices):
    """How far a run of the solver has come."""

    QUEUED = "queued", _("waiting to start")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    INTERRUPTED = "interrupted", _("interrupted")
    FAILED = "failed", _("failed")


class Solve(models.Model):
    """One run of the solver over a draft, in a process of its own. What it found so far stands in ``progress``; the draft changes
    when it is done, and never by a run that was cancelled or interrupted."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="solves")
    state = models.CharField(max_length=12, choices=SolveState.choices, default=SolveState.QUEUED)
    repair = models.BooleanField(default=False)  # change as little as possible
    seconds = models.PositiveIntegerField()
    version = models.PositiveIntegerField()  # of the rota, when it was asked for
    asked_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)  # {phase, seconds, objective, bound, gap}
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rota"], condition=Q(state__in=["queued", "running"]), name="one_solve_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"solve, {self.state}"


class GapAlarm(models.Model):
    """A gap in what is published, told of at so many hours before it begins (168, 24, 2, 0); once for each."""

    language = models.CharField(max_length=80, blank=True)  # or "skill:" and a skill (rota.cover)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    hours = models.PositiveSmallIntegerField()
    have = models.PositiveSmallIntegerField()
    need = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # filled, or over

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["language", "begins", "hours"], name="one_gap_alarm_a_threshold")
        ]

    def __str__(self) -> str:
        return f"gap in {self.hours} h"
