"""Merkle trees: published roots, every proof of small trees, tiles read back, growth in steps."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline_verify import tiles, tree

# The reference test of Certificate Transparency: eight leaves, the root after each.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def planted(count):
    grown = tree.Tree()
    for number in range(count):
        grown.append(tree.leaf_hash(b"%d" % number))
    return grown


def test_the_roots_of_certificate_transparency():
    grown, frontier = tree.Tree(), tree.Frontier()
    assert grown.root() == frontier.root() == hashlib.sha256(b"").digest()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        grown.append(tree.leaf_hash(bytes.fromhex(leaf)))
        list(frontier.append(tree.leaf_hash(bytes.fromhex(leaf))))
        assert grown.root().hex() == frontier.root().hex() == root


def test_every_proof_of_a_small_tree_holds_and_no_other():
    grown = planted(33)
    for size in range(1, 34):
        for index in range(size):
            path = tree.inclusion(grown, index, size)
            assert tree.included(grown.subtree(0, index), index, size, path, grown.root(size))
            assert not tree.included(
                grown.subtree(0, index), index, size + 1, path, grown.root(size + 1 if size < 33 else 1)
            )
        for old in range(size + 1):
            proof = tree.consistency(grown, old, size)
            assert tree.consistent(old, size, grown.root(old), grown.root(size), proof)
            assert old == size or not tree.consistent(old, size, bytes(32), grown.root(size), proof)


@given(st.integers(1, 300), st.data())
def test_a_proof_with_anything_changed_holds_no_longer(size, data):
    grown = planted(size)
    index = data.draw(st.integers(0, size - 1))
    path = tree.inclusion(grown, index, size)
    leaf, top = grown.subtree(0, index), grown.root()
    assert tree.included(leaf, index, size, path, top)
    assert not tree.included(leaf, index, size, [*path, bytes(32)], top)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        flipped = bytes([path[at][0] ^ 1]) + path[at][1:]
        assert not tree.included(leaf, index, size, [*path[:at], flipped, *path[at + 1 :]], top)
        assert not tree.included(leaf, index, size, path[:-1], top)


def test_the_paths_of_tiles():
    assert tiles.path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.path(1, 0, 5) == "tile/1/000.p/5"
    assert tiles.path(tiles.ENTRIES, 1000, 1) == "tile/entries/x001/000.p/1"


def test_a_tree_grown_in_steps_is_the_same_in_its_tiles():
    files, whole, old = {}, planted(70_001), 0
    for size in (1, 255, 256, 257, 65_536, 70_001):
        entries = [b"%d" % number for number in range(old, size)]
        last = [b"%d" % number for number in range(old - old % 256, old)]
        growing = tree.Growing(old, tiles.Tiles(old, files.__getitem__))
        for entry in entries:
            growing.append(tree.leaf_hash(entry))
        assert growing.root() == whole.root(size)
        files.update(tiles.grown(growing, old, entries, last))
        served = tiles.Tiles(size, files.__getitem__)
        assert tree.root(served, size) == whole.root(size)
        assert tree.consistent(old, size, whole.root(old), whole.root(size), tree.consistency(served, old, size))
        assert tree.included(
            whole.subtree(0, size - 1), size - 1, size, tree.inclusion(served, size - 1, size), whole.root(size)
        )
        old = size


def test_bundles_hold_exactly_their_entries():
    entries = [b"a", b"\0" * 65_535]
    data = tiles.pack(entries)
    assert tiles.unpack(data, 2) == entries
    for wrong, width in ((data, 1), (data, 3), (data[:-1], 2), (data + b"\0", 2)):
        with pytest.raises(ValueError, match="bundle"):
            tiles.unpack(wrong, width)
    for wrong in (b"", b"x" * 65_536):
        with pytest.raises(ValueError, match=r"65,535"):
            tiles.pack([wrong])
