"""Somebody forces a caller, or an operator, in a real browser: what is on the screen, and what is not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.harness import Line
from tests.pages.desk import WORDS, Desk, readers, sit_down

pytestmark = pytest.mark.page
SECOND = "eleven blue kettles sing"
LONG = 30_000  # milliseconds


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("duress")) as line:
        line.init()
        # Without a second step, so that the passphrase alone is looked at.
        line.serve(env={"HARKLINE_DEMO": "1"})
        yield line


def test_one_key_shows_the_card_and_one_ends_it_safely(line: Line, browse: Callable[..., Page]) -> None:
    (username,) = readers(line, "Kim")
    desk = sit_down(line, browse(width=1280, height=900), username).opens()
    desk.signs_on()
    line.writes("I am at the mill.")
    desk.is_offered("Web")
    desk.accepts()
    desk.unlocks()
    desk.page.get_by_text("Agree a code phrase").click()
    desk.page.get_by_label("Words by which they say that they are forced").fill("how is your aunt")
    desk.page.get_by_role("button", name="Keep it").click()
    expect(desk.page.locator("#case .phrases")).to_contain_text("how is your aunt", timeout=LONG)
    desk.page.evaluate("document.activeElement.blur()")
    desk.page.keyboard.press("d")
    card = desk.middle.locator(".cover")
    expect(card).to_contain_text("They are being forced", timeout=LONG)
    expect(card.locator("[data-topic]")).not_to_be_empty()
    desk.page.keyboard.press("x")
    expect(desk.middle).to_contain_text("The caller has gone: wrap up", timeout=LONG)
    expect(desk.middle).not_to_contain_text("Call back agreed")
    assert desk.page.complaints == []  # type: ignore[attr-defined]


def signs_in(page: Page, base: str, username: str, words: str) -> None:
    page.goto(f"{base}/account/sign-in")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Passphrase", exact=True).fill(words)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console", timeout=LONG)


def test_the_second_passphrase_opens_a_desk_with_nothing_on_it(line: Line, browse: Callable[..., Page]) -> None:
    (username,) = readers(line, "Robin")
    (chief,) = readers(line, "Chief", role="supervisor")
    watching = sit_down(line, browse(width=1280, height=900), chief).opens()
    page = browse(width=1280, height=900)
    desk = Desk(line, page, username)
    signs_in(page, desk.base, username, WORDS)
    page.goto(f"{desk.base}/account/passphrase/second")
    page.get_by_label("Present passphrase").fill(WORDS)
    page.get_by_label("Second passphrase").fill(SECOND)
    page.get_by_label("The same once more").fill(SECOND)
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url("**/account/security", timeout=LONG)
    line.mails("There is smoke behind the mill.")
    page.goto(f"{desk.base}/console")
    expect(page.locator("#waiting")).to_contain_text("Mail", timeout=LONG)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/sign-in", timeout=LONG)

    page.complaints.clear()  # type: ignore[attr-defined]
    signs_in(page, desk.base, username, SECOND)
    expect(page.locator("#waiting")).to_contain_text("Nobody is waiting", timeout=LONG)
    expect(watching.page.locator("#colleagues")).to_contain_text("signed in under duress", timeout=LONG)
    page.get_by_role("button", name="Sign on").click()
    expect(page.locator("#now")).to_contain_text("The next contact will be offered here", timeout=LONG)
    line.mails("And now it is gone.")
    expect(watching.page.locator("#waiting [data-row]")).to_have_count(2, timeout=LONG)
    expect(page.locator("#waiting [data-row]")).to_have_count(0)
    opened = page.evaluate("async () => (await (await import('/static/harkline/seal/keyring.js')).current()) !== null")
    assert opened
    assert page.complaints == []  # type: ignore[attr-defined]
