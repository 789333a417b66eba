"""What a browser does with the secret in a link's fragment."""

import base64

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ONE = 64  # bytes: version, nonce, ciphertext, tag


def carried(wrapped: bytes, secret: str) -> dict[int, bytes]:
    """The team keys that an invitation carries: version → private half."""
    raw = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
    key = AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"harkline/v1|invitation").derive(raw))
    found = {}
    for at in range(0, len(wrapped), ONE):
        one = wrapped[at : at + ONE]
        bound = b"harkline/v1|invitation|" + one[:4]
        found[int.from_bytes(one[:4], "big")] = key.decrypt(one[4:16], one[16:], bound)
    return found
