"""Calls answered in a browser: a real telephone over SIP at one end, Chromium with a microphone at the other."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.harness import Line, until
from tests.pages.desk import Desk, readers, sit_down
from tests.pages.telephone import EAR, LOUDEST, OPERATOR_SAYS, Caller
from tests.peers import ears

pytestmark = pytest.mark.page
CALLER_SAYS = 1000  # hertz
_numbers = count(1)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("calls")) as line:
        line.init(languages="en", settings="[phone]\nrecord_calls = true")
        line.serve()
        yield line


@pytest.fixture
def caller(line: Line) -> Iterator[Caller]:
    one = Caller(line)
    yield one
    one.leaves()


@pytest.fixture
def desk(line: Line, voiced: Browser) -> Iterator[Callable[[], Desk]]:
    """A colleague on duty, at a browser with a microphone."""
    contexts: list[BrowserContext] = []

    def sit(browser: Browser = voiced, init: str = EAR, **more: Any) -> Desk:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, **more)
        contexts.append(context)
        context.add_init_script(init)
        page = context.new_page()
        page.set_default_timeout(30_000)
        (username,) = readers(line, f"Voice {next(_numbers)}")
        sat = sit_down(line, page, username).opens()
        sat.signs_on()
        return sat

    yield sit
    for context in contexts:
        context.close()
    line.inside("clear_desk")


def talking(caller: Caller, operator: Desk) -> str:
    """The call is offered, accepted with one key, and both are connected; returns the contact's id."""
    caller.rings()
    expect(operator.band.locator("[data-offer]")).to_contain_text("Phone", timeout=30_000)
    contact = operator.accepts()
    expect(operator.page.locator("#call-state")).to_have_text("connected", timeout=15_000)
    return contact


def hears(page: Page, hertz: float, within: float = 10) -> None:
    until(lambda: abs(page.evaluate(LOUDEST) - hertz) < 15, within, 0.05)


def test_a_call_is_answered_in_the_browser_and_both_hear_each_other(
    line: Line, caller: Caller, desk: Callable[..., Desk]
) -> None:
    operator = desk()
    contact = talking(caller, operator)
    caller.forgets()
    caller.hears(OPERATOR_SAYS)
    caller.says(CALLER_SAYS, 6)
    hears(operator.page, CALLER_SAYS)
    until(lambda: operator.page.locator("#level-own").evaluate("(meter) => meter.value") > 0.1)
    operator.page.get_by_role("button", name="End", exact=True).click()
    operator.page.get_by_role("button", name="Press again to end").click()
    caller.is_hung_up()
    expect(operator.band).to_contain_text("To wrap up")
    operator.wraps_up("Counselling")
    expect(operator.band).to_contain_text("Ready")
    assert line.rows("SELECT kind, state FROM intake_contact WHERE id = ?", contact.replace("-", "")) == [
        ("counselling", "closed")
    ]


def test_mute_hold_and_the_keypad(line: Line, caller: Caller, desk: Callable[..., Desk]) -> None:
    operator = desk()
    talking(caller, operator)
    caller.hears(OPERATOR_SAYS)
    keys = operator.page.keyboard
    operator.page.evaluate("document.activeElement.blur()")
    keys.press("m")
    expect(operator.page.locator("#call-state")).to_contain_text("muted")
    assert _silent(caller, OPERATOR_SAYS)
    keys.press("m")
    caller.forgets()
    caller.hears(OPERATOR_SAYS)
    keys.press("h")
    expect(operator.page.locator("#call-state")).to_have_text("on hold")
    assert _silent(caller, OPERATOR_SAYS)
    keys.press("h")
    expect(operator.page.locator("#call-state")).to_have_text("connected")
    caller.forgets()
    caller.hears(OPERATOR_SAYS)
    caller.presses("1")
    expect(operator.page.locator("#pressed kbd")).to_have_text("1")


def test_a_caller_agrees_to_be_recorded_and_hears_the_record(
    line: Line, caller: Caller, desk: Callable[..., Desk]
) -> None:
    operator = desk()
    talking(caller, operator)
    operator.page.get_by_role("button", name="Ask to record").click()
    expect(operator.page.locator("#recording")).to_have_text("the caller is being asked")
    caller.presses("1")
    expect(operator.page.locator("#recording")).to_have_text("recording")
    caller.says(CALLER_SAYS, 3)
    hears(operator.page, CALLER_SAYS)
    time.sleep(2)
    operator.page.get_by_role("button", name="Stop recording").click()
    expect(operator.page.locator("#recording")).to_have_text("recorded and sealed")
    operator.unlocks()
    recording = operator.middle.locator("[data-kind=recording]")
    recording.get_by_role("button", name="Open").click()
    caller.forgets()
    recording.get_by_role("button", name="Let the caller hear it").click()
    caller.hears(CALLER_SAYS)
    caller.hangs_up()
    expect(operator.band).to_contain_text("To wrap up")
    operator.wraps_up("Counselling")


def test_a_caller_who_hangs_up_leaves_the_operator_to_wrap_up(
    line: Line, caller: Caller, desk: Callable[..., Desk]
) -> None:
    operator = desk()
    talking(caller, operator)
    caller.hangs_up()
    expect(operator.band).to_contain_text("To wrap up")
    expect(operator.middle).to_contain_text("The caller has gone: wrap up")
    operator.wraps_up("Hung up", "No action")


def test_a_tab_that_closes_sends_the_caller_to_a_colleague(
    line: Line, caller: Caller, desk: Callable[..., Desk]
) -> None:
    first, second = desk(), desk()
    caller.rings()
    until(lambda: first.band.locator("[data-offer]").count() or second.band.locator("[data-offer]").count(), 30)
    has, other = (first, second) if first.band.locator("[data-offer]").count() else (second, first)
    has.accepts()
    expect(has.page.locator("#call-state")).to_have_text("connected", timeout=15_000)
    has.page.close()
    expect(other.band.locator("[data-offer]")).to_contain_text("lost their operator", timeout=20_000)
    other.accepts()
    expect(other.page.locator("#call-state")).to_have_text("connected", timeout=15_000)
    caller.forgets()
    caller.hears(OPERATOR_SAYS)


def test_a_browser_without_a_microphone_gives_the_call_back(
    line: Line, caller: Caller, desk: Callable[..., Desk], chromium: Browser
) -> None:
    deaf = desk(browser=chromium, init="")
    caller.rings()
    expect(deaf.band.locator("[data-offer]")).to_contain_text("Phone", timeout=30_000)
    deaf.accepts()
    expect(deaf.page.locator("#no-audio")).to_contain_text("gives no microphone")
    colleague = desk()
    deaf.page.get_by_role("button", name="Give the call back").click()
    expect(deaf.band).to_contain_text("Not ready")
    expect(colleague.band.locator("[data-offer]")).to_contain_text("lost their operator", timeout=20_000)
    colleague.accepts()
    caller.hears(OPERATOR_SAYS)


def _silent(caller: Caller, hertz: float) -> bool:
    """Whether for a second none of this tone comes through, after what was on its way."""
    time.sleep(0.6)
    caller.forgets()
    time.sleep(1)
    return not ears.has_tone(bytes(caller.phone.heard), hertz)
