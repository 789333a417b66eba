"""What the server does once a day: remove what is due, tell the outside where the audit chain ends, write the database anew where
something was removed, truncate the write-ahead log.

All are timer rows. A crash in the middle leaves the row, and the next round goes on.
"""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, time, timedelta
from pathlib import Path

from django.db import OperationalError, connection, transaction

from harkline.audit import heads
from harkline.audit.models import Head
from harkline.line import this
from harkline.line.models import Line
from harkline.records import guard, purge
from harkline.routing import outbox
from harkline.runtime import clock, expiry, timers
from harkline.runtime.models import Timer
from harkline.runtime.sqlite import base
from harkline.server.config import Settings

log = logging.getLogger(__name__)

AT = time(3, 10)  # by the line's clock, when the fewest call
HOUR = timedelta(hours=1)
SOME = "some"  # the subject of the timer that goes on removing
MOST, IN_MEMORY = 2 * 1024**3, 256 * 1024**2  # bytes of a database that is written anew, and without a temporary file
_data: list[Path] = []
_officers: list[str] = []


def use(settings: Settings) -> None:
    """Put the periods, the folder and the officers of this installation in force."""
    expiry.use({name.removesuffix("_days"): days for name, days in asdict(settings.retention).items()})
    _data[:] = [settings.folder]
    _officers[:] = settings.audit.officers


def ensure() -> None:
    """See that both timers are set, and not for a time that only a wrong clock could have chosen. Watches the clock as well.
    Called in every round."""
    guard.look()
    now = clock.now()
    due = dict(Timer.objects.filter(kind__in=["daily", "truncate"]).values_list("kind", "due_at"))
    if ("daily" not in due or due["daily"] > now + timedelta(hours=26)) and Line.objects.exists():
        timers.set_timer("daily", "", _next(now))
    if "truncate" not in due or due["truncate"] > now + 2 * HOUR:
        timers.set_timer("truncate", "", now + HOUR)


def _next(now: datetime) -> datetime:
    zone = this.zone()
    local = now.astimezone(zone)
    day = local.date() if local.time() < AT else local.date() + timedelta(days=1)
    return datetime.combine(day, AT, zone)


@timers.handles("daily")
def _daily(_subject: str) -> None:
    now = clock.now()
    timers.set_timer("daily", "", _next(now))
    timers.set_timer("remove", "", now)


@timers.handles("remove")
def _remove(subject: str) -> None:
    """One step, and the next at once; when there is none, the day is closed. ``subject``: whether anything was removed before."""
    if purge.step():
        timers.set_timer("remove", SOME, clock.now())
        return
    row = heads.take()
    transaction.on_commit(lambda: export(row))
    timers.set_timer("rewrite" if subject == SOME else "truncate", "", clock.now())


@timers.handles("rewrite")
def _rewrite(_subject: str) -> None:
    timers.set_timer("truncate", "", clock.now())
    transaction.on_commit(rewrite)


def export(row: Head) -> None:
    """Write the head down and mail it. A crash before it is repeated by nobody: tomorrow's head covers today's records."""
    if _data:
        heads.write(row, _data[0])
    send(row, _officers)


def send(row: Head, officers: Sequence[str]) -> None:
    """Mail a head, once to each."""
    for number, to in enumerate(officers):
        boxed = {"alert": "head", "to": to, "text": heads.text(row)}
        outbox.queue("email", boxed, idempotency_key=f"head:{row.day.isoformat()}:{number}")


@timers.handles("truncate")
def _truncate(_subject: str) -> None:
    timers.set_timer("truncate", "", clock.now() + HOUR)
    transaction.on_commit(truncate)


def rewrite() -> bool:
    """Write SQLite's database anew, without free pages and gaps. ``secure_delete`` overwrites what is deleted where it lies; of a row
    that was moved to another page before that, a copy may be left behind in the gap. Outside a transaction. False where it was not
    done: no room for a second copy, or the database in use; what is left then is ciphertext without its key, or an id.

    Callers wait meanwhile, about a second for 100 MB; above ``MOST`` it is left to a person."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    path = Path(str(connection.settings_dict["NAME"]))
    size = path.stat().st_size if path.exists() else 0
    if size > MOST or shutil.disk_usage(path.parent).free < 3 * size:
        log.warning("the database was not written anew: it is too large, or there is too little room")
        return False
    try:
        with base.alone(), connection.cursor() as cursor:
            cursor.execute(f"PRAGMA temp_store={'MEMORY' if size < IN_MEMORY else 'DEFAULT'}")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA temp_store=DEFAULT")
    except OperationalError:
        log.warning("the database is in use and was not written anew")
        return False
    return True


def truncate() -> bool:
    """Move everything from SQLite's write-ahead log into the database and cut the log to nothing: it held copies of what was deleted.
    Outside a transaction. False while somebody is still reading it; the next hour tries again."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    for _turn in range(5):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
        if not busy:
            return True
    log.warning("the write-ahead log is in use and was not truncated")
    return False
