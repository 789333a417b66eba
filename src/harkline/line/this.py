"""The one line of this installation, and its addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from harkline.line.models import Address, Line
from harkline.runtime import clock

_remembered: ContextVar[list[Line] | None] = ContextVar("the line", default=None)


def line() -> Line:
    """The line. Raises ``Line.DoesNotExist`` where ``harkline init`` has not run."""
    held = _remembered.get()
    if held is None:
        return Line.objects.get(pk=1)
    if not held:
        held.append(Line.objects.get(pk=1))
    return held[0]


@contextmanager
def remembered() -> Iterator[None]:
    """Read the line's row once at most within the block: a page asks for it many times."""
    token = _remembered.set([])
    try:
        yield
    finally:
        _remembered.reset(token)


def found(name: str, languages: list[str], timezone: str = "UTC") -> Line:
    """Create the line's row, once."""
    return Line.objects.create(pk=1, name=name, languages=languages, timezone=timezone, opened_at=clock.now())


def zone() -> ZoneInfo:
    """The line's own time zone, in which shifts and hours are spoken."""
    return ZoneInfo(line().timezone)


def address(channel: str, value: str) -> Address | None:
    """The active address that a caller dialled, mailed or opened; None when it is not ours."""
    return Address.objects.filter(channel=channel, value__iexact=value, active=True).first()


def addresses(channel: str | None = None) -> list[Address]:
    """Active addresses, in the order they were added."""
    rows = Address.objects.filter(active=True).order_by("pk")
    return list(rows.filter(channel=channel) if channel else rows)


def add_address(channel: str, value: str, label: str = "", language: str = "") -> Address:
    """Add an address, or make one active again."""
    row, _new = Address.objects.update_or_create(
        channel=channel,
        value=value,
        defaults={"label": label, "language": language, "active": True},
    )
    return row


def remove_address(address_id: int) -> None:
    """Stop answering an address; the attempts that came through it keep it."""
    Address.objects.filter(pk=address_id).update(active=False)
