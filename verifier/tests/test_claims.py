"""Entries and claims: what is written is read, what is raised or moved is refused; rules; lots; bounds."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harkline_verify import bounds, claims, contact, entries, group, receipts, rules, sampling
from harkline_verify.errors import Refused
from harkline_verify.group import Q
from harkline_verify.notes import Signer
from harkline_verify.rules import Reason, Span

SCHEMA = entries.Schema(
    "line.example/count",
    (
        entries.Column("contact", "Somebody reached the line"),
        entries.Column("public", "They said they work for a public body"),
    ),
    {0: "0.25", 1: "1"},
    10,
    sampling.QUICKNET,
    time(6),
)
HASH = hashlib.sha256(SCHEMA.encode()).digest()
AUDITOR = Signer.generate("auditor.example")
CLASSES = {"E4": 0, "E3": 5, "E2": 10, "E1": 6, "E0": 0}
AUDIT = entries.Audit(HASH.hex(), 9, CLASSES, AUDITOR.key())


@pytest.fixture(scope="module")
def counted():
    """(sum of column 1, sum of its blindings, its total, leaves)"""
    made = [contact.make(HASH, receipts.make(None, ()), bytes(32), [1, number % 3 == 0]) for number in range(40)]
    points = [contact.parse(data, 2).columns[1][0] for data, _blindings in made]
    return group.total(points), sum(blindings[1] for _data, blindings in made) % Q, 14, 40


def test_an_exact_total_holds_and_no_other(counted):
    total, blinding, count, leaves = counted
    claim = claims.make_exactly(HASH.hex(), 1, 1, 42, count, blinding)
    assert claims.holds(claim, total, leaves)
    for other in (count - 1, count + 1, 0, count + Q):
        assert not claims.holds(replace(claim, total=other), total, leaves)
    assert not claims.holds(claim, group.add(total, group.V), leaves)


def test_at_least_holds_up_to_the_total_and_cannot_be_raised(counted):
    total, blinding, count, leaves = counted
    for least in (0, 10, count):
        claim = claims.make_at_least(HASH.hex(), 1, 1, 42, least, count, blinding, leaves)
        assert claims.holds(claim, total, leaves)
        assert len(claim.proof) == 160 * 6
        for other in (least + 1, least + Q, 41):
            assert not claims.holds(replace(claim, total=other), total, leaves)
        assert not claims.holds(replace(claim, column=0), total, leaves)
        assert not claims.holds(replace(claim, proof=claim.proof[160:]), total, leaves)
    with pytest.raises(ValueError, match="lower"):
        claims.make_at_least(HASH.hex(), 1, 1, 42, count + 1, count, blinding, leaves)


def test_nobody_can_claim_more_by_going_round_the_group(counted):
    total, blinding, count, leaves = counted
    raised = replace(claims.make_exactly(HASH.hex(), 1, 1, 42, count, blinding), total=count + Q)
    assert not claims.holds(raised, total, leaves)


ENTRIES = [
    SCHEMA.encode(),
    entries.Batch(HASH.hex(), date(2026, 11, 22), 64).encode(),
    entries.Claim(HASH.hex(), 1, 1, 42, True, 14, bytes(32)).encode(),
    entries.Claim(HASH.hex(), 1, 1, 42, False, 14, bytes(160)).encode(),
    AUDIT.signed(AUDITOR),
    replace(AUDIT, sample=entries.Sample(7, b"\1" * 48, b"note\n", 30, 21, bytes(32))).signed(AUDITOR),
]


@pytest.mark.parametrize("data", ENTRIES)
def test_what_is_written_is_read(data):
    entry = entries.parse(data)
    assert (entry.signed(AUDITOR) if isinstance(entry, entries.Audit) else entry.encode()) == data


@pytest.mark.parametrize("data", ENTRIES)
def test_no_second_spelling(data):
    text = data.decode()
    lines = text.split("\n")
    others = [
        text[:-1],
        text + "\n",
        text.replace("\n", "\r\n"),
        text.replace("v1", "v2", 1),
        text + "more 1\n",
        " " + text,
    ]
    others += [
        "\n".join([*lines[:at], lines[at].replace(" ", "  ", 1), *lines[at + 1 :]])
        for at in range(len(lines))
        if " " in lines[at]
    ]
    others += ["\n".join([*lines[:at], *lines[at + 1 :]]) for at in range(len(lines) - 1)]
    for other in others:
        try:
            entry = entries.parse(other.encode())
        except Refused:
            continue
        assert isinstance(entry, entries.Schema), (
            other
        )  # a wording may begin with a space less or lack a rate: another schema, another log


@pytest.mark.parametrize(
    ("at", "old", "new"),
    [
        (0, "column 1", "column 2"),
        (0, "rate 1 1", "rate 2 1"),
        (0, "rate 1 1", "rate 1 1.0"),
        (0, "rate 0 0.25", "rate 0 0.250"),
        (0, "06:00", "24:00"),
        (0, "min-cell 10", "min-cell 010"),
        (1, "count 64", "count 63"),
        (1, "count 64", "count 8"),
        (1, "count 64", "count 064"),
        (1, "2026-11-22", "2026-11-31"),
        (1, "2026-11-22", "20261122"),
        (2, "eq 14", "eq -1"),
        (2, "eq 14", "eq 14.0"),
        (2, "eq 14", "eq ١٤"),
        (4, "E3 5", "E3 6"),
    ],
)
def test_what_is_no_entry_is_refused(at, old, new):
    text = ENTRIES[at].decode()
    assert old in text
    with pytest.raises(Refused):
        entries.parse(text.replace(old, new).encode())


def test_an_audit_is_signed_by_the_key_it_names_and_by_nobody_beside():
    with pytest.raises(ValueError, match="not the key"):
        AUDIT.signed(Signer.generate("other.example"))
    twice = AUDIT.signed(AUDITOR) + Signer.generate("other.example").line(AUDIT.text()).encode()
    with pytest.raises(Refused, match="alone"):
        entries.parse(twice)
    assert (AUDIT.inspected, AUDIT.defects) == (21, 0)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused(data):
    with pytest.raises(Refused):
        entries.parse(data)


@given(st.text(max_size=60))
def test_text_of_any_kind_is_refused(text):
    with pytest.raises(Refused):
        entries.parse(f"opencount/v1 claim\n{text}\n".encode())


WEEK = Span(date(2026, 11, 2), date(2026, 11, 8))


def test_the_rules_of_exact_totals():
    assert rules.against_exactly(20, 30, WEEK, []) == []
    assert rules.against_exactly(0, 3, WEEK, [WEEK]) == []
    assert rules.against_exactly(9, 30, WEEK, []) == [Reason.SMALL_TOTAL]
    assert rules.against_exactly(20, 9, WEEK, []) == [Reason.SMALL_REST]
    assert rules.against_exactly(20, 30, Span(WEEK.first, WEEK.last - timedelta(1)), []) == [Reason.SHORT_SPAN]
    later = Span(WEEK.last, WEEK.last + timedelta(9))
    assert rules.against_exactly(20, 30, later, [WEEK]) == [Reason.OVERLAP]
    assert rules.against_exactly(20, 30, Span(WEEK.last + timedelta(1), WEEK.last + timedelta(9)), [WEEK]) == []


def test_the_rules_of_at_least():
    assert rules.against_at_least(10, 10) == []
    assert rules.against_at_least(9, 9) == [Reason.SMALL_TOTAL, Reason.SMALL_REST]
    assert "lower than 10" in Reason.SMALL_TOTAL.said(10)


def test_the_slot_is_the_first_at_least_an_hour_after_the_quorum():
    def at(*when):
        return int(datetime(2026, 11, *when, tzinfo=UTC).timestamp())

    assert sampling.slot_after(at(22, 4, 0), time(6)) == at(22, 6)
    assert sampling.slot_after(at(22, 5, 0), time(6)) == at(22, 6)
    assert sampling.slot_after(at(22, 5, 0) + 1, time(6)) == at(23, 6)
    assert sampling.slot_after(at(22, 23, 30), time(0)) == at(24, 0)


def test_the_rounds_of_quicknet():
    assert sampling.round_at(sampling.GENESIS) == 1
    assert sampling.round_at(sampling.GENESIS + 1) == sampling.round_at(sampling.GENESIS + 3) == 2


def test_the_lot_falls_at_its_rate_and_always_at_one():
    leaves = [hashlib.sha256(b"%d" % number).digest() for number in range(4000)]
    falls = [sampling.selected(HASH, 0, Fraction("0.25"), bytes(32), leaf) for leaf in leaves]
    assert 850 < sum(falls) < 1150
    assert all(sampling.selected(HASH, 0, Fraction(1), bytes(32), leaf) for leaf in leaves)
    assert falls != [sampling.selected(HASH, 1, Fraction("0.25"), bytes(32), leaf) for leaf in leaves]


def test_how_many_inspections_show_what():
    assert bounds.sample_for(21, 20) == 16
    assert bounds.sample_for(100, 90) == 23
    assert bounds.sample_for(100_000, 95_000) == 59
    assert bounds.sample_for(21, 21) == 20
    assert bounds.sample_for(100, 100, defects=1) is None


@settings(max_examples=40)
@given(st.integers(1, 60), st.data())
def test_a_bound_is_the_largest_number_of_bad_ones_that_is_not_unlikely(total, data):
    sample = data.draw(st.integers(0, total))
    defects = data.draw(st.integers(0, sample))
    possible = [
        bad
        for bad in range(defects, total - (sample - defects) + 1)
        if not bounds.unlikely(defects, total, bad, sample)
    ]
    assert bounds.at_least_genuine(total, sample, defects) == total - max(possible)
