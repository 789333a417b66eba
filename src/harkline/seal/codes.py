"""Codes that people copy, type and say: the return code of the web, that of the phone, and the token in a reply address.

The browser's twin of the first is ``static/harkline/seal/codes.js``.
"""

import base64
import secrets
import unicodedata
from hashlib import blake2b

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from harkline.seal.envelope import VERSION, public_of
from harkline.seal.hashes import same

LENGTH = 16  # characters of a return code: 80 bits
PHONE_LENGTH = 12  # digits of a phone's return code: eleven drawn, one check digit
HANDLE = 5  # random bytes in a reply token, followed by as many of its MAC

_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
# Digits that base32 does not have, and the letter each was read from.
_READ_AS = str.maketrans("018", "OIB")

# H. Michael Damm's quasigroup (2004): catches every single wrong digit and every swap of two neighbours.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def generate() -> str:
    """A new return code: 16 characters of RFC 4648 base32, from 80 random bits."""
    return base64.b32encode(secrets.token_bytes(LENGTH * 5 // 8)).decode()


def shown(code: str) -> str:
    """A code as people read it, in groups of four."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def normalise(typed: str) -> str | None:
    """The return code somebody typed: any case, spacing, punctuation and script of digits; 0, 1 and 8 read as O, I and B.

    None if it is no return code, whatever is wrong with it.
    """
    text = spelled(typed)
    return text if len(text) == LENGTH and set(text) <= _ALPHABET else None


def spelled(typed: str) -> str:
    """The letters and digits of something typed, as base32 has them."""
    return "".join(filter(str.isalnum, _plain(typed))).upper().translate(_READ_AS)


def lookup(code: str) -> bytes:
    """What is sent to find the thread of a normalised code: 32 bytes that do not lead back to it. The server keeps their keyed hash."""
    return _derive(code, b"lookup")


def caller_key(code: str) -> tuple[bytes, bytes]:
    """The X25519 pair (private, public) of who holds a normalised code; replies are sealed to its public half."""
    private = _derive(code, b"caller-key")
    return private, public_of(private)


def phone_code() -> str:
    """A new return code for the phone: eleven random digits and a check digit. It tells which case, and opens nothing."""
    digits = f"{secrets.randbelow(10 ** (PHONE_LENGTH - 1)):0{PHONE_LENGTH - 1}d}"
    return digits + str(_damm(digits))


def normalise_phone(typed: str) -> str | None:
    """The twelve digits somebody keyed or typed; None if they are no phone code (a wrong digit, two swapped, too few)."""
    text = "".join(c for c in _plain(typed) if c in "0123456789")
    return text if len(text) == PHONE_LENGTH and _damm(text) == 0 else None


def reply_token(host_key: bytes, handle: bytes) -> str:
    """The token of a reply address for a thread's handle: 16 lower-case base32 characters, of which half are a MAC."""
    return base64.b32encode(handle + _mac(host_key, handle)).decode().lower()


def reply_handle(host_key: bytes, token: str) -> bytes | None:
    """The handle in a reply token (any case); None if this host did not make it."""
    text = token.upper()
    if len(text) != LENGTH or not set(text) <= _ALPHABET:
        return None
    raw = base64.b32decode(text)
    handle, mac = raw[:HANDLE], raw[HANDLE:]
    return handle if same(mac, _mac(host_key, handle)) else None


def _plain(typed: str) -> str:
    """Typed text with full-width letters narrowed and every script's digits as 0 to 9."""
    text = unicodedata.normalize("NFKC", typed)
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


def _derive(code: str, use: bytes) -> bytes:
    info = VERSION + b"|return-code|" + use
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(base64.b32decode(code))


def _mac(host_key: bytes, handle: bytes) -> bytes:
    return blake2b(handle, key=host_key, person=b"reply token", digest_size=HANDLE).digest()


def _damm(digits: str) -> int:
    """The check digit of ``digits``; 0 over digits that end in their own."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim
