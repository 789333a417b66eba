"""A contact's entry: ``0x01 | u8 m | code[10] | ev[32] | m × (C[32] | proof[128])``, 44 + 160·m bytes."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from harkline_verify import bits, group
from harkline_verify.errors import Refused

MARK = 1
HEAD = 44
COLUMN = 32 + bits.LENGTH


@dataclass(frozen=True)
class Contact:
    """A contact as everybody sees it: a receipt code (10 ASCII digits), a salted evidence hash (32 bytes), a commitment and proof a column."""

    code: bytes
    evidence: bytes
    columns: tuple[tuple[bytes, bytes], ...]

    def encode(self) -> bytes:
        head = bytes([MARK, len(self.columns)]) + self.code + self.evidence
        return head + b"".join(commitment + proof for commitment, proof in self.columns)


def parse(data: bytes, columns: int) -> Contact:
    """The contact of an entry. Raises Refused unless it has exactly this many columns and not a byte more."""
    if len(data) != HEAD + COLUMN * columns or data[0] != MARK or data[1] != columns:
        raise Refused("a contact's entry has the wrong length or number of columns")
    cells = (data[at : at + COLUMN] for at in range(HEAD, len(data), COLUMN))
    return Contact(data[2:12], data[12:HEAD], tuple((cell[:32], cell[32:]) for cell in cells))


def context(schema_hash: bytes, code: bytes, evidence: bytes, column: int) -> bytes:
    """32 bytes that bind a proof to its log, contact and column: a proof cannot be moved elsewhere."""
    return hashlib.sha256(b"opencount/v1 contact\0" + schema_hash + code + evidence + bytes([column])).digest()


def evidence_commitment(salt: bytes, digest: bytes) -> bytes:
    """``ev`` for evidence whose SHA-256 is ``digest``, under 32 random bytes of salt: it says nothing until the salt is shown."""
    return hashlib.sha256(b"opencount/v1 evidence\0" + salt + digest).digest()


def make(schema_hash: bytes, code: str, evidence: bytes, values: Sequence[int]) -> tuple[bytes, list[int]]:
    """A contact's entry with these values (0 or 1 a column), and the blinding of each column, which must stay secret.

    Raises ValueError for a value that is no bit. Whoever has value and blinding can open the commitment.
    """
    blindings = [group.random_scalar() for _value in values]
    columns = []
    for column, (value, blinding) in enumerate(zip(values, blindings, strict=True)):
        commitment = group.commit(value, blinding)
        where = context(schema_hash, code.encode("ascii"), evidence, column)
        columns.append((commitment, bits.prove(where, commitment, value, blinding)))
    return Contact(code.encode("ascii"), evidence, tuple(columns)).encode(), blindings


def make_decoy(schema_hash: bytes, code: str, columns: int) -> tuple[bytes, list[int]]:
    """An entry that counts nothing and looks like any other."""
    return make(schema_hash, code, secrets.token_bytes(32), [0] * columns)


def holds(data: bytes, columns: int, schema_hash: bytes) -> bool:
    """Whether an entry is well-formed and each of its proofs holds in this log."""
    try:
        contact = parse(data, columns)
    except Refused:
        return False
    return all(
        bits.holds(context(schema_hash, contact.code, contact.evidence, column), commitment, proof)
        for column, (commitment, proof) in enumerate(contact.columns)
    )
