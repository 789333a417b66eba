"""Days that are not usual: public holidays of the line's country, and what supervisors say is coming."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.util import find_spec

EVENT, HOLIDAY = "event:", "holiday:"


@dataclass(frozen=True)
class Event:
    """Something that supervisors expect, from ``first`` to ``last``. ``factor``: what it does to a usual day's contacts. Once past, its days
    are left out of what is learnt of usual ones. ``channel``: empty for all."""

    id: int
    first: date
    last: date
    factor: float
    channel: str = ""


@dataclass(frozen=True)
class Days:
    """What sets days apart, for one channel."""

    events: tuple[Event, ...] = ()
    country: str = ""
    region: str = ""

    def word(self, on: date) -> str:
        """The word for what sets a day apart, under which its factor is learnt; empty for a usual day."""
        event = self._event(on)
        if event:
            return f"{EVENT}{event.id}"
        name = holiday(self.country, self.region, on)
        return f"{HOLIDAY}{name}" if name else ""

    def factor(self, on: date, learnt: Mapping[str, float]) -> float:
        """What a day's total is to be multiplied with: as said for an event, as learnt for a holiday."""
        event = self._event(on)
        name = holiday(self.country, self.region, on)
        usual = learnt.get(f"{HOLIDAY}{name}", learnt.get("", 1.0)) if name else 1.0
        return usual * event.factor if event else usual

    def _event(self, on: date) -> Event | None:
        return next((one for one in self.events if one.first <= on <= one.last), None)


def of_channel(events: Iterable[Event], channel: str, country: str, region: str) -> Days:
    """The special days of one channel."""
    return Days(tuple(one for one in events if one.channel in ("", channel)), country, region)


def known() -> bool:
    """Whether public holidays are known: the package of the ``forecast`` extra is there."""
    return find_spec("holidays") is not None


def holiday(country: str, region: str, on: date) -> str:
    """The name of a public holiday, in English where it has one; empty for any other day, and where nothing is known."""
    return _year(country, region, on.year).get(on, "") if country else ""


@lru_cache(maxsize=64)
def _year(country: str, region: str, year: int) -> Mapping[date, str]:
    if not known():
        return {}
    import holidays

    try:
        found = holidays.country_holidays(country, subdiv=region or None, years=year, language="en_US")
    except NotImplementedError:  # no such country or region: ``harkline check`` says so
        return {}
    return dict(found.items())


def exists(country: str, region: str) -> bool:
    """Whether the package knows the country and the region. True where it is not there to be asked."""
    if not known():
        return True
    import holidays

    regions = holidays.list_supported_countries(include_aliases=True).get(country)
    return regions is not None and (not region or region in regions)
