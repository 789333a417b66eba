"""Keyed hashes: what lets the server recognise a secret again without keeping it."""

import hmac
from hashlib import blake2b


def keyed(host_key: bytes, use: str, value: bytes) -> bytes:
    """Keyed BLAKE2b (RFC 7693) of ``value``, 32 bytes. ``use`` (at most 16 ASCII bytes) keeps one use's hashes from another's."""
    return blake2b(value, key=host_key, person=use.encode("ascii"), digest_size=32).digest()


def same(one: bytes, other: bytes) -> bool:
    """Whether two values are equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(one, other)
