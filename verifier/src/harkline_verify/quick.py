"""Many contacts at once, by the compiled part where there is one (``_quick.c``): the same answers as ``contact.holds``, sooner.

It only ever says "all of these hold". Whatever it does not say so of is looked at again with libsodium, and so is one contact of each piece.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from harkline_verify import bits, contact, group
from harkline_verify.group import Q, V


def _compiled() -> Any:
    try:
        compiled = import_module("harkline_verify._quick")
    except ImportError:
        return None
    compiled.prepare(group.multiply_base(1), V)
    return compiled


COMPILED = _compiled()


def sums(schema_hash: bytes, columns: int, entries: Sequence[bytes]) -> tuple[bytes, ...] | None:
    """The sum of each column's commitments if every proof of these contacts holds; None if one does not, or nothing is compiled."""
    if COMPILED is None or not entries or not contact.holds(entries[0], columns, schema_hash):
        return None
    head = bytes([contact.MARK, columns])
    length = contact.HEAD + contact.COLUMN * columns
    if any(len(data) != length or data[:2] != head for data in entries):
        return None
    found = [_column(schema_hash, column, entries) for column in range(columns)]
    return tuple(one for one in found if one is not None) if None not in found else None


def _column(schema_hash: bytes, column: int, entries: Sequence[bytes]) -> bytes | None:
    at = contact.HEAD + contact.COLUMN * column
    cells = [data[at : at + contact.COLUMN] for data in entries]
    if not all(map(_canonical, cells)):
        return None
    valid, announced, total = COMPILED.announcements(b"".join(cells))
    if valid.count(1) != len(cells):
        return None
    holds = all(
        _holds(contact.context(schema_hash, data[2:12], data[12:44], column), cell, announced[64 * row : 64 * row + 64])
        for row, (data, cell) in enumerate(zip(entries, cells, strict=True))
    )
    return bytes(total) if holds else None


def _canonical(cell: bytes) -> bool:
    return all(int.from_bytes(cell[at : at + 32], "little") < Q for at in (32, 64, 96, 128))


def _holds(context: bytes, cell: bytes, announced: bytes) -> bool:
    wanted = int.from_bytes(cell[32:64], "little") + int.from_bytes(cell[64:96], "little")
    return wanted % Q == bits.challenge(context, cell[:32], announced[:32], announced[32:])
