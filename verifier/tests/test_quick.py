"""The compiled part agrees with libsodium on everything, and never has the last word on what it refuses."""

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harkline_verify import bits, contact, group, quick, workers
from harkline_verify.group import Q, V

pytestmark = pytest.mark.skipif(
    quick.COMPILED is None,
    reason="the compiled part needs a C compiler at installation (Debian: apt-get install gcc libc6-dev)",
)
SCALARS = st.one_of(st.sampled_from([0, 1, 7, 8, 9, 15, 16, 2**252, Q - 8, Q - 1]), st.integers(0, Q - 1))


def announced(cell):
    c0, c1, s0, s1 = (group.scalar_from_bytes(cell[at : at + 32]) for at in (32, 64, 96, 128))
    zero = group.subtract(group.multiply_base(s0), group.multiply(c0, cell[:32]))
    less = group.subtract(cell[:32], V)
    return zero + group.subtract(group.multiply_base(s1), group.multiply(c1, less))


@settings(max_examples=60)
@given(st.integers(0, 40), SCALARS, st.tuples(SCALARS, SCALARS, SCALARS, SCALARS))
def test_announcements_are_libsodiums(value, blinding, scalars):
    cell = group.commit(value, blinding) + b"".join(map(group.scalar_to_bytes, scalars))
    valid, data, total = quick.COMPILED.announcements(cell)
    assert (valid, data, total) == (b"\1", announced(cell), cell[:32])


@settings(max_examples=200)
@given(
    st.one_of(
        st.binary(min_size=32, max_size=32),
        st.integers(2**255 - 40, 2**256 - 1).map(lambda n: n.to_bytes(32, "little")),
    )
)
def test_points_are_libsodiums(data):
    valid, _announced, total = quick.COMPILED.announcements(data + bytes(128))
    assert (valid == b"\1") == group.is_point(data)
    assert total == (data if group.is_point(data) else group.IDENTITY)


def test_many_are_summed_and_one_that_does_not_hold_is_found():
    schema = secrets.token_bytes(32)
    made = [contact.make(schema, f"{number:010}", bytes(32), [number % 2, 1])[0] for number in range(40)]
    whole = workers.check(schema, 2, workers.Piece(0, 5, tuple(made)))
    assert quick.sums(schema, 2, made) == whole.sums
    assert whole.sums[1] == group.total(contact.parse(data, 2).columns[1][0] for data in made)
    assert whole.bad == ()
    for at in (0, 13, 39):
        for place in (3, 50, 100, 130, 170, 200, 250, 363):
            bent = made[at][:place] + bytes([made[at][place] ^ 1]) + made[at][place + 1 :]
            piece = workers.Piece(0, 5, (*made[:at], bent, *made[at + 1 :]))
            assert quick.sums(schema, 2, piece.entries) is None
            assert workers.check(schema, 2, piece).bad == (5 + at,)


def test_a_scalar_with_the_order_added_is_not_quicker_let_through():
    schema, found = bytes(32), 0
    while not found:
        data, _blindings = contact.make(schema, "0123456789", bytes(32), [1])
        good, _blindings = contact.make(schema, "0123456789", bytes(32), [0])
        for at in range(76, 204, 32):
            raised = int.from_bytes(data[at : at + 32], "little") + Q
            if raised < 2**256:
                found += 1
                bent = data[:at] + raised.to_bytes(32, "little") + data[at + 32 :]
                assert quick.sums(schema, 1, [good, bent]) is None
    assert bits.LENGTH == 128


def test_what_is_no_row_of_cells_is_refused():
    with pytest.raises(ValueError, match="160"):
        quick.COMPILED.announcements(bytes(159))
    assert quick.COMPILED.announcements(b"") == (b"", b"", group.IDENTITY)
