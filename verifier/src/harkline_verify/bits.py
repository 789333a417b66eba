"""A proof that a commitment is to 0 or to 1 and no word more: the disjunction of two Schnorr proofs (Cramer, Damgård, Schoenmakers 1994).

128 bytes ``c0 | c1 | s0 | s1``. With A0 = s0·B - c0·C and A1 = s1·B - c1·(C - V), it holds iff
c0 + c1 = LE(SHA-512("opencount/v1 bit-proof\\0" | context | C | A0 | A1)) mod Q.
"""

import hashlib

from harkline_verify import group
from harkline_verify.errors import Refused
from harkline_verify.group import Q, V

LENGTH = 128
_DOMAIN = b"opencount/v1 bit-proof\0"


def challenge(context: bytes, commitment: bytes, zero: bytes, one: bytes) -> int:
    """The challenge that the announcements ``zero`` (A0) and ``one`` (A1) bind, a scalar."""
    return int.from_bytes(hashlib.sha512(_DOMAIN + context + commitment + zero + one).digest(), "little") % Q


def prove(context: bytes, commitment: bytes, bit: int, blinding: int) -> bytes:
    """The proof for ``commitment = bit·V + blinding·B``, bound to a context of 32 bytes. Raises ValueError for a value that is no bit."""
    if bit not in (0, 1):
        raise ValueError("a bit is 0 or 1")
    nonce, feigned_c, feigned_s = group.random_scalar(), group.random_scalar(), group.random_scalar()
    other = commitment if bit else group.subtract(commitment, V)
    feigned = group.subtract(group.multiply_base(feigned_s), group.multiply(feigned_c, other))
    real = group.multiply_base(nonce)
    zero, one = (feigned, real) if bit else (real, feigned)
    real_c = (challenge(context, commitment, zero, one) - feigned_c) % Q
    real_s = (nonce + real_c * blinding) % Q
    in_order = (feigned_c, real_c, feigned_s, real_s) if bit else (real_c, feigned_c, real_s, feigned_s)
    return b"".join(map(group.scalar_to_bytes, in_order))


def holds(context: bytes, commitment: bytes, proof: bytes) -> bool:
    """Whether the proof shows that the commitment is to 0 or 1 in this context. Never raises for bytes of any kind."""
    try:
        return _holds(context, commitment, proof)
    except Refused:
        return False


def _holds(context: bytes, commitment: bytes, proof: bytes) -> bool:
    if len(proof) != LENGTH:
        return False
    c0, c1, s0, s1 = (group.scalar_from_bytes(proof[at : at + 32]) for at in (0, 32, 64, 96))
    less_one = group.subtract(commitment, V)
    zero = group.subtract(group.multiply_base(s0), group.multiply(c0, commitment))
    one = group.subtract(group.multiply_base(s1), group.multiply(c1, less_one))
    return (c0 + c1) % Q == challenge(context, commitment, zero, one)
