"""What reaches one call, in order: from its legs, from the desk, from the operator's browser, from the server."""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from harkline.channels.phone.switch import Event, HungUp


class Gone(Exception):
    """The caller is no longer there."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Closing(Exception):
    """The server stops."""


class Link(Protocol):
    """The way to an operator's browser beside the sound."""

    def tell(self, **words: Any) -> None:
        """Send a few words; never blocks."""


@dataclass(frozen=True)
class Join:
    """An operator is here with a leg: a browser has a ``link``, their own phone has none. ``companion`` names somebody who comes in
    beside the operator who has the call; ``silent`` hears and is not heard."""

    leg: str
    link: Link | None = None
    operator: int = 0
    companion: str = ""
    silent: bool = False


@dataclass(frozen=True)
class Left:
    """The operator's browser is gone without a word."""

    leg: str


@dataclass(frozen=True)
class Verb:
    """Something the operator wants: ``end``, ``hold``, ``unhold``, or ``digit`` with the key. ``leg``: from whose browser it came;
    empty where the console said so, which has asked whether they may."""

    word: str
    digit: str = ""
    leg: str = ""


@dataclass(frozen=True)
class News:
    """The contact's row changed: look again."""


@dataclass(frozen=True)
class Stop:
    """The server stops; say goodbye."""


Item = Event | Join | Left | Verb | News | Stop


class Inbox:
    """A queue that raises what ends a call."""

    def __init__(self, leg: str) -> None:
        self.leg = leg
        self._items: asyncio.Queue[Item] = asyncio.Queue()

    def put(self, item: Item) -> None:
        """Add something; from the loop's own thread."""
        self._items.put_nowait(item)

    async def get(self, until: float | None = None) -> Item | None:
        """The next item, or None when the loop's clock reaches ``until``. Raises Gone, Closing."""
        try:
            async with asyncio.timeout_at(until):
                item = await self._items.get()
        except TimeoutError:
            return None
        if isinstance(item, HungUp) and item.leg == self.leg:
            raise Gone(item.reason)
        if isinstance(item, Stop):
            raise Closing
        return item

    async def why(self) -> str:
        """After the leg was found gone: the reason, which is on its way."""
        end = asyncio.get_running_loop().time() + 1.0
        try:
            while await self.get(end):
                continue
        except Gone as gone:
            return gone.reason
        except Closing:
            return "local"
        return "remote"
