"""Somebody guesses at passphrases or at return codes as fast as they can; a shift signs in and a caller comes back all the same."""

import http.client
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.harness import HOST, Browser, Line

GUESSES = 10_000
RIGHT, WRONG = "a" * 43, "b" * 43


class Door:
    """One connection to the page of sign-in."""

    def __init__(self, port: int) -> None:
        self.http = http.client.HTTPConnection(HOST, port, timeout=60)
        self.http.request("GET", "/account/sign-in")
        answer = self.http.getresponse()
        page = answer.read().decode()
        self.session = re.search("session=([^;]+)", str(answer.headers["Set-Cookie"]))[1]  # type: ignore[index]
        self.token = re.search('csrfmiddlewaretoken" value="([^"]+)"', page)[1]  # type: ignore[index]

    def tries(self, name: str, value: str) -> int:
        """200 is a refusal, 302 a way in (or to the second step)."""
        body = urlencode({"csrfmiddlewaretoken": self.token, "login": name, "password": value})
        head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"session={self.session}"}
        self.http.request("POST", "/account/sign-in", body, head)
        answer = self.http.getresponse()
        answer.read()
        return answer.status


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with Line(tmp_path) as line:
        line.init()
        line.inside("add_operators", private=line.team, names=["Cedar", "Willow"], languages=["en"])
        line.inside("set_sign_in", usernames=["cedar", "willow"], value=RIGHT)
        line.serve()
        yield line


class Guessers:
    """Sixteen of them at once, until enough was guessed."""

    def __init__(self, guess: Callable[[int, int], int]) -> None:
        self.told: list[int] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(guess, one)) for one in range(16)]

    def __enter__(self) -> "Guessers":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._over.set()
        for one in self._threads:
            one.join()

    def _run(self, guess: Callable[[int, int], int], one: int) -> None:
        n = 0
        while not self._over.is_set():
            n += 1
            self.told.append(guess(one, n))


@pytest.mark.parametrize("who", ["one account", "many names"])
def test_an_operator_signs_in_while_others_guess(line: Line, who: str, figure: Callable[[str, str], None]) -> None:
    doors = [Door(line.web) for _ in range(16)]

    def guess(one: int, n: int) -> int:
        return doors[one].tries("cedar" if who == "one account" else f"name{one}x{n}", WRONG)

    took = []
    with Guessers(guess) as guessers:
        while len(guessers.told) < GUESSES / 2:
            before = time.monotonic()
            assert Door(line.web).tries("willow", RIGHT) == 302
            took.append(time.monotonic() - before)
            time.sleep(0.2)
    figure(
        f"guessing at {who}",
        f"{len(guessers.told)} wrong sign-ins, {guessers.told.count(302)} right; an operator got in {len(took)} times, the slowest in {max(took):.2f} s",
    )
    assert set(guessers.told) == {200}
    assert max(took) < 3, took
    # The account that was guessed at is slowed for strangers; nobody else is.
    assert Door(line.web).tries("cedar", RIGHT) == (200 if who == "one account" else 302)


def test_a_caller_comes_back_while_others_guess_at_codes(line: Line, figure: Callable[[str, str], None]) -> None:
    code = line.writes("I wrote before.")
    browsers = [Browser(line.web, timeout=60) for _ in range(16)]

    def guess(one: int, n: int) -> int:
        # Each close to the right one: the counting must not be by what codes have in common.
        wrong = code[:8] + "".join(random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=8))
        return browsers[one].post("/code", {"code": wrong})[0]

    took = []
    with Guessers(guess) as guessers:
        while len(guessers.told) < GUESSES / 5:
            before = time.monotonic()
            with Browser(line.web, timeout=60) as caller:
                assert "I wrote before." in caller.post("/code", {"code": code})[1]
            took.append(time.monotonic() - before)
            time.sleep(0.2)
    counted = line.count("intake_attempt", "outcome = 'rejected' AND reason = 'wrong_code'")
    figure(
        "guessing at codes",
        f"{len(guessers.told)} wrong codes, all counted; a caller came back {len(took)} times, the slowest in {max(took):.2f} s",
    )
    assert set(guessers.told) == {422}
    assert counted == len(guessers.told)
    assert max(took) < 3, took
