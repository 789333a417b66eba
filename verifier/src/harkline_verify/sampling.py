"""Which leaves an auditor must see: drawn by a public beacon (drand quicknet) after the witnesses confirmed what is counted.

Round ``r`` of quicknet is published at 1692803367 + 3·(r - 1), POSIX seconds; its randomness is the SHA-256 of its signature.
"""

import hashlib
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

from harkline_verify.entries import Schema

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
GENESIS = 1_692_803_367
PERIOD = 3
WAIT = 3600


def slot_after(quorum: int, slot: time) -> int:
    """The first slot at least an hour after a quorum (both POSIX seconds)."""
    earliest = datetime.fromtimestamp(quorum + WAIT, UTC)
    at = datetime.combine(earliest.date(), slot, UTC)
    return int((at if at >= earliest else at + timedelta(days=1)).timestamp())


def round_at(moment: int) -> int:
    """The first quicknet round that is published at this moment or later (POSIX seconds)."""
    return -(-(moment - GENESIS) // PERIOD) + 1


def round_for(quorum: int, schema: Schema) -> int:
    """The round that draws the sample for what a quorum confirmed at this time."""
    return round_at(slot_after(quorum, schema.slot))


def randomness(beacon: bytes) -> bytes:
    """A round's randomness from its signature."""
    return hashlib.sha256(beacon).digest()


def selected(schema_hash: bytes, column: int, rate: Fraction, drawn: bytes, leaf: bytes) -> bool:
    """Whether the lot falls on a leaf (its Merkle hash). ``rate`` is exact: 1 selects every leaf."""
    lot = hashlib.sha256(b"opencount/v1 sample\0" + schema_hash + bytes([column]) + drawn + leaf).digest()
    return int.from_bytes(lot[:8], "big") * rate.denominator < rate.numerator << 64
