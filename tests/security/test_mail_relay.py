"""Nobody's mail goes through the line to anybody else, nobody hides a second mail in a first, and no malformed mail is lost."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from itertools import product
from pathlib import Path
from smtplib import SMTP

import pytest
from tests.harness import ADDRESS, HOST, Line

pytestmark = pytest.mark.slow
SWAKS = shutil.which("swaks")
CORPUS = os.environ.get("HARKLINE_MAIL_CORPUS", "")
DOMAIN = ADDRESS.partition("@")[2]
ELSEWHERE = "someone@elsewhere.example"
OTHERS = [
    *(
        ELSEWHERE,
        f"someone%elsewhere.example@{DOMAIN}",
        f"@{DOMAIN}:{ELSEWHERE}",
        f"elsewhere.example!someone@{DOMAIN}",
    ),
    *(
        f'"{ELSEWHERE}"@{DOMAIN}',
        f"{ELSEWHERE}@{DOMAIN}",
        f"{ADDRESS}.elsewhere.example",
        f"nobody@{DOMAIN}",
        "postmaster",
    ),
    *(f"{ADDRESS}>\r\nRCPT TO:<{ELSEWHERE}", f"[127.0.0.1]:{ELSEWHERE}", "someone@[127.0.0.1]"),
]
SENDERS = ["", ELSEWHERE, ADDRESS, f"root@{DOMAIN}"]
ENDS = [
    bytes(one)
    for one in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r\r\n.\r\r\n", b"\n\0.\n")
]
HIDDEN = b"MAIL FROM:<x@y.example>\r\nRCPT TO:<%s>\r\nDATA\r\nSubject: hidden\r\n\r\nhidden" % ADDRESS.encode()


@pytest.fixture
def line(fresh: Line) -> Line:
    fresh.serve()
    return fresh


def says(line: Line, sender: str, to: str) -> int:
    """The code that a recipient is answered with."""
    with socket.create_connection((HOST, line.smtp), 30) as sock, sock.makefile("rwb") as wire:
        wire.readline()
        for command in (b"HELO x.example", f"MAIL FROM:<{sender}>".encode(), f"RCPT TO:<{to}>".encode()):
            wire.write(command + b"\r\n")
            wire.flush()
            code = wire.readline()
        return int(code[:3])


def test_the_line_is_no_relay(line: Line, figure: Callable[[str, str], None]) -> None:
    # One carries a line break: its first half is a proper recipient of ours, its second must not be heard.
    codes = {(sender, to): says(line, sender, to) for sender, to in product(SENDERS, OTHERS)}
    taken = [to for (_sender, to), code in codes.items() if code < 500 and "\r\n" not in to]
    figure("relay, raw", f"{len(codes)} attempts, {len(taken)} accepted")
    assert taken == []
    assert line.count("intake_contact") == 0


@pytest.mark.skipif(SWAKS is None, reason="swaks is not here (Debian: apt-get install swaks)")
def test_swaks_finds_no_relay_either(line: Line, figure: Callable[[str, str], None]) -> None:
    tried = []
    for extra in ([], ["--protocol", "LMTP"], ["--pipeline"], ["--auth", "--auth-user", "a", "--auth-password", "b"]):
        words = [SWAKS, "--server", f"{HOST}:{line.smtp}", "--from", ELSEWHERE, "--to", ELSEWHERE, *extra]
        tried.append(subprocess.run(words, capture_output=True, timeout=120, check=False).returncode)
    good = subprocess.run(
        [SWAKS, "--server", f"{HOST}:{line.smtp}", "--to", ADDRESS], capture_output=True, timeout=120, check=False
    )
    figure("relay, swaks", f"{len(tried)} ways, {tried.count(0)} accepted")
    assert 0 not in tried
    assert good.returncode == 0
    assert line.count("intake_contact") == 1


def test_no_second_mail_is_smuggled_behind_a_first(line: Line, figure: Callable[[str, str], None]) -> None:
    for end in ENDS:
        with socket.create_connection((HOST, line.smtp), 30) as sock, sock.makefile("rwb") as wire:
            wire.readline()
            for command in (b"HELO x", b"MAIL FROM:<a@b.example>", f"RCPT TO:<{ADDRESS}>".encode(), b"DATA"):
                wire.write(command + b"\r\n")
                wire.flush()
                wire.readline()
            wire.write(b"Subject: seen\r\n\r\nseen " + end.hex().encode() + end + HIDDEN + b"\r\n.\r\n")
            wire.flush()
            wire.readline()
    kept = [one for one in line.opened() if one["purpose"] == "message"]
    hidden = [one for one in kept if one["meta"].get("subject") == "hidden"]
    figure("smuggling", f"{len(ENDS)} line ends, {len(hidden)} second mails; {len(kept)} of the first were kept whole")
    assert hidden == []


@pytest.mark.skipif(not CORPUS, reason="HARKLINE_MAIL_CORPUS names no folder of mails")
def test_no_mail_of_a_foreign_corpus_is_lost_or_changed(line: Line, figure: Callable[[str, str], None]) -> None:
    files = [one for one in sorted(Path(CORPUS).rglob("*")) if one.is_file()]
    raws = {b"\r\n".join(one.read_bytes().splitlines()) + b"\r\n" for one in files}
    for raw in raws:
        with SMTP(HOST, line.smtp, timeout=60) as client:
            client.sendmail("a@sender.example", [ADDRESS], raw)
    kept = line.opened()
    held = sum(one["purpose"] == "original" and "held" in one["meta"].get("flags", []) for one in kept)
    originals = sum(one["purpose"] == "original" for one in kept)
    figure("foreign corpus", f"{len(raws)} mails, {originals} kept, {held} of them held unread")
    assert originals == len(raws)
