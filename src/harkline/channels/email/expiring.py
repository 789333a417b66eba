"""How long it is remembered which mails we sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from harkline.channels.email.models import SentMail, ThreadAddress
from harkline.intake import exclusions
from harkline.runtime import expiry


def _sent(before: datetime) -> QuerySet[SentMail]:
    return SentMail.objects.filter(sent_at__lt=before)


def _shown(rows: QuerySet[SentMail], viewer: Any) -> QuerySet[SentMail]:
    return rows.exclude(thread__in=exclusions.hidden(viewer))


@expiry.with_threads
def _forget(thread_ids: Collection[UUID]) -> None:
    SentMail.objects.filter(thread__in=thread_ids).delete()
    ThreadAddress.objects.filter(thread__in=thread_ids).delete()


expiry.rows(
    "sent_mail", _("keyed hashes of mails that we sent"), 90, _("So that an answer finds its case."), _sent, _shown
)
