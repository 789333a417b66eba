"""Keyed hashes under the host key, for values that must match again but never be read: dedupe keys, return-code look-ups."""

from hashlib import blake2b

from django.conf import settings


def keyed(use: str, data: bytes) -> bytes:
    """32 bytes of BLAKE2b (RFC 7693), keyed from the host key, separated by ``use`` (16 characters at most)."""
    key = blake2b(settings.SECRET_KEY.encode(), digest_size=32).digest()
    return blake2b(data, key=key, person=use.encode(), digest_size=32).digest()
