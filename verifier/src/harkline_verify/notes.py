"""Signed notes (C2SP signed-note): a text, a blank line, and signature lines ``— name base64(key id | signature)``.

Two kinds of key: Ed25519 over the text (0x01), and a witness's cosignature with a time (0x04, C2SP tlog-cosignature).
A verifier key is written ``name+hex(key id)+base64(kind | public key)``.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from harkline_verify.errors import Refused

SIGNATURE = 0x01
COSIGNATURE = 0x04
MOST_SIGNATURES = 100
# A cosignature's time is below this (the year 6325): whatever reads dates can read it.
LATEST = 2**37


def b64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: str) -> bytes:
    """The bytes of standard base64. Raises Refused for any other spelling of the same bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("not base64") from error
    if b64(data) != text:
        raise Refused("base64 that is not canonical")
    return data


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(char.isspace() or char == "\ufeff" or ord(char) < 32 for char in name):
        raise Refused("a key's name is empty or has a space or a plus in it")
    return name


@dataclass(frozen=True)
class Key:
    """A verifier key: whose it is (schema-less URL), its kind (0x01 or 0x04), and 32 bytes of Ed25519 public key."""

    name: str
    kind: int
    public: bytes

    @cached_property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Raises Refused for what is no verifier key of a kind that is known here."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise Refused("a key is written name+id+key")
        data = unb64(parts[2])
        if len(data) != 33 or data[0] not in (SIGNATURE, COSIGNATURE):
            raise Refused("a key of a kind that is not known here (only Ed25519: 0x01 and 0x04)")
        key = cls(_checked_name(parts[0]), data[0], data[1:])
        if key.id.hex() != parts[1]:
            raise Refused("a key whose id does not match it: mistyped or cut off")
        return key

    def time_of(self, signature: bytes, text: str) -> int | None:
        """The time in a cosignature over this text (POSIX seconds), None for a plain signature. Raises Refused if it is not right."""
        if self.kind == SIGNATURE:
            self._check(signature, text.encode())
            return None
        if len(signature) != 72:
            raise Refused(f"a cosignature of {self.name} has the wrong length")
        time = int.from_bytes(signature[:8], "big")
        if time >= LATEST:
            raise Refused(f"a cosignature of {self.name} has an impossible time")
        self._check(signature[8:], cosigned(text, time))
        return time

    def _check(self, signature: bytes, message: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature as error:
            raise Refused(f"a signature of {self.name} is not right") from error


def cosigned(text: str, time: int) -> bytes:
    """The message that a witness signs for a checkpoint's text at a time (POSIX seconds)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


@dataclass(frozen=True)
class Signer:
    """A name and its Ed25519 private key."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def generate(cls, name: str) -> "Signer":
        return cls(_checked_name(name), Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> "Signer":
        """From the 32 bytes that RFC 8032 calls the private key."""
        return cls(_checked_name(name), Ed25519PrivateKey.from_private_bytes(seed))

    def key(self, kind: int = SIGNATURE) -> Key:
        return Key(self.name, kind, self.private.public_key().public_bytes_raw())

    def line(self, text: str) -> str:
        """A signature line (0x01) over a note's text, with its newline."""
        return f"— {self.name} {b64(self.key().id + self.private.sign(text.encode()))}\n"

    def sign(self, text: str) -> str:
        """The text as a signed note. The text ends in a newline."""
        return f"{text}\n{self.line(text)}"

    def cosign(self, text: str, time: int) -> str:
        """A cosignature line (0x04) over a checkpoint's text at a time in POSIX seconds, with its newline."""
        signature = time.to_bytes(8, "big") + self.private.sign(cosigned(text, time))
        return f"— {self.name} {b64(self.key(COSIGNATURE).id + signature)}\n"


@dataclass(frozen=True)
class Signature:
    """One signature line: name, key id (4 bytes), and the signature's bytes."""

    name: str
    id: bytes
    data: bytes


@dataclass(frozen=True)
class Note:
    """A note's text (with its last newline) and its signature lines, not yet verified."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: str | bytes) -> "Note":
        """Raises Refused for what is no signed note. Nothing is verified yet: the text must not be believed before ``verified``."""
        note = _decoded(data)
        text, blank, lines = note.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise Refused("not a signed note: no blank line before the signatures, or no newline at the end")
        signatures = tuple(map(_signature, lines[:-1].split("\n")))
        if len(signatures) > MOST_SIGNATURES:
            raise Refused(f"a note with more than {MOST_SIGNATURES} signatures")
        return cls(text + "\n", signatures)

    def verified(self, keys: Iterable[Key]) -> dict[Key, int | None]:
        """Which of these keys signed, each with its cosignature's time or None. Signatures of other keys are ignored.

        Raises Refused if a signature under a known name and key id is not right. An empty answer means: believe nothing.
        """
        known = {(key.name, key.id): key for key in keys}
        found: dict[Key, int | None] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.id))
            if key is not None:
                found.setdefault(key, key.time_of(signature.data, self.text))
        return found


def _decoded(data: str | bytes) -> str:
    try:
        note = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise Refused("not a signed note: not UTF-8") from error
    if any(ord(char) < 32 and char != "\n" for char in note):
        raise Refused("not a signed note: control characters in it")
    return note


def _signature(line: str) -> Signature:
    match = re.fullmatch(r"— ([^ ]+) ([A-Za-z0-9+/]+={0,2})", line)
    if match is None:
        raise Refused("not a signed note: a line that is no signature")
    data = unb64(match[2])
    if len(data) < 5:
        raise Refused("not a signed note: a signature that is too short")
    return Signature(_checked_name(match[1]), data[:4], data[4:])
