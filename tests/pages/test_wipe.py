"""An operator has to leave at once: nothing of the console stays in the browser, and the session is over on the server too."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from tests.harness import Line
from tests.pages.desk import Desk, readers, sit_down

pytestmark = pytest.mark.page
LONG = 30_000  # milliseconds


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("wipe")) as line:
        line.init()
        line.serve()
        yield line


def harmless(route: Route) -> None:
    route.fulfill(body="<title>Elsewhere</title>", content_type="text/html")


@pytest.fixture
def operator(line: Line, browse: Callable[..., Page]) -> Desk:
    """Somebody at an open console with a mail in hand; the outside world is an empty page."""
    page = browse(width=1280, height=800)
    page.context.route("https://**", harmless)
    (username,) = readers(line, f"Robin {line.count('people_operator')}")
    desk = sit_down(line, page, username).opens()
    desk.signs_on()
    line.mails("There is smoke behind the mill.")
    desk.is_offered("Mail")
    desk.accepts()
    desk.unlocks()
    expect(desk.middle).to_contain_text("smoke behind the mill")
    return desk


def nothing_is_left(context: BrowserContext, base: str) -> None:
    """Looked at from a page of the same origin that runs no script of ours."""
    assert context.cookies() == []
    page = context.new_page()
    page.route(f"{base}/look", lambda route: route.fulfill(body="<title>Look</title>", content_type="text/html"))
    page.goto(f"{base}/look")
    left = page.evaluate(
        """async () => ({
          local: {...localStorage}, session: {...sessionStorage}, caches: await caches.keys(),
          workers: (await navigator.serviceWorker.getRegistrations()).length,
          bases: (await indexedDB.databases()).map((one) => one.name),
        })"""
    )
    assert left == {"local": {}, "session": {}, "caches": [], "workers": 0, "bases": []}
    page.close()


def test_three_presses_of_shift_leave_nothing_in_any_tab(line: Line, operator: Desk) -> None:
    page, context = operator.page, operator.page.context
    other = context.new_page()
    other.goto(operator.base + "/account/security")
    page.bring_to_front()
    page.evaluate("localStorage.setItem('theme', 'dark')")
    operator.writes_note("A note that was begun.")
    sessions = line.count("django_session")
    for _time in range(3):
        page.keyboard.press("Shift")
    for one in (page, other):
        one.wait_for_url("https://**", timeout=LONG)
        expect(one).to_have_title("Elsewhere")
    assert line.count("django_session") == sessions - 1
    nothing_is_left(context, operator.base)
    page.go_back(wait_until="commit")
    page.wait_for_load_state()
    assert "smoke" not in page.content()
    assert "Robin" not in page.content()


def test_the_button_on_the_page_security_does_the_same(line: Line, operator: Desk) -> None:
    sessions = line.count("django_session")
    operator.page.goto(operator.base + "/account/security")
    operator.page.get_by_role("button", name="Sign out everywhere and wipe this browser").click()
    operator.page.wait_for_url("https://**", timeout=LONG)
    assert line.count("django_session") == sessions - 1
    nothing_is_left(operator.page.context, operator.base)
