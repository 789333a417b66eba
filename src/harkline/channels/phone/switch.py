"""The narrow door between the call flow and whatever carries calls.

Two engines may implement it; ``tests/contract.py`` is what they both have to pass. A *leg* is one party: a telephone call in
either direction, or an operator's browser. Audio is always signed 16-bit little-endian, mono, 8,000 samples a second.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

RATE = 8000
FRAME = 320  # bytes in 20 ms


class LegGone(Exception):
    """The leg has hung up, or the engine that carried it died. Normal: two parties may hang up at once."""


class SwitchDown(Exception):
    """No engine is running just now; it is being started again."""


@dataclass(frozen=True)
class Event:
    """Something that happened to ``leg``."""

    leg: str


@dataclass(frozen=True)
class Incoming(Event):
    """Somebody rings. ``dialled`` is what they dialled, as the network wrote it; ``presentation`` is ``allowed``,
    ``restricted`` or ``unavailable``; ``number`` is empty unless it is allowed; ``key`` names this call for ever. ``identity`` is the
    carrier's signed word about who rings (STIR, RFC 8224), where the trunk brought one and the number is allowed."""

    dialled: str
    trunk: str
    presentation: str
    number: str
    key: str
    identity: str = ""

    def __repr__(self) -> str:  # the number must not reach a log through a traceback
        return f"Incoming(leg={self.leg!r}, presentation={self.presentation!r})"


@dataclass(frozen=True)
class Ringing(Event):
    """The party that was dialled is being rung."""


@dataclass(frozen=True)
class Answered(Event):
    """The leg is up and carries audio."""


@dataclass(frozen=True)
class Digit(Event):
    """A key was pressed and released: ``0``-``9``, ``*``, ``#``, ``A``-``D``."""

    digit: str

    def __repr__(self) -> str:
        return f"Digit(leg={self.leg!r})"


@dataclass(frozen=True)
class Played(Event):
    """Everything of one ``play`` has been heard. ``ticket`` is what ``play`` returned."""

    ticket: int


@dataclass(frozen=True)
class Heard(Event):
    """What the party of a leg that is being recorded has just said: about 20 ms."""

    audio: bytes

    def __repr__(self) -> str:
        return f"Heard(leg={self.leg!r}, {len(self.audio)} bytes)"


@dataclass(frozen=True)
class MediaLost(Event):
    """No audio packet came for the time that is set; ``HungUp`` follows."""


@dataclass(frozen=True)
class HungUp(Event):
    """The leg is gone. ``reason``: ``remote``, ``local``, ``busy``, ``declined``, ``no_answer``, ``failed``, ``media_lost``,
    ``unusable`` (no codec in common) or ``interrupted`` (the engine died)."""

    reason: str


Listener = Callable[[Event], None]


class Switch(Protocol):
    """What the flow may ask of an engine. Methods raise ``LegGone`` or ``SwitchDown``; they return when the engine has taken
    the order, and what comes of it arrives as events."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear every event, on the loop's thread, in order. Returns the function that ends it."""
        ...

    async def answer(self, leg: str) -> None:
        """Take an incoming call: 200 OK."""
        ...

    async def reject(self, leg: str) -> None:
        """Refuse an incoming call."""
        ...

    async def hangup(self, leg: str) -> None:
        """End a leg of any kind, in any state."""
        ...

    async def dial(self, target: str, *, trunk: str = "", shown: str | None = None) -> str:
        """Ring ``target`` (a ``sip:`` address, or a number through a trunk). Returns the new leg at once. ``shown`` is the number
        that the called telephone is to see, through that trunk; empty: none, and the network is asked to keep ours to itself."""
        ...

    async def cancel(self, leg: str) -> None:
        """Stop ringing a leg that has not answered."""
        ...

    async def play(self, leg: str, clips: Sequence[bytes], *, loop: bool = False) -> int:
        """Play clips one after the other, in place of whatever was playing. Returns the ticket that ``Played`` carries."""
        ...

    async def stop(self, leg: str) -> None:
        """Silence at once: what was queued is dropped."""
        ...

    async def record(self, leg: str, on: bool = True) -> None:
        """Begin or end ``Heard`` events with what the party says."""
        ...

    async def bridge(self, one: str, other: str) -> None:
        """Let two legs hear one another, from now, with nothing left over from before."""
        ...

    async def confer(self, legs: Sequence[str], silent: Sequence[str] = ()) -> None:
        """Let these legs, and nobody else, hear one another from now on; those in ``silent`` hear all and are heard by none. Legs
        that were together already notice nothing. Raises ``LegGone`` when any of them has hung up, and changes nothing then."""
        ...

    async def unbridge(self, leg: str) -> None:
        """Part a leg from whoever hears it. All stay up, and the others go on."""
        ...

    async def digits(self, leg: str, keys: str) -> None:
        """Send key presses to the party."""
        ...

    async def attach(self, sound: Callable[[bytes], None]) -> str:
        """Make a leg for an operator's browser: ``feed`` is what it says, ``sound`` is called with each 20 ms it is to play."""
        ...

    def feed(self, leg: str, audio: bytes) -> None:
        """20 ms from a browser leg's microphone. Never blocks, never raises: late audio is worthless."""
        ...
