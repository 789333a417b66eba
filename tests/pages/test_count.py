"""A caller asks for a receipt on their own thread and looks for it; nobody else learns which one they look for."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.harness import Line

pytestmark = pytest.mark.page


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("line")) as line:
        line.init(languages="en,fa", settings='[count]\norigin = "line.example/count"\n')
        line.serve()
        yield line


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_receipt_is_asked_for_on_the_thread(line: Line, browse: Callable[..., Page], script: bool) -> None:
    code = line.writes("Please count me.")
    page = browse(script=script, width=320)
    page.goto(f"http://localhost:{line.web}/code")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Open").click()
    page.get_by_text("Was I counted?").click()
    page.get_by_label("Four digits of your own choice").fill("08")
    page.get_by_role("button", name="Get a receipt").click()
    expect(page.get_by_role("alert").filter(has_text="Choose four digits")).to_be_visible()
    page.get_by_label("Four digits of your own choice").fill("0815")
    page.get_by_role("button", name="Get a receipt").click()
    digits = page.locator("[data-receipts] strong").inner_text()
    assert re.fullmatch("0815[0-9]{6}", digits)
    assert page.get_by_text("Not in the list yet.").first.is_visible()
    page.get_by_label("Four digits of your own choice").fill("0815")
    page.get_by_role("button", name="Get a receipt").click()
    expect(page.locator("[data-receipts] strong")).to_have_text(digits)
    expect(page.get_by_text("under digits that nobody chose")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if script else True


def test_a_receipt_is_looked_for_without_telling_us_which(
    line: Line, browse: Callable[..., Page], tmp_path: Path
) -> None:
    entered = line.inside("two_mornings_later")
    page = browse(locale="fa-IR")
    page.goto(f"http://localhost:{line.web}/figures/receipt?lang=en")
    field = page.get_by_label("Your ten digits")
    field.fill("".join(chr(0x6F0 + int(one)) for one in entered))  # as a Persian keyboard writes them
    page.get_by_role("button", name="Look for it").click()
    expect(page.locator("#found")).to_contain_text("It is in the list of this day:")
    field.fill(entered[:8] + entered[9] + entered[8])
    page.get_by_role("button", name="Look for it").click()
    if entered[8] != entered[9]:
        expect(page.locator("#found")).to_contain_text("two are swapped")
    assert not [one for one in page.asked if entered in one]  # type: ignore[attr-defined]
    assert page.complaints == []  # type: ignore[attr-defined]
