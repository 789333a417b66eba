"""Another program holds the database: a backup, an administrator's shell."""

import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.harness import Browser, Line, return_code
from tests.peers.invite import Caller

pytestmark = pytest.mark.flow

BUSY = 20.0  # seconds that the server waits for the database (settings: timeout)


@contextmanager
def held(line: Line) -> Iterator[None]:
    """Nobody else can write."""
    base = sqlite3.connect(line.data / "harkline.sqlite3", isolation_level=None, timeout=10)
    base.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        base.execute("ROLLBACK")
        base.close()


class Told:
    """What a page and a mail were told, each on a thread of its own."""

    def __init__(self, line: Line, words: str) -> None:
        self.line, self.words = line, words
        self.page, self.mail = (0, ""), 0
        with Browser(line.web) as browser:
            self.form = {**browser.form(), "text": words, "language": "en"}
        self.threads = [threading.Thread(target=self._write), threading.Thread(target=self._mail)]
        for one in self.threads:
            one.start()

    def _write(self) -> None:
        with Browser(self.line.web, timeout=90) as browser:
            self.page = browser.post("/write", self.form)

    def _mail(self) -> None:
        self.mail = self.line.mails(self.words, timeout=90)

    def wait(self) -> None:
        for one in self.threads:
            one.join(90)

    def kept(self) -> int:
        return sum(self.words in one["body"] for one in self.line.opened() if one["purpose"] in ("message", "original"))


def test_a_short_hold_only_makes_everybody_wait(line: Line) -> None:
    with held(line):
        told = Told(line, "While it was locked.")
        time.sleep(2)
        assert told.page == (0, "")
        assert told.mail == 0
    told.wait()
    assert told.page[0] == 200
    assert return_code(told.page[1])
    assert told.mail == 250


def test_a_call_rings_on_until_it_can_be_recorded(line: Line) -> None:
    before = line.count("intake_attempt", "channel = 'phone'")
    caller, answered = Caller(line), []
    ringing = threading.Thread(target=lambda: answered.append(caller.rings(within=60)))
    with held(line):
        ringing.start()
        time.sleep(2)
        assert answered == []
    ringing.join(60)
    assert answered == [200]
    assert line.count("intake_attempt", "channel = 'phone'") == before + 1
    caller.hangs_up()


def test_a_long_hold_acknowledges_nothing_that_was_not_kept(line: Line) -> None:
    with held(line):
        told = Told(line, "Locked for too long.")
        told.wait()
    assert told.page[0] >= 500
    assert not re.search(r"\b([A-Z2-7]{4}\W){3}", told.page[1])
    assert 400 <= told.mail < 500  # come again
    assert told.kept() == 0


def test_afterwards_everything_works_as_before(line: Line) -> None:
    assert line.mails("After the lock.") == 250
    assert line.writes("After the lock.")
