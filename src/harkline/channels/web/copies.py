"""Copies of attachments without metadata, made after the caller has their return code: nobody at risk waits for them.

What waits here is in clear and in memory alone, for seconds, one after the other, with a bound. A crash, a stop or a full queue
leaves a report without its copies; the console says of each file whether it has one, and the original is there either way.
"""

import logging
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connection

from harkline.channels.web import pressure, wire
from harkline.intake import receive
from harkline.runtime import cleaning, clock

REPORTS = 32  # that wait at most, so that what is in clear stays little
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Job:
    key: str
    files: dict[int, wire.Clear]  # by their place among the message's objects
    first: int  # the place of the first copy
    to: dict[str, bytes]


_jobs: "queue.Queue[_Job]" = queue.Queue(REPORTS)
_starting = threading.Lock()
_worker: threading.Thread | None = None


def later(key: str, objects: Sequence[wire.Clear]) -> None:
    """Have copies made of a message's attachments, for the team alone. Not in a flood: a copy takes a third of a second of
    processor, a report a hundredth. What a browser sealed by itself never comes here."""
    files = {place: one for place, one in enumerate(objects) if one.purpose == "attachment"}
    if not files or pressure.wait(pressure.present().over(clock.now().timestamp())):
        return
    try:
        _jobs.put_nowait(_Job(key, files, len(objects), receive.recipients()))
    except queue.Full:
        return
    _start()


def settle() -> None:
    """Wait until nothing waits. For tests."""
    _jobs.join()


def _start() -> None:
    global _worker
    with _starting:
        if _worker is None or not _worker.is_alive():
            _worker = threading.Thread(target=_work, name="copies", daemon=True)
            _worker.start()


def _work() -> None:
    while True:
        job = _jobs.get()
        try:
            close_old_connections()
            _make(job)
        except Exception:
            # Whatever it was: the next one's copies are made. What it says could be a caller's words.
            _log.warning("a copy without metadata could not be made or stored")
        finally:
            connection.close()  # the next may come after hours
            _jobs.task_done()


def _make(job: _Job) -> None:
    files = job.files.values()
    copies = cleaning.clean([(str(one.meta["name"]), str(one.meta["type"]), one.body) for one in files])
    made = {
        wire.object_id(job.key, place): wire.seal(
            wire.Clear("cleaned", one.meta, copy), wire.object_id(job.key, job.first + i), job.to
        )
        for i, ((place, one), copy) in enumerate(zip(job.files.items(), copies, strict=True))
        if copy is not None
    }
    receive.add_copies(made)
