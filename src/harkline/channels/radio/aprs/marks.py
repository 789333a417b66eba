"""Call signs and messages as they may lie on a disk: keyed hashes, under a key that ends with the host's power."""

from hashlib import blake2b

from harkline.runtime import fleeting


def station(call_sign: str) -> bytes:
    """8 bytes by which a call sign is recognised."""
    return blake2b(call_sign.upper().encode(), key=fleeting.key(), person=b"radio station", digest_size=8).digest()


def message(call_sign: str, number: str, text: str) -> bytes:
    """16 bytes by which a message is recognised that is heard once more."""
    said = "\0".join((call_sign.upper(), number, text)).encode()
    return blake2b(said, key=fleeting.key(), person=b"radio message", digest_size=16).digest()
