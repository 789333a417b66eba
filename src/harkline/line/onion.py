"""What an onion address is (Tor, rend-spec-v3, "Encoding onion addresses"): a public key, a checksum and a version. Pure."""

import base64
import binascii
import re
from hashlib import sha3_256

_HOST = re.compile(r"[a-z2-7]{56}\.onion")
_VERSION = b"\x03"


def is_onion(host: str) -> bool:
    """Whether ``host`` is an onion address of version 3 whose checksum holds: a slip of the finger is none."""
    if not _HOST.fullmatch(host):
        return False
    raw = base64.b32decode(host.removesuffix(".onion").upper())
    return raw[34:] == _VERSION and raw[32:34] == _checksum(raw[:32])


def of(public: bytes) -> str:
    """The address of an Ed25519 public key of 32 bytes."""
    raw = public + _checksum(public) + _VERSION
    return base64.b32encode(raw).decode().lower() + ".onion"


def _checksum(public: bytes) -> bytes:
    return sha3_256(b".onion checksum" + public + _VERSION).digest()[:2]


def authorised(public: bytes) -> str:
    """The line of a file in ``authorized_clients`` that lets the holder of this X25519 key in."""
    return f"descriptor:x25519:{key(public)}"


def key(raw: bytes) -> str:
    """32 bytes as Tor writes keys: base32 without padding."""
    return base64.b32encode(raw).decode().rstrip("=")


def read_key(text: str) -> bytes | None:
    """The 32 bytes again; None for anything else."""
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        return None
    return raw if len(raw) == 32 else None
