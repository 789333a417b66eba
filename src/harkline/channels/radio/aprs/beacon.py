"""The beacon: a status of this station with the notice's check words, so that whoever looks at it can tell the genuine one.

A status is shown to whoever looks at a station. A bulletin would be shown to everybody: this line reaches nobody who did not call.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from harkline.channels.radio.aprs import wire

AT_ONCE = timedelta(minutes=1)
Words = Callable[[], str]
_source: list[Words] = []


def use(words: Words) -> None:
    """Name who says what the status is now; nothing where there is none."""
    _source[:] = [words]


def text() -> str:
    """What the status says; empty where there is nothing to say."""
    return _source[0]() if _source else ""


def due(last: datetime | None, every: timedelta, now: datetime, *, changed: bool = False) -> bool:
    """Whether it is time: at once where what it says has changed (a line that was closed), but not twice in a minute. A last time that
    lies in the future does not count."""
    wait = min(every, AT_ONCE) if changed else every
    return bool(every) and (last is None or now >= last + wait or last > now)


def info(status: str) -> bytes | None:
    """The information field; None for words that do not fit."""
    try:
        return wire.status(status) if status else None
    except ValueError:
        return None
