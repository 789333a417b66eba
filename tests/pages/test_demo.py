"""A newcomer's first minutes: the demonstration as it is started by ``make run``, in a real browser with a microphone."""

import re
import signal
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.needs import browser_here
from tests.pages.conftest import ARGUMENTS

from harkline.line import prompts_audio as audio

pytestmark = pytest.mark.page
SPEAKS = 2 * audio.RATE * 6  # bytes: a sentence, and silence up to six seconds, over and over
MICROPHONE = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


class Demo:
    """``harkline demo`` and what it says on the terminal."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "harkline.server.command", "demo", "--pace", "6", "--for", "170"]
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
def microphone(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the newcomer says: a file that Chromium takes for a microphone."""
    path = tmp_path_factory.mktemp("microphone") / "voice.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, audio.RATE, 0, "NONE", ""))
        file.writeframes(audio.draft("moment_please", "en").ljust(SPEAKS, b"\0"))
    return f"--use-file-for-fake-audio-capture={path}"


@pytest.fixture(scope="module")
def page(chromium: Browser, microphone: str) -> Iterator[Page]:
    arguments = [*ARGUMENTS, *MICROPHONE, microphone]
    browser = chromium.browser_type.launch(executable_path=browser_here(), args=arguments)
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(30_000)
    yield page
    browser.close()


def take_next(page: Page, before: str) -> str:
    """Accept the next offer; returns the contact that is in hand now, in the place of ``before``."""
    expect(page.locator("[data-offer][data-ready]")).to_be_visible(timeout=60_000)
    page.keyboard.press("Enter")
    held = page.locator(f'article.held:not([data-contact="{before}"])')
    expect(held).to_be_visible()
    return held.get_attribute("data-contact") or ""


def answer_in_writing(page: Page) -> None:
    """Reply to what is in hand: a mail's sender and subject are filled in once it has opened."""
    held = page.locator("article.held")
    expect(held.locator(".words, .body, p").filter(has_text=re.compile("Hello|warehouse")).first).to_be_visible()
    if held.get_attribute("data-channel") == "email":
        expect(held.get_by_label("To", exact=True)).not_to_have_value("")
    page.locator("#reply-text").fill("Thank you for writing. You need no name here.")
    held.locator("form[data-reply]").get_by_role("button", name="Send").click()
    expect(page.locator("#reply-text")).to_have_value("")  # it is kept


def hears_the_caller(page: Page, seconds: float) -> bool:
    """Whether the meter of the caller's voice moves."""
    meter = page.locator("#level-caller")
    for _look in range(int(seconds * 10)):
        if meter.evaluate("meter => meter.value") > 0.02:
            return True
        page.wait_for_timeout(100)
    return False


def test_a_newcomer_signs_in_with_what_is_printed_and_answers_a_mail_a_report_and_a_call(
    demo: Demo, page: Page
) -> None:
    address = demo.says(r"Sign in at +(\S+)")[1]
    username, words = demo.says(r"operator +(\S+) +(\S+)").groups()
    page.goto(address)
    page.get_by_label("Username").fill(username)
    page.get_by_label("Passphrase", exact=True).fill(words)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console")
    page.get_by_role("button", name="Sign on").click()
    held, answered = "none", set()
    while answered != {"email", "web", "phone"}:
        held = take_next(page, held)
        channel = page.locator("article.held").get_attribute("data-channel")
        if channel == "phone":
            assert hears_the_caller(page, 40), demo.said
            demo.says("said goodbye", 60)
        elif channel not in answered:
            answer_in_writing(page)
            demo.says(f"{channel} .*has read the answer and has written back", 100)
        answered.add(channel)


def test_the_demonstration_ends_when_it_is_told_to_and_leaves_nothing(demo: Demo) -> None:
    demo.says(r"phone .*rings")
    demo.says(r"email .*writes")
    demo.says(r"web .*writes")
    assert demo.stop() == 0
    assert "was not taken" not in demo.said
