"""A transaction waits for its turn in this process before it asks SQLite for the write lock.

SQLite makes whoever finds the database locked sleep and try again, for up to a tenth of a second at a time and in no order: under
load some wait for seconds while others pass them. Threads that wait for a lock of ours are woken one after the other, at once.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from django.db.backends.sqlite3 import base

PATIENCE = 20.0  # seconds, as long as SQLite itself waits (settings: timeout)

_turn = threading.Lock()


@contextmanager
def alone() -> Iterator[None]:
    """Have the turn for the length of the block, without a transaction. Raises OperationalError."""
    if not _turn.acquire(timeout=PATIENCE):
        raise OperationalError("database is locked")
    try:
        yield
    finally:
        _turn.release()


class DatabaseWrapper(base.DatabaseWrapper):
    """Holds the turn from BEGIN to COMMIT, ROLLBACK or the end of the connection."""

    _has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        self._has_turn = _turn.acquire(timeout=PATIENCE)
        if not self._has_turn:
            raise OperationalError("database is locked")
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._pass_on()
            raise

    def _pass_on(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _turn.release()

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._pass_on()  # not where COMMIT failed: the rollback that follows gives the turn away

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._pass_on()
