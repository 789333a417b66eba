"""Contact cards from issue to end. A card is shown once, to be printed, and never again; names are never given twice."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.channels.radio import alphabet, card, keys
from harkline.channels.radio.card import Offsets
from harkline.channels.radio.models import Card, EndReason
from harkline.channels.radio.policy import present
from harkline.runtime import clock

FIGURES = "23456789"  # 0 and 1 are written as letters are


@dataclass(frozen=True)
class Row:
    """One line of a printed card."""

    line: int
    cells: list[str]
    countersign: str


@dataclass(frozen=True)
class Sheet:
    """A card as it is printed, and what is told beside it and written nowhere."""

    card: Card
    rows: list[Row]
    offsets: Offsets


def issue(by: int, *, letters: int = 3, label: str = "", thread: str | None = None, days: int = 0) -> Card:
    """A new card, by the operator with this pk. Raises ValueError for a number of letters that no card has."""
    if letters not in card.CHOICES:
        raise ValueError("three or four letters")
    valid = timedelta(days=days) if days else present().valid
    with transaction.atomic():
        row = _named(by, letters, label, UUID(thread) if thread else None, clock.now() + valid)
        chain.record(Act.CARD_ISSUED, Subject.CARD, row.name, actor_id=by)
    return row


def _named(by: int, letters: int, label: str, thread: UUID | None, expires: datetime) -> Card:
    for turn in range(200):
        name = _drawn_name(2 + turn // 20)
        try:
            with transaction.atomic():
                return Card.objects.create(
                    name=name,
                    key=keys.present(),
                    letters=letters,
                    label=keys.close_label(name, label),
                    thread=thread,
                    issued_by_id=by,
                    issued_at=clock.now(),
                    expires_at=expires,
                )
        except IntegrityError:
            continue  # somebody has it, or once had
    raise RuntimeError("no free name")


def _drawn_name(letters: int) -> str:
    return "".join(secrets.choice(alphabet.LETTERS) for _ in range(letters)) + secrets.choice(FIGURES)


def print_once(card_id: int, by: int) -> Sheet | None:
    """The card's letters, for the one time that they are shown; None where they were, or the card has ended. A crash after the commit
    leaves a card that nobody has seen: end it and issue another."""
    with transaction.atomic():
        fresh = Card.objects.filter(pk=card_id, printed_at=None, ended_at=None)
        if not fresh.update(printed_at=clock.now(), printed_by_id=by):
            return None
        row = Card.objects.select_related("key").get(pk=card_id)
        sheet = _sheet(row)
        chain.record(Act.CARD_PRINTED, Subject.CARD, row.name, actor_id=by)
    return sheet


def _sheet(row: Card) -> Sheet:
    key = keys.of(row)
    lines = range(1, card.LINES + 1)
    rows = [Row(line, card.cells(key, line, row.letters), card.countersign(key, line)) for line in lines]
    return Sheet(row, rows, card.offsets(key))


def end(card_id: int, by: int, reason: str) -> bool:
    """The card does not count any more; the first who says so. Raises ValueError for a word that is not ours."""
    with transaction.atomic():
        ended = Card.objects.filter(pk=card_id, ended_at=None).update(
            ended_at=clock.now(), ended_by_id=by, reason=EndReason(reason)
        )
        if ended:
            name = Card.objects.values_list("name", flat=True).get(pk=card_id)
            chain.record(Act.CARD_ENDED, Subject.CARD, name, reason=reason, actor_id=by)
    return bool(ended)


def end_all(by: int) -> int:
    """Every card ends, and the key from which they follow is overwritten: after the host was seized, copied, or put back from a
    backup, in which lines that were used since are not. Returns how many."""
    with transaction.atomic():
        ended = Card.objects.filter(ended_at=None).update(ended_at=clock.now(), ended_by_id=by, reason=EndReason.ALL)
        keys.end()
        chain.record(Act.CARD_ENDED, Subject.CARD, reason="all", count=ended, actor_id=by)
    return ended


def every() -> QuerySet[Card]:
    """All cards with how many lines were used, the newest first."""
    rows = Card.objects.select_related("issued_by", "printed_by", "ended_by")
    return rows.annotate(used=Count("draws")).order_by("-pk")
