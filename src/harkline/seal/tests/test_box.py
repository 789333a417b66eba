"""What the server keeps for itself opens only on this host and only in its place."""

import pytest

from harkline.seal import box, hashes
from harkline.seal.envelope import Refused

HOST = bytes(range(32))


def test_a_box_opens_in_its_own_place():
    boxed = box.box(HOST, b"+441632960001", "own_phone|7")
    assert b"960001" not in boxed
    assert box.unbox(HOST, boxed, "own_phone|7") == b"+441632960001"
    assert boxed != box.box(HOST, b"+441632960001", "own_phone|7")


def test_a_box_moved_altered_or_of_another_host_is_refused():
    boxed = box.box(HOST, b"seed", "totp|7")
    with pytest.raises(Refused):
        box.unbox(HOST, boxed, "totp|8")
    with pytest.raises(Refused):
        box.unbox(bytes(32), boxed, "totp|7")
    for bit in range(len(boxed) * 8):
        altered = bytearray(boxed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Refused):
            box.unbox(HOST, bytes(altered), "totp|7")
    for length in range(len(boxed)):
        with pytest.raises(Refused):
            box.unbox(HOST, boxed[:length], "totp|7")


def test_hashes_of_different_uses_and_hosts_do_not_meet():
    assert hashes.keyed(HOST, "lookup", b"x") == hashes.keyed(HOST, "lookup", b"x")
    assert len({hashes.keyed(key, use, b"x") for key in (HOST, bytes(32)) for use in ("lookup", "invite")}) == 4
    assert hashes.same(b"a", b"a")
    assert not hashes.same(b"a", b"b")
