"""Paper in a real browser: a sheet is looked at and downloaded; a contact that was taken on a form is entered, written and wrapped up."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.harness import HOST, Line, until
from tests.pages.desk import Desk, readers, sit_down

from harkline.paper.tests import reading

pytestmark = [pytest.mark.page, *reading.NEEDS]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("line")) as line:
        line.init(languages="en,ps", settings=f'[web]\npublic_url = "http://{HOST}:{line.web}"')
        line.inside("set_up")
        line.inside("look_from_outside")
        line.serve()
        until(lambda: line.count("notice_notice"))
        yield line


@pytest.fixture(scope="module")
def robin(line: Line) -> str:
    (username,) = readers(line, "Robin", languages=("en", "ps"), role="supervisor")
    return username


def fits(desk: Desk) -> bool:
    return bool(desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_sheet_is_looked_at_and_downloaded(
    line: Line, robin: str, browse: Callable[..., Page], screenshots: Path
) -> None:
    desk = sit_down(line, browse(accept_downloads=True), robin).opens("/print")
    page = desk.page
    page.get_by_label("sheet with strips to tear off").check()
    page.get_by_label("پښتو").check()
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("img", name="Page 2")).to_be_visible()
    assert page.get_by_role("img", name="Page 1").evaluate("one => one.complete && one.naturalWidth > 300")
    page.screenshot(path=screenshots / "print.png", full_page=True)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download (PDF)").click()
    assert coming.value.suggested_filename == "notice-tear-off-a4-en-ps.pdf"
    assert "یو څوک اوري." in reading.text(Path(coming.value.path()).read_bytes())
    assert page.complaints == []  # type: ignore[attr-defined]
    for name in ("پښتو", "English"):
        page.get_by_label(name).uncheck()
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("alert")).to_have_text("Choose a language at least.")


@pytest.mark.parametrize("path", ["/print", "/fallback", "/on-paper", "/watch"])
def test_the_pages_are_for_small_and_dark_screens(
    line: Line, robin: str, browse: Callable[..., Page], screenshots: Path, path: str
) -> None:
    desk = sit_down(line, browse(width=320, dark=True), robin).opens(path)
    if path == "/watch":
        expect(desk.page.locator("[data-row^=seen-]")).to_have_count(4)
    assert fits(desk)
    desk.page.screenshot(path=screenshots / f"paper{path.replace('/', '-')}-small.png", full_page=True)
    assert desk.page.complaints == []  # type: ignore[attr-defined]


def test_what_was_taken_on_paper_is_entered_written_and_wrapped_up(
    line: Line, robin: str, browse: Callable[..., Page], screenshots: Path
) -> None:
    desk = sit_down(line, browse(width=1440), robin).opens("/on-paper")
    page = desk.page
    page.get_by_label("Number of the form").fill("7")
    page.get_by_label("When").fill("2020-01-01T03:15")
    page.get_by_role("button", name="Enter it").click()
    expect(page.get_by_role("alert")).to_contain_text("days ago")
    expect(page.get_by_label("Number of the form")).to_have_value("7")
    page.get_by_label("When").fill(page.evaluate("new Date(Date.now() - 7200e3).toISOString().slice(0, 16)"))
    page.get_by_label("asks for a call back").check()
    page.get_by_role("button", name="Enter it").click()
    expect(desk.middle.locator("[data-contact]")).to_be_visible()
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(desk.middle).to_contain_text("taken on paper")
    desk.writes_note("She rang from a neighbour's telephone.")
    expect(page.locator("[data-saved]")).to_have_text("Draft saved, sealed.")
    page.screenshot(path=screenshots / "on-paper-in-hand.png", full_page=True)
    desk.wraps_up()
    assert line.count("intake_attempt", "paper_at is not null and outcome = 'answered'") == 1
    assert line.count("intake_sealedobject", "purpose = 'note'") == 1
    assert b"neighbour" not in desk.sent
