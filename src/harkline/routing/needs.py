"""What a contact needs and what an operator can give, as values: nothing here knows a database."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

# A message that has waited this long stands level with a call that comes in now, and goes before every later one.
AGEING = timedelta(hours=4)
HIGH = 2  # the risk at which nobody waits for a particular operator, and for which idle ones may be kept back

CALL, CHAT, MESSAGE = "call", "chat", "message"


class NeedSet(NamedTuple):
    """What whoever takes a contact must bring. ``kind``: ``call``, ``chat`` or ``message``. ``anybody``: of those on duty nobody
    (left to ask) speaks the language, so that somebody who does not is better than nobody."""

    kind: str
    language: str
    skills: frozenset[str] = frozenset()
    anybody: bool = False


Rank = tuple[int, bool, datetime, Any]


@dataclass(frozen=True)
class Waiting:
    """A contact that nobody has. ``fallback``: see ``NeedSet.anybody``. ``excluded``: operators who declined this contact, let its
    offer time out, or must not know of it. ``prefers``: the operator whom the caller wants again, who is waited for until
    ``prefers_until`` and no longer."""

    id: Hashable
    channel: str
    language: str
    waiting_since: datetime
    live: bool = False
    risk: int = 0
    head: bool = False
    fallback: bool = False
    excluded: frozenset[int] = frozenset()
    skills: frozenset[str] = frozenset()
    prefers: int | None = None
    prefers_until: datetime | None = None

    @property
    def kind(self) -> str:
        """``call``, ``chat`` or ``message``: what it occupies of somebody."""
        if not self.live:
            return MESSAGE
        return CALL if self.channel == "phone" else CHAT

    @property
    def needs(self) -> NeedSet:
        """What whoever takes it must bring."""
        return NeedSet(self.kind, self.language, self.skills, self.fallback)

    def rank(self, ageing: timedelta = AGEING) -> Rank:
        """Its place among all who wait, the least first. Waiting makes everybody older alike, so that it never changes: highest
        risk, then whoever lost an operator, then the longest wait, where a message starts ``ageing`` behind a call."""
        return -self.risk, not self.head, self.waiting_since + (timedelta() if self.live else ageing), self.id

    def held_for(self, now: datetime) -> int | None:
        """The one operator to whom alone it may be offered now; None where anybody may have it. High risk waits for nobody."""
        still = self.prefers_until is not None and now < self.prefers_until
        return self.prefers if still and self.risk < HIGH and self.prefers not in self.excluded else None


class Shape(NamedTuple):
    """Operators of one shape are alike in what they can take now."""

    kinds: frozenset[str]
    languages: frozenset[str]
    skills: frozenset[str]

    @property
    def flexibility(self) -> int:
        """How many sorts of contact they could take: the more, the longer they are kept back."""
        return len(self.languages) * len(self.kinds) * (1 + len(self.skills))

    def can(self, needs: NeedSet) -> bool:
        """Whether they may be offered it at all."""
        return (
            needs.kind in self.kinds
            and needs.skills <= self.skills
            and (needs.anybody or needs.language in self.languages)
        )


@dataclass(frozen=True)
class Idle:
    """An operator who can be offered something. ``capacity``: how many more of each kind (``call``, ``chat``, ``message``) they can
    take. ``load``: how many contacts they have in hand."""

    operator_id: int
    languages: frozenset[str]
    capacity: Mapping[str, int]
    idle_since: datetime
    skills: frozenset[str] = frozenset()
    load: int = 0

    @property
    def shape(self) -> Shape:
        """What they can take now."""
        return Shape(frozenset(kind for kind, free in self.capacity.items() if free > 0), self.languages, self.skills)

    @property
    def turn(self) -> tuple[int, datetime, int]:
        """Their place among those of one shape: the least in hand, then the longest idle."""
        return self.load, self.idle_since, self.operator_id


@dataclass(frozen=True)
class Pair:
    """One offer to make. ``fallback``: the operator does not speak the contact's language."""

    contact_id: Any
    operator_id: int
    fallback: bool = False


def capacity(calls: int, chats: int, messages: int, *, chats_at_once: int, messages_at_once: int) -> dict[str, int]:
    """How many more of each kind somebody can take who has these in hand: one call, or several chats, or mails. Mails can be laid
    aside for somebody who is there now; nobody who is there now is laid aside for anything."""
    if calls:
        return {CALL: 0, CHAT: 0, MESSAGE: 0}
    if chats:
        return {CALL: 0, CHAT: max(0, chats_at_once - chats), MESSAGE: 0}
    return {CALL: 1, CHAT: chats_at_once, MESSAGE: max(0, messages_at_once - messages)}
