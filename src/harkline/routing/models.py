"""Offers, presence, escalation, and the outbox."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harkline.intake.models import Contact, SealedObject, Thread
from harkline.people.models import Operator


class PresenceState(models.TextChoices):
    """Whether an operator can be offered a contact."""

    OFF = "off", _("off duty")
    IDLE = "idle", _("ready")
    BUSY = "busy", _("with somebody")
    NOT_READY = "not_ready", _("not ready")


class Medium(models.TextChoices):
    """By what an operator answers a call."""

    BROWSER = "browser", _("this browser")
    OWN_PHONE = "own_phone", _("my own phone")


class Presence(models.Model):
    """One operator, now."""

    operator = models.OneToOneField(Operator, on_delete=models.CASCADE, related_name="presence")
    state = models.CharField(max_length=10, choices=PresenceState.choices, default=PresenceState.OFF)
    reason = models.CharField(max_length=40, blank=True)
    medium = models.CharField(max_length=10, choices=Medium.choices, default=Medium.BROWSER)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.operator}: {self.state}"


class OfferState(models.TextChoices):
    """What became of an offer."""

    OFFERED = "offered", _("offered")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    TIMED_OUT = "timed_out", _("timed out")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Offer(models.Model):
    """A waiting contact put to one operator. A contact has one open offer at most, and so has an operator."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="offers")
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="offers")
    medium = models.CharField(max_length=10, choices=Medium.choices)
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OFFERED)
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact"], condition=Q(state="offered"), name="one_offer_a_contact"),
            models.UniqueConstraint(fields=["operator"], condition=Q(state="offered"), name="one_offer_an_operator"),
        ]

    def __str__(self) -> str:
        return f"offer, {self.state}"


class Escalation(models.Model):
    """How far the chain has gone for one contact that nobody took."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="escalation")
    step = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"step {self.step}"


class OutboundState(models.TextChoices):
    """How far something that goes out has come."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    ACCEPTED = "accepted", _("accepted by the next server")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown")


class Outbound(models.Model):
    """Something that goes back to a caller or to the escalation chain, once. ``boxed`` holds what the adapter needs to send it,
    under a key that is never on the disk, and is emptied as soon as it has gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=8)
    idempotency_key = models.CharField(max_length=64, unique=True)
    thread = models.ForeignKey(Thread, null=True, on_delete=models.PROTECT, related_name="outbound")
    object = models.ForeignKey(SealedObject, null=True, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=OutboundState.choices, default=OutboundState.QUEUED)
    boxed = models.BinaryField(default=bytes, blank=True)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.channel} outbound, {self.state}"
