"""Sealed objects: written by anybody who knows public keys, opened only by who holds a private one.

The format, byte by byte, is in ``docs/reference/envelope.md``; the browser's twin is ``static/harkline/seal/envelope.js``.
HPKE is RFC 9180 (base mode, X25519, HKDF-SHA256, AES-256-GCM). Pure: no clock, no database, no files.
"""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

VERSION = b"harkline/v1"
CHUNK = 64 * 1024  # bytes of payload in a full chunk
TAG = 16
WRAP = 80  # enc (32) | ciphertext of the object key (32) | tag (16)

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_WORD = re.compile(r"[a-z0-9_:-]{1,64}")


class Refused(Exception):
    """It does not open: altered, cut off, moved from another place, or meant for somebody else. Never says which key or text."""


@dataclass(frozen=True)
class Sealed:
    """An object sealed: ``chunks`` in order, ``wraps`` by recipient (80 bytes each), ``size`` of the body in bytes."""

    chunks: list[bytes]
    wraps: dict[str, bytes]
    size: int


@dataclass(frozen=True)
class Document:
    """An object opened. ``complete`` is false when its end is missing: a recording that a crash cut off."""

    meta: dict[str, Any]
    body: bytes
    complete: bool


def generate() -> tuple[bytes, bytes]:
    """A new X25519 pair: (private, public), 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public half of a private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def wrap(secret: bytes, public: bytes, info: bytes) -> bytes:
    """HPKE-seal a short secret to a public key: enc | ciphertext. Raises ValueError for a key of small order or wrong length."""
    return _SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(public), info=info)


def unwrap(wrapped: bytes, private: bytes, info: bytes) -> bytes:
    """Open what ``wrap`` made. Raises Refused."""
    try:
        return _SUITE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(private), info=info)
    except (InvalidTag, ValueError) as error:
        raise Refused("this key does not open it") from error


class Sealer:
    """Seals a body that is still growing. ``wraps`` are ready at once; store them before the first chunk.

    A crash loses what ``write`` has not yet returned as a chunk; what is stored opens, as incomplete.
    """

    def __init__(
        self, meta: dict[str, Any], purpose: str, object_id: UUID | str, recipients: Mapping[str, bytes]
    ) -> None:
        if not recipients:
            raise ValueError("sealed to nobody")
        key = secrets.token_bytes(32)
        self.wraps = {
            name: wrap(key, public, wrap_info(purpose, object_id, name)) for name, public in recipients.items()
        }
        self.size = 0
        self._aead = AESGCM(key)
        self._info = object_info(purpose, object_id)
        self._position = 0
        self._waiting = bytearray(_head(meta))

    def write(self, data: bytes) -> list[bytes]:
        """Take more of the body; returns the chunks that became full (often none)."""
        self.size += len(data)
        self._waiting += data
        full = []
        # Strictly more than a chunk: the last one must be left for finish(), which marks it.
        while len(self._waiting) > CHUNK:
            full.append(self._seal(CHUNK, last=False))
        return full

    def flush(self) -> list[bytes]:
        """Seal what waits as a chunk of its own, however short, so that a crash cannot lose it."""
        return [self._seal(CHUNK, last=False)] if self._waiting else []

    def finish(self) -> bytes:
        """The last chunk, marked as such; nothing may be written after it."""
        return self._seal(CHUNK, last=True)

    def _seal(self, length: int, *, last: bool) -> bytes:
        data = bytes(self._waiting[:length])
        del self._waiting[:length]
        sealed = self._aead.encrypt(_nonce(self._position, last=last), data, self._info)
        self._position = -1 if last else self._position + 1
        return sealed


def seal(
    meta: dict[str, Any], body: bytes, purpose: str, object_id: UUID | str, recipients: Mapping[str, bytes]
) -> Sealed:
    """Seal a whole body to ``recipients`` (name → X25519 public key). Raises ValueError for a bad name or key, or no recipient."""
    sealer = Sealer(meta, purpose, object_id, recipients)
    chunks = sealer.write(body)
    return Sealed([*chunks, sealer.finish()], sealer.wraps, sealer.size)


def open_(
    wrapped: bytes,
    chunks: Sequence[bytes],
    private: bytes,
    purpose: str,
    object_id: UUID | str,
    recipient: str,
    *,
    allow_cut: bool = False,
) -> Document:
    """Open an object. Raises Refused if anything was altered, or its end is missing and ``allow_cut`` is not set."""
    key = unwrap(wrapped, private, wrap_info(purpose, object_id, recipient))
    if len(key) != 32:
        raise Refused("not an object key")
    aead, info = AESGCM(key), object_info(purpose, object_id)
    if not chunks:
        raise Refused("nothing is there")
    payload = b"".join(_open_chunk(aead, info, i, chunk, last=False) for i, chunk in enumerate(chunks[:-1]))
    end, complete = _open_end(aead, info, len(chunks) - 1, chunks[-1], allow_cut)
    return Document(*_split(payload + end), complete)


def object_info(purpose: str, object_id: UUID | str) -> bytes:
    """What every chunk is bound to."""
    return b"|".join((VERSION, b"object", _word(purpose), _id(object_id)))


def wrap_info(purpose: str, object_id: UUID | str, recipient: str) -> bytes:
    """What a wrap of the object key is bound to."""
    return b"|".join((VERSION, b"wrap", _word(purpose), _id(object_id), _word(recipient)))


def grant_info(version: int, operator_id: int) -> bytes:
    """What a team key's private half is bound to, on its way to one operator."""
    return b"|".join((VERSION, b"grant", f"team:{version}".encode(), f"operator:{operator_id}".encode()))


def _open_chunk(aead: AESGCM, info: bytes, position: int, chunk: bytes, *, last: bool) -> bytes:
    try:
        return aead.decrypt(_nonce(position, last=last), chunk, info)
    except (InvalidTag, ValueError) as error:
        raise Refused(f"chunk {position} was altered or is out of place") from error


def _open_end(aead: AESGCM, info: bytes, position: int, chunk: bytes, allow_cut: bool) -> tuple[bytes, bool]:
    try:
        return _open_chunk(aead, info, position, chunk, last=True), True
    except Refused:
        if not allow_cut:
            raise
    return _open_chunk(aead, info, position, chunk, last=False), False


def _split(payload: bytes) -> tuple[dict[str, Any], bytes]:
    length = int.from_bytes(payload[:4], "big")
    if len(payload) < 4 + length:
        raise Refused("its description is cut off")
    try:
        meta = json.loads(payload[4 : 4 + length])
    except (ValueError, RecursionError) as error:
        # Sealed in a browser, so by anybody at all.
        raise Refused("its description cannot be read") from error
    if not isinstance(meta, dict):
        raise Refused("it has no description")
    return meta, payload[4 + length :]


def _head(meta: dict[str, Any]) -> bytes:
    text = json.dumps(meta, ensure_ascii=False, separators=(",", ":")).encode()
    return len(text).to_bytes(4, "big") + text


def _nonce(position: int, *, last: bool) -> bytes:
    if not 0 <= position < 2**32:
        raise ValueError("already finished")
    return bytes(7) + position.to_bytes(4, "big") + bytes([last])


def _word(text: str) -> bytes:
    # Purpose values are enum members of other packages: plain words, without the separator.
    if not _WORD.fullmatch(str(text)):
        raise ValueError(f"not a name for an envelope: {text!r}")
    return str(text).encode()


def _id(object_id: UUID | str) -> bytes:
    return str(UUID(str(object_id))).encode()
