"""What radio by data must remember: which thread a call sign belongs to, what was heard lately, what was sent, and for how long."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harkline.channels.radio.aprs import numbers


class RadioThread(models.Model):
    """The thread of a call sign that was heard or answered lately. The call sign is a keyed hash: it is recognised and never read, and
    only until the host loses its power."""

    mark = models.BinaryField(max_length=8, unique=True)
    thread = models.UUIDField(db_index=True)
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"heard at {self.heard_at:%Y-%m-%d %H:%M}"


class HeardMessage(models.Model):
    """A message that was stored or turned away: heard again, it is answered again and stored once."""

    mark = models.BinaryField(max_length=16, unique=True)
    thread = models.UUIDField(null=True, db_index=True)
    taken = models.BooleanField(default=True)
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"heard at {self.heard_at:%Y-%m-%d %H:%M}"


class SentMessage(models.Model):
    """One of the messages that a reply goes out as. Its number on the air follows from its id, so that none comes twice for long."""

    job = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    recipient = models.BinaryField(max_length=8)
    made_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "position"], name="one_message_a_position"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient"], condition=models.Q(answered_at=None), name="messages_not_acknowledged")
        ]

    def __str__(self) -> str:
        return f"message {self.number}"

    @property
    def number(self) -> str:
        """By which the other station acknowledges it."""
        return numbers.on_air(self.pk)


class TransmissionKind(models.TextChoices):
    """Why the transmitter was used."""

    ANSWER = "answer", _("acknowledgement")
    REPLY = "reply", _("reply")
    BEACON = "beacon", _("beacon")
    CANARY = "canary", _("trial of the line")


class Transmission(models.Model):
    """That the transmitter was used, when and for how long at most: what the duty cycle is held against, and the station's log. Not to
    whom, and not with what."""

    kind = models.CharField(max_length=6, choices=TransmissionKind.choices)
    at = models.DateTimeField(db_index=True)
    milliseconds = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
