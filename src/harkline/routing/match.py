"""All who wait and all who are idle, in one go: the dispatcher's decisions from rows just read, then messages matched anew.

Calls and chats are offered one after the other as ``dispatcher`` says. Messages and calls back can stand a moment of thought: one
that found nobody is given a place by moving another to somebody else who can take it, as far as that is possible. By taking them in
their order this serves as many as can be served, and of two the more pressing (augmenting paths: Kuhn 1955; Edmonds 1971 on why
the order is kept). It looks at no more than those who are idle now.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta

from harkline.routing.dispatcher import Dispatcher
from harkline.routing.needs import AGEING, Idle, Pair, Waiting

__all__ = ["AGEING", "Idle", "Pair", "Waiting", "in_order", "match", "rematched"]


def match(
    waiting: Iterable[Waiting], idle: Iterable[Idle], now: datetime, ageing: timedelta = AGEING, reserve: int = 0
) -> list[Pair]:
    """The offers to make now, the most pressing first; at most one a contact and one an operator.

    The same sets give the same pairs in whatever order they are listed. O(n log n) in contacts plus operators.
    """
    core = Dispatcher(ageing=ageing, reserve=reserve)
    core.tick(now)
    operators = list(idle)
    for operator in operators:
        core.free(operator)
    contacts = in_order(waiting, now, ageing)
    pairs: dict[Hashable, Pair] = {}
    left = []
    for contact in contacts:
        if not core.idle() and not pairs:
            break
        pair = core.offer(contact) if core.idle() else None
        if pair:
            pairs[contact.id] = pair
        elif not contact.live and contact.held_for(now) is None:
            left.append(contact)
    return rematched(contacts, operators, pairs, left)


def in_order(waiting: Iterable[Waiting], now: datetime, ageing: timedelta = AGEING) -> list[Waiting]:
    """The waiting list: a place in it is what a caller is told."""
    return sorted(waiting, key=lambda contact: contact.rank(ageing))


def rematched(
    contacts: Iterable[Waiting], operators: Iterable[Idle], pairs: dict[Hashable, Pair], left: Iterable[Waiting]
) -> list[Pair]:
    """The pairs in the order of the contacts, with a place for each of those ``left`` for whom others can make room."""
    known = {contact.id: contact for contact in contacts}
    room = _Rearranged(known, list(operators), pairs)
    for contact in left:
        room.seat(contact)
    return [room.pairs[one] for one in known if one in room.pairs]


class _Rearranged:
    """Messages on their operators, which may be moved; calls and chats, which may not."""

    def __init__(self, known: dict[Hashable, Waiting], operators: list[Idle], pairs: dict[Hashable, Pair]) -> None:
        self.known, self.pairs = known, dict(pairs)
        self.of = {pair.operator_id: one for one, pair in pairs.items()}  # whom each operator is to be offered
        fixed = {pair.operator_id for one, pair in pairs.items() if known[one].live or known[one].prefers is not None}
        self.operators = [one for one in operators if one.operator_id not in fixed]
        self.operators.sort(key=lambda one: (one.shape.flexibility, one.turn))
        self.movable = any(one.operator_id in self.of for one in self.operators)
        self._hopeless: set[object] = set()

    def seat(self, contact: Waiting) -> None:
        """Find it a place. What found none for one finds none for another with the same needs."""
        sort = (contact.needs, contact.excluded)
        if not self.movable or sort in self._hopeless:
            return
        if not self._seat(contact, set(), strict=not contact.fallback):
            self._hopeless.add(sort)

    def _seat(self, contact: Waiting, seen: set[int], *, strict: bool) -> bool:
        for operator in self.operators:
            who = operator.operator_id
            if who in seen or who in contact.excluded or not operator.shape.can(contact.needs):
                continue
            if strict and contact.language not in operator.languages:
                continue  # whoever is moved is moved to somebody who speaks their language
            seen.add(who)
            there = self.of.get(who)
            if there is None or self._seat(self.known[there], seen, strict=True):
                self.pairs[contact.id] = Pair(contact.id, who, contact.language not in operator.languages)
                self.of[who] = contact.id
                return True
        return False
