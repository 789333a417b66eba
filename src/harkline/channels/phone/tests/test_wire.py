"""Frames to the engine, and the source filter."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline.channels.phone.engine import sources, wire


@given(st.dictionaries(st.text(max_size=8), st.integers(), max_size=4), st.binary(max_size=400))
def test_a_frame_comes_back_as_it_went(head: dict[str, int], body: bytes) -> None:
    assert wire.unpack(wire.pack(head, body)[4:]) == (head, body)


@given(st.binary(max_size=40))
def test_nonsense_is_refused_and_nothing_else(payload: bytes) -> None:
    try:
        wire.unpack(payload)
    except ValueError:
        return


async def test_a_frame_too_long_is_not_read() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(b"\xff\xff\xff\xff")
    with pytest.raises(ValueError):
        await wire.read(reader)


def _kept(program: list[sources.Instruction], packet: bytes) -> bool:
    """Run a filter as the kernel would."""
    at = value = 0
    while True:
        code, yes, no, k = program[at]
        offset = k - sources.NETWORK_HEADER
        at += 1
        if code == sources.RET:
            return k != sources.DROP
        if code == sources.LD_B:
            value = packet[offset]
        elif code == sources.LD_W:
            value = int.from_bytes(packet[offset : offset + 4], "big")
        elif code == sources.RSH:
            value >>= k
        elif code == sources.AND:
            value &= k
        elif code == sources.JEQ:
            at += yes if value == k else no
        else:
            at += k


def _packet(source: str) -> bytes:
    import ipaddress

    address = ipaddress.ip_address(source)
    if address.version == 4:
        return bytes([0x45]) + bytes(11) + address.packed + bytes(4)
    return bytes([0x60]) + bytes(7) + address.packed + bytes(16)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("127.0.0.1", True),
        ("192.0.2.9", True),
        ("192.0.3.9", False),
        ("198.51.100.7", True),
        ("198.51.100.8", False),
        ("2001:db8::5", True),
        ("2001:db9::5", False),
        ("::1", False),
    ],
)
def test_only_configured_networks_are_let_through(source: str, kept: bool) -> None:
    allow = sources.networks(("127.0.0.0/8", "192.0.2.0/24", "198.51.100.7", "2001:db8::/32"), [])
    assert _kept(sources.program(allow), _packet(source)) is kept


def test_everybody_is_let_through_only_where_that_was_asked_for() -> None:
    assert _kept(sources.program(sources.networks(("0.0.0.0/0",), [])), _packet("203.0.113.1"))
    assert not _kept(sources.program([]), _packet("203.0.113.1"))
