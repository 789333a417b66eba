"""Proofs checked on every core: pieces of a batch go out, and come back in order."""

import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

from harkline_verify import contact, group, quick

# So many pieces may be out at once for each core: enough that none waits, and memory stays flat.
OUT = 4


@dataclass(frozen=True)
class Piece:
    """Contacts that follow one another in one batch: the number of the first, and the entries' bytes."""

    batch: int
    first: int
    entries: tuple[bytes, ...]


@dataclass(frozen=True)
class Checked:
    """What came of a piece of a batch: the entries whose proofs do not hold, and the sum of each column's commitments."""

    batch: int
    entries: int
    bad: tuple[int, ...]
    sums: tuple[bytes, ...]


def check(schema_hash: bytes, columns: int, piece: Piece) -> Checked:
    """Every proof of a piece, and its columns' sums. What does not hold is left out of the sums."""
    at_once = quick.sums(schema_hash, columns, piece.entries)
    if at_once is not None:
        return Checked(piece.batch, len(piece.entries), (), at_once)
    sums, bad = [group.IDENTITY] * columns, []
    for at, data in enumerate(piece.entries):
        if not contact.holds(data, columns, schema_hash):
            bad.append(piece.first + at)
            continue
        for column, (commitment, _proof) in enumerate(contact.parse(data, columns).columns):
            sums[column] = group.add(sums[column], commitment)
    return Checked(piece.batch, len(piece.entries), tuple(bad), tuple(sums))


class Here:
    """Checks in this process, at once."""

    def submit(self, schema_hash: bytes, columns: int, piece: Piece) -> Iterator[Checked]:
        yield check(schema_hash, columns, piece)

    def rest(self) -> Iterator[Checked]:
        yield from ()

    def close(self) -> None:
        """Nothing is held."""


class Pool:
    """Checks in processes of its own. Results come in the order in which pieces went out."""

    def __init__(self, jobs: int) -> None:
        self._most = OUT * jobs
        self._pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
        self._out: deque[Future[Checked]] = deque()

    def submit(self, schema_hash: bytes, columns: int, piece: Piece) -> Iterator[Checked]:
        self._out.append(self._pool.submit(check, schema_hash, columns, piece))
        while len(self._out) > self._most:
            yield self._out.popleft().result()

    def rest(self) -> Iterator[Checked]:
        while self._out:
            yield self._out.popleft().result()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
