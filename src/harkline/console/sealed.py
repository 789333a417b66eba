"""Sealed objects on their way between the browser and the store, as JSON: base64 inside, never anything in clear."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from harkline.intake.store import SealedPart
from harkline.records.access import Sealed
from harkline.seal.envelope import CHUNK, TAG, WRAP

LARGEST = 26 * 1024 * 1024  # bytes of one object


class Malformed(ValueError):
    """What the browser sent is not a sealed object."""


def as_json(sealed: Sealed) -> dict[str, Any]:
    """``{id, purpose, complete, wraps: {recipient: base64}, chunks: [base64]}``."""
    return {
        "id": sealed.object_id,
        "purpose": sealed.purpose,
        "complete": sealed.complete,
        "wraps": {who: base64.b64encode(wrap).decode() for who, wrap in sealed.wraps.items()},
        "chunks": [base64.b64encode(chunk).decode() for chunk in sealed.chunks],
    }


def parse(given: Any, purpose: str, recipients: Mapping[str, bytes]) -> SealedPart:
    """The object that an operator's browser sealed. It must be of this purpose and sealed to exactly these recipients: a note
    that the team could not open again would be lost. Raises Malformed."""
    try:
        object_id = str(UUID(given["id"]))
        wraps = {who: _bytes(wrap, WRAP) for who, wrap in given["wraps"].items()}
        chunks = [_bytes(chunk, CHUNK + TAG) for chunk in given["chunks"]]
        size = int(given["size"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Malformed("not a sealed object") from error
    if wraps.keys() != recipients.keys() or any(len(wrap) != WRAP for wrap in wraps.values()):
        raise Malformed("sealed to somebody else")
    if not chunks or not 0 <= size <= sum(map(len, chunks)) <= LARGEST:
        raise Malformed("empty, or too large")
    return SealedPart(object_id, purpose, chunks, wraps, size, by_caller=False)


def _bytes(text: str, most: int) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Malformed("not base64") from error
    if len(raw) > most:
        raise Malformed("too long")
    return raw
