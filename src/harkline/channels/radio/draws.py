"""A contact card on the air: a column is drawn, an answer judged, the countersign given.

Drawing is the one step that uses a line up. It is an insert under a unique constraint: of two operators who draw one line at the same
moment one gets it, and after a crash the row is there or nothing was asked.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.channels.radio import alphabet, card, guesses, keys
from harkline.channels.radio.card import Heard
from harkline.channels.radio.models import Card, Draw, Verdict
from harkline.intake import receive
from harkline.runtime import clock

Recognised = Callable[[int, str, str], None]
_recognised: list[Recognised] = []


class No(Exception):
    """A line that cannot be drawn, or an answer that cannot be taken. ``word``: no_such_card, ended, expired, not_printed, no_such_line,
    used, gone (the key), nothing_asked. ``at``: since when, where that is known."""

    def __init__(self, word: str, at: datetime | None = None) -> None:
        super().__init__(word)
        self.word, self.at = word, at


@dataclass(frozen=True)
class Exchange:
    """How it stands in one contact: the last line that was drawn, and whether that is enough. ``countersign`` is empty until then."""

    draw: Draw
    right: int
    recognised: bool
    countersign: str


def when_recognised(tell: Recognised) -> None:
    """Register who is told (operator's pk, contact, the card's thread) when the holder of a caller's card was recognised."""
    _recognised.append(tell)


def draw(contact_id: str, operator_id: int, typed: str, line: int) -> Draw:
    """Use up a line and draw its column by lot. Raises ``No``."""
    row = _card(alphabet.heard(typed))
    if not 1 <= line <= card.LINES:
        raise No("no_such_line")
    thread = receive.find(contact_id)
    with transaction.atomic():
        needed = guesses.needed()
        try:
            with transaction.atomic():
                drawn = Draw.objects.create(
                    card=row,
                    line=line,
                    column=secrets.randbelow(card.WIDTH),
                    contact=contact_id,
                    thread=thread.thread_id if thread else None,
                    operator_id=operator_id,
                    drawn_at=clock.now(),
                    needed=needed,
                )
        except IntegrityError:
            raise No("used", _drawn_at(row, line)) from None
        chain.record(Act.LINE_DRAWN, Subject.CARD, f"{row.name}:{line}", case=contact_id, actor_id=operator_id)
    return drawn


def _card(name: str) -> Card:
    row = Card.objects.select_related("key").filter(name=name).first()
    if row is None:
        raise No("no_such_card")
    if row.ended_at:
        raise No("ended", row.ended_at)
    if row.expires_at <= clock.now():
        raise No("expired", row.expires_at)
    if row.printed_at is None:
        raise No("not_printed")
    try:
        keys.of(row)
    except keys.Gone:
        raise No("gone") from None
    return row


def _drawn_at(row: Card, line: int) -> datetime | None:
    return Draw.objects.filter(card=row, line=line).values_list("drawn_at", flat=True).first()


def standing(contact_id: str) -> Exchange | None:
    """How it stands in this contact; None before the first line was drawn."""
    rows = Draw.objects.select_related("card__key").filter(contact=contact_id).order_by("-pk")
    last = rows.first()
    if last is None:
        return None
    right = 0
    for one in rows:
        if one.card_id != last.card_id or one.verdict != Verdict.RIGHT:
            break
        right += 1
    enough = bool(last.verdict) and right >= last.needed
    return Exchange(last, right, enough, _countersign(last) if enough else "")


def _countersign(row: Draw) -> str:
    try:
        return card.countersign(keys.of(row.card), row.line)
    except keys.Gone:
        return ""  # all cards were ended a moment ago


def answer(contact_id: str, operator_id: int, typed: str) -> Heard:
    """Judge what was said for the line that was drawn last; RIGHT also for somebody who is forced: the contact's flag alone says
    otherwise. Raises ``No``."""
    now = standing(contact_id)
    if now is None or now.draw.verdict:
        raise No("nothing_asked")
    row = now.draw
    try:
        key = keys.of(row.card)
    except keys.Gone:
        raise No("gone") from None
    heard = card.judge(key, row.line, row.column, alphabet.heard(typed, row.card.letters + 1), row.card.letters)
    if heard is Heard.GARBLED:
        Draw.objects.filter(pk=row.pk, verdict="").update(garbled=F("garbled") + 1)
        return heard
    with transaction.atomic():
        _ended(row, Verdict.WRONG if heard is Heard.WRONG else Verdict.RIGHT)
        if heard is Heard.FORCED:
            receive.flag(contact_id, "duress")
    _tell(contact_id, operator_id)
    return Heard.RIGHT if heard is Heard.FORCED else heard


def _ended(row: Draw, verdict: Verdict) -> None:
    if not Draw.objects.filter(pk=row.pk, verdict="").update(verdict=verdict, ended_at=clock.now()):
        raise No("nothing_asked")  # a colleague was quicker
    if verdict is Verdict.WRONG:
        guesses.counted()


def _tell(contact_id: str, operator_id: int) -> None:
    # A crash before this leaves a contact that was recognised and stands alone: the console still shows the card's name.
    now = standing(contact_id)
    if now and now.recognised and now.draw.card.thread:
        for tell in _recognised:
            tell(operator_id, contact_id, str(now.draw.card.thread))
