"""The key under which numbers are recognised: 30 days long, kept in a file of its own, then destroyed.

It is in no database, in no backup, and not on the disk: it ends with the power, and then earlier callers are not recognised. Who has those alone has random bytes: the same number has another hash in the next period,
and without the key none can be tried. The key before is kept for exactly one period more, so that somebody who calls on both sides
of a change is recognised. A crash in the middle of a change leaves the new file beside the old one, and it is read from there.
"""

import json
import logging
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from harkline.intake.models import HandleMark
from harkline.intake.policy import PERIOD
from harkline.runtime import clock, fleeting, timers
from harkline.seal import hashes

log = logging.getLogger(__name__)
TIMER = "handle_key"
LENGTH = 8  # bytes of a mark: enough to tell callers apart, too few to be more than a hint


@dataclass(frozen=True)
class Key:
    """``period`` counts up and is written beside each mark; ``since`` is when the key came into use."""

    period: int
    key: bytes
    since: datetime


_memory: list[Key] = []  # where there is no data folder: tools and tests


def path() -> Path | None:
    """Where the keys lie: the setting ``numbers.key_file``; else in memory, so that a stolen disk has the marks and not their key;
    where the system has no such folder, ``keys/handles.key`` in the data folder. None in tools that have none."""
    named: Path | None = getattr(settings, "HANDLE_KEY", None)
    data: Path | None = getattr(settings, "DATA", None)
    if named or data is None:
        return named
    return fleeting.file("handles") or data / "keys" / "handles.key"


def kept() -> list[Key]:
    """The present key, then the one before while it is kept. A lost file costs that earlier callers are not recognised."""
    found = _read()
    if not found:
        found = [_fresh(_last_period() + 1)]
        _write(found)
    return found


def _last_period() -> int:
    # A key that was lost must not share its number with a new one.
    return HandleMark.objects.order_by("-period").values_list("period", flat=True).first() or 0


def _fresh(period: int) -> Key:
    return Key(period, secrets.token_bytes(32), clock.now())


def mark(key: Key, kind: str, value: str) -> bytes:
    """64 bits of the keyed hash of a number or an address in its one spelling."""
    return hashes.keyed(key.key, "handle", f"{kind}|{value}".encode())[:LENGTH]


def rotate() -> None:
    """Begin a new period if the present one is over: the key before the present one is destroyed, with every mark under it."""
    now, present = clock.now(), kept()[0]
    if now >= present.since + PERIOD:
        # After two periods without a change (the host was off) the present key has served its time, too.
        before = [present] if now < present.since + 2 * PERIOD else []
        now_kept = [_fresh(present.period + 1), *before]
        _write(now_kept)
        HandleMark.objects.exclude(period__in=[one.period for one in now_kept]).delete()
    watch()


def watch() -> None:
    """Set the timer of the next change."""
    timers.set_timer(TIMER, "numbers", kept()[0].since + PERIOD)


@timers.handles(TIMER)
def _due(_subject: str) -> None:
    rotate()


# --- the file ---------------------------------------------------------------------------------------------------------------------


def _read() -> list[Key]:
    file = path()
    if file is None:
        return list(_memory)
    for one in (file, _beside(file)):
        with suppress(OSError, ValueError, KeyError, TypeError):
            return [_loaded(row) for row in json.loads(one.read_text(encoding="ascii"))]
    return []


def _loaded(row: dict[str, str]) -> Key:
    return Key(int(row["period"]), bytes.fromhex(row["key"]), datetime.fromisoformat(row["since"]))


def _write(found: list[Key]) -> None:
    file = path()
    if file is None:
        _memory[:] = found
        return
    rows = [{"period": one.period, "key": one.key.hex(), "since": one.since.isoformat()} for one in found]
    fresh = _beside(file)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _put(fresh, json.dumps(rows).encode())
    if file.exists():
        # The name alone would leave the old key in the free blocks of the disk. A disk that writes elsewhere keeps it all the same.
        with file.open("r+b") as old:
            old.write(secrets.token_bytes(file.stat().st_size))
            old.flush()
            os.fsync(old.fileno())
    fresh.replace(file)


def _put(file: Path, data: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _beside(file: Path) -> Path:
    return file.with_suffix(".new")
