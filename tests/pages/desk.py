"""An operator at a console, in a real browser on a real line: what the console's page tests share."""

import re
from collections.abc import Sequence
from typing import Any, Self

from playwright.sync_api import Locator, Page, expect
from tests.harness import HOST, Line

WORDS = "seven grey herons wait"


class Desk:
    """One operator's browser. ``sent`` is everything that it sent in a body."""

    def __init__(self, line: Line, page: Page, username: str) -> None:
        self.line, self.page, self.username = line, page, username
        self.sent = b""
        page.on("request", lambda request: self._keep(request.post_data_buffer))

    def _keep(self, body: bytes | None) -> None:
        self.sent += body or b""

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self.line.web}"

    def opens(self, path: str = "/console") -> Self:
        """Open a page and wait until its scripts run."""
        self.page.goto(self.base + path)
        expect(self.page.locator("html[data-ready]")).to_be_attached()
        return self

    def signs_on(self) -> None:
        self.page.get_by_role("button", name="Sign on").click()
        expect(self.band).to_have_text(re.compile("Ready|waiting|To wrap up"))

    @property
    def band(self) -> Locator:
        """What is to be done now."""
        return self.page.locator("#now")

    @property
    def middle(self) -> Locator:
        """What is in hand."""
        return self.page.locator("#in-hand")

    @property
    def waiting(self) -> Locator:
        """The rows of the waiting list."""
        return self.page.locator("#waiting [data-row]")

    def is_offered(self, what: str) -> None:
        expect(self.band.locator("[data-offer]")).to_contain_text(what)

    def accepts(self) -> str:
        """Accept with the one key; returns the contact's id."""
        expect(self.band.locator("[data-offer][data-ready]")).to_be_visible()
        self.page.keyboard.press("Enter")
        held = self.middle.locator("[data-contact]")
        expect(held).to_be_visible()
        return str(held.get_attribute("data-contact"))

    def unlocks(self) -> None:
        self.page.get_by_placeholder("Passphrase").fill(WORDS)
        self.page.get_by_role("button", name="Unlock").click()
        expect(self.page.locator("[data-unlocked]")).to_be_visible()

    def writes_note(self, text: str) -> None:
        self.page.locator("#note-text").fill(text)

    def wraps_up(self, kind: str = "Information", disposition: str = "Resolved") -> None:
        self.page.get_by_label(kind, exact=True).check()
        self.page.get_by_label(disposition, exact=True).check()
        self.page.get_by_role("button", name="Wrap up and close").click()
        expect(self.middle).to_contain_text("Nothing in hand")


def readers(line: Line, *names: str, languages: Sequence[str] = ("en",), role: str = "operator") -> list[str]:
    """Colleagues who can read; their usernames."""
    found: list[str] = line.inside(
        "add_readers", private=line.team, names=list(names), words=WORDS, languages=list(languages), role=role
    )
    return found


def sit_down(line: Line, page: Page, username: str) -> Desk:
    """Somebody who has signed in."""
    cookies: dict[str, str] = line.inside("sessions", usernames=[username])
    cookie: Any = {"name": "session", "value": cookies[username], "url": f"http://{HOST}:{line.web}"}
    page.context.add_cookies([cookie])
    return Desk(line, page, username)
