"""Whose turn it is among those who send without a solved puzzle: whoever's form was open longest goes first. Pure but for waiting."""

import asyncio
import heapq
import itertools
from collections import OrderedDict


class Crowded(Exception):
    """So many wait already that no more can be kept in memory."""


class Turns:
    """At most ``slots`` at once; the others wait, the smallest ``since`` first."""

    def __init__(self, slots: int, most: int = 5_000) -> None:
        self._free, self._most = slots, most
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []

    async def take(self, since: float) -> None:
        """Wait for a turn. Raises Crowded."""
        if self._free and not self._waiting:
            self._free -= 1
            return
        if len(self._waiting) >= self._most:
            raise Crowded
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (since, next(self._order), mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.give()  # the turn had just come: it goes to the next one
            raise

    def give(self) -> None:
        """The turn is over."""
        while self._waiting:
            _since, _order, next_one = heapq.heappop(self._waiting)
            if not next_one.done():
                next_one.set_result(None)
                return
        self._free += 1


class Once:
    """What has been used up. The oldest are forgotten when there are too many: they have ended by then."""

    def __init__(self, most: int = 100_000) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def use(self, name: str) -> bool:
        """Whether this is the first time."""
        if name in self._seen:
            return False
        self._seen[name] = None
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return True

    def used(self, name: str) -> bool:
        """Whether it has been used."""
        return name in self._seen

    def forget(self, name: str) -> None:
        """It came to nothing: it may be used again."""
        self._seen.pop(name, None)
