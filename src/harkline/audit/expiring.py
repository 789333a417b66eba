"""How long audit records are kept."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from harkline.audit import chain, view
from harkline.audit.models import Record
from harkline.runtime import clock, expiry


def _count(before: datetime, viewer: Any) -> int:
    shown = Record.objects.all() if viewer is expiry.EVERYBODY else view.records(viewer.pk)
    return shown.filter(minute__lt=before).count()


def _remove(before: datetime, limit: int) -> int:
    return chain.purge(clock.now() - before)


expiry.register(
    expiry.Rule(
        "audit",
        _("audit records"),
        730,
        _("Wrongdoing comes to light late. Never less than a year."),
        _count,
        _remove,
        records=True,
    )
)
