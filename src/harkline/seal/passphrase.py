"""What a browser makes of a passphrase; the same here, for the demonstration's operators and for tests.

PBKDF2-SHA-256 (RFC 8018) because a browser has it without anybody's library; HKDF (RFC 5869) then parts the value that signs in
from the key that opens. Knowing the first does not lead to the second.
"""

import base64
import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from harkline.seal.envelope import VERSION, Refused

ITERATIONS = 600_000


@dataclass(frozen=True)
class Derived:
    """``sign_in`` is what the server is shown as the password; ``unlock`` (32 bytes) opens the operator's private key."""

    sign_in: str
    unlock: bytes


def same_name(username: str) -> str:
    """A username in the one spelling that salts and counts go by."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def salt(line_salt: str, username: str) -> bytes:
    """The salt of one operator on one line."""
    return b"|".join((VERSION, line_salt.encode(), same_name(username).encode()))


def kdf(line_salt: str, username: str) -> dict[str, str | int]:
    """How a key was derived, as stored beside it."""
    text = base64.b64encode(salt(line_salt, username)).decode()
    return {"name": "PBKDF2-SHA-256", "iterations": ITERATIONS, "salt": text}


def derive(passphrase: str, line_salt: str, username: str) -> Derived:
    """A tenth of a second of work or more, by design."""
    text = unicodedata.normalize("NFKC", passphrase)
    rounds = PBKDF2HMAC(SHA256(), length=32, salt=salt(line_salt, username), iterations=ITERATIONS)
    master = rounds.derive(text.encode())
    sign_in = base64.urlsafe_b64encode(_part(master, b"sign-in")).rstrip(b"=").decode()
    return Derived(sign_in, _part(master, b"unlock"))


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
