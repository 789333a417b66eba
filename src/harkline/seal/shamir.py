"""Shamir's secret sharing (Communications of the ACM 22:11, 1979), byte by byte over GF(256) with AES's polynomial 0x11b.

Fewer shares than the threshold say nothing at all about the secret. Nothing here notices a wrong share: that is the work of
``seal.share`` and, in the end, of the public key. The browser's twin is ``static/harkline/seal/shamir.js``. Pure.
"""

import secrets
from collections.abc import Mapping


def split(secret: bytes, threshold: int, count: int) -> dict[int, bytes]:
    """Shares 1 … ``count``, each as long as the secret, of which any ``threshold`` give it back. Raises ValueError."""
    if not 2 <= threshold <= count <= 255:
        raise ValueError("a threshold of two at least, and no more than 255 shares")
    rows = [bytes([byte]) + secrets.token_bytes(threshold - 1) for byte in secret]
    return {index: bytes(_evaluate(row, index) for row in rows) for index in range(1, count + 1)}


def join(shares: Mapping[int, bytes]) -> bytes:
    """The secret out of exactly the threshold's number of shares (or more). Raises ValueError for shares of different lengths."""
    lengths = {len(share) for share in shares.values()}
    if len(shares) < 2 or len(lengths) != 1 or not all(0 < index < 256 for index in shares):
        raise ValueError("two shares at least, all of one length")
    weights = {index: _weight(index, shares) for index in shares}
    secret = bytearray(lengths.pop())
    for index, share in shares.items():
        for position, byte in enumerate(share):
            secret[position] ^= multiply(byte, weights[index])
    return bytes(secret)


def multiply(one: int, other: int) -> int:
    """The product in GF(256)."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0x100:
            one ^= 0x11B
        other >>= 1
    return product


def _inverse(value: int) -> int:
    # The field's multiplicative group has 255 members, so that x^254 is 1/x.
    result = 1
    for _square in range(254):
        result = multiply(result, value)
    return result


def _evaluate(coefficients: bytes, at: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = multiply(value, at) ^ coefficient
    return value


def _weight(index: int, others: Mapping[int, bytes]) -> int:
    """Lagrange's factor of one share for the polynomial's value at 0; in this field minus is plus is exclusive or."""
    weight = 1
    for other in others:
        if other != index:
            weight = multiply(weight, multiply(other, _inverse(other ^ index)))
    return weight
