"""Timers are rows: whatever is due survives a crash. Adapters write down how they are, for other processes to read."""

from typing import ClassVar

from django.db import models


class Timer(models.Model):
    """Something to do for ``subject`` at ``due_at``. A worker takes it by setting ``lease_until`` (compare-and-set)."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    due_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "subject"], name="one_timer_a_subject")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.due_at:%H:%M:%S}"


class AdapterState(models.Model):
    """How one adapter was when the server last wrote it down."""

    name = models.CharField(max_length=20, primary_key=True)
    state = models.CharField(max_length=20)  # starting, up, down, off
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    last_received = models.DateTimeField(null=True)
    backlog = models.PositiveIntegerField(default=0)
    restarts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=120, blank=True)  # never a caller's data

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"
