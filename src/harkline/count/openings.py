"""What opens a day's entries: boxed in the database under a key that lies in a file of its own, ``keys/openings/DAY``.

A database or a backup alone opens nothing; a seized host opens what is not yet erased (45 days), and no more: the blinding factors
are random, so that once they are gone no computer ever recovers a category from the log.

Erasing takes the key first. A crash after it leaves boxes that nobody opens; the next night deletes them.
"""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from harkline.count import policy
from harkline.count.models import Batch, Opening
from harkline.seal import box
from harkline.seal.envelope import Refused

_BYTES = 32


@dataclass(frozen=True)
class Open:
    """One entry, opened. ``blinds`` are scalars; ``digest`` is SHA-256 of the evidence, ``salt`` what hides it. A decoy has no
    ``attempt`` and no evidence. ``note`` is evidence that names nobody: the line's own record."""

    values: tuple[int, ...]
    blinds: tuple[int, ...]
    salt: bytes
    digest: bytes
    attempt: str = ""
    kind: str = "E0"
    note: str = ""

    def packed(self) -> bytes:
        """As it is boxed."""
        said: dict[str, Any] = {
            "v": list(self.values),
            "r": [f"{one:x}" for one in self.blinds],
            "salt": self.salt.hex(),
            "digest": self.digest.hex(),
        }
        return json.dumps(said | {"attempt": self.attempt, "kind": self.kind, "note": self.note}).encode()


def _unpacked(raw: bytes) -> Open:
    said = json.loads(raw)
    return Open(
        tuple(said["v"]),
        tuple(int(one, 16) for one in said["r"]),
        bytes.fromhex(said["salt"]),
        bytes.fromhex(said["digest"]),
        said["attempt"],
        said["kind"],
        said["note"],
    )


def path(day: date) -> Path:
    """Where the day's key lies."""
    return policy.present().openings / day.isoformat()


def make_key(day: date) -> bytes:
    """A fresh key for the day, on the disk before this returns. Called inside the transaction that has won the day, so that nobody
    writes over a key that is in use. A crash before the commit leaves a key that opens nothing; the next try writes over it."""
    folder = policy.present().openings
    folder.mkdir(mode=0o700, exist_ok=True)
    key = secrets.token_bytes(_BYTES)
    handle = os.open(path(day), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    _sync(folder)
    return key


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def boxed(key: bytes, index: int, one: Open) -> bytes:
    """Close it under the day's key."""
    return box.box(key, one.packed(), f"opening|{index}")


@dataclass
class Openings:
    """Reads them, day by day; each key is read once."""

    _keys: dict[date, bytes | None] = field(default_factory=dict)

    def of(self, indices: Iterable[int]) -> Mapping[int, Open]:
        """What opens these entries, as far as it is still there."""
        rows = Opening.objects.filter(index__in=list(indices)).select_related("batch")
        found = {row.index: self._open(row) for row in rows}
        return {index: one for index, one in found.items() if one is not None}

    def of_batch(self, batch: Batch) -> Mapping[int, Open]:
        """What opens the entries of one day."""
        found = {row.index: self._open(row) for row in batch.openings.select_related("batch")}
        return {index: one for index, one in found.items() if one is not None}

    def _open(self, row: Opening) -> Open | None:
        day = row.batch.day
        if day not in self._keys:
            self._keys[day] = path(day).read_bytes() if path(day).is_file() else None
        key = self._keys[day]
        if key is None or len(key) != _BYTES:
            return None
        try:
            return _unpacked(box.unbox(key, bytes(row.boxed), f"opening|{row.index}"))
        except Refused:
            return None


def forget_key(day: date) -> None:
    """Write over the day's key and take the file away."""
    there = path(day)
    if not there.is_file():
        return
    with there.open("r+b") as file:
        file.write(bytes(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    there.unlink()
    _sync(there.parent)
