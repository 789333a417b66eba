"""A newcomer's first minutes: the demonstration as it is started by ``make run``, in a real browser with a microphone."""

import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from tests.pages.conftest import ARGUMENTS

pytestmark = pytest.mark.page
MICROPHONE = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


class Demo:
    """``harkline demo`` and what it says on the terminal."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "harkline.server.command", "demo", "--pace", "6", "--for", "150"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.said = ""
        self.changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self.changed:
                self.said += line
                self.changed.notify_all()

    def says(self, pattern: str, seconds: float = 60) -> re.Match[str]:
        with self.changed:
            self.changed.wait_for(lambda: re.search(pattern, self.said), seconds)
            found = re.search(pattern, self.said)
        assert found, f"“{pattern}” was not said, but:\n{self.said}"
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    demo = Demo()
    yield demo
    if demo.process.poll() is None:
        demo.stop()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *MICROPHONE])
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(20_000)
        yield page
        browser.close()


def take_next(page: Page) -> str:
    """Accept what is offered; returns its channel."""
    offer = page.locator("[data-offer]")
    expect(offer).to_be_visible(timeout=60_000)
    channel = offer.locator(".what strong").inner_text().lower()
    page.keyboard.press("Enter")
    expect(page.locator("article.held")).to_be_visible()
    return channel


def test_a_newcomer_signs_in_with_what_is_printed_and_hears_a_caller(demo: Demo, page: Page) -> None:
    address = demo.says(r"Sign in at +(\S+)")[1]
    username, words = demo.says(r"operator +(\S+) +(\S+)").groups()
    page.goto(address)
    page.get_by_label("Username").fill(username)
    page.get_by_label("Passphrase", exact=True).fill(words)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console")
    page.get_by_role("button", name="Sign on").click()
    for _contact in range(6):
        if take_next(page) == "phone":
            break
        expect(page.locator("[data-offer]")).to_have_count(0)
    expect(page.locator("#level-caller")).to_be_visible()
    page.wait_for_function("document.getElementById('level-caller').value > 0.02", timeout=40_000)


def test_the_demonstration_ends_when_it_is_told_to_and_leaves_nothing(demo: Demo) -> None:
    demo.says(r"phone .*rings")
    demo.says(r"email .*writes")
    demo.says(r"web .*writes")
    assert demo.stop() == 0
    assert "was not taken" not in demo.said
