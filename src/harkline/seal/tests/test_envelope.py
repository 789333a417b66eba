"""What is sealed opens unchanged for those it was meant for, and for nobody and nowhere else."""

from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harkline.seal import envelope
from harkline.seal.envelope import CHUNK, Refused, Sealer

PRIVATE, PUBLIC = envelope.generate()
OTHER_PRIVATE, OTHER_PUBLIC = envelope.generate()
OBJECT = uuid4()
TEAM = "team:1"

borders = st.sampled_from([0, 1, CHUNK - 7, CHUNK - 6, CHUNK - 5, CHUNK, CHUNK + 1, 2 * CHUNK - 6, 3 * CHUNK])
words = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(-(2**53), 2**53), max_size=4)


def sealed(body=b"hello", meta=None, recipients=None):
    return envelope.seal(meta or {}, body, "message", OBJECT, recipients or {TEAM: PUBLIC})


def opened(one, *, private=PRIVATE, purpose="message", object_id=OBJECT, recipient=TEAM, wrap=None, **more):
    return envelope.open_(wrap or one.wraps[TEAM], one.chunks, private, purpose, object_id, recipient, **more)


@settings(deadline=None, max_examples=40)
@given(size=borders | st.integers(0, 4 * CHUNK), meta=words)
def test_what_is_sealed_opens_unchanged(size, meta):
    body = bytes(range(256)) * (size // 256 + 1)
    one = sealed(body[:size], meta)
    document = opened(one)
    assert (document.meta, document.body, document.complete) == (meta, body[:size], True)
    assert one.size == size
    assert all(0 < len(chunk) <= CHUNK + envelope.TAG for chunk in one.chunks)


@settings(deadline=None, max_examples=30)
@given(sizes=st.lists(borders | st.integers(0, 5000), max_size=5), flush=st.booleans())
def test_a_recording_sealed_as_it_grows_opens_whole(sizes, flush):
    sealer, chunks, said = Sealer({"rate": 8000}, "recording", OBJECT, {TEAM: PUBLIC}), [], b""
    for i, size in enumerate(sizes):
        piece = bytes([i]) * size
        said += piece
        chunks += sealer.write(piece)
        if flush:
            chunks += sealer.flush()
    chunks.append(sealer.finish())
    document = envelope.open_(sealer.wraps[TEAM], chunks, PRIVATE, "recording", OBJECT, TEAM)
    assert (document.body, document.complete, sealer.size) == (said, True, len(said))


def test_a_recording_that_a_crash_cut_off_opens_and_says_so():
    sealer = Sealer({}, "recording", OBJECT, {TEAM: PUBLIC})
    chunks = sealer.write(b"a" * 3 * CHUNK)
    with pytest.raises(Refused):
        envelope.open_(sealer.wraps[TEAM], chunks, PRIVATE, "recording", OBJECT, TEAM)
    document = envelope.open_(sealer.wraps[TEAM], chunks, PRIVATE, "recording", OBJECT, TEAM, allow_cut=True)
    assert not document.complete
    assert document.body == b"a" * (len(chunks) * CHUNK - 6)


def test_nothing_is_written_after_the_end():
    sealer = Sealer({}, "recording", OBJECT, {TEAM: PUBLIC})
    sealer.finish()
    with pytest.raises(ValueError, match="finished"):
        sealer.write(b"a" * 2 * CHUNK)


def test_each_recipient_opens_with_their_own_key():
    one = sealed(recipients={TEAM: PUBLIC, "caller": OTHER_PUBLIC})
    assert opened(one).body == b"hello"
    assert opened(one, private=OTHER_PRIVATE, recipient="caller", wrap=one.wraps["caller"]).body == b"hello"
    with pytest.raises(Refused):
        opened(one, private=OTHER_PRIVATE)


@pytest.mark.parametrize(
    "elsewhere", [{"purpose": "note"}, {"object_id": uuid4()}, {"recipient": "team:2"}, {"private": OTHER_PRIVATE}]
)
def test_it_does_not_open_elsewhere(elsewhere):
    with pytest.raises(Refused):
        opened(sealed(), **elsewhere)


def test_every_flipped_bit_is_refused():
    one = sealed(b"stay", {"a": 1})
    for which, data in (("wrap", one.wraps[TEAM]), ("chunk", one.chunks[0])):
        for bit in range(len(data) * 8):
            altered = bytearray(data)
            altered[bit // 8] ^= 1 << bit % 8
            # RFC 7748: the top bit of a public key is ignored when it is read, so HPKE must bind the bytes as sent.
            changed = {"wrap": bytes(altered)} if which == "wrap" else {}
            chunks = one.chunks if which == "wrap" else [bytes(altered)]
            with pytest.raises(Refused):
                opened(envelope.Sealed(chunks, one.wraps, one.size), **changed)


def test_chunks_cannot_be_dropped_swapped_or_repeated():
    one = sealed(b"z" * 3 * CHUNK)
    a, b, c, d = one.chunks
    for chunks in ([b, a, c, d], [a, c, d], [a, b, c], [a, b, c, d, d], [a, a, b, c, d], [d], []):
        with pytest.raises(Refused):
            opened(envelope.Sealed(chunks, one.wraps, one.size))
    for chunks in ([b, a, c, d], [a, c, d], [a, b, c, d, d], []):
        with pytest.raises(Refused):
            opened(envelope.Sealed(chunks, one.wraps, one.size), allow_cut=True)


def test_two_seals_of_the_same_words_have_nothing_in_common():
    one, other = sealed(), sealed()
    assert one.chunks[0][:5] != other.chunks[0][:5]
    assert one.wraps[TEAM] != other.wraps[TEAM]


def test_a_key_of_small_order_is_refused():
    for public in (bytes(32), (1).to_bytes(32, "little")):
        with pytest.raises(ValueError):
            sealed(recipients={TEAM: public})


def test_a_name_that_could_be_mistaken_for_another_is_refused():
    for recipients in ({"team|1": PUBLIC}, {"": PUBLIC}, {}):
        with pytest.raises(ValueError):
            envelope.seal({}, b"", "message", OBJECT, recipients)
    with pytest.raises(ValueError):
        envelope.seal({}, b"", "message|x", OBJECT, {TEAM: PUBLIC})


@pytest.mark.parametrize("head", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x02{\xff", b"\x00\x00"])
def test_a_hostile_description_is_refused(head):
    sealer = Sealer({}, "message", OBJECT, {TEAM: PUBLIC})
    sealer._waiting = bytearray(head)
    chunks = [sealer.finish()]
    with pytest.raises(Refused):
        envelope.open_(sealer.wraps[TEAM], chunks, PRIVATE, "message", OBJECT, TEAM)
