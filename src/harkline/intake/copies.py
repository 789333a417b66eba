"""Copies of attachments without metadata, made after a message is kept and its sender has been told: nobody at risk waits for them.

What waits here is in clear and in memory alone, one message after the other, with a bound. A crash, a stop or no more room leaves a
message without its copies; the console says of each file whether it has one, and the original is there either way.
"""

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import close_old_connections, connection, transaction

from harkline.intake import store
from harkline.intake.models import SealedObject, Wrap
from harkline.runtime import bell, cleaning

ROOM = 64 * 1024 * 1024  # bytes that wait at most
CALM = 1.0  # seconds without anything new before the next is made: what comes in goes first
PATIENCE = 60.0  # seconds after which it is made all the same
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class File:
    """An attachment in clear, as it came."""

    name: str
    type: str
    body: bytes


Files = Mapping[str, File]  # by the id of the sealed original


class _Queue:
    """What waits, and the thread that sees to it while anything does."""

    def __init__(self) -> None:
        self._waiting: deque[Files] = deque()
        self._changed = threading.Condition()
        self._size, self._busy = 0, False
        self._newest = 0.0

    def put(self, files: Files) -> None:
        size = _size(files)
        with self._changed:
            if self._size + size > ROOM:
                return
            self._size += size
            self._waiting.append(files)
            self._newest = time.monotonic()
            if not self._busy:
                self._busy = True
                threading.Thread(target=self._work, name="copies", daemon=True).start()

    def settle(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._busy)

    def _work(self) -> None:
        try:
            while (files := self._next()) is not None:
                _make(files)
        finally:
            connection.close()

    def _next(self) -> Files | None:
        with self._changed:
            if not self._waiting:
                self._busy = False
                self._changed.notify_all()
                return None
            self._wait_for_calm()
            files = self._waiting.popleft()
            self._size -= _size(files)
            return files

    def _wait_for_calm(self) -> None:
        end = time.monotonic() + PATIENCE
        while (left := min(self._newest + CALM, end) - time.monotonic()) > 0:
            self._changed.wait(left)


def _size(files: Files) -> int:
    return sum(len(one.body) for one in files.values())


_queue = _Queue()


def later(files: Files) -> None:
    """Have copies made for the team alone. What a browser sealed by itself never comes here."""
    if files:
        _queue.put(files)


def settle() -> None:
    """Wait until nothing waits. For tests."""
    _queue.settle()


def _make(files: Files) -> None:
    try:
        close_old_connections()
        copies = cleaning.clean([(one.name, one.type, one.body) for one in files.values()])
        _keep(
            {
                original: _part(original, one, copy)
                for (original, one), copy in zip(files.items(), copies, strict=True)
                if copy
            }
        )
    except Exception:
        # Whatever it was: the next one's copies are made. What it says could be a caller's words.
        _log.warning("a copy without metadata could not be made or stored")


def _part(original: str, one: File, copy: bytes) -> store.Part:
    # The same id for the same original: a message that comes twice has one copy.
    id_ = str(uuid.uuid5(uuid.UUID(original), "cleaned"))
    return store.Part("cleaned", {"name": one.name, "type": one.type}, copy, id=id_)


@transaction.atomic
def _keep(made: Mapping[str, store.Part]) -> None:
    """Put copies beside their originals, by the originals' ids. What was removed meanwhile, or left without a key, gets none."""
    held = set(
        Wrap.objects.select_for_update()
        .filter(object__in=[uuid.UUID(one) for one in made])
        .values_list("object", flat=True)
    )
    rows = SealedObject.objects.filter(pk__in=held).select_related("thread", "contact")
    store.put_many((row.thread, row.contact, [made[str(row.pk)]]) for row in rows)
    for thread_id in {row.thread_id for row in rows}:
        bell.ring("entry", thread_id, "desk", f"thread:{thread_id}", "inside")
