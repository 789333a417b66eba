"""A reader verifies a line's log: the sentences they read, and what makes them read others."""

import json
import re
import threading
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harkline_verify import command, entries, sentences, tiles
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.report import Code
from harkline_verify.source import Folder, Web
from harkline_verify.verify import Wishes, verify


def said(report):
    return "\n".join(sentences.said(report))


def reader(tmp_path, log, policy, *more):
    return command.main(
        [str(log), "--policy", policy, "--state", str(tmp_path / "state"), "--cache", str(tmp_path / "cache"), *more]
    )


def test_what_a_reader_is_told(counted, tmp_path, capsys):
    assert reader(tmp_path, counted.folder, counted.policy.fingerprint) == 0
    told = capsys.readouterr().out.splitlines()
    sample = entries.parse(counted.entries[-1]).sample
    assert told[:4] == [
        "Everything that can be checked holds.",
        "141 entries; 2 of 3 outside witnesses confirm none was rewritten since 2026-11-10.",
        "Exactly 96 entries between 2026-11-02 and 2026-11-09 are marked “Somebody reached the line”. "
        "Fixed by 2026-11-10; cannot be changed later.",
        told[3],
    ]
    assert re.match(
        rf"auditor\.example inspected {sample.contacts} drawn by lot: 3 carrier records, \d+ only the line's notes, "
        r"1 without evidence, counted as not genuine; with 95 % confidence at least \d+ of 96 are genuine\.",
        told[3],
    )
    assert told[4] == (
        "At least 21 entries between 2026-11-02 and 2026-11-08 are marked “They said they work for a public body”. "
        "Fixed by 2026-11-10; cannot be raised later."
    )
    assert told[5].startswith(
        "auditor.example inspected 21: 5 third-party signatures, 10 carrier records, 6 only the line's notes."
    )
    assert told[6:] == [sentences.NOT_SHOWN]


def test_a_receipt_is_looked_up_here_and_slips_are_told(counted, tmp_path, capsys):
    def look(digits):
        code = reader(tmp_path, counted.folder, counted.policy.fingerprint, "--receipt", digits)
        told = capsys.readouterr()
        return code, told.out + told.err

    code = counted.codes[20]
    status, told = look(code)
    assert (status, f"Receipt {code[:4]} {code[4:7]} {code[7:]} is in the count of 2026-11-03." in told) == (0, True)
    other = "0000000000" if "0000000000" not in counted.codes else counted.codes[0]
    assert "is NOT in the count" in look(other)[1]
    status, told = look("1234")
    assert (status, "ten digits" in told) == (2, True)


def test_the_result_for_programs(counted, tmp_path, capsys):
    assert (
        reader(tmp_path, counted.folder, counted.policy.fingerprint, "--json", "--auditor", str(counted.auditor.key()))
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["entries"], told["batches"]) == ("holds", 141, 8)
    assert [(one["exactly"], one["total"]) for one in told["figures"]] == [(True, 96), (False, 21)]
    assert [one["auditor_named"] for one in told["audits"]] == [True, True]
    assert told["audits"][1]["beacon_checked"] is None


def test_a_second_visit_is_compared_with_the_first(counted, tmp_path, capsys):
    line = counted.other(tmp_path / "log")
    line.publish()
    assert reader(tmp_path, line.folder, line.policy.fingerprint) == 0
    line.day(3)
    line.publish()
    capsys.readouterr()
    assert reader(tmp_path, line.folder, line.policy.fingerprint) == 0
    assert "The 141 entries of your last visit (2026-11-10) are all unchanged." in capsys.readouterr().out
    counted.other(line.folder).publish()
    assert reader(tmp_path, line.folder, line.policy.fingerprint) == 1
    assert "158" in capsys.readouterr().out
    assert reader(tmp_path, line.folder, line.policy.fingerprint, "--forget") == 0


def test_a_rewritten_history_is_found_and_proved(counted, tmp_path, capsys):
    line = counted.other(tmp_path / "log")
    line.publish()
    assert reader(tmp_path, line.folder, line.policy.fingerprint, "--save", str(tmp_path / "mine")) == 0
    other = counted.other(line.folder)
    other.entries = other.entries[:-1]
    other.day(16)
    other.publish()
    assert reader(tmp_path, line.folder, line.policy.fingerprint) == 4
    told = capsys.readouterr().out
    assert "TWO HISTORIES" in told
    assert (tmp_path / "mine").read_text() in told
    assert (line.folder / "checkpoint").read_text() in told


@pytest.mark.parametrize("more", [0, 1])
def test_two_readers_find_that_they_were_shown_different_logs(counted, tmp_path, capsys, more):
    one, two = counted.other(tmp_path / "one"), counted.other(tmp_path / "two")
    for line, reached in ((one, 3), (two, 4)):
        line.day(reached)
    if more:
        two.day(5)
    one.publish()
    two.publish()
    assert reader(tmp_path / "a", one.folder, one.policy.fingerprint, "--save", str(tmp_path / "theirs")) == 0
    assert reader(tmp_path / "b", two.folder, two.policy.fingerprint, "--compare", str(tmp_path / "theirs")) == 4
    assert "both signed by the line and cannot both be true" in capsys.readouterr().out


def test_a_newer_checkpoint_of_somebody_else_is_not_held_against_the_line(counted, tmp_path, capsys):
    newer = counted.other(tmp_path / "newer")
    newer.day(1)
    (tmp_path / "theirs").write_text(newer.publish())
    assert reader(tmp_path, counted.folder, counted.policy.fingerprint, "--compare", str(tmp_path / "theirs")) == 3
    assert "newer" in capsys.readouterr().out


