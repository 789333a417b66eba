"""The same pages by the onion address, in a browser that runs no script, as Tor Browser does at its safest level."""

import asyncio
import base64
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.harness import Browser, Line
from tests.pages.test_public import come_back, send
from tests.peers import flood
from tests.ports import HOST, free_port

from harkline.channels.web.forms import ANSWERS
from harkline.line import onion

pytestmark = pytest.mark.page
SPY = """window.proofs = []; const real = window.fetch;
window.fetch = (address, how) => { if (how?.body?.get) window.proofs.push(how.body.get("proof")); return real(address, how); };"""
PUBLIC, OPERATORS = onion.of(os.urandom(32)), onion.of(os.urandom(32))


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line with both addresses; ``line.onion`` and ``line.desk`` are where this machine reaches them."""
    public, operators = free_port(), free_port()
    settings = f'[onion]\npublic = "{PUBLIC}"\noperators = "{OPERATORS}"\n'
    settings += f'public_bind = "{HOST}:{public}"\noperators_bind = "{HOST}:{operators}"\n'
    with Line(tmp_path_factory.mktemp("line")) as line:
        line.init(languages="en,fa", settings=settings)
        line.serve()
        line.onion, line.desk = f"http://{PUBLIC}:{public}", f"http://{OPERATORS}:{operators}"  # type: ignore[attr-defined]
        yield line


@pytest.fixture
def visit(line: Line, browse: Callable[..., Page]) -> Callable[..., Page]:
    """Open a page by the onion address, without script."""

    def go(address: str, **how: object) -> Page:
        page = browse(script=False, **how)
        page.goto(line.onion + address)  # type: ignore[attr-defined]
        return page

    return go


ACTIONS = re.compile(r"/(away|kept|more|talk|end|file)$")  # what only a form leads to, and the page on the way out


def _links(line: Line, path: str) -> list[str]:
    """What the page leads to."""
    with Browser(urlsplit(line.onion).port or 80, host=PUBLIC) as browser:  # type: ignore[attr-defined]
        status, text = browser.get(path)
        assert status == 200, path
        assert "Strict-Transport-Security" not in browser.headers
        assert "Set-Cookie" not in browser.headers
        if "html" not in browser.headers["Content-Type"]:
            return []
    return [one for one in re.findall(r'(?:href|src|action)="([^"#]+)"', text) if not ACTIONS.search(one)]


def test_every_public_page_is_there_and_leads_nowhere_else(line: Line, visit: Callable[..., Page]) -> None:
    page = visit("/")
    expect(page.get_by_text(PUBLIC)).to_be_visible()
    narrow = visit("/", width=320)
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 320  # the address is 62 letters long
    left, seen = ["/", "/fa/"], set()
    while left:
        path = left.pop()
        seen.add(path)
        for link in _links(line, path):
            whole = urlsplit(urljoin(f"http://{PUBLIC}{path}", link))
            if whole.scheme in ("http", "https") and whole.path not in seen:
                assert whole.hostname == PUBLIC, link
                left.append(whole.path)
    assert {"/", "/write", "/code", "/fa/write", "/fa/code"} <= seen
    assert page.context.cookies() == []


def test_i_write_ask_for_a_call_say_that_i_am_watched_and_come_back(line: Line, visit: Callable[..., Page]) -> None:
    page = visit("/write")
    page.get_by_text("Call me back, on my terms").click()
    page.get_by_label("Number, or another way to reach you").fill("+44 20 7946 0999")
    page.get_by_label("How should we answer?").select_option("short")  # somebody reads along
    code = send(page, "By Tor, without script.")
    again = visit("/code")
    come_back(again, code)
    expect(again.locator(".said")).to_contain_text(["By Tor, without script."])
    again.get_by_label("Your message", exact=True).fill("One thing more.")
    again.get_by_role("button", name="Send").click()
    expect(again.locator(".said")).to_contain_text(["By Tor, without script.", "One thing more."])
    counted = "SELECT DISTINCT value FROM line_address JOIN intake_attempt a ON a.address_id = line_address.id"
    assert line.rows(counted) == [(PUBLIC,)]
    [(flags,)] = line.rows("SELECT flags FROM intake_contact ORDER BY arrived_at LIMIT 1")
    assert set(json.loads(flags)) == {"callback", ANSWERS["short"]}
    assert {"By Tor, without script.", "One thing more."} <= {one["body"] for one in line.opened()}
    assert page.context.cookies() == again.context.cookies() == []


def test_i_talk_with_somebody_by_looking_again(line: Line, visit: Callable[..., Page]) -> None:
    code = send(visit("/write"), "Is somebody there?")
    line.staff("Cedar")
    page = visit("/code")
    come_back(page, code)
    page.get_by_role("button", name="Talk now").click()
    expect(page.get_by_text("You are waiting for somebody.")).to_be_visible()
    page.get_by_label("Your message", exact=True).fill("I wait.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said").last).to_contain_text("I wait.")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("You are waiting for somebody.")).to_be_visible()
    page.get_by_role("button", name="End the conversation").click()
    expect(page.get_by_text("The conversation has ended.")).to_be_visible()


def test_the_console_is_on_the_operators_address_alone(line: Line, browse: Callable[..., Page]) -> None:
    page = browse()
    page.goto(line.desk)  # type: ignore[attr-defined]
    assert urlsplit(page.url).path == "/account/sign-in"
    assert not any(cookie["secure"] for cookie in page.context.cookies())
    for address in (line.desk + "/write", line.onion + "/account/sign-in", line.onion + "/console"):  # type: ignore[attr-defined]
        answer = page.goto(address)
        assert answer
        assert answer.status == 404, address


def test_under_a_flood_the_browser_solves_a_puzzle(line: Line, browse: Callable[..., Page]) -> None:
    seen = flood.Seen()

    async def rush() -> None:
        await flood.send(line.web, await flood.forms(line.web, 100), seen)

    thread = threading.Thread(target=lambda: asyncio.run(rush()))
    thread.start()
    thread.join()
    page = browse()
    page.add_init_script(SPY)
    page.goto(f"http://localhost:{line.web}/write")
    assert page.get_attribute("#write", "data-puzzle")
    expect(page.get_by_text("Very many people are writing at this moment.")).to_be_visible()
    send(page, "With a puzzle solved.")
    [proof] = page.evaluate("window.proofs")
    assert json.loads(base64.b64decode(proof))["number"] >= 0
    assert page.complaints == []  # type: ignore[attr-defined]
    assert seen.refused == []
