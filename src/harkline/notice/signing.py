"""The notice's signing key: 32 bytes in ``keys/notice-ID.key`` (0600), outside the database.

What a thief of it gains: they can sign a list of addresses of their own under this line's name, until the key is revoked. They open
nothing that anybody said. A list that they show to some people only is found out by the open count's log, if the line keeps one.
"""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction

from harkline.notice import policy
from harkline.notice.models import NoticeKey
from harkline.runtime import clock
from harkline_verify.notes import Key, Signer


class NoKey(Exception):
    """There is no key that could sign: the text says what to do."""


def current() -> NoticeKey | None:
    """The key that signs; None before the first."""
    return NoticeKey.objects.filter(retired_at=None).first()


def signer() -> Signer:
    """The current key, made where there has never been one. Raises NoKey where its file is gone, or nothing can be signed here."""
    row = current() or _first()
    return of(row)


def of(row: NoticeKey) -> Signer:
    """The private half of a key. Raises NoKey."""
    key = Key.parse(row.vkey)
    try:
        found = Signer(key.name, Ed25519PrivateKey.from_private_bytes(_file(key).read_bytes()))
    except (OSError, ValueError, AssertionError):
        raise NoKey(f"keys/{_named(key)} cannot be read") from None
    if found.key() != key:
        raise NoKey(f"keys/{_named(key)} is another key")
    return found


def fresh() -> Signer:
    """A new key, on the disk before this returns. A crash before a row names it leaves a file that has signed nothing."""
    seed = secrets.token_bytes(32)
    made = Signer.from_seed(policy.present().name, seed)
    path = _file(made.key())
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(seed)
        file.flush()
        os.fsync(file.fileno())
    return made


def forget(key: Key) -> None:
    """Remove the private half of a key that signs no more."""
    _file(key).unlink(missing_ok=True)


def _first() -> NoticeKey:
    if not policy.present().on:
        raise NoKey("nothing can be signed here")
    made = fresh().key()
    try:
        with transaction.atomic():
            return NoticeKey.objects.create(vkey=str(made), made_at=clock.now())
    except IntegrityError:
        forget(made)  # another process was quicker
        row = current()
        assert row
        return row


def _file(key: Key) -> Path:
    return policy.present().keys / _named(key)


def _named(key: Key) -> str:
    return f"notice-{key.id.hex()}.key"
