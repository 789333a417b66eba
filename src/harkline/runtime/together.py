"""What several threads want to write at one moment is written in one transaction: the disk is waited for once, and few statements do for
all. A crash before the commit leaves none of them, and nobody has been told that theirs is there."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

One = TypeVar("One")
Made = TypeVar("Made")


class _Entry(Generic[One, Made]):
    """One that waits, and what became of it."""

    def __init__(self, one: One) -> None:
        self.one = one
        self.over = False
        self.made: list[Made] = []
        self.failed: BaseException | None = None

    def end(self, made: Made | None = None, failed: BaseException | None = None) -> None:
        self.over, self.failed = True, failed
        if failed is None:
            self.made.append(made)  # type: ignore[arg-type]

    def result(self) -> Made:
        if self.failed is not None:
            raise self.failed
        return self.made[0]


class Together(Generic[One, Made]):
    """``write`` takes up to ``most`` of them and returns what it made of each, in order, all or none."""

    def __init__(self, write: Callable[[Sequence[One]], Sequence[Made]], most: int = 32) -> None:
        self._write, self._most = write, most
        self._waiting: list[_Entry[One, Made]] = []
        self._lock, self._turn = threading.Lock(), threading.Lock()

    def do(self, one: One) -> Made:
        """Have one written, together with whatever else waits; returns or raises what came of this one alone."""
        entry: _Entry[One, Made] = _Entry(one)
        with self._lock:
            self._waiting.append(entry)
        while not entry.over:
            with self._turn:
                if not entry.over:
                    self._some()
        return entry.result()

    def _some(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            for entry, made in zip(batch, self._write([entry.one for entry in batch]), strict=True):
                entry.end(made)
        except BaseException as failed:
            self._apart(batch, failed)

    def _apart(self, batch: Sequence[_Entry[One, Made]], failed: BaseException) -> None:
        """Whose fault it was is not known: each by itself."""
        for entry in batch:
            if len(batch) == 1 or not isinstance(failed, Exception):
                entry.end(failed=failed)
                continue
            try:
                entry.end(self._write([entry.one])[0])
            except Exception as own:
                entry.end(failed=own)
