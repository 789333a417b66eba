"""Claims about a column's total over some batches: ``eq`` opens the sum, ``ge`` proves that the rest is not negative.

Throughout, ``sum`` is the point ΣC over all leaves of the batches, and ``leaves`` their number, decoys counted in.
"""

import hashlib
from dataclasses import replace

from harkline_verify import bits, group
from harkline_verify.entries import Claim
from harkline_verify.errors import Refused
from harkline_verify.group import Q, V

BIT = 32 + bits.LENGTH


def make_exactly(schema: str, column: int, first: int, last: int, total: int, blinding: int) -> Claim:
    """The claim that the total is ``total``; ``blinding`` is the sum of the leaves' blindings."""
    return Claim(schema, column, first, last, True, total, group.scalar_to_bytes(blinding))


def make_at_least(
    schema: str, column: int, first: int, last: int, least: int, total: int, blinding: int, leaves: int
) -> Claim:
    """The claim that the total is at least ``least``, which keeps the total itself hidden. Raises ValueError if it is not so."""
    if not 0 <= least <= total <= leaves:
        raise ValueError("the total is lower than this claim")
    claim = Claim(schema, column, first, last, False, least, b"")
    blindings = _parts(blinding, leaves.bit_length())
    base = _base(claim)
    proof = b""
    for at, part in enumerate(blindings):
        bit = (total - least) >> at & 1
        commitment = group.commit(bit, part)
        proof += commitment + bits.prove(_context(base, at), commitment, bit, part)
    return replace(claim, proof=proof)


def _parts(blinding: int, count: int) -> list[int]:
    """Blindings of the bits, such that Σ 2^i·r_i is the given one."""
    rest = [group.random_scalar() for _bit in range(count - 1)]
    first = (blinding - sum(part << at for at, part in enumerate(rest, 1))) % Q
    return [first, *rest]


def _base(claim: Claim) -> bytes:
    return hashlib.sha256(b"opencount/v1 ge\0" + claim.statement()).digest()


def _context(base: bytes, bit: int) -> bytes:
    return hashlib.sha256(base + bytes([bit])).digest()


def holds(claim: Claim, sum_: bytes, leaves: int) -> bool:
    """Whether the claim's proof holds for this sum of commitments over this many leaves. Never raises."""
    # A total above the number of leaves could only "hold" by going round the group's order.
    if claim.total > leaves:
        return False
    try:
        return _exactly(claim, sum_) if claim.exactly else _at_least(claim, sum_, leaves)
    except Refused:
        return False


def _exactly(claim: Claim, sum_: bytes) -> bool:
    return group.commit(claim.total, group.scalar_from_bytes(claim.proof)) == sum_


def _at_least(claim: Claim, sum_: bytes, leaves: int) -> bool:
    count = leaves.bit_length()
    if len(claim.proof) != BIT * count:
        return False
    base, rest = _base(claim), group.IDENTITY
    for at in reversed(range(count)):
        cell = claim.proof[BIT * at : BIT * (at + 1)]
        if not bits.holds(_context(base, at), cell[:32], cell[32:]):
            return False
        rest = group.add(group.add(rest, rest), cell[:32])
    return group.add(rest, group.multiply(claim.total, V)) == sum_
