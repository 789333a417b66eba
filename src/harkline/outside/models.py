"""What the world serves of the line, as it was last seen."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from harkline.people.models import Operator


class Sight(models.TextChoices):
    """What is looked at."""

    PAGE = "page", _("the public page")
    NOTICE = "notice", _("the signed notice")
    A = "a", _("addresses of the host (A)")
    AAAA = "aaaa", _("addresses of the host (AAAA)")
    MX = "mx", _("mail servers (MX)")
    SPF = "spf", _("who may send mail (SPF)")
    DKIM = "dkim", _("key of mail signatures (DKIM)")
    DMARC = "dmarc", _("rule for forged mail (DMARC)")
    LOOKALIKE = "lookalike", _("a name that looks like ours")


class Observation(models.Model):
    """One thing that the world serves: what is expected and what was found, as lines of text; None where that is not known yet.
    ``misses``: how many times in a row nobody answered. ``accepted_at``: when somebody took what was found for the new state; what
    was never accepted is expected because it was seen first."""

    kind = models.CharField(max_length=10, choices=Sight.choices)
    subject = models.CharField(max_length=255)  # a name, an address of a page
    expected = models.TextField(null=True)
    found = models.TextField(null=True)
    misses = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=20, blank=True)  # a fixed word: why nothing was found
    first_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Operator, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "subject"], name="one_observation_a_subject")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}"
