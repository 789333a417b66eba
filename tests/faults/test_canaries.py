"""A number, an address and a sentence come in by every channel, in every place where they could be written down in clear.

Then everything that the installation keeps or says is searched: database, write-ahead log, every other file of the folder,
temporary files while they exist, and what the server prints.
"""

import base64
import os
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harness import HOST, NUMBER, Browser, Line, hidden, until
from tests.peers.invite import Caller
from tests.peers.radio import Frequency
from tests.ports import free_port

pytestmark = pytest.mark.flow

PHONE = "441632960877"
MAIL = "wren.hollis@nowhere.example"
SENTENCE = "the blue door behind the mill"
CALL_SIGN = "X0WREN"
CANARIES = (PHONE, MAIL, "wren.hollis", SENTENCE, CALL_SIGN)
RADIO = '[radio]\nmodem = "{}:{}"\ncall_sign = "X0LINE-1"\nlicence = "none"\ntransmit = true\n'


def disguises(word: str) -> set[bytes]:
    """The word as it could lie in a file."""
    found = set()
    for text in {word, word.upper(), word.title(), word.replace(" ", "+"), urllib.parse.quote(word), word[::-1]}:
        found |= {text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode().hex().encode()}
    # Base64 depends on where a word begins in its group of three.
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + word.encode())
        found.add(coded[offset + 1 + (offset > 0) : -4])
    return {one for one in found if len(one) >= 6}


MARKS = {mark.lower() for word in CANARIES for mark in disguises(word)}


def betrayed(data: bytes) -> bool:
    """Whether something of it stands there, in capitals or small letters. One look for each mark is many times quicker than one
    pattern of all of them."""
    low = data.lower()
    return any(mark in low for mark in MARKS)


