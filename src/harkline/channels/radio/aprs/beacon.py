"""The beacon: a status of this station with the notice's check words, so that whoever looks at it can tell the genuine one.

A status is shown to whoever looks at a station. A bulletin would be shown to everybody: this line reaches nobody who did not call.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from harkline.channels.radio.aprs import wire

Words = Callable[[], str]
_source: list[Words] = []


def use(words: Words) -> None:
    """Name who says the check words that hold now; nothing where there are none."""
    _source[:] = [words]


def text() -> str:
    """What the status says; empty where there is nothing to say."""
    words = _source[0]() if _source else ""
    return f"Check words: {words}" if words else ""


def due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether it is time. What the clock says of the future does not count."""
    return bool(every) and (last is None or now >= last + every or last > now)


def info(status: str) -> bytes | None:
    """The information field; None for words that do not fit."""
    try:
        return wire.status(status) if status else None
    except ValueError:
        return None
