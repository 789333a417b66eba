"""The page's modules, a second implementation without a common line, agree with this one: on what they accept, refuse and say."""

import hashlib
import json
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest

from harkline_verify import bits, bounds, contact, entries, group, sentences, tiles
from harkline_verify.errors import Refused
from harkline_verify.group import Q
from harkline_verify.source import Folder
from harkline_verify.verify import Wishes, verify

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    NODE is None, reason="the second implementation needs node (Debian: apt-get install nodejs)"
)


def node(**asked):
    done = subprocess.run(
        [NODE, str(Path(__file__).parent / "in_node.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def flips(data, step=1):
    return [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(0, len(data), step)]


def is_entry(data):
    try:
        entries.parse(data)
    except Refused:
        return False
    return True


def test_both_agree_on_points_proofs_entries_and_bounds(counted):
    counted = counted.other(counted.folder)
    counted.notice(1)
    counted.notice(2)
    counted.notice(1, revoked=True)
    context, blinding = secrets.token_bytes(32), group.random_scalar()
    commitment = group.commit(1, blinding)
    cell = commitment + bits.prove(context, commitment, 1, blinding)
    cells = [cell, *flips(cell, 9), cell[:32] + (Q + 1).to_bytes(32, "little") + cell[64:], group.IDENTITY + cell[32:]]
    for value in (-1, 2, 1000):
        commitment = group.commit(value, blinding)
        cells += [commitment + bits.prove(context, commitment, bit, blinding) for bit in (0, 1)]
    texts = [counted.entries[number] for number in (0, 1, 137, 138, 139, 140, 141, 143)]
    written = [
        bent
        for text in texts
        for bent in [text, *flips(text, 7), text[:-1], text + b"\n", text.replace(b" ", b"  ", 1)]
    ]
    schema = counted.entries[0]
    for odd in ("\ufeff", "\u0085", "\u00a0", "\u2028", " ", "\t"):
        written.append(schema.replace(b" Somebody", f" {odd}Somebody".encode()))
        written.append(counted.entries[139].replace(b"auditor.example", f"auditor{odd}example".encode()))
    written += [schema.replace(b"min-cell 10", b"min-cell " + b"9" * digits) for digits in (15, 16, 18)]
    written += [
        counted.entries[1].replace(b"2026-11-02", day)
        for day in (b"0000-01-01", b"2026-02-30", b"9999-12-31", b"2026-W45-1")
    ]
    points = [secrets.token_bytes(31) + b"\0" for _time in range(40)] + [
        group.multiply_base(number) for number in range(8)
    ]
    scalars = [0, 1, 2, 15, 16, 2**200 + 7, Q - 1]
    uniform = [secrets.token_bytes(20) for _time in range(5)]
    samples = [(21, 16, 0), (100, 23, 0), (100, 30, 2), (1, 1, 0), (96, 27, 1), (5000, 59, 1)]
    told = node(
        bits=[(context.hex(), one.hex()) for one in cells],
        entries=[one.hex() for one in written],
        points=[one.hex() for one in points],
        multiples=[str(one) for one in scalars],
        uniform=[hashlib.sha512(one).hexdigest() for one in uniform],
        bounds=samples,
        paths=[(0, 256), (1234067, 256), (999, 3), (1000, 1)],
    )
    assert told["value"] == group.V.hex()
    assert told["bits"] == [bits.holds(context, one[:32], one[32:]) for one in cells]
    assert told["bits"][0] is True
    assert sum(told["bits"]) == 1
    assert told["entries"] == [is_entry(one) for one in written]
    assert told["points"] == [group.is_point(one) for one in points]
    assert told["multiples"] == [group.multiply_base(one).hex() for one in scalars]
    assert told["uniform"] == [group.from_hash(one).hex() for one in uniform]
    assert told["bounds"] == [bounds.at_least_genuine(*one) for one in samples]
    assert told["paths"] == [tiles.path(tiles.ENTRIES, *one) for one in ((0, 256), (1234067, 256), (999, 3), (1000, 1))]


def published(line, days):
    """Some days, an exact figure drawn by lot, "at least" inspected. With two days: entries 35 … 41 after 34 of the days."""
    for _day in range(days):
        line.day(12, 6)
    exact, least = line.exactly(0, 0, days - 1), line.at_least(6 * days, 1, 0, days - 1)
    line.inspected(least, E4=1, E2=6 * days - 2, E1=1)
    line.drawn(exact, 1_794_000_000)
    line.notice(1)
    line.notice(2)
    line.notice(1, revoked=True)
    line.publish()
    return line


def test_both_say_the_same_of_logs_that_hold_and_of_logs_that_do_not(new_line, tmp_path):
    line = published(new_line(tmp_path / "holds"), 7)
    before = (line.folder / "checkpoint").read_text()
    short = published(new_line(tmp_path / "short"), 2)
    logs = [line, short]

    def bent(name, number, change):
        made = short.other(tmp_path / name)
        made.entries[number] = change(made.entries[number])
        logs.append(made)

    bent("raised", 36, lambda data: data.replace(b"ge 12", b"ge 13"))
    bent("swapped", 2, lambda data: data[:44] + data[204:364] + data[44:204])
    bent("elsewhere", 3, lambda data: data[:12] + bytes(32) + data[44:])
    bent("forged", 37, lambda data: data.replace(b"E1 1", b"E1 2"))
    bent("renumbered", 40, lambda data: data.replace(b"serial 2", b"serial 1"))
    bent("another's", 41, lambda data: data.replace(b"revoked ", b"revoked 0")[:-2] + b"\n")
    cut = short.other(tmp_path / "cut")
    cut.entries = cut.entries[:34]
    logs.append(cut)
    for made in logs[2:]:
        made.publish()
    cut.publish(witnesses=1)
    code = line.codes[5]
    told = node(
        logs=[
            {
                "folder": str(made.folder),
                "fingerprint": made.policy.fingerprint,
                "receipt": code,
                "before": before if made is line else None,
            }
            for made in logs
        ]
    )["logs"]
    for made, answer in zip(logs, told, strict=True):
        report = verify(Folder(made.folder), made.policy, Wishes(receipt=code))
        ours = list(sentences.said(report))
        theirs = [one for one in answer["sentences"] if "of your last visit" not in one]
        assert (answer["code"], theirs) == (report.code.name.lower(), ours), made.folder.name
    assert [one["code"] for one in told] == ["holds", "rule_broken", *["refused"] * 7]
    assert any("of your last visit (2026-11-" in one for one in told[0]["sentences"])
    assert any("is in the count of 2026-11-02" in one for one in told[0]["sentences"])


def test_the_page_notices_a_rewritten_history(new_line, tmp_path):
    line = new_line(tmp_path / "log")
    line.day(3)
    before = line.publish()
    other = line.other(tmp_path / "other")
    other.entries[1:], other.heads = [], []
    other.day(4)
    other.day(5)
    other.publish()
    asked = {"folder": str(other.folder), "fingerprint": line.policy.fingerprint, "before": before}
    (answer,) = node(logs=[asked])["logs"]
    assert answer["code"] == "two_histories"
    assert before in answer["sentences"][2]


def test_contacts_are_44_bytes_and_160_for_each_column(counted):
    assert len(counted.entries[2]) == contact.HEAD + 2 * contact.COLUMN