class Watch:
    """Reads every file below a folder again and again while it exists."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seen, self.hits = folder, set[str](), set[str]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.01):
            for path in self.folder.rglob("*"):
                try:
                    data = path.read_bytes() if path.is_file() else b""
                except OSError:
                    continue
                if path.is_file():
                    self.seen.add(path.name)
                if betrayed(data):
                    self.hits.add(path.name)

    def stop(self) -> set[str]:
        self._over.set()
        self._thread.join()
        return self.hits


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Line, set[str]]]:
    """A line after all of them have come, and the temporary files in which something was seen."""
    temporary = tmp_path_factory.mktemp("temporary")
    with Line(tmp_path_factory.mktemp("line")) as line, Frequency(free_port()) as frequency:
        line.init(settings="[phone]\noffer_seconds = 5\n" + RADIO.format(HOST, frequency.air.port))
        line.inside("add_station", call_sign="X0LINE-1")
        line.staff("Robin Hale")
        watch = Watch(temporary)
        line.serve(env={"TMPDIR": str(temporary)})
        speak(line)
        radio(frequency)
        until(lambda: line.count("intake_contact") >= 7)
        time.sleep(2)
        hits = watch.stop()
        yield line, hits


def speak(line: Line) -> None:
    """Everything that a caller can say, rightly and wrongly."""
    pages(line)
    mails(line)
    calls(line)


def pages(line: Line) -> None:
    with Browser(line.web) as browser:
        terms = {"number": f"+{PHONE}", "safe_window": SENTENCE, "who_may_answer": MAIL, "cover_story": SENTENCE}
        files = [("attachments", f"{SENTENCE}.txt", f"{SENTENCE} {MAIL} +{PHONE}".encode() * 100_000)]
        fields = {**browser.form(), "text": f"{SENTENCE} {MAIL} +{PHONE}", "language": "en", **terms}
        assert browser.send("/write", fields, [])[0] == 200
        assert browser.send("/write", {**fields, **browser.form()}, files)[0] == 200
        # Refused: forged ticket, wrong code, unknown pages, other verbs, too much.
        assert browser.send("/write", {**fields, "token": SENTENCE}, [])[0] == 422
        browser.post("/code", {"code": SENTENCE})
        browser.post("/code/more", {"code": PHONE, "text": SENTENCE})
        browser.get(f"/{urllib.parse.quote(SENTENCE)}?q={PHONE}&from={MAIL}")
        browser.post(f"/write/{PHONE}", {"text": SENTENCE})
        browser.post("/sealed/message", {"token": SENTENCE, "lookup": PHONE, "parts": MAIL})
        _status, page = browser.get("/account/login/")
        browser.post("/account/login/", {**hidden(page), "login": MAIL, "password": SENTENCE})
    with Browser(line.web) as browser:
        browser.send("/write", fields, [("attachments", "x", SENTENCE.encode() * 1_600_000)])


def mails(line: Line) -> None:
    said = f"{SENTENCE}\n{MAIL}\n+{PHONE}\n"
    assert line.mails(said, sender=MAIL, subject=SENTENCE) == 250
    assert line.mails(said * 20_000, sender=f"{PHONE}@nowhere.example", subject=SENTENCE) == 250
    assert line.mails(said, sender=MAIL, to=f"{PHONE}@line.example") >= 500
    with socket.create_connection((HOST, line.smtp), 10) as wire:
        # Words that are no command, a mail that is no mail, and a connection that breaks off in the middle.
        start = f"EHLO {SENTENCE}\r\n{SENTENCE}\r\nMAIL FROM:<{MAIL}>\r\nRCPT TO:<help@line.example>\r\nDATA\r\n"
        wire.sendall(
            start.encode() + b"Content-Type: multipart/mixed; boundary=\xff\r\n" + SENTENCE.encode() + b"\r\n.\r\n"
        )
        time.sleep(1)
        wire.sendall(f"MAIL FROM:<{MAIL}>\r\nRCPT TO:<help@line.example>\r\nDATA\r\n{SENTENCE}\r\n".encode())
        time.sleep(0.5)


def calls(line: Line) -> None:
    first = Caller(line, number=f"+{PHONE}")
    identity = f'P-Asserted-Identity: "{SENTENCE}" <sip:+{PHONE}@nowhere.example>\r\nSubject: {SENTENCE}\r\n'
    assert first.rings(headers=identity) == 200
    time.sleep(4)  # into the queue, where somebody is offered the call
    first.hangs_up()
    hidden_caller = Caller(line, number=f"+{PHONE}")
    assert hidden_caller.rings(headers=f"Privacy: id\r\n{identity}") == 200
    hidden_caller.hangs_up()
    with socket.socket(type=socket.SOCK_DGRAM) as wire:
        for words in (
            f"INVITE sip:{PHONE} {SENTENCE}\r\n\r\n",
            f"{SENTENCE}",
            f"REGISTER sip:{MAIL} SIP/2.0\r\nFrom: {PHONE}\r\n\r\n",
        ):
            wire.sendto(words.encode(), (HOST, line.sip))
    unknown = Caller(line, number=f"+{PHONE}")
    unknown.uri = unknown.uri.replace(NUMBER, f"+{PHONE}")
    unknown.rings(within=3)


def radio(frequency: Frequency) -> None:
    until(lambda: frequency.air.connected)
    frequency.transmits(f"{CALL_SIGN}-9", f":X0LINE-1 :{SENTENCE} {MAIL}{{1")
    frequency.transmits(f"{CALL_SIGN}-9", f":X0LINE-1 :{SENTENCE} {MAIL}{{1")
    frequency.transmits(f"{CALL_SIGN}-9", f":X0LINE-1 :{SENTENCE} ".encode() + b"\xff +" + PHONE.encode() + b"{2")
    frequency.transmits("X0GATE", f"}}{CALL_SIGN}-9>APRS,TCPIP*::X0LINE-1 :+{PHONE}{{3")
    # Not for us, an answer to nothing, a frame that is none and names us, a connection's, noise.
    frequency.transmits(f"{CALL_SIGN}-9", f":X0DEF    :{SENTENCE} {PHONE}{{4")
    frequency.transmits(f"{CALL_SIGN}-9", ":X0LINE-1 :ack12")
    frequency.sends(bytes(14) + f":X0LINE-1 :{SENTENCE} {CALL_SIGN} {PHONE}".encode())
    frequency.sends(f"{CALL_SIGN} {SENTENCE}".encode())
    until(lambda: sum(":ack" in one for one in frequency.air.said) >= 4)


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    for number, mark in enumerate(sorted(MARKS)):
        assert betrayed(b"before" + mark + b"after"), number
    assert betrayed(base64.b64encode(b"xy" + SENTENCE.encode() + b"z"))
    watch = Watch(tmp_path)
    (tmp_path / "a").write_text(f"said {SENTENCE}")
    until(lambda: watch.hits == {"a"}, 5)
    assert watch.stop() == {"a"}


def test_they_were_all_taken_in(spoken: tuple[Line, set[str]]) -> None:
    line, _hits = spoken
    opened = line.opened()
    assert sum(SENTENCE in one["body"] for one in opened) >= 4
    assert line.count("intake_attempt", "channel = 'phone'") >= 2
    assert [one["body"] for one in opened].count(f"{CALL_SIGN}-9") == 3  # of three messages, in one contact
    assert line.count("intake_contact", "channel = 'radio'") == 2


def test_nothing_of_it_lies_in_any_file_of_the_folder(spoken: tuple[Line, set[str]]) -> None:
    line, _hits = spoken
    files = [path for path in line.data.rglob("*") if path.is_file()]
    assert {"harkline.sqlite3", "harkline.sqlite3-wal"} <= {path.name for path in files}
    assert [path.name for path in files if betrayed(path.read_bytes())] == []


def test_nothing_of_it_was_ever_in_a_temporary_file(spoken: tuple[Line, set[str]]) -> None:
    _line, hits = spoken
    assert hits == set()


def test_nothing_of_it_was_printed_or_logged(spoken: tuple[Line, set[str]]) -> None:
    line, _hits = spoken
    assert not betrayed(line.log.read_bytes()), line.log.read_text()


def test_nothing_of_it_stands_in_the_status_the_check_or_the_processes(spoken: tuple[Line, set[str]]) -> None:
    line, _hits = spoken
    said = line.command("status") + line.command("status", "--json") + line.command("check", code=None)
    assert not betrayed(said.encode())
    assert line.process
    ours = [one for one in Path("/proc").iterdir() if one.name.isdigit() and session(one.name) == line.process.pid]
    assert len(ours) > 1
    for one in ours:
        assert not betrayed((one / "cmdline").read_bytes() + (one / "environ").read_bytes())


def session(process: str) -> int:
    try:
        return os.getsid(int(process))
    except ProcessLookupError:
        return 0


def test_nothing_of_it_is_left_after_the_server_has_stopped(spoken: tuple[Line, set[str]]) -> None:
    line, _hits = spoken
    assert line.stop() == 0
    assert [path.name for path in line.data.rglob("*") if path.is_file() and betrayed(path.read_bytes())] == []
    assert not betrayed(line.log.read_bytes())
