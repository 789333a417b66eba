"""The log as it is committed, and what the line alone knows of it.

Two halves that must not be mixed up. *Public*: ``Leaf``, ``Batch``, ``Claim`` are what the log says to everybody. *Secret*:
``Opening``, ``Receipt``, ``Evidence`` lead from a public entry back to somebody; they are boxed under a key for each day, which
lies outside the database, and are destroyed together after the audit (``openings``, ``expiring``).
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harkline.intake.models import Attempt, SealedObject
from harkline.people.models import Operator


class Log(models.Model):
    """Where the log stands: a single row, pk 1. ``size`` entries are committed; ``published`` of them are on the checkpoint that
    is served. Whoever appends moves ``size`` by compare-and-set, so that two processes never write the same place."""

    origin = models.CharField(max_length=200)
    begun_at = models.DateTimeField()
    schema = models.TextField()  # entry 0, as it stands in the log
    first_day = models.DateField()  # nothing before it is counted
    last_day = models.DateField(null=True)  # of the last batch
    size = models.PositiveBigIntegerField(default=0)
    published = models.PositiveBigIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=40, blank=True)  # a fixed word: why nothing is appended any more
    stopped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"log of {self.size}"


class Leaf(models.Model):
    """One entry of the log, byte for byte. Never changed, never deleted."""

    index = models.PositiveBigIntegerField(primary_key=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"entry {self.index}"


class Batch(models.Model):
    """The entries of one day. ``sums`` (boxed under the host key) are what claims are proven with: for each column the total and
    the sum of the blinding factors. They open the sum and no entry."""

    header = models.PositiveBigIntegerField(primary_key=True)  # the index of its first entry
    day = models.DateField(unique=True)
    count = models.PositiveIntegerField()  # decoys included
    sums = models.BinaryField()
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)  # its openings and receipts are gone

    def __str__(self) -> str:
        return f"batch of {self.day}"


class Counted(models.Model):
    """That an attempt has been entered, and in the batch of which day. Not as which entry."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="counted")
    day = models.DateField()

    def __str__(self) -> str:
        return f"counted on {self.day}"


class Opening(models.Model):
    """What opens one entry, and whose it is: boxed under its day's key (``openings``)."""

    index = models.PositiveBigIntegerField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="openings")
    boxed = models.BinaryField()

    def __str__(self) -> str:
        return f"opening of {self.index}"


class Receipt(models.Model):
    """The ten digits that somebody was told, or that were drawn for them."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="receipt")
    code = models.CharField(max_length=10, unique=True)
    told = models.BooleanField(default=False)  # to the caller, who asked
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return "receipt"


class EvidenceClass(models.TextChoices):
    """By what it can be shown that somebody was in touch (``docs/explanation/open-count.md``)."""

    E4 = "E4", _("the caller was reached again, and agreed")
    E3 = "E3", _("a signature of a third party")
    E2 = "E2", _("a record of the carrier")
    E1 = "E1", _("the line's own notes")
    E0 = "E0", _("nothing")


class Evidence(models.Model):
    """That something was kept by which a contact can be shown to be genuine. What it says is sealed to the team (``object``);
    ``digest`` is of the clear document, which has a random part that makes it unguessable."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=2, choices=EvidenceClass.choices)
    digest = models.BinaryField(max_length=32)
    object = models.ForeignKey(SealedObject, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"evidence {self.kind}"


class Mark(models.Model):
    """Columns that an operator ticked at wrap-up, because no other word of the contact says it."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="marked")
    columns = models.JSONField(default=list)  # names of columns

    def __str__(self) -> str:
        return "mark"


class Cosignature(models.Model):
    """A witness has confirmed a checkpoint of ``size`` entries: the line to be put below the note."""

    witness = models.CharField(max_length=200, unique=True)
    size = models.PositiveBigIntegerField(default=0)
    signed_at = models.DateTimeField(null=True)
    line = models.TextField(blank=True)
    trouble = models.CharField(max_length=120, blank=True)  # why there is no later one, in our words
    asked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"cosignature at {self.size}"


class Shown(models.Model):
    """A checkpoint as it was first confirmed by a quorum: from it on, what it covers cannot be changed, and samples are drawn."""

    size = models.PositiveBigIntegerField(primary_key=True)
    note = models.TextField()
    quorum_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"


class Claim(models.Model):
    """A sentence about the figures that is proven in the log, for good."""

    index = models.PositiveBigIntegerField(primary_key=True)
    column = models.PositiveSmallIntegerField()
    first = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    last = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=2)  # eq, ge
    value = models.PositiveBigIntegerField()
    made_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"claim {self.relation} {self.value}"


class AuditState(models.TextChoices):
    """How far an audit has come."""

    WAITING = "waiting", _("waits for the beacon")
    DRAWN = "drawn", _("entries are chosen")
    REPORTED = "reported", _("reported")


class Audit(models.Model):
    """An outsider looks at the evidence of a claim. ``drawn`` lists the entries that are looked at: chosen by the line for a
    small claim (as many as it says), drawn by the beacon for a large one."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="audits")
    auditor = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=AuditState.choices, default=AuditState.WAITING)
    sampled = models.BooleanField(default=False)
    shown = models.ForeignKey(Shown, null=True, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveBigIntegerField(null=True)
    beacon = models.CharField(max_length=192, blank=True)  # the round's signature, hexadecimal
    contacts = models.PositiveBigIntegerField(null=True)  # among the drawn entries, those that are a 1
    opening = models.CharField(max_length=64, blank=True)  # the sum of the drawn entries' blinding factors, hexadecimal
    drawn = models.JSONField(default=list)  # entries to look at; emptied with the openings
    drawn_count = models.PositiveBigIntegerField(default=0)  # how many the lot fell on, decoys among them
    opened_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)
    index = models.PositiveBigIntegerField(null=True)  # of the report in the log

    def __str__(self) -> str:
        return f"audit, {self.state}"


class Inspection(models.Model):
    """One entry was shown to the auditor, once; what they found it to be."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="inspections")
    entry = models.PositiveBigIntegerField()
    shown_at = models.DateTimeField()
    found = models.CharField(max_length=2, choices=EvidenceClass.choices, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["audit", "entry"], name="evidence_is_shown_once")]

    def __str__(self) -> str:
        return f"inspection of {self.entry}"
