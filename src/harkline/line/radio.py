"""The line on the air: its stations, the hours in which somebody listens there, and what may be sent on which band.

Amateur bands are for plain language: "transmissions … shall not be encoded for the purpose of obscuring their meaning" (ITU Radio
Regulations, article 25.2A). Codes by which two sides recognise each other hide no meaning, and their method is published
(``docs/explanation/radio-cards.md``); nothing else that is coded is sent there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.line import addressing, this
from harkline.line.models import Address, Band, Channel, Modulation, Net, Station

LEAST, MOST = 5, 24 * 60  # minutes of a net


class Sent(StrEnum):
    """What kind of thing is to go over the air."""

    PLAIN = "plain"  # words that everybody understands
    AUTHENTICATION = "authentication"  # codes of a published method, by which two sides recognise each other
    OBSCURED = "obscured"  # anything else that not everybody understands


class Forbidden(ValueError):
    """The band's rules do not allow it. The word says which: ``obscured_on_amateur``."""


def heed(band: str, sent: Sent) -> None:
    """Raise ``Forbidden`` where this must not be sent on this band. A frequency of unknown class is held to be an amateur's."""
    open_to_codes = band in (Band.LICENSED, Band.MARITIME, Band.CB, Band.OTHER)
    if sent is Sent.OBSCURED and not open_to_codes:
        raise Forbidden("obscured_on_amateur")


def band_of(address_value: str) -> str:
    """The band class of one of the line's radio addresses; empty where it is none."""
    row = Station.objects.filter(address__value=address_value, address__channel=Channel.RADIO).first()
    return row.band if row else ""


def stations(*, data: bool | None = None) -> list[Station]:
    """The stations in use, in the order they were added; by voice or by data alone where that is asked."""
    rows = Station.objects.filter(address__active=True).select_related("address").order_by("pk")
    return list(rows if data is None else rows.filter(data=data))


def add_station(
    call_sign: str,
    hertz: int,
    band: str,
    *,
    modulation: str = Modulation.FM,
    data: bool = False,
    label: str = "",
    language: str = "",
) -> Station:
    """Add a call sign on a frequency to the line's addresses, or change what is known of it. Raises ValueError in words."""
    value = addressing.checked(Channel.RADIO, addressing.on_air(call_sign, hertz))
    sign, hertz = addressing.parted(value)
    known = {"call_sign": sign, "hertz": hertz, "band": Band(band), "modulation": Modulation(modulation), "data": data}
    with transaction.atomic():
        row: Address = this.add_address(Channel.RADIO, value, label, language)
        station, _new = Station.objects.update_or_create(address=row, defaults=known)
    return station


# --- the hours ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sitting:
    """A net on one day: ``begins`` and ``ends`` are aware, in the line's time zone."""

    net: Net
    begins: datetime
    ends: datetime


def nets() -> list[Net]:
    """All hours of the week, Monday first, of stations in use."""
    rows = Net.objects.filter(station__address__active=True).select_related("station__address")
    return list(rows.order_by("weekday", "starts", "pk"))


def nets_of(station: Station) -> list[Net]:
    """The hours of the week of one station, Monday first."""
    return list(station.nets.order_by("weekday", "starts"))


def hours() -> list[tuple[Station, list[Net]]]:
    """Each station in use with the hours in which somebody listens there: what can be told to the public."""
    every = nets()
    return [(one, [net for net in every if net.station_id == one.pk]) for one in stations()]


def add_net(station: Station, weekday: int, starts: time, minutes: int) -> Net:
    """Somebody listens there every week. Raises ValueError for a day or a length that does not exist."""
    if not 0 <= weekday <= 6 or not LEAST <= minutes <= MOST:
        raise ValueError("a net is on a day of the week, from five minutes to a day long")
    with transaction.atomic():
        row, _new = Net.objects.update_or_create(
            station=station, weekday=weekday, starts=starts, defaults={"minutes": minutes}
        )
        chain.record(Act.SETTINGS_CHANGED, Subject.LINE, row.pk, reason="net_added")
    return row


def remove_net(net_id: int) -> None:
    """Nobody listens then any more."""
    with transaction.atomic():
        if Net.objects.filter(pk=net_id).delete()[0]:
            chain.record(Act.SETTINGS_CHANGED, Subject.LINE, net_id, reason="net_removed")


def sittings(now: datetime, *, days: int = 8, among: Sequence[Net] | None = None) -> list[Sitting]:
    """What is on now and what comes within so many days, the earliest first."""
    zone = this.zone()
    today = now.astimezone(zone).date()
    found = []
    for net in nets() if among is None else among:
        for day in (today + timedelta(days=n) for n in range(-1, days)):
            if day.weekday() == net.weekday:
                # Both ends by the same clock on the wall: a night on which the clocks change is shorter or longer.
                wall = datetime.combine(day, net.starts)
                end = wall + timedelta(minutes=net.minutes)
                found.append(Sitting(net, wall.replace(tzinfo=zone), end.replace(tzinfo=zone)))
    return sorted((one for one in found if one.ends > now), key=lambda one: (one.begins, one.net.pk))
