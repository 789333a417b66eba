"""Pages are sent twice: a double click, a bad connection, the back button, a copy of an old form."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.harness import Browser, Line, return_code

pytestmark = pytest.mark.flow


def contacts(line: Line) -> int:
    return line.count("intake_contact")


def test_a_message_sent_twice_arrives_once_and_has_one_code(line: Line) -> None:
    before = contacts(line)
    with Browser(line.web) as browser:
        fields = {**browser.form(), "text": "Twice.", "language": "en"}
        first, second = browser.post("/write", fields), browser.post("/write", fields)
    assert first[0] == second[0] == 200
    assert return_code(first[1]) == return_code(second[1])
    assert contacts(line) == before + 1


def test_a_hundred_copies_fifty_at_a_time_have_exactly_one_effect(line: Line) -> None:
    before = contacts(line)
    with Browser(line.web) as browser:
        fields = {**browser.form(), "text": "A hundred times.", "language": "en"}

    def send(_copy: int) -> str:
        with Browser(line.web) as copy:
            status, page = copy.post("/write", fields)
            assert status == 200, page
            return return_code(page)

    with ThreadPoolExecutor(50) as pool:
        codes = set(pool.map(send, range(100)))
    assert len(codes) == 1
    assert contacts(line) == before + 1
    assert sum(one["body"] == "A hundred times." for one in line.opened()) == 1


def test_the_same_form_with_other_words_adds_to_the_same_thread(line: Line) -> None:
    with Browser(line.web) as browser:
        form = browser.form()
        codes = {
            return_code(browser.post("/write", {**form, "text": text, "language": "en"})[1])
            for text in ("First.", "Then I remembered something.")
        }
    assert len(codes) == 1
    [code] = codes
    with Browser(line.web) as browser:
        _status, page = browser.post("/code", {"code": code})
    assert "First." in page
    assert "Then I remembered something." in page


@pytest.mark.parametrize("token", ["", "nonsense", "WyJ4IiwxXQ:1abcde:forged"])
def test_a_form_that_is_not_ours_is_refused_counted_and_keeps_its_words(line: Line, token: str) -> None:
    before, tried = contacts(line), line.count("intake_attempt", "outcome = 'rejected'")
    with Browser(line.web) as browser:
        status, page = browser.post("/write", {"token": token, "text": "Do not lose this.", "language": "en"})
    assert status == 422
    assert "Do not lose this." in page
    assert contacts(line) == before
    assert line.count("intake_attempt", "outcome = 'rejected'") == tried + 1


def test_a_form_without_words_or_files_is_given_back(line: Line) -> None:
    before = contacts(line)
    with Browser(line.web) as browser:
        status, _page = browser.post("/write", {**browser.form(), "text": "  ", "language": "en"})
    assert status == 422
    assert contacts(line) == before
