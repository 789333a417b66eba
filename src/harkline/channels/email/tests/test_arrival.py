"""Where a mail ends on the wire, however the network cuts it up."""

from hypothesis import given
from hypothesis import strategies as st

from harkline.channels.email.arrival import Arrival, Room


def fed(stream: bytes, cuts: list[int], limit: int = 10_000) -> tuple[Arrival, bytes]:
    arrival, rest, start = Arrival(limit, Room(10**6)), b"", 0
    for end in [*sorted(cuts), len(stream)]:
        if arrival.ended:
            rest += stream[start:end]
        elif end > start:
            rest += arrival.feed(stream[start:end])
        start = max(start, end)
    return arrival, rest


lines = st.lists(st.binary(max_size=20).map(lambda b: b.replace(b"\r", b"").replace(b"\n", b"")), max_size=20)


@given(lines, st.lists(st.integers(0, 300), max_size=10))
def test_a_mail_comes_out_as_it_was_sent_and_what_follows_is_kept(sent, cuts):
    mail = b"".join(line + b"\r\n" for line in sent)
    stuffed = b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in sent)
    stream = stuffed + b".\r\nQUIT\r\n"
    arrival, rest = fed(stream, [cut for cut in cuts if cut < len(stream)])
    assert (arrival.raw(), rest) == (mail, b"QUIT\r\n")
    assert not arrival.lone_stop()


def test_a_stop_between_other_line_ends_does_not_end_a_mail():
    for smuggled in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r"):
        arrival, rest = fed(b"a" + smuggled + b"MAIL FROM:<x@y.example>\r\n.\r\n", [])
        assert arrival.lone_stop()
        assert rest == b""


def test_too_much_is_read_to_its_end_and_not_kept():
    arrival, rest = fed(b"x" * 500 + b"\r\n.\r\nNOOP\r\n", [100, 200, 501, 503], limit=150)
    assert arrival.too_large
    assert rest == b"NOOP\r\n"


def test_where_there_is_no_room_the_next_one_fits_again():
    room = Room(100)
    first = Arrival(1000, room)
    first.feed(b"x" * 90)
    second = Arrival(1000, room)
    second.feed(b"x" * 90)
    assert second.no_room
    first.done()
    third = Arrival(1000, room)
    third.feed(b"x" * 90 + b"\r\n.\r\n")
    assert third.ended
    assert not third.no_room
