"""The notice's versions, the keys that sign them, and what two people decide about them. All of it is public but for the proposals."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harkline.people.models import Operator


class NoticeKey(models.Model):
    """A key of the notice: its public half. The private half is a file in ``keys/`` for as long as it signs."""

    vkey = models.CharField(max_length=300, unique=True)  # C2SP verifier key: name+id+key
    made_at = models.DateTimeField()
    handed_over = models.TextField(blank=True)  # a signed note: the key before this one hands over to it
    retired_at = models.DateTimeField(null=True)
    revocation = models.TextField(blank=True)  # a signed note: the key says that it must not be believed
    one = models.BooleanField(default=True, editable=False)  # always True: what the constraint counts

    class Meta:
        constraints: ClassVar = [
            # A key that signs: one at most, whichever process makes it.
            models.UniqueConstraint(fields=["one"], condition=models.Q(retired_at=None), name="one_notice_key_signs")
        ]

    def __str__(self) -> str:
        return self.vkey


class Notice(models.Model):
    """One version of the line's notice, as it was signed. Never changed but for its withdrawal."""

    serial = models.PositiveIntegerField(primary_key=True)
    note = models.TextField()  # C2SP signed note around the JSON document
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the signed text
    key = models.ForeignKey(NoticeKey, on_delete=models.PROTECT, related_name="notices")
    check_words = models.CharField(max_length=80)
    check_number = models.CharField(max_length=14)
    issued_at = models.DateTimeField()
    until = models.DateTimeField()
    made_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")  # empty: by itself
    entry = models.PositiveBigIntegerField(null=True)  # in the open count's log
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, blank=True)
    revoked_entry = models.PositiveBigIntegerField(null=True)

    def __str__(self) -> str:
        return f"notice {self.serial}"


class ProposalState(models.TextChoices):
    """What became of a proposal."""

    WAITING = "waiting", _("waits for a second person")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    LAPSED = "lapsed", _("lapsed")


class Proposal(models.Model):
    """A change of the line's standing that takes a second person: planned closure, succession, reopening."""

    standing = models.JSONField()  # as it will stand in the notice
    state = models.CharField(max_length=8, choices=ProposalState.choices, default=ProposalState.WAITING)
    asked_by = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    decided_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"proposal, {self.state}"
