"""Two thousand reports at once that nobody means; whoever really writes gets through, with script or without."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, sync_playwright
from tests.harness import Browser, Line
from tests.needs import browser_here
from tests.pages.conftest import ARGUMENTS
from tests.peers import flood

NUMBER = 2_000
WITHIN = 60.0  # seconds: half a minute of waiting, and as much for the turn


@pytest.fixture
def page() -> Iterator[Page]:
    """A browser with script. Skips where there is none."""
    path = browser_here()
    if path is None:
        pytest.skip("a flood of reports needs chromium (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser.new_page()
        browser.close()


def writes_without_script(line: Line) -> float:
    """Opens the form, types one word, sends: the seconds until the code is shown."""
    with Browser(line.web, timeout=120) as browser:
        fields = browser.form(solve=False)
        began = time.monotonic()
        status, shown = browser.post("/write", {**fields, "text": "Without script.", "language": "en"})
        assert status == 200, shown
        assert 'id="the-code"' in shown
        return time.monotonic() - began


def writes_with_script(line: Line, page: Page) -> tuple[float, str]:
    """The same in a browser; also the puzzle that was set."""
    page.goto(f"http://localhost:{line.web}/write", timeout=60_000)
    puzzle = page.get_attribute("#write", "data-puzzle") or ""
    page.fill("#text", "With script.")
    began = time.monotonic()
    page.click("#write [type=submit]")
    page.wait_for_selector("#the-code", timeout=120_000)
    return time.monotonic() - began, puzzle


async def _flood(line: Line, seen: flood.Seen) -> None:
    await flood.send(line.web, await flood.forms(line.web, NUMBER), seen)


def test_whoever_means_it_gets_through_a_flood(fresh: Line, page: Page, figure: Callable[[str, str], None]) -> None:
    fresh.serve()
    code = fresh.writes("I wrote before.")
    seen = flood.Seen()
    thread = threading.Thread(target=lambda: asyncio.run(_flood(fresh, seen)))  # the browser's driver has a loop here
    thread.start()
    while len(seen.took) < NUMBER / 100:
        time.sleep(0.05)
    began = time.monotonic()
    with Browser(fresh.web, timeout=120) as browser:
        status, shown = browser.post("/code", {"code": code})
        assert "I wrote before." in shown, status
    returned = time.monotonic() - began
    scripted, puzzle = writes_with_script(fresh, page)
    plain = writes_without_script(fresh)
    thread.join()
    stored = fresh.count("intake_contact", "channel = 'web'")
    figure(
        "flood of reports",
        f"{NUMBER} at once, {len(seen.refused)} refused, {NUMBER + 3 - stored} lost, the last after {max(seen.took):.0f} s; meanwhile with "
        f"script {scripted:.1f} s, without {plain:.1f} s, with a return code {returned:.1f} s",
    )
    assert puzzle
    assert seen.refused == []
    assert stored == NUMBER + 3
    assert max(scripted, plain) < WITHIN
    assert returned < WITHIN / 6
