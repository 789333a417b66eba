"""Merkle trees as in RFC 6962, section 2: hashes, proofs, and a frontier that appends in O(log n) of memory.

A hash is 32 bytes. Proofs need only the hashes of complete, aligned subtrees: ``Subtrees`` is whoever has them, in memory or in tiles.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Protocol

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry's bytes."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Subtrees(Protocol):
    """Whoever knows the hashes of complete subtrees."""

    def subtree(self, level: int, index: int) -> bytes:
        """The hash over the leaves ``index << level`` … ``(index + 1) << level``."""


class Tree:
    """A tree held in memory: every complete subtree, 64 bytes a leaf. Appending is O(1) on average."""

    def __init__(self) -> None:
        self.levels: list[list[bytes]] = [[]]

    def __len__(self) -> int:
        return len(self.levels[0])

    def append(self, leaf: bytes) -> None:
        """Append a leaf's hash."""
        self.levels[0].append(leaf)
        level = 0
        while len(self.levels[level]) % 2 == 0:
            if level + 1 == len(self.levels):
                self.levels.append([])
            self.levels[level + 1].append(node_hash(*self.levels[level][-2:]))
            level += 1

    def subtree(self, level: int, index: int) -> bytes:
        return self.levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves, of all where it is not given."""
        return root(self, len(self) if size is None else size)


class Frontier:
    """The right edge of a growing tree: one hash for each bit of its size that is set."""

    def __init__(self, size: int = 0, trees: Subtrees | None = None) -> None:
        """Of an empty tree, or of the first ``size`` leaves of ``trees``."""
        self.size = size
        self.stack = [trees.subtree(level, index) for level, index in _edge(size)] if trees else []

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Append a leaf's hash; yields (level, index, hash) of each subtree that this completes, the leaf itself first."""
        level, index, value = 0, self.size, leaf
        self.size += 1
        yield level, index, value
        while index & 1:
            value = node_hash(self.stack.pop(), value)
            level, index = level + 1, index >> 1
            yield level, index, value
        self.stack.append(value)

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.stack:
            return EMPTY
        value = self.stack[-1]
        for left in reversed(self.stack[:-1]):
            value = node_hash(left, value)
        return value


def _edge(size: int) -> Iterator[tuple[int, int]]:
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            yield level, (size >> level) - 1


class Growing:
    """A tree of ``size`` leaves that is read from somewhere, and what is appended to it in memory."""

    def __init__(self, size: int, trees: Subtrees) -> None:
        self._old = trees
        self._new: dict[tuple[int, int], bytes] = {}
        self._frontier = Frontier(size, trees)

    def __len__(self) -> int:
        return self._frontier.size

    def append(self, leaf: bytes) -> None:
        """Append a leaf's hash."""
        for level, index, value in self._frontier.append(leaf):
            self._new[level, index] = value

    def subtree(self, level: int, index: int) -> bytes:
        return self._new.get((level, index)) or self._old.subtree(level, index)

    def root(self) -> bytes:
        """The root over all leaves."""
        return self._frontier.root()


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def _range(trees: Subtrees, start: int, size: int) -> bytes:
    if size & (size - 1) == 0:
        return trees.subtree(size.bit_length() - 1, start // size)
    left = _split(size)
    return node_hash(_range(trees, start, left), _range(trees, start + left, size - left))


def root(trees: Subtrees, size: int) -> bytes:
    """The root over the first ``size`` leaves."""
    return _range(trees, 0, size) if size else EMPTY


def inclusion(trees: Subtrees, index: int, size: int) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves. Raises ValueError for an index outside of it."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    path, start = [], 0
    while size > 1:
        left = _split(size)
        if index - start < left:
            path.append(_range(trees, start + left, size - left))
            size = left
        else:
            path.append(_range(trees, start, left))
            start, size = start + left, size - left
    return path[::-1]


def consistency(trees: Subtrees, old: int, size: int) -> list[bytes]:
    """The proof that the tree of ``size`` leaves begins with the tree of ``old`` leaves. Raises ValueError if old > size."""
    if not 0 <= old <= size:
        raise ValueError("the older tree is not the smaller one")
    if old in (0, size):
        return []
    proof, start, whole = [], 0, True
    while old != size:
        left = _split(size)
        if old <= left:
            proof.append(_range(trees, start + left, size - left))
            size = left
        else:
            proof.append(_range(trees, start, left))
            start, old, size, whole = start + left, old - left, size - left, False
    if not whole:
        proof.append(_range(trees, start, size))
    return proof[::-1]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], top: bytes) -> bool:
    """Whether the path leads from the leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, value = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            value = node_hash(other, value)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            value = node_hash(value, other)
        at, last = at >> 1, last >> 1
    return last == 0 and value == top


def consistent(old: int, size: int, old_root: bytes, top: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the larger tree begins with the smaller one (RFC 9162, 2.1.4.2)."""
    if old == size:
        return not proof and old_root == top
    if old == 0:
        return not proof and old_root == EMPTY
    if not 0 < old < size or not proof:
        return False
    return _consistent(old, size, old_root, top, [old_root, *proof] if old & (old - 1) == 0 else list(proof))


def _consistent(old: int, size: int, old_root: bytes, top: bytes, path: list[bytes]) -> bool:
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node_hash(other, older), node_hash(other, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, other)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_root and newer == top
