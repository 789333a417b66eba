"""ristretto255 (RFC 9496) and Pedersen commitments over it.

A point is 32 bytes, canonical; a scalar is an int in 0 … Q-1, 32 bytes little-endian on the wire. ``B`` is the standard generator,
``V`` a second one whose discrete logarithm nobody knows. A commitment to ``b`` is ``C = b·V + r·B``: it hides ``b`` perfectly.
"""

import ctypes
import hashlib
import secrets
from collections.abc import Iterable

from harkline_verify.errors import Refused
from harkline_verify.sodium import LIBRARY

Q = 2**252 + 27742317777372353535851937790883648493
IDENTITY = bytes(32)

_buffer = ctypes.c_char * 32
_add = LIBRARY.crypto_core_ristretto255_add
_subtract = LIBRARY.crypto_core_ristretto255_sub
_multiply = LIBRARY.crypto_scalarmult_ristretto255
_multiply_base = LIBRARY.crypto_scalarmult_ristretto255_base
_is_point = LIBRARY.crypto_core_ristretto255_is_valid_point
_from_hash = LIBRARY.crypto_core_ristretto255_from_hash


def is_point(point: bytes) -> bool:
    """Whether these are 32 bytes that encode a point canonically."""
    return _has_shape(point) and _is_point(point) == 1


def _has_shape(point: bytes) -> bool:
    # libsodium 1.0.18 overlooks the highest bit, which RFC 9496 wants to be 0: with it, one point would have two spellings.
    return len(point) == 32 and point[31] < 0x80


def add(one: bytes, other: bytes) -> bytes:
    """The sum of two points. Raises Refused for what is no point."""
    return _of_two(_add, one, other)


def subtract(one: bytes, other: bytes) -> bytes:
    """``one - other``. Raises Refused for what is no point."""
    return _of_two(_subtract, one, other)


def _of_two(function: "ctypes._NamedFuncPointer", one: bytes, other: bytes) -> bytes:
    out = _buffer()
    if not (_has_shape(one) and _has_shape(other)) or function(out, one, other) != 0:
        raise Refused("not a canonical point")
    return out.raw


def multiply(scalar: int, point: bytes) -> bytes:
    """``scalar·point``; any int, taken modulo Q. Raises Refused for what is no point."""
    scalar %= Q
    if scalar == 0 or point == IDENTITY:  # libsodium refuses a result that is the identity, though it is one
        return _identity_of(point)
    out = _buffer()
    if not _has_shape(point) or _multiply(out, scalar.to_bytes(32, "little"), point) != 0:
        raise Refused("not a canonical point")
    return out.raw


def _identity_of(point: bytes) -> bytes:
    if not is_point(point):
        raise Refused("not a canonical point")
    return IDENTITY


def multiply_base(scalar: int) -> bytes:
    """``scalar·B``; any int, taken modulo Q."""
    scalar %= Q
    if scalar == 0:
        return IDENTITY
    out = _buffer()
    _multiply_base(out, scalar.to_bytes(32, "little"))
    return out.raw


def total(points: Iterable[bytes]) -> bytes:
    """The sum of any number of points. Raises Refused for what is no point."""
    result = IDENTITY
    for point in points:
        result = add(result, point)
    return result


def from_hash(message: bytes) -> bytes:
    """The point that RFC 9496 derives from the SHA-512 of a message."""
    out = _buffer()
    _from_hash(out, hashlib.sha512(message).digest())
    return out.raw


def random_scalar() -> int:
    """Uniform in 1 … Q-1, from the system's generator."""
    return secrets.randbelow(Q - 1) + 1


def scalar_to_bytes(scalar: int) -> bytes:
    """32 bytes, little-endian, reduced modulo Q."""
    return (scalar % Q).to_bytes(32, "little")


def scalar_from_bytes(data: bytes) -> int:
    """The scalar that 32 bytes encode. Raises Refused unless it is below Q: a second spelling of one scalar would be a second proof."""
    scalar = int.from_bytes(data, "little")
    if len(data) != 32 or scalar >= Q:
        raise Refused("not a canonical scalar")
    return scalar


V = from_hash(b"opencount/v1 value generator")


def commit(value: int, blinding: int) -> bytes:
    """``value·V + blinding·B``."""
    blind = multiply_base(blinding)
    if value % Q == 0:
        return blind
    return add(V if value == 1 else multiply(value, V), blind)
