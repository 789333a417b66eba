"""A caller is called back: refused at the wrong hour, made at the right one, in a real browser and over real SIP."""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.harness import HOST, NUMBER, ROOT, Line, until
from tests.pages.desk import Desk, readers, sit_down
from tests.pages.telephone import EAR, LOUDEST, OPERATOR_SAYS, Caller

from harkline.routing import callback

pytestmark = pytest.mark.page
CALLER, CALLER_SAYS = "+441632960111", 1000
KABUL = "Asia/Kabul"
AWAY = timedelta(hours=3)  # until the caller's safe hours begin


class Hours:
    """A server whose clock can be wound on."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.write_text("0")

    def pass_(self, by: timedelta) -> None:
        self.file.write_text(str(by.total_seconds()))


@pytest.fixture
def hours(tmp_path: Path) -> Hours:
    return Hours(tmp_path / "hand")


@pytest.fixture
def caller() -> Iterator[Caller]:
    one = Caller(None)
    yield one
    one.leaves()


@pytest.fixture
def line(tmp_path: Path, hours: Hours, caller: Caller) -> Iterator[Line]:
    """A line whose trunk leads to the caller's telephone."""
    with Line(tmp_path) as line:
        trunk = f'[[trunk]]\nname = "out"\nserver = "{HOST}:{caller.phone.port}"\nnumbers = ["{NUMBER}"]\n'
        line.init(languages="en", settings=trunk)
        line.serve(wrap=(sys.executable, str(ROOT / "tests" / "wound.py"), str(hours.file)))
        yield line


@pytest.fixture
def desk(line: Line, voiced: Browser) -> Iterator[Callable[..., Desk]]:
    contexts: list[BrowserContext] = []

    def sit(name: str, role: str = "operator", **more: Any) -> Desk:
        context = voiced.new_context(viewport={"width": 1440, "height": 1000}, **more)
        contexts.append(context)
        context.add_init_script(EAR)
        page = context.new_page()
        page.set_default_timeout(30_000)
        (username,) = readers(line, name, role=role)
        return sit_down(line, page, username).opens()

    yield sit
    for context in contexts:
        context.close()


def reads(line: Line, operator: Desk) -> None:
    """Somebody wrote; the operator took it and has unlocked."""
    line.writes("Please call me, I cannot call you.")
    operator.signs_on()
    operator.is_offered("Web")
    operator.accepts()
    operator.unlocks()


def records_terms(operator: Desk, at: datetime) -> None:
    """What the caller said: two hours from then, by the clock in Kabul, and everything that is to be said."""
    here = at.astimezone(callback.zone(KABUL))
    form = operator.page.locator("[data-terms-form]")
    operator.page.locator("[data-terms] > summary").click()
    form.get_by_label("The caller", exact=True).check()
    form.get_by_label("Number (sealed)").fill(CALLER)
    form.get_by_label("The caller's clock").select_option(KABUL)
    for day in form.locator("[name=day1]").all():
        day.check()
    form.locator("[name=opens1]").fill(f"{here:%H:%M}")
    form.locator("[name=closes1]").fill(f"{here + timedelta(hours=2):%H:%M}")
    form.get_by_label("Name to ask for (sealed)").fill("Sam")
    form.get_by_label("What to say to a stranger (sealed)").fill("the florist, about an order")
    form.get_by_role("button", name="Record the terms").click()
    expect(form).to_contain_text("The terms are recorded.")


def hears(page: Page, hertz: float) -> None:
    until(lambda: abs(page.evaluate(LOUDEST) - hertz) < 15, 30, 0.05)


