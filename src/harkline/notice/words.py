"""What the pages say of the notice, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from harkline.line import this
from harkline.notice import door
from harkline.runtime import clock
from harkline.runtime.apart import listed
from harkline_verify.notice import DAYS, Address, Hours, Standing


def channel(name: str) -> str:
    """A kind of address, as a heading."""
    return {
        "phone": _("Phone"),
        "sms": _("Text message"),
        "email": _("Email"),
        "page": _("Page"),
        "onion": _("Page by Tor"),
        "radio": _("Radio"),
    }[name]


def language(code: str) -> str:
    """A language by its own name; empty where none is set."""
    return str(get_language_info(code)["name_local"]) if code else ""


def hours(one: Address) -> str:
    """When somebody listens there; empty for every hour."""
    return "; ".join(_span(some) for some in one.hours)


def _span(some: Hours) -> str:
    return f"{_days(some)} {some.opens}–{some.closes}"


def _days(some: Hours) -> str:
    numbers = [DAYS.index(day) for day in some.days]
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{WEEKDAYS_ABBR[numbers[0]]}–{WEEKDAYS_ABBR[numbers[-1]]}"
    return listed(WEEKDAYS_ABBR[number] for number in numbers)


def href(one: Address) -> str:
    """Where a click leads; empty for a call sign."""
    start = {"phone": "tel:", "sms": "sms:", "email": "mailto:", "page": "", "onion": "http://"}
    return f"{start[one.channel]}{one.value}" if one.channel in start else ""


@dataclass(frozen=True)
class Row:
    """An address as a page shows it."""

    address: Address
    href: str
    language: str
    hours: str


def row(one: Address) -> Row:
    """With its words."""
    return Row(one, href(one), language(one.language), hours(one))


def by_channel(addresses: tuple[Address, ...]) -> Iterator[tuple[str, list[Row]]]:
    """Heading and rows of each kind that there is, in a fixed order."""
    for name in ("phone", "sms", "email", "page", "onion", "radio"):
        rows = [row(one) for one in addresses if one.channel == name]
        if rows:
            yield channel(name), rows


@dataclass(frozen=True)
class Told:
    """What is said of a line that is not simply open. ``shut``: nobody answers any more. ``at``: from when, in the line's time zone."""

    state: str
    shut: bool
    at: datetime | None
    name: str = ""
    page: str = ""
    key: str = ""

    @property
    def danger(self) -> bool:
        """Whether it is a warning."""
        return self.state == door.EMERGENCY


def told(standing: Standing) -> Told | None:
    """None for a line that is open and stays so."""
    if standing.state == door.OPEN:
        return None
    to = standing.successor
    return Told(
        state=standing.state,
        shut=standing.at(clock.now()) != door.OPEN,
        at=standing.since.astimezone(this.zone()) if standing.since else None,
        name=to.name if to else "",
        page=to.page if to else "",
        key=to.key if to else "",
    )
