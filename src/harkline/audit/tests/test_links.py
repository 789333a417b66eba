"""Whatever an intruder changes of what was recorded before they came in is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline.audit import links

KEY = bytes(range(32))
MINUTE = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOW = MINUTE + timedelta(days=2000)
WORDS = st.sampled_from(["opened", "signed_in", "granted"])


def chain(words, first=KEY, start=MINUTE, apart=timedelta(minutes=1)):
    """Rows and state of a chain on which these words were recorded."""
    rows, key, link = [], first, links.NOTHING
    for number, word in enumerate(words, 1):
        row = links.Row(number, start + number * apart, number % 3 or None, word, "entry", str(number), "", "read", 1)
        link = links.link(link, row)
        rows.append(replace(row, link=link, mac=links.mac(key, link)))
        key = links.ratchet(key)
    return rows, links.State(0, links.NOTHING, len(rows), link, key)


def fault(rows, state, **known):
    return links.first_fault(rows, state, now=NOW, **known)


@given(st.lists(WORDS, max_size=12))
def test_a_chain_that_nobody_touched_is_whole(words):
    rows, state = chain(words)
    assert fault(rows, state) is None
    assert fault(rows, state, first_key=KEY) is None
    assert fault(rows, state, told=[links.Told(len(rows), state.link)]) is None


FIELDS = ("minute", "actor", "act", "kind", "subject", "case", "reason", "count", "link", "mac")


def _other(value):
    if isinstance(value, bytes):
        return st.integers(0, len(value) * 8 - 1).map(
            lambda bit: bytes(one ^ (1 << bit % 8 if at == bit // 8 else 0) for at, one in enumerate(value))
        )
    if isinstance(value, datetime):
        return st.integers(1, 10**6).map(lambda minutes: value - timedelta(minutes=minutes))
    if isinstance(value, int) or value is None:
        return st.integers(0, 99).filter(lambda other: other != value)
    return st.text("abcdefgh", max_size=9).filter(lambda other: other != value)


@given(st.data())
def test_any_change_of_any_field_is_found_at_its_record(data):
    rows, state = chain(["opened"] * data.draw(st.integers(1, 8)))
    at = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(FIELDS))
    rows[at] = replace(rows[at], **{field: data.draw(_other(getattr(rows[at], field)))})
    assert fault(rows, state, first_key=KEY) == links.Fault(at + 1, "altered")


@given(st.data())
def test_whoever_computes_the_links_anew_is_found_by_key_and_by_head(data):
    """They have everything but the keys that are gone: the present one, and every record."""
    rows, state = chain(["opened"] * data.draw(st.integers(2, 8)))
    at = data.draw(st.integers(0, len(rows) - 2))
    told = [links.Told(state.sequence, state.link)]
    before = rows[at - 1].link if at else links.NOTHING
    forged = [*rows[:at], replace(rows[at], act="revealed"), *rows[at + 1 :]]
    for number in range(at, len(rows)):
        before = links.link(before, forged[number])
        forged[number] = replace(forged[number], link=before, mac=links.mac(state.key, before))
    clean = replace(state, link=before)
    assert fault(forged, clean, first_key=KEY) == links.Fault(at + 1, "altered")
    assert fault(forged, clean, told=told) == links.Fault(len(rows), "replaced")
    assert fault(forged, clean) is None  # why a key or a head must be elsewhere


@given(st.data())
def test_a_record_taken_out_is_found(data):
    rows, state = chain(["opened"] * data.draw(st.integers(2, 8)))
    at = data.draw(st.integers(0, len(rows) - 2))
    assert fault([*rows[:at], *rows[at + 1 :]], state) == links.Fault(at + 1, "removed")


@given(st.data())
def test_two_that_changed_places_are_found(data):
    rows, state = chain(["opened"] * data.draw(st.integers(2, 8)))
    one, other = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=2, max_size=2))
    rows[one], rows[other] = (
        replace(rows[other], sequence=rows[one].sequence),
        replace(rows[one], sequence=rows[other].sequence),
    )
    found = fault(rows, state)
    assert found == links.Fault(min(one, other) + 1, "altered")


def test_rows_in_another_order_are_found():
    rows, state = chain(["opened"] * 3)
    assert fault([rows[1], rows[0], rows[2]], state) == links.Fault(1, "removed")
    assert fault([rows[0], rows[0], rows[2]], state) == links.Fault(2, "moved")


@given(st.data())
def test_a_chain_cut_short_is_found_though_its_state_was_cut_too(data):
    rows, state = chain(["opened"] * data.draw(st.integers(1, 8)))
    left = data.draw(st.integers(0, len(rows) - 1))
    assert fault(rows[:left], state) == links.Fault(left + 1, "cut")
    last = rows[left - 1].link if left else links.NOTHING
    # An intruder has the present key and none before it.
    short = replace(state, sequence=left, link=last)
    assert fault(rows[:left], short, first_key=KEY) == links.Fault(left + 1, "cut")
    # Even with an old copy of the whole state, the head that left the host tells.
    old = replace(short, key=links.ratchet(KEY, left))
    assert fault(rows[:left], old, first_key=KEY) is None
    assert fault(rows[:left], old, told=[links.Told(state.sequence, state.link)]) == links.Fault(left + 1, "cut")


def test_a_record_behind_the_end_is_found():
    rows, state = chain(["opened"] * 3)
    extra = replace(rows[2], sequence=4)
    extra = replace(extra, link=links.link(state.link, extra))
    assert fault([*rows, extra], state) == links.Fault(4, "added")
    assert fault([*rows, extra], state, first_key=KEY) == links.Fault(4, "altered")


def test_another_chain_in_its_place_is_found():
    ours, _state = chain(["opened"] * 3)
    others, other = chain(["opened"] * 3, first=bytes(32))
    assert fault(others, other) is None
    assert fault(others, other, first_key=KEY) == links.Fault(1, "altered")
    changed, late = chain(["revealed"] * 3, first=bytes(32))
    assert fault(changed, late, told=[links.Told(2, ours[1].link)]) == links.Fault(2, "replaced")


def purged(days, apart, cut):
    """A chain of daily records from which the first were purged, and the record of it, made by whoever has the present key."""
    rows, state = chain(["opened"] * days, apart=apart)
    row = links.Row(
        days + 1, rows[-1].minute, None, "purged", "audit", links.purge_subject(cut, rows[cut - 1].link), "", "", cut
    )
    link = links.link(state.link, row)
    row = replace(row, link=link, mac=links.mac(state.key, link))
    end = links.State(cut, rows[cut - 1].link, days + 1, link, links.ratchet(state.key))
    return [*rows[cut:], row], end


def test_what_was_purged_when_it_was_old_leaves_the_rest_provable():
    rows, state = purged(800, timedelta(days=1), 100)
    assert fault(rows, state, first_key=KEY) is None
    broken = [*rows[:5], replace(rows[5], reason="x"), *rows[6:]]
    assert fault(broken, state, first_key=KEY) == links.Fault(106, "altered")


def test_a_purge_of_young_records_or_without_its_record_is_found():
    rows, state = purged(300, timedelta(days=1), 200)
    assert fault(rows, state, first_key=KEY) == links.Fault(200, "removed")
    rows, state = purged(800, timedelta(days=1), 100)
    other = replace(state, start=150, before=rows[49].link)
    assert fault(rows[50:], other, first_key=KEY) == links.Fault(150, "removed")


def test_a_purge_dated_ahead_is_found():
    rows, state = purged(800, timedelta(days=1), 100)
    assert links.first_fault(rows, state, now=MINUTE, first_key=KEY) == links.Fault(100, "removed")


def test_keys_go_one_way():
    assert links.ratchet(KEY, 5) == links.ratchet(links.ratchet(KEY, 2), 3)
    assert len({links.ratchet(KEY, n) for n in range(50)}) == 50


@pytest.mark.parametrize("name", FIELDS[:8])
def test_every_field_is_part_of_what_is_hashed(name):
    rows, _state = chain(["opened"])
    value = MINUTE if name == "minute" else 98 if name in ("actor", "count") else "other"
    assert links.body(replace(rows[0], **{name: value})) != links.body(rows[0])
