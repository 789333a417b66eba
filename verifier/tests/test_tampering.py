"""Nothing that was changed is accepted: byte by byte in the files, and by a line that signs what it bent."""

import secrets
from dataclasses import replace

import pytest

from harkline_verify import bits, claims, contact, entries, group, sentences, tiles
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.errors import Refused
from harkline_verify.group import Q, V
from harkline_verify.notes import Note
from harkline_verify.report import Code
from harkline_verify.source import Folder
from harkline_verify.stream import Seen, bundles
from harkline_verify.verify import Wishes, verify


class Held(Folder):
    """The folder's files in memory, where a test can flip a byte."""

    def __init__(self, folder):
        super().__init__(folder)
        self.files = {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}

    def read(self, path, *, fresh=False):
        return self.files[path]

    def flipped(self, path):
        """The place of each byte of a file, while it is flipped."""
        data = self.files[path]
        for at in range(len(data)):
            self.files[path] = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            yield at
        self.files[path] = data


@pytest.fixture(scope="module")
def small(tmp_path_factory, new_line):
    """One day, an exact figure and one "at least", both audited."""
    line = new_line(tmp_path_factory.mktemp("small"))
    line.day(12, 11)
    claim = line.exactly(0, 0, 0)
    least = line.at_least(10, 1, 0, 0)
    line.inspected(least, E3=10)
    line.drawn(claim, 1_800_000_000)
    line.publish()
    return line


def test_no_byte_of_a_checkpoint_can_be_flipped(small):
    held = Held(small.folder)
    accepted = [at for at in held.flipped("checkpoint") if verify(held, small.policy, Wishes()).code != Code.REFUSED]
    assert accepted == []


def through(held, size):
    """The root over everything that is served, or None where it was refused."""
    seen = Seen(held)
    try:
        for _some in bundles(held, size, seen):
            pass
    except Refused:
        return None
    return seen.frontier.root()


def test_no_byte_of_a_tile_or_an_entry_can_be_flipped(small):
    held, size = Held(small.folder), len(small.entries)
    assert through(held, size) == Checkpoint.parse(Note.parse(held.files["checkpoint"]).text).root
    for path in [tiles.path(0, 0, size), tiles.path(tiles.ENTRIES, 0, size)]:
        assert [at for at in held.flipped(path) if through(held, size) is not None] == []


def test_no_byte_of_a_contact_can_be_flipped_even_by_the_line(counted):
    number = counted.heads[0][0] + 1
    data = counted.entries[number]
    assert contact.holds(data, 2, counted.hash)
    for at in range(len(data)):
        assert not contact.holds(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], 2, counted.hash), at


def flips(data):
    return (data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(len(data)))


def test_no_byte_of_a_claim_can_be_flipped_even_by_the_line(small):
    for number in (18, 19):
        claim = entries.parse(small.entries[number])
        leaves = small.window(0, 0)
        points = (contact.parse(small.entries[leaf], 2).columns[claim.column][0] for leaf in leaves)
        total = group.total(points)
        assert claims.holds(claim, total, 16)
        for bent in flips(small.entries[number]):
            try:
                other = entries.parse(bent)
            except Refused:
                continue
            # Whatever else is read must be about other entries, or not hold.
            moved = (other.column, other.first, other.last, other.schema) != (
                claim.column,
                claim.first,
                claim.last,
                claim.schema,
            )
            assert moved or not claims.holds(other, total, 16), bent


def test_no_byte_of_an_audit_can_be_flipped_even_by_the_line(small):
    for number in (20, 21):
        for bent in flips(small.entries[number]):
            with pytest.raises(Refused):
                entries.parse(bent)


def refused(line):
    report = line.verified()
    assert report.code == Code.REFUSED
    return "\n".join(sentences.said(report))


def in_place_of_a_contact(line, change):
    """The first contact of the first day, changed; the line signs it all the same."""
    number = line.heads[0][0] + 1
    bent = line.other(line.folder.parent / "bent")
    bent.entries[number] = change(bent.entries[number])
    return refused(bent), number


def cell(value, context):
    """A column with any value, as a dishonest prover could make it."""
    blinding = group.random_scalar()
    commitment = group.commit(value, blinding)
    return commitment + bits.prove(context, commitment, secrets.randbelow(2), blinding)


@pytest.mark.parametrize("value", [-1, 2, 1000])
def test_a_value_that_is_no_bit_is_refused(counted, value):
    def change(data):
        context = contact.context(counted.hash, data[2:12], data[12:44], 0)
        return data[:44] + cell(value, context) + data[204:]

    told, number = in_place_of_a_contact(counted, change)
    assert f"Entry {number}: the proof that it counts 0 or 1, in this log and column, does not hold." in told
    assert sentences.NOT_SHOWN in told


NO_SCALAR = (Q + 5).to_bytes(32, "little")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:44] + data[204:364] + data[44:204],  # columns swapped
        lambda data: data[:44] + b"\xff" * 32 + data[76:],  # no point
        lambda data: data[:44] + group.IDENTITY + data[76:],
        lambda data: data[:76] + NO_SCALAR + data[108:],
        lambda data: data[:12] + bytes(32) + data[44:],  # evidence invented later
        lambda data: data[:44] + group.add(data[44:76], V) + data[76:],
        lambda data: data[:-160],
        lambda data: data + b"\0",
    ],
)
def test_a_contact_that_was_bent_is_refused(counted, change):
    told, number = in_place_of_a_contact(counted, change)
    assert f"Entry {number}: the proof that it counts 0 or 1" in told


