"""How long entries lead back to somebody: until the audit is over. Then keys, boxes, receipts and the line's proofs of them go."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from harkline.count import openings, policy
from harkline.count.models import Audit, Batch, Evidence, Inspection, Receipt
from harkline.intake import erase
from harkline.intake.models import SealedObject
from harkline.runtime import expiry


def _due(before: datetime) -> list[Batch]:
    return list(Batch.objects.filter(made_at__lt=before, erased_at=None).order_by("day"))


def _erase(before: datetime, limit: int) -> int:
    """One day: the key first, at once and for good; then the rows. A crash between leaves boxes that nobody opens, and the next
    step takes them."""
    rows = _due(before)[:1]
    for row in rows:
        forget(row)
    return len(rows)


def forget(row: Batch) -> None:
    """Let nothing of this day's entries lead back to anybody."""
    from harkline.runtime import clock

    if policy.present().folder:
        openings.forget_key(row.day)
    entered = {"attempt__counted__day": row.day}
    with transaction.atomic():
        row.openings.all().delete()
        kept = Evidence.objects.filter(**entered)
        erase.shred(SealedObject.objects.filter(pk__in=kept.values_list("object", flat=True)))
        kept.delete()
        Receipt.objects.filter(**entered).delete()
        _forget_audits(row)
        Batch.objects.filter(pk=row.pk).update(erased_at=clock.now())


def _forget_audits(row: Batch) -> None:
    """Which entries were looked at says which are somebody's: the counts of the report are what stays."""
    last = row.header + row.count
    for audit in Audit.objects.filter(claim__first__lte=row.pk, claim__last__gte=row.pk).exclude(drawn=[]):
        rest = [one for one in audit.drawn if not row.header < one <= last]
        Audit.objects.filter(pk=audit.pk).update(drawn=rest)
    Inspection.objects.filter(entry__gt=row.header, entry__lte=last).delete()


expiry.register(
    expiry.Rule(
        "openings",
        _("openings of the open count, receipts, evidence"),
        45,
        _(
            "Until an auditor has looked. Afterwards nothing leads from a public entry to anybody; the figures stay provable."
        ),
        lambda before, _viewer: len(_due(before)),
        _erase,
    )
)
