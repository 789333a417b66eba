"""A wrong return code: whoever tries codes learns nothing from the words, the size or the time of the answer."""

import re
import time
from collections.abc import Callable, Iterator
from itertools import chain

import pytest
from tests.harness import Browser, Line

pytestmark = pytest.mark.flow

ROUNDS = 120


@pytest.fixture(scope="module")
def code(line: Line) -> str:
    return line.writes("What the code opens.")


@pytest.fixture
def browser(line: Line) -> Iterator[Browser]:
    with Browser(line.web) as one:
        yield one


def other(character: str) -> str:
    return "B" if character == "A" else "A"


def wrong(code: str) -> dict[str, str]:
    """Codes that are wrong in different ways."""
    return {
        "nobody's": "ABCD EFGH IJKL MNOP",
        "a letter off at the end": code[:-1] + other(code[-1]),
        "a letter off at the start": other(code[0]) + code[1:],
        "too short": code[:-1],
        "no code at all": "hello",
        "empty": "",
        "too long": code + code,
        "a quotation mark": "'; DROP TABLE--",
        "not letters": "\u0000\uffff🙂",
    }


def plain(page: str) -> str:
    """The page without what differs on any two requests."""
    return re.sub(r'(value|content|nonce)="[^"]*"', "", page)


def test_the_right_code_opens_and_each_wrong_one_gets_the_same_answer(browser: Browser, code: str) -> None:
    status, page = browser.post("/code", {"code": code})
    assert status == 200
    assert "What the code opens." in page
    answers = {name: browser.post("/code", {"code": typed}) for name, typed in wrong(code).items()}
    assert {status for status, _page in answers.values()} == {422}
    assert len({plain(page) for _status, page in answers.values()}) == 1


def test_a_wrong_code_is_counted_and_not_kept(line: Line, browser: Browser, code: str) -> None:
    before = line.count("intake_attempt", "reason = 'wrong_code'")
    browser.post("/code", {"code": "ZZZZ YYYY VVVV WWWW"})
    assert line.count("intake_attempt", "reason = 'wrong_code'") == before + 1
    assert not [path for path in line.data.rglob("*") if path.is_file() and b"ZZZZ" in path.read_bytes().upper()]


def seconds(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def overlap(ones: list[float], others: list[float]) -> float:
    """How often one of the first is slower than one of the second: 0.5 where nobody can tell them apart (Mann and Whitney)."""
    ranked = sorted(chain(((value, 0) for value in ones), ((value, 1) for value in others)))
    ranks = sum(place for place, (_value, which) in enumerate(ranked, 1) if which == 0)
    return (ranks - len(ones) * (len(ones) + 1) / 2) / (len(ones) * len(others))


def told_apart(browser: Browser, one: str, another: str) -> float:
    """How far from a toss of a coin a guess by time alone would be: 0 to 0.5. The two take turns, so that load hits both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(2 * ROUNDS):
        typed = (one, another)[turn % 2]
        times[turn % 2].append(seconds(lambda typed=typed: browser.post("/code", {"code": typed})))
    return abs(overlap(*times) - 0.5)


@pytest.mark.parametrize("which", ["a letter off at the end", "a letter off at the start", "no code at all"])
def test_the_time_of_the_answer_tells_nobody_how_wrong_a_code_was(browser: Browser, code: str, which: str) -> None:
    # With 120 of each, chance alone strays by 0.037 (one sigma): 0.15 is four sigma, and three tries make it 10 to the -12.
    # A look-up or key derivation that is left out shows as 0.3 and more.
    codes = wrong(code)
    assert any(told_apart(browser, codes["nobody's"], codes[which]) < 0.15 for _try in range(3))


def test_the_yardstick_can_tell_a_wrong_code_from_a_page_that_does_less(browser: Browser) -> None:
    slow = [seconds(lambda: browser.post("/code", {"code": "hello"})) for _ in range(40)]
    quick = [seconds(lambda: browser.get("/static/harkline/tokens.css")) for _ in range(40)]
    assert overlap(slow, quick) > 0.9
