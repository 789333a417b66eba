"""drand's own signature, against a round that drand published."""

import hashlib

import pytest

from harkline_verify import beacon
from harkline_verify.sampling import QUICKNET

# Round 1000 of quicknet, as drand's servers hand it out.
ROUND = 1000
SIGNATURE = bytes.fromhex(
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
)


def test_another_chain_is_not_checked():
    assert beacon.holds("0" * 64, ROUND, SIGNATURE) is None


def test_a_round_that_drand_signed_and_none_other():
    pytest.importorskip(
        "py_arkworks_bls12381", reason="drand's signature needs the extra: pip install './verifier[beacon]'"
    )
    assert beacon.holds(QUICKNET, ROUND, SIGNATURE) is True
    assert beacon.holds(QUICKNET, ROUND + 1, SIGNATURE) is False
    for bent in (SIGNATURE[:-1], bytes(48), bytes([SIGNATURE[0] ^ 0x20]) + SIGNATURE[1:], hashlib.sha384(b"").digest()):
        assert beacon.holds(QUICKNET, ROUND, bent) is False


def test_without_the_extra_it_says_that_it_does_not_know(monkeypatch):
    monkeypatch.setattr(beacon, "_library", lambda: None)
    assert beacon.holds(QUICKNET, ROUND, SIGNATURE) is None
