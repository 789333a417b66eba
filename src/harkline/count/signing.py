"""The log's signing key: 32 bytes in ``keys/count.key`` (0600), outside the database.

What a thief of it gains: they can sign another log under this name. They cannot make a witness confirm one that rewrites this,
cannot open an entry, and cannot raise a figure. Whoever accepts a checkpoint without a quorum of witnesses would believe them.
"""

import os
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harkline.count import policy
from harkline_verify.notes import Key, Signer


def make() -> None:
    """Make the key where there is none, on the disk before this returns. A crash half-way leaves a file that ``signer`` refuses:
    it has signed nothing yet, and may be removed."""
    path = policy.present().key_file
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def signer() -> Signer:
    """The log's name and key. Raises OSError, ValueError."""
    raw = policy.present().key_file.read_bytes()
    return Signer(policy.present().origin, Ed25519PrivateKey.from_private_bytes(raw))


def key() -> Key:
    """By which everybody checks the log's signature."""
    return signer().key()
