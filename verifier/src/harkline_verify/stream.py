"""A log's entries in order, each checked against the hash tiles while it passes; in the end, the root.

Memory stays flat: what is kept is one hash for each 256 entries.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from harkline_verify import tiles, tree
from harkline_verify.errors import Refused
from harkline_verify.source import Source

AHEAD = 16
READERS = 4


class Seen:
    """The tree over everything that was read: subtrees of 256 leaves and more in memory, smaller ones read again and checked."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.frontier = tree.Frontier()
        self.upper: dict[tuple[int, int], bytes] = {}
        self.edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        if len(self.edge) == tiles.WIDTH:
            self.edge = []
        self.edge.append(leaf)
        for level, index, value in self.frontier.append(leaf):
            if level >= 8:
                self.upper[level, index] = value

    def subtree(self, level: int, index: int) -> bytes:
        """As ``tree.Subtrees``. Raises Refused if a tile is no longer what it was."""
        if level >= 8:
            return self.upper[level, index]
        start = index << level
        hashes = self.leaves(start // tiles.WIDTH)[start % tiles.WIDTH :][: 1 << level]
        return _folded(hashes)

    def leaves(self, tile: int) -> list[bytes]:
        """The leaf hashes of a tile, read again and checked."""
        if tile == (self.frontier.size - 1) // tiles.WIDTH:
            return self.edge
        data = self.source.read(tiles.path(0, tile))
        hashes = [data[at : at + 32] for at in range(0, len(data), 32)]
        if len(data) != 32 * tiles.WIDTH or _folded(hashes) != self.upper[8, tile]:
            raise Refused("A tile changed while it was being read.")
        return hashes


def _folded(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [tree.node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def bundles(source: Source, size: int, seen: Seen) -> Iterator[list[bytes]]:
    """The entries, 256 at a time, while ``seen`` grows. Raises Refused where a tile does not fit its entries, Unreachable.

    The root must still be compared, when all are through.
    """
    for (bundle, tile, width), data, hashes in _ahead(source, size):
        entries = _entries(source, bundle, width, data)
        leaves = [tree.leaf_hash(entry) for entry in entries]
        if b"".join(leaves) not in (hashes, source.read(tile, fresh=True)):
            entries = tiles.unpack(source.read(bundle, fresh=True), width)
            leaves = [tree.leaf_hash(entry) for entry in entries]
            if b"".join(leaves) != source.read(tile, fresh=True):
                raise Refused(f"{tile} does not fit the entries in {bundle}: the log's files contradict each other.")
        for leaf in leaves:
            seen.append(leaf)
        yield entries
    _upper_tiles(source, size, seen)


def _entries(source: Source, path: str, width: int, data: bytes) -> list[bytes]:
    try:
        return tiles.unpack(data, width)
    except Refused:
        return tiles.unpack(source.read(path, fresh=True), width)


def _upper_tiles(source: Source, size: int, seen: Seen) -> None:
    for level in range(1, max(tiles.levels(size), default=0) + 1):
        for index, width in tiles.widths(size, level):
            path = tiles.path(level, index, width)
            right = b"".join(seen.upper[8 * level, index * tiles.WIDTH + at] for at in range(width))
            if right not in (source.read(path), source.read(path, fresh=True)):
                raise Refused(f"{path} does not fit the entries below it: the log's files contradict each other.")


Pair = tuple[str, str, int]


def _paths(size: int) -> Iterator[Pair]:
    # One after the other: a size is only what somebody signed, and may be absurd.
    for index, width in tiles.widths(size):
        yield tiles.path(tiles.ENTRIES, index, width), tiles.path(0, index, width), width


def _ahead(source: Source, size: int) -> Iterator[tuple[Pair, bytes, bytes]]:
    """Both files of each tile, read a few ahead by threads."""
    if size <= tiles.WIDTH:
        for pair in _paths(size):
            yield pair, source.read(pair[0]), source.read(pair[1])
        return
    waiting: deque[tuple[Pair, Future[bytes], Future[bytes]]] = deque()
    with ThreadPoolExecutor(READERS) as pool:
        try:
            for pair in _paths(size):
                waiting.append((pair, pool.submit(source.read, pair[0]), pool.submit(source.read, pair[1])))
                if len(waiting) >= AHEAD:
                    yield _taken(*waiting.popleft())
            while waiting:
                yield _taken(*waiting.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _taken(pair: Pair, bundle: Future[bytes], tile: Future[bytes]) -> tuple[Pair, bytes, bytes]:
    return pair, bundle.result(), tile.result()
