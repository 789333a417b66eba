"""What the need is reckoned from beside what was measured: promises, assumptions until enough was seen. The server sets
them at start from ``harkline.toml``; tests set their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from harkline.rota.erlang import Target


@dataclass(frozen=True)
class Targets:
    """Seconds, numbers of people, shares from 0 to 1. ``calls_a_week`` and ``messages_a_week``: expected before anything came.
    ``answer_messages``: within how many seconds a message is to be read."""

    call: Target = field(default=Target())
    busy_at_most: float = 0.85
    patience: float = 180.0
    handling: float = 1200.0
    message_handling: float = 1200.0
    answer_messages: float = 86_400.0
    calls_a_week: float = 70.0
    messages_a_week: float = 35.0
    country: str = ""
    region: str = ""
    small_cell: int = 5
    interpreted: tuple[str, ...] = ()


_present = Targets()


def present() -> Targets:
    """The targets in force."""
    return _present


def use(targets: Targets) -> None:
    """Put targets in force for this process."""
    global _present
    _present = targets


@contextmanager
def using(targets: Targets) -> Iterator[Targets]:
    """Put targets in force for the length of the block."""
    before = _present
    use(targets)
    try:
        yield targets
    finally:
        use(before)
