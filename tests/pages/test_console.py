"""An operator's shift at the console, in a real browser against a real server; callers come by mail and by the page."""

import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from playwright.sync_api import Page, expect
from tests.harness import Line
from tests.pages.desk import Desk, readers, sit_down

pytestmark = pytest.mark.page
_numbers = count(1)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("console")) as line:
        line.init(languages="en,fa")
        line.serve()
        yield line


@pytest.fixture
def desk(line: Line, browse: Callable[..., Page]) -> Iterator[Callable[..., Desk]]:
    """A new colleague at a console: ``desk(width=390)``."""

    def sit(*, role: str = "operator", **look: object) -> Desk:
        (username,) = readers(line, f"Colleague {next(_numbers)}", languages=["en", "fa"], role=role)
        return sit_down(line, browse(**{"width": 1280, "height": 800, **look}), username)

    yield sit
    line.inside("clear_desk")


def test_a_shift_from_the_first_offer_to_the_next_by_keyboard(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    operator.signs_on()
    expect(operator.band).to_contain_text("The next contact will be offered here")
    line.mails("There is smoke behind the mill.")
    operator.is_offered("Mail")
    operator.accepts()
    operator.unlocks()
    expect(operator.middle).to_contain_text("There is smoke behind the mill.")
    operator.page.evaluate("document.activeElement.blur()")
    operator.page.keyboard.press("n")
    operator.page.keyboard.type("Called the ranger.")
    operator.page.get_by_role("button", name="Add the note").click()
    expect(operator.page.locator("#case [data-entry][data-kind=note]")).to_be_visible()
    operator.wraps_up()
    line.mails("And now it is gone.")
    operator.is_offered("Mail")
    assert b"Called the ranger" not in operator.sent
    notes = [one for one in line.opened() if one["purpose"] == "note"]
    assert [one["body"] for one in notes] == ["Called the ranger."]
    assert operator.page.complaints == []  # type: ignore[attr-defined]


def test_what_one_declines_goes_to_the_other(line: Line, desk: Callable[..., Desk]) -> None:
    first, second = desk().opens(), desk().opens()
    first.signs_on()
    line.mails("Who is there?")
    first.is_offered("Mail")
    second.signs_on()
    expect(first.band.locator("[data-offer][data-ready]")).to_be_visible()
    first.page.keyboard.press("Escape")
    first.page.keyboard.press("2")
    second.is_offered("Mail")
    expect(first.band.locator("[data-offer]")).to_have_count(0)
    second.accepts()


def test_a_lost_connection_says_so_and_heals_by_itself(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    line.stop()
    expect(operator.page.locator("#lost")).to_be_visible()
    expect(operator.page.locator("#lost-clock")).to_have_text(re.compile(r"0:0[1-9]"))
    line.serve()
    line.mails("Is anybody back?")
    expect(operator.page.locator("#lost")).to_be_hidden(timeout=15_000)
    expect(operator.waiting).to_have_count(1)


def test_a_reply_by_mail_is_kept_sealed_and_goes_out_once(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    operator.signs_on()
    line.mails("May I come by?", sender="rowan@sender.example", subject="A visit")
    operator.is_offered("Mail")
    contact = operator.accepts()
    operator.unlocks()
    reply = operator.page.locator("[data-reply]")
    expect(reply.get_by_label("To")).to_have_value("rowan@sender.example")
    expect(reply.get_by_label("Subject")).to_have_value("Re: A visit")
    expect(reply).to_contain_text("the mail servers on the way see this reply")
    reply.locator("textarea").fill("Any day before noon.")
    reply.get_by_role("button", name="Send").click()
    expect(operator.middle.locator("[data-kind=reply] .outbound")).to_be_visible()
    expect(operator.middle.locator("[data-kind=reply]")).to_contain_text("Any day before noon.")
    assert line.count("routing_outbound", "channel='email'") == 1
    kept = [one for one in line.opened() if one["contact"] == contact and one["purpose"] == "reply"]
    assert [one["body"] for one in kept] == ["Any day before noon."]


def test_a_reply_on_the_web_is_sealed_for_the_callers_code(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    operator.signs_on()
    line.writes("Can you hear me?")
    operator.is_offered("Web")
    operator.accepts()
    operator.page.locator("#reply-text").fill("We can. Take your time.")
    operator.page.get_by_role("button", name="Send").click()
    expect(operator.middle.locator("[data-kind=reply]")).to_be_visible()
    recipients = line.rows(
        "SELECT w.recipient FROM intake_wrap w JOIN intake_sealedobject o ON o.id = w.object_id"
        " WHERE o.purpose = 'reply' AND o.by_caller = 0 ORDER BY o.created_at DESC, w.recipient LIMIT 2"
    )
    assert [one for (one,) in recipients] == ["caller", "team:1"]
    assert b"Take your time" not in operator.sent


def test_a_note_that_was_begun_survives_the_browser(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    operator.signs_on()
    line.mails("Good evening.")
    operator.is_offered("Mail")
    operator.accepts()
    operator.unlocks()
    operator.writes_note("Sounds tired, rings from")
    expect(operator.page.locator("[data-saved]")).to_have_text("Draft saved, sealed.")
    operator.page.reload()
    expect(operator.page.locator("#note-text")).to_have_value("Sounds tired, rings from")
    assert b"Sounds tired" not in operator.sent
    assert b"Sounds tired" not in (line.data / "harkline.sqlite3").read_bytes()


def test_locking_takes_everything_off_the_screen(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    operator.signs_on()
    line.mails("Nobody else should read this.")
    operator.is_offered("Mail")
    operator.accepts()
    operator.unlocks()
    expect(operator.middle).to_contain_text("Nobody else should read this.")
    operator.page.evaluate("document.activeElement.blur()")
    operator.page.keyboard.press("l")
    expect(operator.middle).not_to_contain_text("Nobody else should read this.")
    expect(operator.page.get_by_placeholder("Passphrase")).to_be_visible()
    operator.page.get_by_placeholder("Passphrase").fill("not these words at all")
    operator.page.get_by_role("button", name="Unlock").click()
    expect(operator.middle).to_contain_text("That is not your passphrase.")


def test_what_a_caller_writes_stays_text(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    operator.signs_on()
    hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script><b>bold</b>"
    line.mails(hostile, subject="<b>subject</b>")
    operator.is_offered("Mail")
    operator.accepts()
    operator.unlocks()
    expect(operator.middle.locator(".words").first).to_have_text(hostile)
    assert operator.middle.locator("img, b, script").count() == 0
    assert "taken" not in operator.page.title()
    assert all(url.startswith(operator.base) for url in operator.page.asked if not url.startswith("data:"))  # type: ignore[attr-defined]


def test_nothing_jumps_under_the_pointer(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    line.mails("The first.")
    line.mails("The second.")
    expect(operator.waiting).to_have_count(2)
    row = operator.waiting.nth(1)
    row.hover()
    before, name = row.bounding_box(), row.get_attribute("data-row")
    first = operator.waiting.nth(0).get_attribute("data-row")
    colleague = desk().opens()
    colleague.page.locator(f"[data-row='{first}'] button").click()
    expect(operator.page.locator(f"#waiting [data-row='{first}']")).to_have_class(re.compile("gone"))
    line.mails("The third.")
    expect(operator.waiting).to_have_count(3)
    assert operator.page.locator(f"[data-row='{name}']").bounding_box() == before
    operator.page.mouse.move(640, 700)
    expect(operator.waiting).to_have_count(2)


def test_a_raised_hand_shows_on_the_supervisors_board(line: Line, desk: Callable[..., Desk]) -> None:
    supervisor = desk(role="supervisor").opens("/board")
    operator = desk().opens()
    operator.page.get_by_role("button", name="Raise my hand").click()
    expect(supervisor.page.locator("#figures")).to_contain_text("has raised a hand")
    supervisor.page.get_by_role("button", name="I am going there").click()
    expect(operator.page.get_by_role("button", name="Raise my hand")).to_be_visible()


@pytest.mark.parametrize("look", [{"width": 320}, {"width": 390, "locale": "fa-IR"}, {"width": 1280, "dark": True}])
def test_every_page_fits_and_every_control_has_a_name(
    line: Line, desk: Callable[..., Desk], look: dict[str, object]
) -> None:
    supervisor = desk(role="supervisor", **look)
    line.inside("sign_on", usernames=[supervisor.username])
    for path in ["/console", "/shifts", "/prompts", "/health", "/board", "/blocks", "/openings", "/retention"]:
        page = supervisor.opens(path).page
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        assert page.evaluate(NAMELESS) == []
        assert page.locator("html").get_attribute("dir") == ("rtl" if "locale" in look else "ltr")
        assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("look", [{"width": 320}, {"width": 390, "locale": "fa-IR"}, {"width": 1024}])
def test_the_other_pages_lie_behind_one_word_and_escape_declines_nothing(
    line: Line, desk: Callable[..., Desk], look: dict[str, object]
) -> None:
    supervisor = desk(role="supervisor", **look).opens("/retention")
    menu = supervisor.page.locator("[data-menu]")
    menu.locator("summary").press("Enter")
    for link in menu.get_by_role("link").all():
        expect(link).to_be_in_viewport(ratio=1)
    expect(menu.locator("[aria-current]")).to_have_attribute("href", "/retention")
    supervisor.page.keyboard.press("Escape")
    expect(menu.get_by_role("link").first).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    supervisor.page.mouse.click(5, 600)
    expect(menu.get_by_role("link").first).to_be_hidden()


NAMELESS = """[...document.querySelectorAll('button, a[href], input, select, textarea, meter, progress')]
  .filter((one) => one.type !== 'hidden' && one.checkVisibility())
  .filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length || one.title))
  .map((one) => one.outerHTML)"""


def test_on_a_narrow_screen_the_zones_are_tabs(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk(width=390, height=780).opens()
    expect(operator.page.locator("#zone-waiting")).to_be_visible()
    expect(operator.page.locator("#zone-hand")).to_be_hidden()
    operator.page.get_by_role("tab", name="Beside").click()
    expect(operator.page.locator("#zone-beside")).to_be_visible()
    operator.signs_on()
    line.mails("From a small screen.")
    operator.is_offered("Mail")
    operator.page.get_by_role("button", name="Accept").click()
    expect(operator.page.locator("#zone-hand")).to_be_visible()


def test_a_key_meant_for_something_else_takes_no_call(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    operator.page.evaluate(PRESS_AT_ONCE)
    operator.signs_on()
    line.mails("Just now.")
    operator.is_offered("Mail")
    assert operator.page.evaluate("window.pressed")
    expect(operator.band.locator("[data-offer][data-ready]")).to_be_visible()
    operator.accepts()


PRESS_AT_ONCE = """document.getElementById("now").addEventListener("harkline:fresh", () => {
  if (!document.querySelector("[data-offer]") || window.pressed) return;
  window.pressed = true;
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
})"""


def test_the_keys_are_listed(desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    operator.page.keyboard.press("?")
    expect(operator.page.get_by_role("dialog")).to_contain_text("Accept what is offered")
    operator.page.keyboard.press("Escape")
    expect(operator.page.get_by_role("dialog")).to_be_hidden()


def test_a_revoked_session_leaves_the_console(line: Line, desk: Callable[..., Desk]) -> None:
    operator = desk().opens()
    operator.page.context.clear_cookies()
    operator.page.get_by_role("button", name="Sign on").click()
    # The page may be led there twice, by the button's answer and by the stream's: only where it ends matters.
    expect(operator.page).to_have_url(re.compile("/account/sign-in"), timeout=20_000)


def test_a_caller_and_an_operator_write_to_each_other_live(
    line: Line, desk: Callable[..., Desk], browse: Callable[..., Page]
) -> None:
    operator, caller = desk().opens(), browse()
    caller.goto(f"{operator.base}/write")
    caller.get_by_label("Your message", exact=True).fill("Is somebody there?")
    caller.get_by_role("button", name="Send").click()
    expect(caller.get_by_role("heading", name="It has arrived")).to_be_visible()
    code = "".join(caller.locator("[data-group]").all_inner_texts())
    line.inside("clear_desk")
    operator.signs_on()
    other = browse()
    other.goto(f"{operator.base}/code")
    other.get_by_label("Your code").fill(code)
    other.get_by_role("button", name="Open").click()
    other.get_by_role("button", name="Talk now").click()
    operator.is_offered("Web")
    operator.accepts()
    expect(operator.band).to_contain_text("is writing with you")
    expect(other.get_by_text("You are now with someone.")).to_be_visible()
    operator.page.locator("#reply-text").fill("I am here. Are you safe?")
    operator.page.get_by_role("button", name="Send").click()
    expect(other.locator(".said").last).to_contain_text("I am here. Are you safe?")
    operator.unlocks()
    other.get_by_label("Your message", exact=True).fill("Yes, for an hour.")
    other.get_by_role("button", name="Send").click()
    expect(operator.middle.locator(".entry:not(.ours) .words").last).to_have_text("Yes, for an hour.")
    operator.page.get_by_role("button", name="End the chat").click()
    expect(other.get_by_text("The conversation has ended.")).to_be_visible()
    expect(operator.band).to_contain_text("To wrap up")
    assert b"Are you safe" not in operator.sent
