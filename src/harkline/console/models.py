"""What the console keeps for itself: raised hands, and notes that are not finished."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from harkline.intake.models import Contact
from harkline.people.models import Operator


class RaisedHand(models.Model):
    """An operator asks a supervisor to come. Up while ``lowered_at`` is empty; one a person."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="hands")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL)
    raised_at = models.DateTimeField()
    lowered_at = models.DateTimeField(null=True)
    lowered_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator"], condition=Q(lowered_at=None), name="one_hand_an_operator")
        ]

    def __str__(self) -> str:
        return f"hand of {self.operator}"


class Draft(models.Model):
    """A note on its way: sealed in the browser every few seconds, replaced each time, gone when the note is added."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="drafts")
    sealed = models.JSONField()  # as in sealed.as_json: ciphertext only
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "operator"], name="one_draft_a_contact_and_operator")
        ]

    def __str__(self) -> str:
        return f"draft of {self.operator}"
