"""What a browser makes of a passphrase; the same here, for the demonstration's operators and for tests.

Argon2id (RFC 9106) makes every guess cost memory; a ``kdf``, stored beside the key, says how it was derived. Keys from before are
PBKDF2-SHA-256 (RFC 8018) and still open. HKDF (RFC 5869) then parts the value that signs in from the key that opens. Knowing the
first does not lead to the second.
"""

import base64
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from harkline.seal.envelope import VERSION, Refused

ARGON2ID, PBKDF2 = "argon2id", "PBKDF2-SHA-256"
MEMORY, PASSES, LANES = 64 * 1024, 3, 1  # KiB; RFC 9106's second recommendation, on the one thread that a browser gives
ITERATIONS = 600_000  # of keys from before
Kdf = Mapping[str, Any]


@dataclass(frozen=True)
class Derived:
    """``sign_in`` is what the server is shown as the password; ``unlock`` (32 bytes) opens the operator's private key."""

    sign_in: str
    unlock: bytes


def same_name(username: str) -> str:
    """A username in the one spelling that salts and counts go by."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def argon2id(salt: bytes, memory: int = MEMORY) -> dict[str, str | int]:
    """How a key is derived now. ``salt`` is 16 bytes, ``memory`` in KiB."""
    text = base64.b64encode(salt).decode()
    return {"name": ARGON2ID, "memory": memory, "passes": PASSES, "lanes": LANES, "salt": text}


def pbkdf2(line_salt: str, username: str) -> dict[str, str | int]:
    """How a key was derived before: the salt is made of the line's and the username."""
    salt = b"|".join((VERSION, line_salt.encode(), same_name(username).encode()))
    return {"name": PBKDF2, "iterations": ITERATIONS, "salt": base64.b64encode(salt).decode()}


def checked(kdf: Kdf, memory: int = MEMORY) -> Kdf:
    """A way to derive new keys, as a browser names it. Raises ValueError for one that is unknown or too cheap."""
    if set(kdf) != {"name", "memory", "passes", "lanes", "salt"} or kdf["name"] != ARGON2ID:
        raise ValueError("not a known way to derive a key")
    if any(type(kdf[one]) is not int for one in ("memory", "passes", "lanes")) or not isinstance(kdf["salt"], str):
        raise ValueError("not a known way to derive a key")
    if len(base64.b64decode(kdf["salt"], validate=True)) < 16:
        raise ValueError("too short a salt")
    if kdf["memory"] < memory or kdf["passes"] < PASSES or kdf["lanes"] != LANES:
        raise ValueError("too little work")
    return kdf


def derive(passphrase: str, kdf: Kdf) -> Derived:
    """A tenth of a second of work or more, by design. Raises ValueError for an unknown ``kdf``."""
    master = _stretch(unicodedata.normalize("NFKC", passphrase).encode(), kdf, base64.b64decode(kdf["salt"]))
    sign_in = base64.urlsafe_b64encode(_part(master, b"sign-in")).rstrip(b"=").decode()
    return Derived(sign_in, _part(master, b"unlock"))


def _stretch(words: bytes, kdf: Kdf, salt: bytes) -> bytes:
    if kdf["name"] == PBKDF2:
        return PBKDF2HMAC(SHA256(), length=32, salt=salt, iterations=kdf["iterations"]).derive(words)
    if kdf["name"] != ARGON2ID:
        raise ValueError("not a known way to derive a key")
    how = {"iterations": kdf["passes"], "lanes": kdf["lanes"], "memory_cost": kdf["memory"]}
    return Argon2id(salt=salt, length=32, **how).derive(words)


def wrap_private(private: bytes, unlock: bytes, public: bytes) -> bytes:
    """An operator's private key, closed: nonce (12) | ciphertext | tag, bound to its public half."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(unlock).encrypt(nonce, private, _bound(public))


def unwrap_private(wrapped: bytes, unlock: bytes, public: bytes) -> bytes:
    """Open what ``wrap_private`` closed. Raises Refused for a wrong passphrase."""
    try:
        return AESGCM(unlock).decrypt(wrapped[:12], wrapped[12:], _bound(public))
    except (InvalidTag, ValueError) as error:
        raise Refused("this passphrase does not open the key") from error


def _part(master: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=VERSION + b"|passphrase|" + use).derive(master)


def _bound(public: bytes) -> bytes:
    return VERSION + b"|operator-key|" + public
