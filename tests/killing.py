"""Killing the server at random moments while callers arrive by every channel, and counting what was acknowledged and is gone."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.harness import Line
from tests.peers.invite import Caller

STAFF = ("Robin Hale", "Sam Frost", "Kit Lowe", "Jo Marsh", "Alex Wood", "Lee Stone")


@dataclass
class Acknowledged:
    """What the line has promised: words by mail and page, and Call-IDs of calls that were taken."""

    words: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    tries: int = 0

    def __len__(self) -> int:
        return len(self.words) + len(self.calls)


class Intake:
    """Callers on every channel, each on a thread, who go on whatever happens to the server."""

    def __init__(self, line: Line, pause: float = 0.05) -> None:
        self.line, self.pause = line, pause
        self.acknowledged = Acknowledged()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._go, args=(one,)) for one in (self._mail, self._page, self._call)]

    def start(self) -> None:
        """Begin."""
        for one in self._threads:
            one.start()

    def stop(self) -> Acknowledged:
        """Let everybody finish; returns what was promised to them."""
        self._over.set()
        for one in self._threads:
            one.join(60)
        return self.acknowledged

    def _go(self, come: Callable[[int], None]) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            try:
                come(number)
            except (OSError, EOFError, AssertionError, ValueError):
                time.sleep(0.1)  # the server is gone: nothing was promised
            except Exception as error:
                if type(error).__module__ not in ("smtplib", "http.client"):
                    raise
                time.sleep(0.1)
            self.acknowledged.tries += 1
            self._over.wait(self.pause)

    def _mail(self, number: int) -> None:
        words = f"mail {number} {random.random()}"
        if self.line.mails(words, timeout=10) == 250:
            self._promise(words)

    def _page(self, number: int) -> None:
        words = f"page {number} {random.random()}"
        if self.line.writes(words):
            self._promise(words)

    def _promise(self, words: str) -> None:
        with self._lock:
            self.acknowledged.words.add(words)

    def _call(self, _number: int) -> None:
        caller = Caller(self.line)
        if caller.rings(within=3) == 200:
            with self._lock:
                self.acknowledged.calls.add(caller.call_id)
            caller.hangs_up()


@dataclass(frozen=True)
class Outcome:
    """What came of it. ``lost``: acknowledged and gone. ``stuck``: waiting contacts that nobody was offered after the restart."""

    acknowledged: int
    lost_words: int
    calls_taken: int
    calls_recorded: int
    stuck: int
    restarts: list[float]
    database: str

    @property
    def lost(self) -> int:
        """Acknowledged contacts that are not there."""
        return self.lost_words + max(0, self.calls_taken - self.calls_recorded)


def run(line: Line, kills: int, rng: random.Random) -> Outcome:
    """Kill the server so many times under intake, then let its staff answer all that waits."""
    line.staff(*STAFF)
    line.serve()
    intake = Intake(line)
    intake.start()
    restarts = [_kill(line, rng) for _ in range(kills)]
    time.sleep(1.0)
    acknowledged = intake.stop()
    kept = {one["body"] for one in line.opened() if one["purpose"] in ("message", "original")}
    text = "\n".join(kept)
    outcome = Outcome(
        acknowledged=len(acknowledged),
        lost_words=sum(words not in text for words in acknowledged.words),
        calls_taken=len(acknowledged.calls),
        calls_recorded=line.count("intake_attempt", "channel = 'phone'"),
        stuck=line.inside("answer_all", within=60.0),
        restarts=restarts,
        database=str(line.rows("PRAGMA integrity_check")[0][0]),
    )
    line.stop()
    return outcome


def _kill(line: Line, rng: random.Random) -> float:
    """After a random while: SIGKILL, and start again. Returns the seconds until it answers again."""
    time.sleep(rng.uniform(0.05, 1.0))
    line.kill()
    start = time.monotonic()
    line.serve()
    return time.monotonic() - start
