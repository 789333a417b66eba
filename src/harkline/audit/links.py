"""The chain itself, over bytes: links, message authentication, the ratchet; and finding the first fault. Pure.

After Schneier and Kelsey, "Secure Audit Logs to Support Computer Forensics" (ACM TISSEC 2(2), 1999): a hash chain over the
records, each link authenticated under a key of its own; the next key is a hash of the last, which is then destroyed. Whoever comes in
later has only later keys. That the end of a chain can be cut off unless the present state is authenticated too is from Ma and
Tsudik, "A New Approach to Secure Logging" (FssAgg; ACM TOS 5(1), 2009): the present key tells how far the chain had come.
"""

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

FORM = b"harkline/v1|audit|"
NOTHING = bytes(32)  # the link before the first record
LEAST = timedelta(days=365)  # no record is purged before this age
PURGED, AUDIT = "purged", "audit"


@dataclass(frozen=True)
class Row:
    """One record as bytes and words; ``minute`` is aware, ``actor`` None for the system."""

    sequence: int
    minute: datetime
    actor: int | None
    act: str
    kind: str
    subject: str
    case: str
    reason: str
    count: int
    link: bytes = b""
    mac: bytes = b""


@dataclass(frozen=True)
class State:
    """Where a chain begins and ends. ``key`` is that of the record after ``sequence``; None where it could not be read."""

    start: int
    before: bytes
    sequence: int
    link: bytes
    key: bytes | None


@dataclass(frozen=True)
class Told:
    """A head that left the host: after this record the link was this."""

    sequence: int
    link: bytes


@dataclass(frozen=True)
class Fault:
    """The first place that is not as it was written. ``what``: altered, removed, moved, added, cut, replaced."""

    sequence: int
    what: str


def body(row: Row) -> bytes:
    """What is hashed: a JSON array, ASCII, no spaces; the same record has one form only."""
    told = row.minute.astimezone(UTC).isoformat(timespec="seconds")
    return json.dumps(
        [row.sequence, told, row.actor, row.act, row.kind, row.subject, row.case, row.reason, row.count],
        separators=(",", ":"),
    ).encode()


def link(before: bytes, row: Row) -> bytes:
    """SHA-256 over the link before and this record."""
    return sha256(FORM + b"link|" + before + body(row)).digest()


def mac(key: bytes, link_: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104) of a link."""
    return hmac.digest(key, FORM + b"mac|" + link_, "sha256")


def ratchet(key: bytes, steps: int = 1) -> bytes:
    """The key so many records later. There is no way back."""
    for _step in range(steps):
        key = sha256(FORM + b"key|" + key).digest()
    return key


def first_fault(
    rows: Iterable[Row],
    state: State,
    *,
    now: datetime,
    first_key: bytes | None = None,
    told: Sequence[Told] = (),
) -> Fault | None:
    """The first record that was altered, removed, moved, added or cut off; None for a chain that is whole.

    ``rows`` as they are kept. With the first key every record is proven; with a head, every record up to it. With neither, only
    mistakes and clumsy hands are found: links can be computed anew by anybody.
    """
    at, before, heads = state.start, state.before, {one.sequence: one.link for one in told}
    if heads.get(at, before) != before:
        return Fault(at, "replaced")
    key = ratchet(first_key, at) if first_key is not None else None
    oldest, excused = None, at == 0
    for row in rows:
        at += 1
        if fault := _wrong(row, at, before, key, heads):
            return fault
        oldest = oldest or row.minute
        excused = excused or _excuses(row, state, oldest, now)
        before, key = row.link, ratchet(key) if key is not None else None
    if not excused:
        return Fault(state.start, "removed")
    return _end(at, before, key, state, max(heads, default=0))


def _wrong(row: Row, at: int, before: bytes, key: bytes | None, heads: dict[int, bytes]) -> Fault | None:
    if row.sequence != at:
        return Fault(at, "removed" if row.sequence > at else "moved")
    if link(before, row) != row.link or (key is not None and mac(key, row.link) != row.mac):
        return Fault(at, "altered")
    return Fault(at, "replaced") if heads.get(at, row.link) != row.link else None


def _excuses(row: Row, state: State, oldest: datetime, now: datetime) -> bool:
    """Whether this is the record of the purge before which the chain begins, and the purge took only what was old enough.

    An intruder who holds the present key can write such a record; but not make young records old."""
    ours = (row.act, row.kind, row.subject) == (PURGED, AUDIT, purge_subject(state.start, state.before))
    return ours and row.minute <= now and oldest <= row.minute - LEAST


def purge_subject(start: int, before: bytes) -> str:
    """What the record of a purge names: the last record that went, and its link."""
    return f"{start}:{before.hex()}"


def _end(at: int, link_: bytes, key: bytes | None, state: State, told: int) -> Fault | None:
    """Whether the chain ends where its state, its present key and what was told say that it does."""
    if at < max(state.sequence, told):
        return Fault(at + 1, "cut")
    if at > state.sequence:
        return Fault(state.sequence + 1, "added")
    if link_ != state.link or (key is not None and key != state.key):
        return Fault(at + 1, "cut")
    return None
