"""Cases and their entries. Nothing outside ``harkline.records`` imports this module."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harkline.intake.models import Contact, Purpose, SealedObject, Thread
from harkline.people.models import Operator


class Case(models.Model):
    """The lasting matter that contacts belong to. ``alias`` is what everybody calls it: a word and a number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alias = models.CharField(max_length=40, unique=True)
    opened_at = models.DateTimeField()
    kept_from = models.DateTimeField(null=True)  # counts as activity: set where the clock was wrong when it was written

    def __str__(self) -> str:
        return self.alias


class CaseThread(models.Model):
    """A thread belongs to one case."""

    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, related_name="filed")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="threads")

    def __str__(self) -> str:
        return f"thread of {self.case}"


class Entry(models.Model):
    """One sealed item of a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    object = models.OneToOneField(SealedObject, on_delete=models.PROTECT, related_name="entry")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=Purpose.choices)
    author = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} in {self.case}"


class HoldReason(models.TextChoices):
    """Why a case must not be removed. Fixed words: what lies behind them belongs into a note of the case, sealed."""

    COURT = "court", _("a court or an authority has ordered it")
    INQUIRY = "inquiry", _("an inquiry is under way")
    CALLER = "caller", _("the caller has asked for it")
    SAFETY = "safety", _("somebody's safety may depend on it")


class Hold(models.Model):
    """A legal hold: while it is there, nothing of the case is removed. Placed by one supervisor; lifted by two."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=10, choices=HoldReason.choices)
    placed_by = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lift_asked_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    lift_asked_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(lifted_at=None), name="one_hold_a_case")
        ]

    def __str__(self) -> str:
        return f"hold on {self.case}"


class ClockMark(models.Model):
    """The clock as it was last seen, against the host's own uptime: one row, pk 1. While ``suspended_at`` is set nothing is removed.
    ``entry`` is the last entry that was written while the clock was trusted."""

    seen_at = models.DateTimeField()
    boot = models.CharField(max_length=36, blank=True)
    uptime = models.FloatField()
    drift = models.FloatField(default=0)  # seconds that the clock has gained since it was trusted
    entry = models.BigIntegerField(default=0)
    suspended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=10, blank=True)  # ahead, back

    def __str__(self) -> str:
        return f"clock seen at {self.seen_at}"
