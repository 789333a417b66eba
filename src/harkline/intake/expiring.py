"""How long attempts lead somewhere, and how long they are kept at all."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from harkline.intake import erase, figures
from harkline.intake.models import Attempt, Canary
from harkline.runtime import expiry


def _cut_off(before: datetime, limit: int) -> int:
    with transaction.atomic():
        return erase.anonymise(erase.lonely(before)[:limit])


def _old(before: datetime) -> QuerySet[Attempt]:
    return Attempt.objects.filter(arrived_at__lt=before, contact=None)


def _fold(before: datetime, limit: int) -> int:
    with transaction.atomic():
        rows = list(_old(before)[:limit])
        for row in rows:
            figures.count_attempt(row)
        Attempt.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


expiry.register(
    expiry.Rule(
        "attempt_links",
        _("keyed hashes of attempts that came to nothing"),
        90,
        _("To recognise a repeat. The attempt itself stays, to the hour, without them."),
        lambda before, _viewer: erase.lonely(before).count(),
        _cut_off,
    )
)
expiry.register(
    expiry.Rule(
        "attempts",
        _("attempts, one by one"),
        400,
        _("Figures, and a year to compare with. What stays for ever are counts by day."),
        lambda before, _viewer: _old(before).count(),
        _fold,
    )
)
expiry.rows(
    "canaries",
    _("what the line tried of its own addresses"),
    30,
    _("To see since when an address has not answered."),
    lambda before: Canary.objects.filter(ended_at__lt=before),
)
