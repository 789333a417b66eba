"""The Autocrypt header: a sender's OpenPGP key travels with each mail (Autocrypt Level 1). Pure.

What it says is a claim like the From line beside it: whoever can write a mail can write this header too.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

KEY = 12 * 1024  # bytes of a key in a header; one header is 16 kB at most (bounds)
_WIDTH = 72


@dataclass(frozen=True)
class Said:
    """One header: whose key, the key as it stands, and whether answers are wanted encrypted (``prefer-encrypt=mutual``)."""

    address: str
    key: bytes
    mutual: bool = False


def read(values: Sequence[str], sender: str) -> Said | None:
    """The one valid header for the sender's address; None where there is none, or more than one (Level 1, 2.3)."""
    found = [one for value in values[:5] if (one := _one(value)) and one.address == sender.lower()]
    return found[0] if len(found) == 1 else None


def _one(value: str) -> Said | None:
    """None for a header that lacks something or has a critical attribute which we do not know."""
    attributes: dict[str, str] = {}
    for piece in value.split(";"):
        name, equals, text = piece.partition("=")
        name = name.strip().lower()
        if not equals or name in attributes:
            return None
        attributes[name] = text.strip()
    if any(not name.startswith("_") for name in attributes.keys() - {"addr", "keydata", "prefer-encrypt"}):
        return None
    key = _key("".join(attributes.get("keydata", "").split()))
    if not key or "@" not in attributes.get("addr", ""):
        return None
    return Said(attributes["addr"].lower(), key, attributes.get("prefer-encrypt", "").lower() == "mutual")


def _key(text: str) -> bytes:
    if len(text) > KEY * 4 // 3 + 4:
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def header(address: str, certificate: bytes) -> str:
    """The value for what we send. The blanks in the key are where the line may be folded."""
    text = base64.b64encode(certificate).decode()
    pieces = [text[start : start + _WIDTH] for start in range(0, len(text), _WIDTH)]
    return f"addr={address}; prefer-encrypt=mutual; keydata= {' '.join(pieces)}"
