"""How long unfinished notes and raised hands are kept."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from harkline.console.models import Draft, RaisedHand
from harkline.intake import exclusions
from harkline.people.models import Operator
from harkline.runtime import expiry


def _drafts(before: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(saved_at__lt=before)


def _hands(before: datetime) -> QuerySet[RaisedHand]:
    return RaisedHand.objects.filter(lowered_at__lt=before)


def _shown(rows: QuerySet[Draft], viewer: Operator) -> QuerySet[Draft]:
    return rows.exclude(contact__thread__in=exclusions.hidden(viewer))


expiry.rows("drafts", _("unfinished notes"), 30, _("Nobody goes on with them."), _drafts, _shown)
expiry.rows("hands", _("raised hands"), 30, _("Help came long ago."), _hands)
