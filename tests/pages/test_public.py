"""Somebody opens the public pages in a real browser, with script and without, in both directions of writing."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.harness import Line

pytestmark = pytest.mark.page
WORDS = "They took my papers. ✓"
PAGES = ("/", "/write", "/code", "/away")


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """One line for the module, with nobody on duty; its first test signs nobody on."""
    with Line(tmp_path_factory.mktemp("line")) as line:
        line.init(languages="en,fa")
        line.serve()
        line.url = f"http://localhost:{line.web}"  # type: ignore[attr-defined]
        yield line


@pytest.fixture
def visit(line: Line, browse: Callable[..., Page]) -> Callable[..., Page]:
    """Open a page: ``visit("/write", script=False)``. The harmless page goes on to the outside: here, that is an empty page."""

    def go(address: str, **how: object) -> Page:
        page = browse(**how)
        page.context.route(lambda url: not url.startswith(line.url), lambda route: route.fulfill(status=204))  # type: ignore[attr-defined]
        page.goto(line.url + address)  # type: ignore[attr-defined]
        return page

    return go


def send(page: Page, text: str) -> str:
    """Fill in the form and send it; the code that is shown."""
    page.get_by_label("Your message", exact=True).fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="It has arrived")).to_be_visible()
    return "".join(page.locator("[data-group]").all_inner_texts())


def come_back(page: Page, code: str) -> None:
    """Open the thread with the code."""
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Your messages")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_i_write_come_back_read_the_answer_and_write_more(line: Line, visit: Callable[..., Page], script: bool) -> None:
    page = visit("/write", script=script)
    code = send(page, WORDS)
    assert re.fullmatch("[A-Z2-7]{16}", code)
    page.get_by_role("button", name="I have written it down").click()
    expect(page.get_by_role("heading", name="Two groups, to be sure")).to_be_visible()
    page.get_by_label("Second group").fill("AAAA")
    page.get_by_label("Last group").fill(code[12:])
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("These are not the two groups.")).to_be_visible()
    page.get_by_label("Second group").fill(code[4:8].lower())
    page.get_by_label("Last group").fill(code[12:])
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="You have it right")).to_be_visible()
    line.inside("answer", text="We can help you with that.")
    other = visit("/code", script=script)
    come_back(other, code.lower())
    expect(other.locator(".said")).to_contain_text([WORDS, "We can help you with that."])
    other.get_by_label("Your message", exact=True).fill("Thank you.")
    other.get_by_role("button", name="Send").click()
    expect(other.locator(".said")).to_contain_text([WORDS, "We can help you with that.", "Thank you."])
    bodies = [one["body"].encode("latin-1").decode() for one in line.opened()]
    assert WORDS in bodies
    assert "Thank you." in bodies
    assert not page.context.cookies()
    assert page.complaints == other.complaints == []  # type: ignore[attr-defined]


def test_i_confirm_what_was_written_down(line: Line, visit: Callable[..., Page]) -> None:
    code = send(visit("/write"), "It happened on Monday.")
    line.inside("answer", text="It happened on Tuesday.", read_back=True)
    page = visit("/code")
    come_back(page, code)
    expect(page.get_by_text("Is it right?")).to_be_visible()
    page.get_by_label("Or write what it should say").fill("It was Monday, not Tuesday.")
    page.get_by_role("button", name="Send the correction").click()
    expect(page.locator("#said")).to_contain_text("It was Monday, not Tuesday.")
    assert line.count("intake_contact", "flags LIKE '%record_corrected%'") == 1


def test_with_script_neither_my_words_nor_my_code_leave_the_browser(line: Line, visit: Callable[..., Page]) -> None:
    page = visit("/write")
    sent: list[bytes] = []
    page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    code = send(page, "a sentence of mine")
    come_back(page := _followed(page), code)
    page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    expect(page.locator(".said")).to_contain_text(["a sentence of mine"])
    assert any(sent)
    for body in sent:
        assert b"a sentence of mine" not in body
        assert code.encode() not in body
        assert code.lower().encode() not in body.lower()


def _followed(page: Page) -> Page:
    page.goto(re.sub(r"/write$", "/code", page.url))
    return page


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_file_comes_back_as_it_was(visit: Callable[..., Page], script: bool, tmp_path: Path) -> None:
    body = bytes(range(256)) * 700
    page = visit("/write", script=script)
    page.get_by_label("Photos, documents or recordings").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": body}
    )
    code = send(page, "With a photo.")
    other = visit("/code", script=script)
    come_back(other, code)
    with other.expect_download() as saved:
        other.get_by_role("button", name="Save the file").click()
    assert saved.value.suggested_filename == "photo.jpg"
    assert Path(saved.value.path()).read_bytes() == body


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_my_terms_reach_the_team(line: Line, visit: Callable[..., Page], script: bool) -> None:
    page = visit("/write", script=script)
    page.get_by_text("Call me back, on my terms").click()
    page.get_by_label("Number, or another way to reach you").fill("+44 1632 960119")
    page.get_by_label("Tuesday").check()
    page.get_by_label("from", exact=True).fill("10:00")
    page.get_by_label("until", exact=True).fill("12:00")
    page.get_by_label("By the clock in").select_option("Asia/Kabul")
    page.get_by_label("Anything else about days and hours").fill(f"Tuesdays {script}")
    page.get_by_label("The name we should ask for").fill("Sam")
    send(page, "Please ring.")
    terms = [one["meta"]["terms"] for one in line.opened() if one["purpose"] == "terms"]
    assert {"number": "+44 1632 960119", "safe_window": f"Tuesdays {script}", "name_to_use": "Sam"} in terms
    readable = (
        "SELECT callback_consent, time_zone, safe_windows, number_given FROM routing_callback ORDER BY recorded_at DESC"
    )
    assert line.rows(readable)[0] == ("caller", "Asia/Kabul", "[[[1], 600, 720]]", 1)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_wrong_code_is_told_in_the_same_words(visit: Callable[..., Page], script: bool) -> None:
    page = visit("/code", script=script)
    for typed in ("not a code", "AAAA BBBB CCCC DDDD"):
        page.get_by_label("Your code").fill(typed)
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_text("No message belongs to this code.")).to_be_visible()


def test_a_connection_that_breaks_loses_nothing_and_sends_once(line: Line, visit: Callable[..., Page]) -> None:
    page = visit("/write")
    before = line.count("intake_contact")
    broken: list[bool] = []

    def break_once(route: object) -> None:
        if not broken:
            broken.append(True)
            route.fetch()  # type: ignore[attr-defined] # it arrived, and the answer did not come back
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/sealed/message", break_once)
    send(page, "Only once.")
    assert broken
    assert line.count("intake_contact") == before + 1


@pytest.mark.parametrize("locale", ["en-GB", "fa-IR"])
def test_on_a_narrow_telephone_nothing_has_to_be_scrolled_sideways(visit: Callable[..., Page], locale: str) -> None:
    page = visit("/", width=320, height=568, locale=locale)
    for address in PAGES:
        page.goto(urljoin(page.url, address))
        root = page.locator("html")
        assert root.get_attribute("dir") == ("rtl" if locale == "fa-IR" else "ltr")
        assert root.get_attribute("lang") == locale[:2]
        page.evaluate(
            "for (const one of document.querySelectorAll('template')) main.append(one.content.cloneNode(true));"
            "for (const one of document.querySelectorAll('details')) one.open = true;"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_no_page_asks_anybody_else_or_leaves_a_cookie(line: Line, visit: Callable[..., Page]) -> None:
    for address in ("/", "/write", "/code"):
        page = visit(address)
        page.wait_for_load_state("networkidle")
        assert {urlsplit(one).netloc for one in page.asked if not one.startswith("data:")} == {f"localhost:{line.web}"}  # type: ignore[attr-defined]
        headers = page.context.request.get(page.url).headers
        assert not {"server", "set-cookie", "etag", "last-modified"} & headers.keys()
        assert headers["cache-control"] == "no-store"
        assert page.context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert page.complaints == []  # type: ignore[attr-defined]


def test_three_presses_of_shift_leave_and_back_does_not_return(line: Line, visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.get_by_role("link", name="Write to us").click()
    page.get_by_label("Your message", exact=True).fill("half a sentence")
    page.context.route("https://**", lambda route: route.fulfill(body="elsewhere", content_type="text/html"))
    expect(page.locator(".needs-script").first).to_be_visible()  # what listens for the keys says that it is there
    for _press in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://**")
    expect(page.locator("body")).to_contain_text("elsewhere")
    page.go_back()
    assert not page.url.endswith(("/write", "/away"))
    assert "half a sentence" not in page.content()


def test_capitals_do_not_leave_the_page(visit: Callable[..., Page]) -> None:
    page = visit("/write")
    page.get_by_label("Your message", exact=True).press_sequentially("ABC")
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    page.keyboard.press("Shift")
    assert page.url.endswith("/write")


def test_the_visible_link_leaves_without_script(line: Line, visit: Callable[..., Page]) -> None:
    page = visit("/write", script=False)
    link = page.get_by_role("link", name="Leave this page")
    expect(link).to_be_in_viewport()
    assert link.get_attribute("href") == "/away"
    page.goto(line.url + "/away", wait_until="commit")  # type: ignore[attr-defined]
    assert "The Line" not in page.content()


def test_the_keyboard_is_enough(visit: Callable[..., Page]) -> None:
    page = visit("/write")
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "text":
            break
    page.keyboard.type("By keyboard.")
    for _step in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It has arrived")).to_be_focused()


def test_titles_name_nothing(line: Line, visit: Callable[..., Page]) -> None:
    page = visit("/", script=False)
    for address in (*PAGES, "/no-such-page"):
        shown = page.context.request.get(urljoin(page.url, address)).text()
        title = re.search("<title>(.*)</title>", shown)
        assert title
        assert title[1] in {"Information", "Your message", "Your page", "Calendar", "There is no page here"}


def test_what_is_new_shows_by_itself(visit: Callable[..., Page]) -> None:
    writing, watching = visit("/write"), visit("/code")
    code = send(writing, "First.")
    come_back(watching, code)
    writing.goto(watching.url)
    come_back(writing, code)
    writing.get_by_label("Your message", exact=True).fill("Second.")
    writing.get_by_role("button", name="Send").click()
    expect(watching.locator(".said")).to_contain_text(["First.", "Second."])


def test_i_talk_to_somebody_who_is_there(line: Line, visit: Callable[..., Page]) -> None:
    page = visit("/write")
    code = send(page, "Is somebody there?")
    line.inside("close_waiting")
    line.staff("Robin", languages=["en", "fa"])
    other = visit("/code")
    come_back(other, code)
    other.get_by_role("button", name="Talk now").click()
    expect(other.get_by_text("You are waiting for somebody.")).to_be_visible()
    for _offer in range(20):
        line.inside("take_in_hand", username="robin")
        # What happens past the server rings no bell of its own; a page that is looked at again asks anyhow.
        other.evaluate("dispatchEvent(new Event('online'))")
        if other.get_by_text("You are now with someone.").is_visible():
            break
        other.wait_for_timeout(300)
    expect(other.get_by_text("You are now with someone.")).to_be_visible()
    line.inside("answer", text="I am Robin. Are you safe?")
    other.evaluate("dispatchEvent(new Event('online'))")
    expect(other.locator(".said").last).to_contain_text("I am Robin. Are you safe?")
    other.get_by_role("button", name="End the conversation").click()
    expect(other.get_by_text("The conversation has ended.")).to_be_visible()