def test_a_batch_of_another_log_is_refused(counted, tmp_path):
    other = type(counted)(tmp_path / "other", origin="another.example/count")
    other.day(3)
    bent = counted.other(tmp_path / "bent")
    bent.entries += other.entries[1:]
    assert "it belongs to another log" in refused(bent)
    head = entries.parse(other.entries[1])
    bent.entries = [
        *counted.entries,
        replace(head, schema=counted.hash.hex(), day=head.day.replace(day=10)).encode(),
        *other.entries[2:],
    ]
    assert refused(bent).count("the proof that it counts 0 or 1, in this log") == 16


def test_a_raised_or_moved_claim_is_refused(counted, tmp_path):
    for number, changes in (
        (137, {"total": 97}),
        (138, {"total": 22}),
        (138, {"column": 0}),
        (137, {"last": 103}),
        (138, {"exactly": True}),
    ):
        bent = counted.other(tmp_path / "bent")
        bent.bend(number, **changes)
        assert f"Entry {number}: the proof of the claim" in refused(bent)
    bent = counted.other(tmp_path / "bent")
    bent.bend(137, last=102)
    assert "a claim over batches that do not lie before it" in refused(bent)
    bent.bend(137, last=120, column=7)
    assert "a column that the schema does not have" in refused(bent)


def test_a_total_beyond_the_group_is_refused(counted, tmp_path):
    bent = counted.other(tmp_path / "bent")
    claim = entries.parse(bent.entries[137])
    text = claim.encode().decode().replace("eq 96", f"eq {96 + Q}")
    bent.entries[137] = text.encode()
    assert "not a number written plainly" in refused(bent)
    assert not claims.holds(replace(claim, total=96 + Q), group.IDENTITY, 128)


def test_batches_are_whole_ascending_and_of_one_day_each(line):
    line.day(3)
    line.day(2)
    whole = list(line.entries)
    bends = {
        "The last batch lacks 1 of its entries.": whole[:-1],
        "do not ascend": [*whole[:2], whole[3], whole[2], *whole[4:]],
        "or one comes twice": [*whole[:2], whole[2], whole[2], *whole[4:]],
        "a day that was already counted": [*whole[:18], *whole[1:18]],
        "a contact outside of every batch": [*whole, whole[2]],
        "something that is no contact": [*whole[:2], whole[1], *whole[3:]],
        "a log begins with its schema, and has no other": [*whole, whole[0]],
        "an entry of a kind that is not known": [*whole, b"hello\n"],
    }
    for told, bent in bends.items():
        line.entries = bent
        assert told in refused(line)
    line.entries = whole[1:]
    assert "a log begins with its schema" in refused(line)


def test_an_audit_by_lot_cannot_choose_its_lot(counted, tmp_path):
    audit = entries.parse(counted.entries[140])
    sample = audit.sample
    other = counted.other(tmp_path / "elsewhere")
    other.day(1)
    bends = {
        "another round": replace(sample, round=sample.round + 1),
        "other entries were drawn": replace(sample, selected=sample.selected - 1),
        "or another number": replace(sample, opening=bytes(32)),
        "other entries were drawn, or": replace(sample, beacon=b"\1" * 48),
        "does not cover": replace(sample, checkpoint=other.publish().encode()),
        "no quorum": replace(sample, checkpoint=counted.other(tmp_path / "few").publish(1, witnesses=1).encode()),
        "does not account for every contact": replace(sample, contacts=sample.contacts - 1),
    }
    for told, bent_sample in bends.items():
        bent = counted.other(tmp_path / "bent")
        bent.entries[140] = replace(audit, sample=bent_sample).signed(bent.auditor)
        assert told in refused(bent)


def test_an_audit_of_another_history_is_refused(counted, tmp_path):
    audit = entries.parse(counted.entries[140])
    elsewhere = counted.other(tmp_path / "elsewhere")
    elsewhere.entries[139] = elsewhere.entries[139].replace(b"E3 5", b"E3 4")
    note = elsewhere.publish(1_794_000_000).encode()
    bent = counted.other(tmp_path / "bent")
    bent.entries[140] = replace(audit, sample=replace(audit.sample, checkpoint=note)).signed(bent.auditor)
    bent.entries.append(bent.entries[137])
    assert "another history" in refused(bent)


def test_an_audit_is_of_a_claim_that_holds(counted, tmp_path):
    bent = counted.other(tmp_path / "bent")
    bent.inspected(5, E3=1)
    bent.inspected(137, E3=97)
    told = refused(bent)
    assert "an audit of no claim that holds" in told
    assert "more contacts than the figure counts" in told


def test_tiles_above_the_first_are_compared_too(line):
    line.day(1, count=512)
    line.publish()
    path = line.folder / "tile/1/000.p/2"
    path.write_bytes(bytes(64))
    report = verify(Folder(line.folder), line.policy, Wishes())
    assert report.code == Code.REFUSED
    assert "does not fit the entries below it" in report.problems[0]
