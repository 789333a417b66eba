"""The one line of this installation, and its addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.line.models import Address, Line
from harkline.runtime import clock


@dataclass
class _Held:
    """What was read within one ``remembered`` block."""

    line: Line | None = None
    addresses: dict[tuple[str, str], Address | None] = field(default_factory=dict)


_remembered: ContextVar[_Held | None] = ContextVar("the line", default=None)


def line() -> Line:
    """The line. Raises ``Line.DoesNotExist`` where ``harkline init`` has not run."""
    held = _remembered.get()
    if held is None:
        return _read()
    if held.line is None:
        held.line = _read()
    return held.line


def _read() -> Line:
    # In so many words, and the addresses below: every page asks.
    for row in Line.objects.raw("SELECT * FROM line_line WHERE id = 1"):
        return row
    raise Line.DoesNotExist


@contextmanager
def remembered() -> Iterator[None]:
    """Read the line's row, and each address that is asked for, once at most within the block: a page asks many times."""
    token = _remembered.set(_Held())
    try:
        yield
    finally:
        _remembered.reset(token)


def found(name: str, languages: list[str], timezone: str = "UTC") -> Line:
    """Create the line's row, once."""
    return Line.objects.create(pk=1, name=name, languages=languages, timezone=timezone, opened_at=clock.now())


def set_up() -> bool:
    """Write down that set-up is finished, once; True for the first who does."""
    return Line.objects.filter(pk=1, set_up_at=None).update(set_up_at=clock.now()) == 1


def zone() -> ZoneInfo:
    """The line's own time zone, in which shifts and hours are spoken."""
    return ZoneInfo(line().timezone)


def address(channel: str, value: str) -> Address | None:
    """The active address that a caller dialled, mailed or opened; None when it is not ours."""
    held, key = _remembered.get(), (channel, value.lower())
    if held and key in held.addresses:
        return held.addresses[key]
    rows = Address.objects.raw("SELECT * FROM line_address WHERE channel = %s AND active ORDER BY id", [channel])
    found = next((row for row in rows if row.value.lower() == value.lower()), None)
    if held:
        held.addresses[key] = found
    return found


def known(channel: str, value: str) -> bool:
    """Whether it is or was one of the line's addresses."""
    return Address.objects.filter(channel=channel, value__iexact=value).exists()


def addresses(channel: str | None = None) -> list[Address]:
    """Active addresses, in the order they were added."""
    rows = Address.objects.filter(active=True).order_by("pk")
    return list(rows.filter(channel=channel) if channel else rows)


def add_address(channel: str, value: str, label: str = "", language: str = "") -> Address:
    """Add an address, or make one active again."""
    if held := _remembered.get():
        held.addresses.clear()
    with transaction.atomic():
        row, _new = Address.objects.update_or_create(
            channel=channel,
            value=value,
            defaults={"label": label, "language": language, "active": True},
        )
        chain.record(Act.SETTINGS_CHANGED, Subject.LINE, row.pk, reason="address_added")
    return row


def edit_address(address_id: int, *, label: str, language: str, published: bool) -> None:
    """Change what is said of an address, and whether it is published. One that is not is answered all the same."""
    with transaction.atomic():
        mine = Address.objects.filter(pk=address_id, active=True)
        if mine.update(label=label, language=language, published=published):
            chain.record(Act.SETTINGS_CHANGED, Subject.LINE, address_id, reason="address_changed")


def remove_address(address_id: int) -> None:
    """Stop answering an address; the attempts that came through it keep it."""
    with transaction.atomic():
        if Address.objects.filter(pk=address_id, active=True).update(active=False):
            chain.record(Act.SETTINGS_CHANGED, Subject.LINE, address_id, reason="address_removed")


def rename(name: str) -> None:
    """Give the line another name."""
    with transaction.atomic():
        Line.objects.filter(pk=1).update(name=name)
        chain.record(Act.SETTINGS_CHANGED, Subject.LINE, reason="renamed")
