"""Whatever a caller writes stays words: no script runs, nothing is asked of anybody else, no formula or query is made of it."""

import csv
import io
import re
import smtplib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.harness import ADDRESS, HOST, Browser, Line, return_code
from tests.pages.desk import Desk, readers, sit_down
from tests.peers import injection
from tests.peers.injection import FORMULAS, MARK, QUERIES, SCRIPTS

pytestmark = pytest.mark.page
# What may be in a page of ours, and what only somebody else could have put there.
FOREIGN = "[onerror], [onload], [onfocus], iframe, object, embed, base, meta[http-equiv=refresh], form[action^='//'], script:not([src^='/static/'])"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line to which all of it has been said, by every way that takes words."""
    with Line(tmp_path_factory.mktemp("injection")) as line:
        line.init()
        line.serve()
        yield line


def untouched(page: Page) -> None:
    """Nothing has happened to this page."""
    assert page.evaluate(f"window.{MARK}") is None
    assert page.locator(FOREIGN).count() == 0
    assert not [one for one in page.asked if "outside.example" in one]  # type: ignore[attr-defined]
    assert page.complaints == []  # type: ignore[attr-defined]


def says_it_all(line: Line) -> str:
    """On the page, with files; returns the return code."""
    with Browser(line.web) as browser:
        form = browser.form()
        terms = {"number": SCRIPTS[1], "safe_window": SCRIPTS[2], "name_to_use": SCRIPTS[3], "cover_story": SCRIPTS[4]}
        files = [("attachments", f"{words[:80]}.svg".replace('"', "'"), words.encode()) for words in SCRIPTS[:4]]
        text = "\n".join([*SCRIPTS, *FORMULAS, *QUERIES]).replace("\x00", "")
        status, page = browser.send("/write", {**form, "text": text, "language": "en", **terms}, files)
        assert status == 200, page
        return return_code(page)


def reads_everything(operator: Desk) -> None:
    """Open every entry, and look at the pictures that may be looked at."""
    for button in operator.page.locator("[data-entry] [data-open]").all():
        if button.is_visible():
            button.click()
    expect(operator.middle).to_contain_text(SCRIPTS[3])
    for button in operator.page.get_by_role("button", name="Show the picture").all():
        button.click()


def test_scripts_in_a_report_and_in_a_mail_stay_words_on_the_console(line: Line, browse: Callable[..., Page]) -> None:
    (username,) = readers(line, SCRIPTS[2][:60])
    operator = sit_down(line, browse(width=1280), username).opens()
    operator.signs_on()
    code = says_it_all(line)
    operator.is_offered("Web")
    operator.accepts()
    operator.unlocks()
    reads_everything(operator)
    untouched(operator.page)
    operator.wraps_up()
    with smtplib.SMTP(HOST, line.smtp, timeout=30) as client:
        client.sendmail("caller@sender.example", [ADDRESS], injection.mail(ADDRESS))
    operator.is_offered("Mail")
    operator.accepts()
    reads_everything(operator)
    untouched(operator.page)
    operator.wraps_up()
    for path in ("/shifts", "/health"):
        operator.page.goto(operator.base + path)
        untouched(operator.page)
    for script in (True, False):
        page = browse(script=script)
        page.goto(f"{operator.base}/code")
        page.get_by_label("Your code").fill(code)
        page.get_by_role("button", name="Open").click()
        expect(page.locator("#said")).to_contain_text(SCRIPTS[3])
        if script:
            untouched(page)
        assert page.locator(FOREIGN).count() == 0


def test_a_reflected_word_is_a_word(line: Line, browse: Callable[..., Page]) -> None:
    page = browse()
    for words in SCRIPTS[:4]:
        page.goto(f"http://{HOST}:{line.web}/?next={words}&q={words}")
        untouched(page)
    with Browser(line.web) as browser:
        for words in [*SCRIPTS, *QUERIES]:
            status, answer = browser.post("/write", {"token": words, "text": words, "language": words})
            assert status == 422
            assert words not in answer or not set('<>"&') & set(words)
            status, answer = browser.post("/code", {"code": words})
            assert status < 500
            assert words not in answer or not set('<>"&') & set(words)
    assert line.count("intake_contact") >= 0


def test_a_table_that_is_saved_holds_no_formula(line: Line) -> None:
    names = [f"{formula[:30]} {number}" for number, formula in enumerate(FORMULAS)]
    readers(line, *names)
    (username,) = readers(line, "Robin Board", role="supervisor")
    session = line.inside("sessions", usernames=[username])[username]
    with Browser(line.web, session) as browser:
        for path in tables(browser):
            status, text = browser.get(path)
            assert status == 200, path
            for row in csv.reader(io.StringIO(text)):
                for cell in row:
                    assert not cell.lstrip().startswith(("=", "+", "@")), (path, cell)
                    assert not cell.startswith("-") or cell[1:].replace(".", "").isdigit(), (path, cell)


def tables(browser: Browser) -> list[str]:
    """The addresses of everything that a supervisor may save as a table."""
    found = set()
    for page in ("/board", "/audit", "/openings", "/records"):
        status, text = browser.get(page)
        if status == 200:
            found |= set(re.findall(r'href="([^"]+\.csv[^"]*)"', text))
    assert found
    return sorted(found)
