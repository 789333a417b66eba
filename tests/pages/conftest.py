"""A real browser for the page tests: Chromium of this machine, driven by Playwright. One process for the run, a fresh profile a test."""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.needs import browser_here
from tests.pages.telephone import OPERATOR_SAYS
from tests.peers import ears

expect.set_options(timeout=20_000)  # two browsers, and what they talk to, share a machine

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.onion 127.0.0.1",  # onion addresses, without Tor
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. Skips where there is none (``tests/needs.py`` says so, and fails in CI)."""
    path = browser_here()
    if path is None:
        pytest.skip("no chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A new page in a profile of its own: ``browse(script=False, width=320, locale="fa", dark=True)``.

    ``page.asked`` lists every address that it asked for, ``page.complaints`` what the browser's console said of errors.
    """
    yield from _pages(chromium)


@pytest.fixture(scope="module")
def module_browser(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """The same, for a page that a whole module's tests share."""
    yield from _pages(chromium)


def _pages(chromium: Browser) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def new(
        *,
        script: bool = True,
        width: int = 1024,
        height: int = 768,
        locale: str = "en-GB",
        dark: bool = False,
        **more: Any,
    ) -> Page:
        context = chromium.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme="dark" if dark else "light",
            **more,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []  # type: ignore[attr-defined]
        page.on("request", lambda request: page.asked.append(request.url))  # type: ignore[attr-defined]
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        return page

    yield new
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where a test may leave pictures to be looked at; not kept in the repository."""
    folder = Path(__file__).parents[2] / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def voiced(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium whose microphone hears a tone."""
    file = tmp_path_factory.mktemp("voice") / "tone.wav"
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(ears.tone(OPERATOR_SAYS, 10))
    arguments = [
        "--headless",
        "--no-sandbox",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
        f"--use-file-for-fake-audio-capture={file}",
    ]
    browser = chromium.browser_type.launch(executable_path=browser_here(), args=arguments)
    yield browser
    browser.close()
