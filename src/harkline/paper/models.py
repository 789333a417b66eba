"""What the organisation has its sheets say, who agreed to stand in the fallback pack, and which packs were made."""

from typing import ClassVar

from django.db import models

from harkline.people.models import Operator


class Wording(models.Model):
    """The heading and the sentence of printed sheets in one language. ``neutral``: of those that do not give the caller away."""

    language = models.CharField(max_length=8)
    neutral = models.BooleanField(default=False)
    heading = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["language", "neutral"], name="one_wording_a_language")]

    def __str__(self) -> str:
        return f"wording of sheets ({self.language})"


class Consent(models.Model):
    """Somebody agreed that their own telephone number stands in the fallback pack. Deleted when they take it back."""

    operator = models.OneToOneField(Operator, on_delete=models.CASCADE, related_name="paper_consent")
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"consent of {self.operator}"


class Pack(models.Model):
    """A fallback pack that was made. Its forms carry the numbers from ``first`` on, which no other pack has."""

    first = models.PositiveIntegerField(unique=True)
    forms = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"fallback pack, forms from {self.first}"
