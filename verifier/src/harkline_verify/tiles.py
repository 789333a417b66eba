"""C2SP tlog-tiles: a log as static files. 256 hashes a tile, 256 entries a bundle; what is full never changes.

``tile/<level>/<index>[.p/<width>]`` holds hashes, ``tile/entries/<index>[.p/<width>]`` entries, each after its length as u16, big-endian.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence

from harkline_verify import tree
from harkline_verify.errors import Refused

WIDTH = 256
ENTRIES = "entries"
LONGEST_ENTRY = 65_535


def path(level: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile of hashes (a level), or of a bundle (``ENTRIES``)."""
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def pack(entries: Iterable[bytes]) -> bytes:
    """A bundle. Raises ValueError for an entry that is empty or longer than 65,535 bytes."""
    parts = []
    for entry in entries:
        if not 0 < len(entry) <= LONGEST_ENTRY:
            raise ValueError("an entry has 1 to 65,535 bytes")
        parts.append(struct.pack(">H", len(entry)) + entry)
    return b"".join(parts)


def unpack(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle. Raises Refused unless it has exactly this many."""
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        length = int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    if at != len(data) or len(entries) != width:
        raise Refused("A bundle of entries has another length or number than the tree says.")
    return entries


def widths(size: int, level: int = 0, first: int = 0) -> Iterator[tuple[int, int]]:
    """(index, width) of every tile of a level in a tree of this size, from the tile ``first`` on; the last may be partial."""
    count = size >> (8 * level)
    yield from ((index, min(WIDTH, count - index * WIDTH)) for index in range(first, -(-count // WIDTH)))


def levels(size: int) -> Iterator[int]:
    """The levels of tiles that a tree of this size has."""
    level = 0
    while size >> (8 * level):
        yield level
        level += 1


class Tiles:
    """The hashes of complete subtrees, read from tiles on demand: proofs need no tree in memory.

    ``read`` takes a tile's path and answers its bytes; it may keep what it read.
    """

    def __init__(self, size: int, read: Callable[[str], bytes]) -> None:
        self.size = size
        self.read = read

    def subtree(self, level: int, index: int) -> bytes:
        tile_level, above = divmod(level, 8)
        first = index << above
        at, within = divmod(first, WIDTH)
        hashes = self._tile(tile_level, at)[within : within + (1 << above)]
        if len(hashes) != 1 << above:
            raise Refused("A tile has fewer hashes than the tree says.")
        while len(hashes) > 1:
            hashes = [tree.node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    def _tile(self, level: int, index: int) -> list[bytes]:
        width = min(WIDTH, (self.size >> (8 * level)) - index * WIDTH)
        data = self.read(path(level, index, width))
        if len(data) != 32 * width:
            raise Refused("A tile has another length than the tree says.")
        return [data[start : start + 32] for start in range(0, len(data), 32)]


def grown(
    trees: tree.Subtrees, old: int, entries: Sequence[bytes], last: Sequence[bytes] = ()
) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of every file that changes when ``entries`` are appended to a tree of ``old`` leaves, lowest level first.

    ``trees`` already knows the grown tree's hashes; ``last`` are the entries of the bundle that was partial before (old % 256 of them).
    """
    if len(last) != old % WIDTH:
        raise ValueError("the entries of the partial bundle are needed")
    size = old + len(entries)
    whole = [*last, *entries]
    first = old // WIDTH
    for index, width in widths(size, 0, first):
        start = (index - first) * WIDTH
        yield path(ENTRIES, index, width), pack(whole[start : start + width])
    for level in levels(size):
        yield from _changed(trees, level, old, size)


def _changed(trees: tree.Subtrees, level: int, old: int, size: int) -> Iterator[tuple[str, bytes]]:
    if old >> (8 * level) == size >> (8 * level):
        return
    for index, width in widths(size, level, (old >> (8 * level)) // WIDTH):
        hashes = (trees.subtree(8 * level, index * WIDTH + at) for at in range(width))
        yield path(level, index, width), b"".join(hashes)
