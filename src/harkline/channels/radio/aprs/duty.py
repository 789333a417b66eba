"""The duty cycle, held against rows: a restart does not begin a new hour."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from harkline.channels.radio.aprs import airtime
from harkline.channels.radio.aprs.models import Transmission
from harkline.runtime import clock

WINDOW = timedelta(seconds=airtime.WINDOW_SECONDS)
# What nobody waits for leaves this much of the hour to what somebody does.
SHARE = {"beacon": 0.5, "canary": 0.5}


@transaction.atomic
def take(kind: str, milliseconds: int, percent: int) -> bool:
    """Whether there is room in this hour; if so, it is written down before anything is sent. A crash in between leaves a row for what was
    never sent, which only makes us send less."""
    now = clock.now()
    if used(now) + milliseconds > airtime.allowed(percent) * SHARE.get(kind, 1.0):
        return False
    Transmission.objects.create(kind=kind, at=now, milliseconds=milliseconds)
    return True


def used(now: datetime) -> int:
    """Milliseconds in the hour before."""
    rows = Transmission.objects.filter(at__gt=now - WINDOW)
    return int(rows.aggregate(all=Sum("milliseconds"))["all"] or 0)


def last(kind: str) -> datetime | None:
    """When the transmitter was last used for this."""
    return Transmission.objects.filter(kind=kind).order_by("-at").values_list("at", flat=True).first()
