"""How long radio by data remembers what it heard and sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from harkline.channels.radio.aprs.models import HeardMessage, RadioThread, SentMessage, Transmission
from harkline.intake import exclusions
from harkline.runtime import expiry


@expiry.with_threads
def _forget(thread_ids: Collection[UUID]) -> None:
    RadioThread.objects.filter(thread__in=thread_ids).delete()
    HeardMessage.objects.filter(thread__in=thread_ids).delete()


def _shown(rows: QuerySet[Any], viewer: Any) -> QuerySet[Any]:
    return rows.exclude(thread__in=exclusions.hidden(viewer))


def _threads(before: datetime) -> QuerySet[RadioThread]:
    return RadioThread.objects.filter(heard_at__lt=before)


def _heard(before: datetime) -> QuerySet[HeardMessage]:
    return HeardMessage.objects.filter(heard_at__lt=before)


def _nobody(rows: QuerySet[SentMessage], _viewer: Any) -> QuerySet[SentMessage]:
    return rows.none()  # they name no thread, and a number of them would tell of cases that a viewer is kept from


expiry.rows(
    "radio_threads",
    _("keyed hashes of call signs"),
    2,
    _("So that what somebody sends in several messages stays together."),
    _threads,
    _shown,
)
expiry.rows(
    "radio_heard",
    _("keyed hashes of radio messages"),
    2,
    _("So that a message that is heard again is stored once."),
    _heard,
    _shown,
)
expiry.rows(
    "radio_sent",
    _("numbers of radio messages that we sent"),
    7,
    _("So that an acknowledgement finds its reply."),
    lambda before: SentMessage.objects.filter(made_at__lt=before),
    _nobody,
)
expiry.rows(
    "transmissions",
    _("when the radio transmitted, and for how long"),
    365,
    _("The station's log, as licences ask for it."),
    lambda before: Transmission.objects.filter(at__lt=before),
)
