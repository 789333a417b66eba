"""How long what has gone out, or could not, is kept. Its box was emptied when it had gone."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from harkline.people.models import Operator
from harkline.routing import conflict
from harkline.routing.models import Alarm, Outbound
from harkline.runtime import expiry


def _outbox(before: datetime) -> QuerySet[Outbound]:
    return Outbound.objects.filter(ended_at__lt=before)


def _shown(rows: QuerySet[Outbound], viewer: Operator) -> QuerySet[Outbound]:
    return rows.filter(pk__in=conflict.outbound(viewer).values("pk"))


expiry.rows("outbox", _("replies and alerts that have gone out"), 30, _("To answer: did it arrive?"), _outbox, _shown)
expiry.rows(
    "alarms",
    _("alarms of the line that have ended"),
    90,
    _("To see what was wrong, how often, and who saw to it."),
    lambda before: Alarm.objects.filter(ended_at__lt=before),
)
