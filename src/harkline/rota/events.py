"""Events as rows: what supervisors say is coming."""

from datetime import date

from harkline.people.models import Operator
from harkline.rota.models import Event
from harkline.rota.special import Days, of_channel
from harkline.rota.special import Event as Value
from harkline.rota.targets import present
from harkline.runtime import bell, clock


def add(first: date, last: date, factor: float, note: str, *, channel: str = "", by: Operator | None = None) -> Event:
    """Say that something is coming. Raises ValueError where it ends before it begins, or for an impossible factor."""
    if last < first or not 0 <= factor <= 20:
        raise ValueError("an event ends before it begins, or has an impossible factor")
    row = Event.objects.create(
        first_day=first, last_day=last, factor=factor, note=note[:80], channel=channel, by=by, set_at=clock.now()
    )
    bell.ring("forecast", row.pk, "desk", "inside")
    return row


def remove(event_id: int) -> bool:
    """Take it back; False where it is gone already."""
    gone, _rows = Event.objects.filter(pk=event_id).delete()
    if gone:
        bell.ring("forecast", event_id, "desk", "inside")
    return bool(gone)


def days(channel: str) -> Days:
    """What sets days apart on a channel."""
    rows = Event.objects.order_by("pk")
    values = [Value(row.pk, row.first_day, row.last_day, row.factor, row.channel) for row in rows]
    targets = present()
    return of_channel(values, channel, targets.country, targets.region)
