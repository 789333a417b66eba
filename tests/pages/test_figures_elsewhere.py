"""The page that a newspaper hosts: a reader checks a line's log in their browser, on another origin than the log's."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from verifier.tests.conftest import Line

pytestmark = pytest.mark.page
PAGE = Path(__file__).parents[2] / "verifier" / "page"


class Files(SimpleHTTPRequestHandler):
    """Files that any site may read, as the line serves its log."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_words):
        pass


def serve(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    made = Line(tmp_path_factory.mktemp("log"))
    for _day in range(7):
        made.day(12, 3)
    made.inspected(made.at_least(21, 1, 0, 6), E2=21)
    made.publish()
    return made


@pytest.fixture(scope="module")
def addresses(line):
    """(the page's, the log's, that of a log with a raised claim)"""
    bent = line.other(line.folder.with_name("bent"))
    bent.entries[-2] = bent.entries[-2].replace(b"ge 21", b"ge 22")
    bent.publish()
    servers = [serve(PAGE), serve(line.folder), serve(bent.folder)]
    yield tuple(address for _server, address in servers)
    for server, _address in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def page(chromium: Browser, addresses):
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    asked, broken = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{addresses[0]}/index.html")
    yield page
    assert broken == []
    assert {url for url in asked if not url.startswith(addresses)} == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def check(page: Page, log: str, fingerprint: str, receipt: str = "") -> None:
    page.get_by_label("Address of the log").fill(log)
    page.get_by_label("Fingerprint of its policy").fill(fingerprint)
    page.get_by_label("Your receipt").fill(receipt)
    page.get_by_role("button", name="Check").click()


def test_a_reader_checks_figures_and_a_receipt(page, line, addresses):
    check(page, addresses[1], line.policy.fingerprint, line.codes[3])
    expect(page.get_by_role("heading", level=2)).to_have_text("Everything that can be checked holds.", timeout=30_000)
    result = page.get_by_role("region", name="Everything that can be checked holds.")
    expect(result).to_be_focused()
    expect(result).to_contain_text("At least 21 entries between 2026-11-02 and 2026-11-08 are marked")
    expect(result).to_contain_text("is in the count of 2026-11-02")
    expect(page.locator("#not-shown")).to_contain_text("Not shown: that callers told the truth")
    check(page, addresses[1], line.policy.fingerprint)
    expect(result).to_contain_text("of your last visit", timeout=30_000)


def test_a_reader_is_told_what_to_do(page, line, addresses):
    wrong = page.get_by_role("alert")
    check(page, addresses[1], "abc")
    expect(wrong).to_contain_text("64 digits")
    check(page, addresses[1], line.policy.fingerprint, "1234567891")
    expect(wrong).to_contain_text("one of them is wrong, or two are swapped")
    check(page, f"{addresses[1]}/nowhere", line.policy.fingerprint)
    expect(wrong).to_contain_text("is not there (the server answers 404)")
    check(page, addresses[1], "0" * 64)
    expect(page.get_by_role("heading", level=2)).to_contain_text("REFUSED")


def test_a_raised_claim_is_refused_in_the_browser(page, line, addresses):
    check(page, addresses[2], line.policy.fingerprint)
    expect(page.get_by_role("heading", level=2)).to_contain_text("REFUSED", timeout=30_000)
    expect(page.locator("#sentences")).to_contain_text("the proof of the claim “at least 22” does not hold")
