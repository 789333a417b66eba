"""What the organisation has its sheets say, where it says something else than the line's own drafts."""

from typing import ClassVar

from django.db import models


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
