"""Who is offered to whom, event by event: the policy as a pure core. Values in, values out; no clock of its own.

Contact: highest risk first, then whoever lost an operator, then the longest wait, with ageing (``Waiting.rank``). Operator: the
least flexible idle one who can take it, then who has the least in hand, then the longest idle. Measured against the exact optimum
of small cases this loses 0.2 to 1 % more callers where the usual "longest idle" loses 4 to 12 % more (docs/explanation/routing.md).

Contacts stand in one bucket for each set of needs, operators on one bench for each shape. An event costs time in proportion to the
buckets (or benches) that fit, never to the number of people in them.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from harkline.routing.needs import AGEING, HIGH, Idle, NeedSet, Pair, Rank, Shape, Waiting

_Place = tuple[Rank, Waiting]


@dataclass
class _Bucket:
    """Those who wait with the same needs, in order."""

    needs: NeedSet
    waiting: list[_Place] = field(default_factory=list)
    benches: list["_Bench"] = field(default_factory=list)  # that can take them, the least flexible first


@dataclass
class _Bench:
    """Idle operators of one shape, in the order in which they are to be asked."""

    shape: Shape
    seats: list[tuple[tuple[int, datetime, int], Idle]] = field(default_factory=list)
    buckets: list[_Bucket] = field(default_factory=list)  # that they can take


class Dispatcher:
    """Who waits and who is idle. Each event returns the offer that it makes possible; both are then out of the lists, and come back
    by ``offer`` and ``free``. ``reserve``: so many idle operators are kept for calls and chats of high risk."""

    def __init__(self, *, ageing: timedelta = AGEING, reserve: int = 0) -> None:
        self.ageing, self.reserve = ageing, reserve
        self.now = datetime.min.replace(tzinfo=UTC)
        self._buckets: dict[NeedSet, _Bucket] = {}
        self._benches: dict[Shape, _Bench] = {}
        self._places: dict[Hashable, tuple[list[_Place], _Place]] = {}  # where each contact waits
        self._idle: dict[int, tuple[_Bench, Idle]] = {}
        self._held: dict[int, list[_Place]] = defaultdict(list)  # contacts that wait for one operator, by that one
        self._until: list[tuple[datetime, Rank, int, Waiting]] = []  # when they stop doing so: a heap
        self._count = count()

    # ---- events

    def offer(self, contact: Waiting) -> Pair | None:
        """A contact begins to wait, or waits with other needs or at another risk than before. O(benches that fit)."""
        self.abandon(contact.id)
        chosen = self._seat_for(contact)
        if chosen:
            return self._pair(contact, chosen)
        self._wait(contact)
        return None

    def free(self, operator: Idle) -> Pair | None:
        """An operator can take something, or something else than before. O(buckets of the operator)."""
        self.leave(operator.operator_id)
        bench = self._bench(operator.shape)
        insort(bench.seats, (operator.turn, operator))
        self._idle[operator.operator_id] = bench, operator
        if self.reserve:
            return self._any_pair()  # one more idle may free another who was kept back
        found = self._next_for(bench, operator)
        return self._pair(found, operator) if found else None

    def abandon(self, contact_id: Hashable) -> bool:
        """A contact does not wait any more. False where it did not."""
        found = self._places.pop(contact_id, None)
        if found is None:
            return False
        waiting, place = found
        del waiting[bisect_left(waiting, place)]
        return True

    def leave(self, operator_id: int) -> bool:
        """An operator can take nothing now. False where they could not."""
        found = self._idle.pop(operator_id, None)
        if found is None:
            return False
        bench, operator = found
        del bench.seats[bisect_left(bench.seats, (operator.turn,))]
        return True

    def tick(self, now: datetime) -> list[Pair]:
        """Time passes: who waited long enough for one operator is offered to anybody. O(those whose bound has passed)."""
        self.now = now
        due = []
        while self._until and self._until[0][0] <= now:
            _until, rank, _count, contact = heappop(self._until)
            waits = self._places.get(contact.id)
            if waits and waits[1] == (rank, contact):
                due.append((rank, contact))
        return [pair for _rank, contact in sorted(due, key=lambda one: one[0]) if (pair := self.offer(contact))]

    # ---- looks

    def __len__(self) -> int:
        """How many wait."""
        return len(self._places)

    def idle(self) -> int:
        """How many operators are idle."""
        return len(self._idle)

    def heads(self, shape: Shape) -> list[Waiting]:
        """The first of each set of needs that operators of this shape can take: among whom a decision is made."""
        bench = self._benches.get(shape)
        return [bucket.waiting[0][1] for bucket in bench.buckets if bucket.waiting] if bench else []

    # ---- contacts

    def _wait(self, contact: Waiting) -> None:
        rank = contact.rank(self.ageing)
        place = (rank, contact)
        held_for = contact.held_for(self.now)
        if held_for is not None and contact.prefers_until:
            waiting = self._held[held_for]
            heappush(self._until, (contact.prefers_until, rank, next(self._count), contact))
        else:
            waiting = self._bucket(contact.needs).waiting
        insort(waiting, place)
        self._places[contact.id] = waiting, place

    def _bucket(self, needs: NeedSet) -> _Bucket:
        found = self._buckets.get(needs)
        if found is None:
            fits = [bench for bench in self._benches.values() if bench.shape.can(needs)]
            found = _Bucket(needs, benches=sorted(fits, key=lambda bench: bench.shape.flexibility))
            self._buckets[needs] = found
            for bench in found.benches:
                bench.buckets.append(found)
        return found

    def _next_for(self, bench: _Bench, operator: Idle) -> Waiting | None:
        """The contact that this operator is to be offered; of equals, whoever waits for them alone comes by rank like all others."""
        best: _Place | None = None
        for bucket in bench.buckets:
            for place in bucket.waiting:
                if best and best[0] < place[0]:
                    break
                if operator.operator_id not in place[1].excluded:
                    best = place
                    break
        for place in self._held.get(operator.operator_id, ()):
            if best and best[0] < place[0]:
                break
            if bench.shape.can(place[1].needs) and operator.operator_id not in place[1].excluded:
                best = place
                break
        return best[1] if best and not self._kept_back(best[1]) else None

    # ---- operators

    def _bench(self, shape: Shape) -> _Bench:
        found = self._benches.get(shape)
        if found is None:
            found = _Bench(shape, buckets=[one for one in self._buckets.values() if shape.can(one.needs)])
            self._benches[shape] = found
            for bucket in found.buckets:
                insort(bucket.benches, found, key=lambda bench: bench.shape.flexibility)
        return found

    def _seat_for(self, contact: Waiting) -> Idle | None:
        """The operator who is to be offered this contact."""
        if self._kept_back(contact):
            return None
        held_for = contact.held_for(self.now)
        if held_for is not None:
            bench, operator = self._idle.get(held_for, (None, None))
            return operator if bench and bench.shape.can(contact.needs) else None
        if contact.prefers is not None and contact.risk >= HIGH:
            bench, operator = self._idle.get(contact.prefers, (None, None))
            if bench and operator and bench.shape.can(contact.needs) and contact.prefers not in contact.excluded:
                return operator  # wanted, and there: but nobody at high risk waits for them
        benches = self._bucket(contact.needs).benches
        if not contact.fallback:
            return _first(iter(benches), contact)
        speak = _first((one for one in benches if contact.language in one.shape.languages), contact)
        return speak or _first(iter(benches), contact)

    def _kept_back(self, contact: Waiting) -> bool:
        """Whether the last idle operators are kept for somebody at high risk."""
        return bool(self.reserve) and contact.risk < HIGH and len(self._idle) <= self.reserve

    def _any_pair(self) -> Pair | None:
        """The most pressing contact that anybody idle can take."""
        heads = sorted(
            [(place, bucket) for bucket in self._buckets.values() for place in bucket.waiting[:1]],
            key=lambda one: one[0][0],
        )
        for _place, bucket in heads:
            for _rank, contact in bucket.waiting:
                if operator := self._seat_for(contact):
                    return self._pair(contact, operator)
                if not contact.excluded:
                    break  # those behind have the same needs
        for wanted, places in self._held.items():
            for _rank, contact in places:
                if wanted in self._idle and (operator := self._seat_for(contact)):
                    return self._pair(contact, operator)
        return None

    def _pair(self, contact: Waiting, operator: Idle) -> Pair:
        self.abandon(contact.id)
        self.leave(operator.operator_id)
        return Pair(contact.id, operator.operator_id, fallback=contact.language not in operator.languages)


def _first(benches: Iterator[_Bench], contact: Waiting) -> Idle | None:
    """The first operator who is not excluded; benches come the least flexible first, and of equals the first turn counts."""
    best: tuple[int, tuple[int, datetime, int], Idle] | None = None
    for bench in benches:
        if best and bench.shape.flexibility > best[0]:
            break
        for turn, operator in bench.seats:
            if operator.operator_id in contact.excluded:
                continue
            if best is None or turn < best[1]:
                best = (bench.shape.flexibility, turn, operator)
            break
    return best[2] if best else None


def reserve_of(on_duty: int, percent: float) -> int:
    """How many idle operators are kept for high risk: none below 20 on duty, where one is too many; else at least one."""
    return max(1, round(on_duty * percent / 100)) if percent and on_duty >= FEWEST_FOR_RESERVE else 0


FEWEST_FOR_RESERVE = 20
