"""How long it is kept who was on duty."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from harkline.rota.models import Duty
from harkline.runtime import expiry


def _duties(before: datetime) -> QuerySet[Duty]:
    return Duty.objects.filter(ended_at__lt=before)


expiry.rows("duties", _("who was on duty"), 400, _("Hours of work, and a year to compare with."), _duties)
