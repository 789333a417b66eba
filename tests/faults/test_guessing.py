"""Somebody guesses at passphrases as fast as they can; a shift signs in all the same."""

import http.client
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.harness import HOST, Line

pytestmark = pytest.mark.slow
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


@pytest.mark.parametrize("who", ["one account", "many names"])
def test_an_operator_signs_in_while_others_guess(line: Line, who: str) -> None:
    told: list[int] = []
    stop = threading.Event()

    def guess(one: int) -> None:
        door, n = Door(line.web), 0
        while not stop.is_set():
            n += 1
            told.append(door.tries("cedar" if who == "one account" else f"name{one}x{n}", WRONG))

    guessers = [threading.Thread(target=guess, args=(one,)) for one in range(16)]
    for one in guessers:
        one.start()
    took = []
    try:
        while len(told) < 1500:
            before = time.monotonic()
            assert Door(line.web).tries("willow", RIGHT) == 302
            took.append(time.monotonic() - before)
            time.sleep(0.2)
    finally:
        stop.set()
        for one in guessers:
            one.join()
    assert set(told) == {200}
    assert max(took) < 3, took
    # The account that was guessed at is slowed for strangers; nobody else is.
    assert Door(line.web).tries("cedar", RIGHT) == (200 if who == "one account" else 302)
