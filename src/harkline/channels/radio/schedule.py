"""The week on the air, as the page shows it: each hour with who sits at the radio, and who is on duty anyway."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from harkline.channels.radio.models import OnNet
from harkline.line import radio
from harkline.line.models import Net, Station
from harkline.routing import on_air
from harkline.runtime import clock


@dataclass(frozen=True)
class Hour:
    """One net of the week. ``operators`` sit at the radio; ``on_duty`` has a shift when it next begins."""

    net: Net
    ends: time
    operators: list[str]
    on_duty: list[str]


@dataclass(frozen=True)
class Soon:
    """A net that is on, or the next one."""

    net: Net
    begins: datetime
    ends: datetime
    operators: list[str]
    on_duty: list[str]


def week() -> list[Hour]:
    """All hours of the week, Monday first."""
    now = clock.now()
    coming = {one.net.pk: one for one in reversed(radio.sittings(now))}
    names = _names()
    found = []
    for net in radio.nets():
        sitting = coming.get(net.pk)
        duty = on_air.planned(max(sitting.begins, now)) if sitting else []
        found.append(Hour(net, _ends(net), names.get(net.pk, []), duty))
    return found


def published() -> list[Hour]:
    """The hours alone, without anybody's name."""
    return [Hour(net, _ends(net), [], []) for net in radio.nets()]


def _ends(net: Net) -> time:
    return (datetime.combine(datetime.min, net.starts) + timedelta(minutes=net.minutes)).time()


def now_and_next() -> tuple[list[Soon], Soon | None]:
    """What is on now, and what comes next."""
    now = clock.now()
    names = _names()
    sittings = radio.sittings(now)
    on = [_soon(one, names, now) for one in sittings if one.begins <= now]
    coming = next((one for one in sittings if one.begins > now), None)
    return on, _soon(coming, names, now) if coming else None


def _soon(one: radio.Sitting, names: dict[int, list[str]], now: datetime) -> Soon:
    duty = on_air.planned(max(one.begins, now))
    return Soon(one.net, one.begins, one.ends, names.get(one.net.pk, []), duty)


def _names() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = OnNet.objects.filter(operator__is_active=True).order_by("operator__name")
    for net_id, name in rows.values_list("net_id", "operator__name"):
        found.setdefault(net_id, []).append(name)
    return found


def add(station: Station, weekdays: Sequence[int], starts: time, minutes: int, operators: Sequence[int]) -> None:
    """The same hours on some days of the week, with those who sit there. Raises ValueError."""
    known = {pk for pk, _name in on_air.people()}
    if not weekdays or not set(operators) <= known:
        raise ValueError("a day at least, and operators alone")
    for weekday in weekdays:
        net = radio.add_net(station, weekday, starts, minutes)
        OnNet.objects.filter(net=net).delete()
        OnNet.objects.bulk_create(OnNet(net=net, operator_id=pk) for pk in operators)
