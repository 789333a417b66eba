"""Audit records and the state of their chain. Only ``chain`` writes here."""

from django.db import models


class Record(models.Model):
    """One thing that was done. ``link`` hashes it onto the one before; ``mac`` proves it to whoever has the first key.

    ``actor`` and ``subject`` are numbers and ids, no foreign keys: a record outlives what it is about.
    """

    sequence = models.BigIntegerField(primary_key=True)
    minute = models.DateTimeField(db_index=True)
    actor = models.BigIntegerField(null=True, db_index=True)  # an operator's pk; empty for the system
    act = models.CharField(max_length=20)  # audit.words.Act; no choices here, so that a new word is no migration
    kind = models.CharField(max_length=12)  # audit.words.Subject
    subject = models.CharField(max_length=120, blank=True)
    case = models.CharField(max_length=36, blank=True, db_index=True)
    reason = models.CharField(max_length=40, blank=True)  # a word
    count = models.PositiveIntegerField(default=1)
    link = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.act} {self.kind}"


class Ratchet(models.Model):
    """Where the chain stands: one row, pk 1. ``key`` is that of the next record; those before it are gone. ``first`` is the first
    one until it has been taken off this host. ``start`` and ``before`` move when old records are purged. Keys lie boxed."""

    sequence = models.BigIntegerField(default=0)
    link = models.BinaryField(max_length=32)
    key = models.BinaryField()
    first = models.BinaryField(default=bytes)
    start = models.BigIntegerField(default=0)  # the last sequence that was purged
    before = models.BinaryField(max_length=32)  # its link

    def __str__(self) -> str:
        return f"at record {self.sequence}"


class Head(models.Model):
    """The end of the chain as it was told to the outside on one day."""

    day = models.DateField(unique=True)
    sequence = models.BigIntegerField()
    link = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"head of {self.day}"


class Hiding(models.Model):
    """That a case was hidden from somebody when it was removed: its records stay hidden from them. ``case`` may also be a contact's
    id, or ``kind:number`` (``audit.view``)."""

    operator = models.BigIntegerField(db_index=True)
    case = models.CharField(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["operator", "case"], name="hidden_once")]

    def __str__(self) -> str:
        return "hidden"


class Failures(models.Model):
    """Failed sign-ins of one operator in one hour, counted here and recorded when the hour is over."""

    hour = models.DateTimeField()
    operator = models.BigIntegerField()  # 0: nobody of that name
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "operator"], name="one_count_an_hour")]

    def __str__(self) -> str:
        return f"{self.count} failed"
