"""The signed list in a real browser: read and asked without script, small, dark and right to left; signed and closed at the console."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.harness import HOST, NUMBER, Line
from tests.pages.desk import readers, sit_down

from harkline_verify.notice_command import main as verify

pytestmark = pytest.mark.page
SHAPES = {
    "usual": {},
    "small": {"width": 320},
    "dark": {"width": 320, "dark": True},
    "without script": {"script": False},
}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line whose list was signed from the command line. Its last test closes it."""
    with Line(tmp_path_factory.mktemp("line")) as line:
        line.init(languages="en,fa", settings=f'[web]\npublic_url = "http://{HOST}:{line.web}"')
        assert "Check words:" in line.command("notice", "sign", "--yes")
        line.serve()
        yield line


def url(line: Line, path: str) -> str:
    return f"http://{HOST}:{line.web}{path}"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("language", ["", "/fa"])
def test_the_list_and_the_question_are_for_every_screen(
    line: Line, browse: Callable[..., Page], screenshots: Path, shape: str, language: str
) -> None:
    page = browse(**SHAPES[shape])  # type: ignore[arg-type]
    for path in ("/notice", "/genuine"):
        page.goto(url(line, language + path))
        assert page.locator("html").get_attribute("dir") == ("rtl" if language else "ltr")
        page.screenshot(
            path=screenshots / f"notice{language.replace('/', '-')}{path.replace('/', '-')}-{shape}.png", full_page=True
        )
        if shape != "without script":
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert page.evaluate(
                "[...document.querySelectorAll('a, button, input')].every(one => one.textContent || one.labels?.length)"
            )
    page.locator("#asked").fill("۰۰۴۴ ۲۰ ۷۹۴۶ ۰۱۲۳")
    page.locator("form.ask button").click()
    expect(page.locator("[role=status]")).to_contain_text(NUMBER)
    assert page.url == url(line, f"{language}/genuine")
    page.screenshot(path=screenshots / f"notice{language.replace('/', '-')}-answer-{shape}.png", full_page=True)
    page.locator("#asked").fill("+44 20 7946 0999")
    page.locator("form.ask button").click()
    expect(page.locator("[role=status]")).not_to_contain_text(NUMBER)
    expect(page.locator("[role=status]")).to_contain_text("+44 20 7946 0999")
    assert page.complaints == []  # type: ignore[attr-defined]
    assert all(one.startswith(url(line, "/")) or one.startswith("data:") for one in page.asked)  # type: ignore[attr-defined]


def test_the_policy_lets_search_engines_read_what_is_said_of_the_line(line: Line, browse: Callable[..., Page]) -> None:
    page = browse()
    for path in ("/", "/notice"):
        page.goto(url(line, path))
        told = json.loads(page.locator("script[type='application/ld+json']").text_content() or "")
        assert NUMBER in [one.get("telephone") for one in told["contactPoint"]]
        assert page.context.request.get(page.url).headers["x-robots-tag"].startswith("index")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_nothing_that_was_asked_stands_in_the_log(line: Line, browse: Callable[..., Page]) -> None:
    page = browse(script=False)
    page.goto(url(line, "/genuine"))
    page.locator("#asked").fill("+44 1632 960777")
    page.locator("form.ask button").click()
    expect(page.locator("[role=status]")).to_contain_text("+44 1632 960777")
    assert "960777" not in line.log.read_text()


def test_a_program_checks_the_list_that_is_served(
    line: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = re.search(r"^key +(\S+)$", line.command("notice", "show", code=None), re.MULTILINE)
    assert key
    given = [url(line, ""), "--key", key[1], "--state", str(tmp_path), "--genuine"]
    assert verify([*given, "020 7946 0123"], tmp_path) == 0
    assert f"Genuine: {NUMBER}" in capsys.readouterr().out
    assert verify([*given, "+44 20 7946 0999"], tmp_path) == 1


def test_an_administrator_signs_a_change_and_a_supervisor_closes_at_once(
    line: Line, browse: Callable[..., Page], screenshots: Path
) -> None:
    [robin] = readers(line, "Robin", role="administrator")
    [sam] = readers(line, "Sam", role="supervisor")
    desk, caller = sit_down(line, browse(), robin), browse(width=320)
    line.command("address", "add", "phone", "+441632960001")
    desk.opens("/genuine-addresses")
    expect(desk.page.get_by_text("+441632960001").first).to_be_visible()
    desk.page.screenshot(path=screenshots / "notice-console.png", full_page=True)
    desk.page.get_by_role("button", name="Sign and publish").click()
    expect(desk.page.get_by_role("heading", name="Nothing has changed")).to_be_visible()
    other = sit_down(line, browse(width=320), sam).opens("/genuine-addresses")
    assert other.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    other.page.get_by_text("Close at once: “do not call”").click()
    other.page.locator("#typed-emergency").fill("open door")
    other.page.screenshot(path=screenshots / "notice-console-small.png", full_page=True)
    other.page.get_by_role("button", name="Close at once").click()
    expect(other.page.get_by_text("The line is closed at once").first).to_be_visible()
    for path in ("/", "/write", "/fa/"):
        caller.goto(url(line, path))
        expect(caller.locator("[role=alert]")).to_be_visible()
        expect(caller.locator("main")).not_to_contain_text(NUMBER)
        caller.screenshot(path=screenshots / f"notice-closed{path.replace('/', '-')}.png", full_page=True)
    assert caller.complaints == desk.page.complaints == []  # type: ignore[attr-defined]
