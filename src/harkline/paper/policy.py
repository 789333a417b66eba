"""What the settings say that belongs on paper. The server sets it when it starts."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Trunk:
    """A telephone provider, and the numbers that have to be diverted there when this host is down."""

    name: str
    server: str
    numbers: Sequence[str]


_trunks: list[Trunk] = []


def use(trunks: Sequence[Trunk]) -> None:
    """Put the trunks of this installation in force."""
    _trunks[:] = trunks


def trunks() -> Sequence[Trunk]:
    """The trunks in force."""
    return tuple(_trunks)
