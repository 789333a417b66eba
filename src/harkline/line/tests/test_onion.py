"""What is an onion address and what only looks like one."""

import pytest

from harkline.line import addressing, onion

# The Tor Project's own, as an independent example (rend-spec-v3).
REAL = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"


def test_a_real_address_is_one():
    assert onion.is_onion(REAL)
    assert addressing.checked("web", REAL) == REAL


@pytest.mark.parametrize(
    "wrong", ["", "short.onion", REAL.replace("2gz", "2gy"), REAL.upper(), f"www.{REAL}", REAL + "."]
)
def test_a_slip_of_the_finger_is_none(wrong: str):
    assert not onion.is_onion(wrong)


def test_every_other_last_letter_is_refused():
    """The checksum covers the key; the version stands in the last letters."""
    others = [REAL.replace("wid.onion", f"w{one}d.onion") for one in "abcdefghjklmnopqrstuvwxyz234567"]
    assert not any(map(onion.is_onion, others))


def test_a_client_key_is_written_as_tor_reads_it():
    assert onion.authorised(bytes(32)) == "descriptor:x25519:" + "A" * 52
    assert onion.read_key("A" * 52) == bytes(32)
    assert onion.read_key("A" * 51) is None
    assert onion.read_key("!") is None
