"""A supervisor looks at the figures and asks what if, by keys alone; the wall follows what happens by itself."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.harness import Line, until
from tests.pages.desk import Desk, readers, sit_down

pytestmark = pytest.mark.page
LONG = 30_000


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line with eight made-up weeks and a supervisor."""
    with Line(tmp_path_factory.mktemp("figures")) as line:
        line.init(languages="en,fa")
        line.boss = readers(line, "Boss", role="supervisor")[0]  # type: ignore[attr-defined]
        line.inside("past_weeks", languages=["en", "fa"])
        line.serve()
        yield line


def at_desk(line: Line, page: Page) -> Desk:
    return sit_down(line, page, line.boss)  # type: ignore[attr-defined]


def test_what_if_by_keys_alone(line: Line, browse: Callable[..., Page]) -> None:
    page = at_desk(line, browse(width=1280)).opens("/need").page
    before = page.locator("#answer").inner_text()
    assert re.search(r"\d+ hours of duty", before)
    page.locator(".skip").focus()
    for _tab in range(60):
        if page.evaluate("document.activeElement.id") == "slide-demand":
            break
        page.keyboard.press("Tab")
    expect(page.locator("#slide-demand")).to_be_focused()
    for _press in range(20):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#out-demand .value")).to_have_text("200")
    expect(page.locator("#answer")).to_contain_text("what if", timeout=LONG)
    expect(page.locator("#answer")).not_to_have_text(before)
    expect(page.locator("#slide-demand")).to_be_focused()
    expect(page).to_have_url(re.compile("demand=200"))
    page.keyboard.press("Tab")
    expect(page.locator("#slide-handling")).to_be_focused()
    # The table beside the plot opens by a key, and stays open while a slider is moved.
    page.locator("#reckoned summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reckoned table").first).to_be_visible()
    page.locator("#slide-handling").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"handling=\d+"), timeout=LONG)
    expect(page.locator("#reckoned table").first).to_be_visible()
    assert page.complaints == []  # type: ignore[attr-defined]


def test_without_scripts_the_same_by_a_button(line: Line, browse: Callable[..., Page]) -> None:
    page = browse(script=False, width=390)
    desk = at_desk(line, page)
    page.goto(f"{desk.base}/need?demand=300")
    expect(page.locator("#answer")).to_contain_text("what if")
    page.get_by_role("link", name="As it is now", exact=True).click()
    expect(page.locator("#answer")).not_to_contain_text("what if")
    page.get_by_role("button", name="Reckon").click()
    expect(page.locator("#answer")).to_contain_text("hours of duty")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_every_number_leads_to_what_it_counts(line: Line, browse: Callable[..., Page]) -> None:
    page = at_desk(line, browse(width=1280)).opens("/queue-figures?period=month").page
    links = page.locator("main a[href^='#']")
    missing = [
        one.get_attribute("href") for one in links.all() if page.locator(one.get_attribute("href") or "#").count() != 1
    ]
    assert missing == []
    assert links.count() > 30
    # Each plot is named, and the same numbers stand in a table beside it.
    for plot in page.locator("svg.plot").all():
        name = page.locator(f"#{plot.get_attribute('aria-labelledby')}")
        assert name.inner_text().strip()
        assert plot.locator("xpath=ancestor::figure").locator("table").count() == 1
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_wall_follows_by_itself(line: Line, browse: Callable[..., Page]) -> None:
    page = at_desk(line, browse(width=1920, height=1080)).opens("/wallboard").page
    expect(page.locator("#wall")).to_contain_text("Nobody is waiting.")
    line.writes("somebody is here")
    until(lambda: line.count("intake_contact", "state = 'waiting'") == 1)
    expect(page.locator("#wall .wall-waiting")).to_contain_text("Web", timeout=LONG)
    expect(page.locator("#wall .wall-waiting .big")).to_have_text("1")
    assert page.complaints == []  # type: ignore[attr-defined]