def test_refused_at_the_wrong_hour_and_made_at_the_right_one(
    line: Line, caller: Caller, desk: Callable[..., Desk], hours: Hours, screenshots: Path
) -> None:
    operator = desk("Robin")
    page = operator.page
    reads(line, operator)
    records_terms(operator, datetime.now(UTC) + AWAY)
    card = page.locator(".callback-card")
    expect(card).to_contain_text("Outside the caller's safe hours.")
    expect(card).to_contain_text("by the caller's clock")
    expect(card).to_contain_text("the florist, about an order")

    # The wrong hour: the server says so, whatever the page offers.
    card.get_by_role("button", name="Call back now").click()
    expect(card.locator("[data-call-wrong]")).to_contain_text("Outside the caller's safe hours.")
    page.screenshot(path=screenshots / "callback-refused.png")
    operator.wraps_up("Counselling", "Call back agreed")
    listed = page.locator("#callbacks")
    expect(listed).to_contain_text("Later")
    assert not caller.phone.rings.is_set()

    # The hour comes, and the list says so by itself.
    hours.pass_(AWAY + timedelta(minutes=10))
    expect(listed).to_contain_text("Due now", timeout=60_000)
    expect(page.locator("#count-waiting")).to_have_text("1")  # the tab of a narrow screen, behind which the list lies
    listed.locator("[data-row] .take").click()
    expect(card).to_contain_text("You may call.")
    if page.locator("[data-unlock]").is_visible():
        operator.unlocks()
    expect(card).to_contain_text("Sam")
    card.get_by_role("button", name="Call back now").click()
    expect(page.locator("#call-state")).to_have_text("connected", timeout=30_000)
    caller.hears(OPERATOR_SAYS, 30)
    caller.says(CALLER_SAYS, 6)
    hears(page, CALLER_SAYS)
    assert "anonymous@anonymous.invalid" in str(caller.phone.call.invite.get_header("From"))
    page.screenshot(path=screenshots / "callback-talking.png")

    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("1")
    expect(page.locator(".outcomes")).to_have_count(0)
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("button", name="Press again to end").click()
    caller.is_hung_up()
    expect(operator.band).to_contain_text("To wrap up", timeout=30_000)
    operator.wraps_up("Counselling")
    expect(listed).to_contain_text("Callers who ask to be called back will appear here")
    assert line.rows("SELECT outcome FROM routing_callbacktry") == [("reached",)]

    # The number is in no row, no file and no log of the line; neither is the cover story.
    for path in [line.log, *line.data.rglob("*")]:
        if path.is_file():
            held = path.read_bytes()
            assert CALLER[1:].encode() not in held, path.name
            assert b"florist" not in held, path.name


def test_two_people_call_outside_the_hours_once(
    line: Line, caller: Caller, desk: Callable[..., Desk], screenshots: Path
) -> None:
    first, second = desk("Alex", "supervisor"), desk("Kim", "supervisor")
    reads(line, first)
    records_terms(first, datetime.now(UTC) + AWAY)
    card = first.page.locator(".callback-card")
    card.get_by_text("Call outside the caller's terms").click()
    card.get_by_label("Why").select_option("danger")
    card.get_by_label("Reason (sealed)").fill("Their neighbour hears them no more.")
    card.get_by_role("button", name="Ask a second person").click()
    expect(card).to_contain_text("Waiting for a second person")
    asked = second.page.locator("#callbacks .override")
    expect(asked).to_contain_text("Alex asks to call")
    second.page.screenshot(path=screenshots / "callback-second-person.png")
    asked.get_by_role("button", name="Confirm").click()
    asked.get_by_role("button", name="Press again to confirm").click()
    expect(card).to_contain_text("Kim has confirmed", timeout=30_000)
    card.get_by_role("button", name="Call once").click()
    card.get_by_role("button", name=re.compile("Press again")).click()
    expect(first.page.locator("#call-state")).to_have_text("connected", timeout=30_000)
    first.page.get_by_role("button", name="Wrong number").click()
    caller.is_hung_up()
    expect(card).to_contain_text("The caller gave no number, or it was wrong.", timeout=30_000)
    words = line.rows("SELECT reason FROM audit_record WHERE act = 'overrode' ORDER BY sequence")
    assert words == [("asked_danger",), ("confirmed_danger",), ("dialled_danger",)]
