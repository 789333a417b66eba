"""The organisation's card key, and what it opens: the key of one card, the label on its row.

It lies in the database, boxed under the host key, because an answer has to be judged at any hour by whoever is on duty. Database or host
key alone give nothing; who has both can make every card again. ``end`` is for that: the key is overwritten (``secure_delete``).
"""

import secrets

from harkline.channels.radio import card
from harkline.channels.radio.models import Card, CardKey
from harkline.runtime import clock, secret
from harkline.seal import box
from harkline.seal.envelope import Refused

LONGEST = 40  # letters of a label


class Gone(Exception):
    """The key has ended, or belongs to another host: its cards cannot be judged."""


def present() -> CardKey:
    """The key from which new cards follow; made where there is none. Two that are made at once are both good: each card names its own."""
    row = CardKey.objects.filter(ended_at=None).order_by("pk").first()
    return row or CardKey.objects.create(boxed=_close(secrets.token_bytes(32), "key"), made_at=clock.now())


def end() -> None:
    """Overwrite every key. Their cards cannot be judged any more."""
    CardKey.objects.filter(ended_at=None).update(ended_at=clock.now(), boxed=b"")


def of(row: Card) -> bytes:
    """The key of one card. Raises ``Gone``."""
    try:
        return card.card_key(_open(bytes(row.key.boxed), "key"), row.name)
    except Refused as error:
        raise Gone(row.name) from error


def close_label(name: str, label: str) -> bytes:
    """A label as it lies in a card's row; nothing for none."""
    said = " ".join(label.split())[:LONGEST]
    return _close(said.encode(), f"label|{name}") if said else b""


def label_of(row: Card) -> str:
    """What the line calls whoever has the card; empty where nothing was said or another host's key closed it."""
    try:
        return _open(bytes(row.label), f"label|{row.name}").decode() if row.label else ""
    except Refused:
        return ""


def _close(plain: bytes, context: str) -> bytes:
    return box.box(secret.keyed("radio cards", b""), plain, f"radio|{context}")


def _open(boxed: bytes, context: str) -> bytes:
    return box.unbox(secret.keyed("radio cards", b""), boxed, f"radio|{context}")
