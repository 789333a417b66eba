"""Versions of the line's notice in the log: that one was published, or revoked. What it says stands in the notice itself."""

from harkline.count import policy, sequence
from harkline.runtime import bell
from harkline_verify import entries


def enter(serial: int, digest: str, *, revoked: bool = False) -> int | None:
    """Append it, inside the caller's transaction; its index. None where nothing can be appended now: the next round tries again."""
    row = sequence.log() if policy.present().on else None
    if row is None or row.stopped or not sequence.fits(row):
        return None
    entry = entries.Notice(sequence.schema_hash(row), serial, digest, revoked)
    index = sequence.append(entry.encode(), row.size)
    if index is not None:
        bell.ring("count", index, "inside")
    return index
