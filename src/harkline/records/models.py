"""Cases and their entries. Nothing outside ``harkline.records`` imports this module."""

import uuid

from django.db import models

from harkline.intake.models import Contact, Purpose, SealedObject, Thread
from harkline.people.models import Operator


class Case(models.Model):
    """The lasting matter that contacts belong to. ``alias`` is what everybody calls it: a word and a number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alias = models.CharField(max_length=40, unique=True)
    opened_at = models.DateTimeField()

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
