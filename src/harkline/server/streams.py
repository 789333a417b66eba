"""Who listens to which bells: the bookkeeping of the live streams, without any network.

A stream keeps what it has not yet passed on as a set of (kind, id): a hundred bells for one contact are one. When more than
``BOUND`` different ones pile up behind a slow reader, they become a single "everything": the page refetches all it shows.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from harkline.runtime.bell import Ring

BOUND = 64
EVERYTHING = ("everything", "")
Bell = tuple[str, str]


@dataclass(eq=False)
class Stream:
    """One open connection. ``key`` is what entitles it (a session key or a ticket), ``ends`` its end in seconds since the epoch,
    ``operator`` who listens, unless it is a caller."""

    key: str
    audiences: frozenset[str]
    ends: float | None = None
    operator: int | None = None
    pending: dict[Bell, None] = field(default_factory=dict)
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    over: str = ""

    def put(self, bell: Bell) -> None:
        """Remember a bell to pass on."""
        if EVERYTHING not in self.pending:
            self.pending[bell] = None
        if len(self.pending) > BOUND:
            self.pending = {EVERYTHING: None}
        self.stirred.set()

    def take(self) -> list[Bell]:
        """What is to be passed on now, oldest first."""
        taken = list(self.pending)
        self.pending.clear()
        self.stirred.clear()
        return taken

    def end(self, why: str) -> None:
        """Finish: ``gone`` (the reader left), ``session`` (no longer entitled), ``stopping`` (the server stops)."""
        self.over = self.over or why
        self.stirred.set()


class Streams:
    """All open streams of this process, by audience."""

    def __init__(self) -> None:
        self._by_audience: dict[str, set[Stream]] = defaultdict(set)
        self._by_key: dict[str, set[Stream]] = defaultdict(set)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, stream: Stream) -> None:
        """From now on the stream hears its audiences."""
        self._count += stream not in self._by_key[stream.key]
        self._by_key[stream.key].add(stream)
        for audience in stream.audiences:
            self._by_audience[audience].add(stream)

    def drop(self, stream: Stream) -> None:
        """Forget the stream, and the audiences and keys that nobody is left in."""
        self._count -= stream in self._by_key[stream.key]
        _discard(self._by_key, stream.key, stream)
        for audience in stream.audiences:
            _discard(self._by_audience, audience, stream)

    def hear(self, ring: Ring) -> None:
        """Pass a ring to whoever is entitled to it."""
        for stream in self._by_audience.get(ring.to, ()):
            if stream.operator not in ring.but:
                stream.put((ring.kind, ring.id))

    def of(self, key: str) -> list[Stream]:
        """The streams that one session or ticket has open."""
        return list(self._by_key.get(key, ()))

    def keys(self) -> dict[str, list[Stream]]:
        """Every session and ticket with its streams."""
        return {key: list(streams) for key, streams in self._by_key.items()}


def _discard(index: dict[str, set[Stream]], name: str, stream: Stream) -> None:
    index[name].discard(stream)
    if not index[name]:
        del index[name]
