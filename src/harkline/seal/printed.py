"""The printed code that opens an operator's key when the passphrase is gone and no passkey at hand: 128 bits and a checksum.

28 characters of RFC 4648 base32 in seven groups of four: 16 random bytes, then 12 bits of SHA-256 over them, so that a slip of the pen
is told from a code that opens nothing. The browser's twin is ``static/harkline/seal/printed.js``.
"""

import hashlib
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from harkline.seal import codes
from harkline.seal.envelope import VERSION

BYTES = 16
LENGTH = 28  # characters
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def generate() -> bytes:
    """A new code's 16 bytes."""
    return secrets.token_bytes(BYTES)


def written(secret: bytes) -> str:
    """As it is printed, in groups of four."""
    number = int.from_bytes(secret, "big") << 12 | _check(secret)
    letters = (_ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return codes.shown("".join(letters))


def read(typed: str) -> bytes | None:
    """The 16 bytes of a code as somebody typed it, in any case and spacing; None if it is none, or has a mistake in it."""
    text = codes.spelled(typed)
    if len(text) != LENGTH or not set(text) <= set(_ALPHABET):
        return None
    number = 0
    for letter in text:
        number = number << 5 | _ALPHABET.index(letter)
    secret = (number >> 12).to_bytes(BYTES, "big")
    return secret if number & 0xFFF == _check(secret) else None


def unlock(secret: bytes) -> bytes:
    """The key (32 bytes) under which the operator's private key lies once more; see ``seal.passphrase.wrap_private``."""
    return HKDF(SHA256(), length=32, salt=None, info=VERSION + b"|printed-code|unlock").derive(secret)


def _check(secret: bytes) -> int:
    return int.from_bytes(hashlib.sha256(VERSION + b"|printed-code|check|" + secret).digest()[:2], "big") >> 4
