"""The one clock. Tests wind it; nothing else in Harkline asks the system for the time of day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


class Wound:
    """A clock that stands still until it is wound forward."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        """Wind on by a timedelta's keywords: ``clock.forward(minutes=2)``."""
        self.at += timedelta(**span)


class Shifted:
    """A clock that runs at its usual pace, and can be wound forward."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return _system() + self.shift

    def forward(self, **span: float) -> None:
        """Wind on by a timedelta's keywords."""
        self.shift += timedelta(**span)


@contextmanager
def using(source: Callable[[], datetime]) -> Iterator[Callable[[], datetime]]:
    """Let ``now()`` read ``source`` for the length of the block."""
    global _source
    before, _source = _source, source
    try:
        yield source
    finally:
        _source = before
