"""APRS messages and the frames that carry them: what is written is read again, and nothing that comes over the air raises."""

import ax25
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline.channels.radio.aprs import frames, kiss, wire

CALLS = st.from_regex(r"[A-Z0-9]{3,6}(-(1[0-5]|[1-9]))?", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="|~{")).filter(
    lambda text: wire.fits(text) and text == text.rstrip("\r\n\0")
)
NUMBERS = st.from_regex(r"[A-Za-z0-9]{1,5}", fullmatch=True)


@given(CALLS, TEXTS, st.just("") | NUMBERS)
def test_a_message_is_read_as_it_was_written(to, text, number):
    read = wire.read(wire.message(to, text, number))
    answers = text.lower().startswith(("ack", "rej"))
    assert read == wire.Message(to, text, number) or answers


@given(CALLS, CALLS, TEXTS, NUMBERS, st.lists(CALLS, max_size=2))
def test_so_is_a_frame_on_its_way_through_a_modem(source, to, text, number, path):
    raw = frames.build(source, wire.message(to, text, number), tuple(path))
    [again] = kiss.Unframer().feed(kiss.frame(raw))
    heard = frames.read(again)
    assert heard is not None
    assert (heard.source, heard.via, heard.gate) == (source, tuple(path), "")
    assert heard.info == wire.message(to, text, number)


@given(st.binary(max_size=400))
def test_no_bytes_raise(raw):
    frames.read(raw)
    wire.read(raw)
    wire.read(b":X0LINE-1 :" + raw)
    list(kiss.Unframer().feed(raw + kiss.FEND + raw))


@given(st.binary(max_size=300), st.lists(st.integers(1, 80), max_size=6))
def test_frames_are_the_same_however_the_stream_is_cut(content, cuts):
    stream, one = kiss.frame(content) + kiss.frame(b"next"), kiss.Unframer()
    found, at = [], 0
    for length in [*cuts, len(stream)]:
        found += list(one.feed(stream[at : at + length]))
        at += length
    assert found == ([content] if content else []) + [b"next"]


def test_an_endless_frame_takes_no_memory_and_the_next_is_read():
    one = kiss.Unframer()
    assert not any(list(one.feed(b"\x00" * 4000)) for _ in range(50))
    assert len(one._buffer) <= kiss.LONGEST
    assert list(one.feed(b"end\xc0" + kiss.frame(b"next"))) == [b"next"]


@pytest.mark.parametrize(
    ("info", "read"),
    [
        (b":X0LINE-1 :Help{12", wire.Message("X0LINE-1", "Help", "12")),
        (b":X0LINE-1 :Help{12\r\n", wire.Message("X0LINE-1", "Help", "12")),
        (b":X0LINE-1 :Help", wire.Message("X0LINE-1", "Help")),
        (b":x0line-1:Help{1", wire.Message("X0LINE-1", "Help", "1")),  # not filled up to nine
        (b":X0LINE-1 :Help{AB}", wire.Message("X0LINE-1", "Help", "AB}")),
        (b":X0LINE-1 :Help{AB}CD", wire.Message("X0LINE-1", "Help", "AB}CD", "CD")),
        (b":X0LINE-1 :a {brace", wire.Message("X0LINE-1", "a ", "brace")),
        (b":X0LINE-1 :caf\xe9{1", wire.Message("X0LINE-1", "café", "1", readable=False)),
        (b":X0LINE-1 :ack12", wire.Answer("X0LINE-1", "12")),
        (b":X0LINE-1 :ack12 ", wire.Answer("X0LINE-1", "12")),
        (b":X0LINE-1 :ackAB}CD", wire.Answer("X0LINE-1", "AB")),
        (b":X0LINE-1 :rej12", wire.Answer("X0LINE-1", "12", taken=False)),
        (b":X0LINE-1 :acknowledged, thank you", wire.Message("X0LINE-1", "acknowledged, thank you")),
        (b"!5130.00N/00000.00E>", None),
        (b">Somewhere else", None),
    ],
)
def test_messages_as_stations_send_them(info, read):
    assert wire.read(info) == read


def test_what_an_internet_station_brings_is_unwrapped():
    inner = b"}X0ABC-7>APRS,TCPIP,X0GATE*::X0LINE-1 :Help{3"
    heard = frames.read(frames.build("X0GATE-10", inner))
    assert heard == frames.Heard("X0ABC-7", b":X0LINE-1 :Help{3", ("TCPIP", "X0GATE*"), gate="X0GATE-10")


def test_frames_of_connections_and_of_other_protocols_are_none_of_ours():
    control = ax25.Control(ax25.FrameType.SABM)
    assert frames.read(bytes(ax25.Frame("X0LINE", "X0ABC", control=control).pack())) is None
    control = ax25.Control(ax25.FrameType.UI)
    assert frames.read(bytes(ax25.Frame("X0LINE", "X0ABC", None, control, 0xCF, b"x").pack())) is None


def test_a_frame_that_cannot_be_read_may_still_name_us():
    raw = b"\x00" * 14 + b":X0LINE-1 :help" + bytes(300)
    assert frames.read(raw) is None
    assert frames.names(raw, "X0LINE-1")
    assert not frames.names(raw, "X0LINE-2")


@pytest.mark.parametrize("text", ["", "a|b", "a{b", "a~b", "a\nb", "x" * 68, "ق" * 34])
def test_what_does_not_fit_is_no_message(text):
    with pytest.raises(ValueError):
        wire.message("X0ABC-7", text)


def test_an_acknowledgement_says_the_number_as_it_came():
    assert wire.acknowledgement("X0ABC-7", "AB}CD") == b":X0ABC-7  :ackAB}CD"
    assert wire.acknowledgement("X0ABC-7", "12", taken=False) == b":X0ABC-7  :rej12"
