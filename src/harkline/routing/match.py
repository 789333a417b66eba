"""Who is offered to whom: waiting contacts and idle operators in, pairs out.

Contact: highest risk first; within a risk, whoever lost an operator; then the longest wait, where somebody who is there now (a
call, a chat) has a head start of ``AGEING`` over a message. Operator: the least flexible who can take it, so that those who
speak more stay free for callers whom nobody else understands; then whoever has the least in hand; then the longest idle.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

# A message that has waited this long stands level with a call that comes in now, and goes before every later one.
AGEING = timedelta(hours=4)


@dataclass(frozen=True)
class Waiting:
    """A contact that nobody has. ``fallback``: of those on duty nobody (left to ask) speaks its language, so that somebody
    who does not is better than nobody. ``excluded``: operators who declined this contact or let its offer time out."""

    id: UUID
    channel: str
    language: str
    waiting_since: datetime
    live: bool = False
    risk: int = 0
    head: bool = False
    fallback: bool = False
    excluded: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Idle:
    """An operator who can be offered something. ``capacity``: contacts that they can still take, by channel. ``load``: how many
    they have in hand."""

    operator_id: int
    languages: frozenset[str]
    capacity: Mapping[str, int]
    idle_since: datetime
    skills: frozenset[str] = frozenset()
    load: int = 0

    def channels(self) -> list[str]:
        """Those by which they can take one more."""
        return [channel for channel, free in self.capacity.items() if free > 0]

    def flexibility(self) -> int:
        """How many kinds of contact they could take: the more, the longer they are kept back."""
        return len(self.languages) * len(self.channels()) * (1 + len(self.skills))


@dataclass(frozen=True)
class Pair:
    """One offer to make. ``fallback``: the operator does not speak the contact's language."""

    contact_id: UUID
    operator_id: int
    fallback: bool = False


def match(waiting: Iterable[Waiting], idle: Iterable[Idle], now: datetime, ageing: timedelta = AGEING) -> list[Pair]:
    """The offers to make now, the most pressing first; at most one a contact and one an operator.

    The same sets give the same pairs in whatever order they are listed. O(n log n) in contacts plus operators, with each
    operator counted once a language and channel.
    """
    room = _Room(sorted(idle, key=_operator_order))
    pairs = []
    for contact in in_order(waiting, now, ageing):
        if room.empty():
            break
        if pair := _pair(contact, room):
            pairs.append(pair)
    return pairs


def in_order(waiting: Iterable[Waiting], now: datetime, ageing: timedelta = AGEING) -> list[Waiting]:
    """The waiting list: a place in it is what a caller is told."""

    def order(contact: Waiting) -> tuple[int, bool, timedelta, UUID]:
        waited = now - contact.waiting_since - (timedelta() if contact.live else ageing)
        return -contact.risk, not contact.head, -waited, contact.id

    return sorted(waiting, key=order)


def _operator_order(operator: Idle) -> tuple[int, int, datetime, int]:
    return operator.flexibility(), operator.load, operator.idle_since, operator.operator_id


def _pair(contact: Waiting, room: "_Room") -> Pair | None:
    speaks = room.take(contact.channel, contact.language, contact.excluded)
    if speaks is not None:
        return Pair(contact.id, speaks)
    if not contact.fallback:
        return None
    anybody = room.take(contact.channel, _ANY, contact.excluded)
    return None if anybody is None else Pair(contact.id, anybody, fallback=True)


_ANY = ""  # the bench of a channel where everybody sits, whatever they speak


class _Room:
    """The idle operators, on a bench for each channel and language, in the order in which they are to be asked."""

    def __init__(self, ordered: Sequence[Idle]) -> None:
        self._taken: set[int] = set()
        self._all = len(ordered)
        self._benches: dict[tuple[str, str], _Bench] = defaultdict(_Bench)
        for operator in ordered:
            for channel in operator.channels():
                for language in {*operator.languages, _ANY}:
                    self._benches[channel, language].add(operator.operator_id)

    def empty(self) -> bool:
        return len(self._taken) == self._all

    def take(self, channel: str, language: str, excluded: frozenset[int]) -> int | None:
        bench = self._benches.get((channel, language))
        chosen = bench.first(self._taken, excluded) if bench else None
        if chosen is not None:
            self._taken.add(chosen)
        return chosen


@dataclass
class _Bench:
    """Operators in order. ``_next`` jumps over those who were taken (with path compression), so that a look is all but O(1)."""

    _seats: list[int] = field(default_factory=list)
    _next: list[int] = field(default_factory=lambda: [0])

    def add(self, operator: int) -> None:
        self._seats.append(operator)
        self._next.append(len(self._seats))

    def first(self, taken: set[int], excluded: frozenset[int]) -> int | None:
        at = self._free(0, taken)
        while at < len(self._seats) and self._seats[at] in excluded:
            at = self._free(at + 1, taken)
        return self._seats[at] if at < len(self._seats) else None

    def _free(self, at: int, taken: set[int]) -> int:
        path = []
        while at < len(self._seats) and (self._next[at] != at or self._seats[at] in taken):
            path.append(at)
            at = self._next[at] if self._next[at] != at else at + 1
        for passed in path:
            self._next[passed] = at
        return at