def test_wrong_use_is_told(counted, tmp_path, capsys):
    (tmp_path / "unsigned").write_text("nothing\n\n— a.example AAAAAAA=\n")
    folder, fingerprint = str(counted.folder), counted.policy.fingerprint
    for words, told in {
        (str(tmp_path / "nowhere"), fingerprint): "neither a web address nor a folder",
        ("gopher://line.example", fingerprint): "https://",
        (folder, "abc"): "neither a fingerprint",
        (folder, "0" * 64): "another fingerprint",
        (folder, fingerprint, "--compare", str(tmp_path / "unsigned")): "proves nothing",
        (folder, fingerprint, "--compare", str(tmp_path / "missing")): "cannot be read",
        (folder, fingerprint, "--auditor", "x"): "--auditor",
    }.items():
        assert reader(tmp_path, *words) == 2
        assert told in capsys.readouterr().err


def test_a_policy_in_a_file_is_taken_as_it_is(counted, tmp_path):
    (tmp_path / "policy").write_bytes(counted.policy.text)
    assert reader(tmp_path, counted.folder, str(tmp_path / "policy")) == 0


@pytest.mark.parametrize("jobs", [1, 2])
def test_proofs_are_checked_in_processes_alike(counted, jobs, monkeypatch):
    monkeypatch.setattr("harkline_verify.verify.FEW", 0)
    seen = []
    report = verify(Folder(counted.folder), counted.policy, Wishes(jobs=jobs, progress=lambda *at: seen.append(at)))
    assert report.code == Code.HOLDS
    assert report.contacts == 128
    assert seen == [(141, 141)]


@pytest.fixture
def served(counted):
    """(address, paths that were asked for, paths that fail for now)"""
    asked, failing = [], set()

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            asked.append(self.path)
            if self.path in failing:
                self.send_error(503)
            else:
                super().do_GET()

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(counted.folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked, failing
    server.shutdown()
    server.server_close()


def test_a_log_is_read_over_the_web(counted, served, tmp_path):
    address, _asked, _failing = served
    assert reader(tmp_path, address, counted.policy.fingerprint) == 0


def test_a_download_goes_on_where_it_stopped(line, tmp_path):
    entry = line.schema.encode()
    line.entries = [entry] * 600
    line.publish()
    asked = []

    class Far(Web):
        def _once(self, path):
            asked.append(path)
            if len(asked) == 4:
                raise ConnectionError("cut off")
            return (line.folder / path).read_bytes()

    source = Far("http://line.example", tmp_path / "cache", pause=lambda _seconds: None)
    first = [tiles.path(tiles.ENTRIES, at, width) for at, width in tiles.widths(600)]
    assert [source.read(path) for path in first] == [(line.folder / path).read_bytes() for path in first]
    assert asked == first  # nothing failed yet
    again = Far("http://line.example", tmp_path / "cache", pause=lambda _seconds: None)
    assert [again.read(path) for path in first] == [(line.folder / path).read_bytes() for path in first]
    assert asked[3:] == [first[2], first[2]]  # only the partial bundle, and once more after it was cut off


def test_what_cannot_be_fetched_is_no_verdict(counted, served, tmp_path, capsys, monkeypatch):
    address, _asked, failing = served
    monkeypatch.setattr("harkline_verify.source.TRIES", 1)
    failing.add("/tile/entries/000.p/141")
    assert reader(tmp_path, address, counted.policy.fingerprint) == 3
    told = capsys.readouterr().out
    assert told.startswith("NOT FINISHED")
    assert "it goes on where it stopped" in told
    failing.add("/policy")
    assert reader(tmp_path, address, counted.policy.fingerprint) == 3


def test_rules_that_were_not_kept_are_reported_beside_proofs_that_hold(line):
    for number in range(9):
        line.day(12, 1, on=None if number < 8 else date(2026, 11, 11))
    line.exactly(0, 0, 7)
    line.exactly(0, 1, 7)
    line.exactly(1, 0, 5)
    line.exactly(1, 0, 8)
    line.at_least(1, 1, 0, 8)
    report = line.verified()
    assert report.code == Code.RULE_BROKEN
    told = said(report)
    assert told.count("A rule was not kept") == 7
    assert "there is a day without a batch" in told
    assert "An exact figure spans at least 7 days." in told
    assert "partly overlaps" in told


def test_an_absurd_size_is_no_trouble(line):
    line.publish()
    text = Checkpoint(line.schema.origin, 10**15 - 1, bytes(32)).text()
    note = line.signer.sign(text) + "".join(one.cosign(text, 2**37 - 1) for one in line.watchers[:2])
    (line.folder / "checkpoint").write_text(note)
    report = verify(Folder(line.folder), line.policy, Wishes())
    assert report.code == Code.UNREACHABLE
    impossible = line.signer.sign(text) + "".join(one.cosign(text, 2**37) for one in line.watchers[:2])
    (line.folder / "checkpoint").write_text(impossible)
    report = verify(Folder(line.folder), line.policy, Wishes())
    assert (report.code, report.problems) == (
        Code.REFUSED,
        ["a cosignature of paper.example/witness has an impossible time"],
    )


def test_an_empty_log_has_nothing_to_hold(line):
    line.entries = []
    line.folder.mkdir()
    assert "0 entries; 2 of 3 outside witnesses" in said(line.verified())
