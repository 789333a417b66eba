"""A box under the host key: for what the server itself must read again (an operator's own phone, a TOTP seed, the outbox).

It protects a stolen database or backup, not a seized host: the key lies beside the database, in ``keys/host.key``.
Box: version (1 byte, 1) | nonce (12) | AES-256-GCM ciphertext | tag (16). ``context`` says what and whose it is, and is bound in.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from harkline.seal.envelope import VERSION, Refused

_FORM = b"\x01"


def box(host_key: bytes, plain: bytes, context: str) -> bytes:
    """Close ``plain`` under the host key; the same context opens it."""
    nonce = secrets.token_bytes(12)
    return _FORM + nonce + AESGCM(_key(host_key)).encrypt(nonce, plain, context.encode())


def unbox(host_key: bytes, boxed: bytes, context: str) -> bytes:
    """Open a box. Raises Refused if it was altered, moved to another context, or closed under another host's key."""
    if boxed[:1] != _FORM or len(boxed) < 29:
        raise Refused("not a box")
    try:
        return AESGCM(_key(host_key)).decrypt(boxed[1:13], boxed[13:], context.encode())
    except InvalidTag as error:
        raise Refused("this host key does not open it here") from error


def _key(host_key: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=VERSION + b"|box").derive(host_key)
