"""Handing a caller on, raising a hand and listening in, by keys and buttons in real browsers, with a real call between them."""

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.harness import Line, until
from tests.pages.desk import Desk, readers, sit_down
from tests.pages.telephone import EAR, LOUDEST, OPERATOR_SAYS, Caller

pytestmark = pytest.mark.page
CALLER_SAYS = 1000  # hertz
NIGHT = '\n[[trunk]]\nname = "out"\nserver = "127.0.0.1:9"\nnumbers = ["+442079460123"]\n'
INTERPRETER = '\n[[interpreter]]\nname = "Night interpreters"\nlanguages = ["en"]\nnumber = "+442079460500"\n'
_numbers = count(1)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("transfer")) as line:
        line.init(languages="en", settings=NIGHT + INTERPRETER)
        line.serve()
        yield line


@pytest.fixture
def caller(line: Line) -> Iterator[Caller]:
    one = Caller(line)
    yield one
    one.leaves()


@pytest.fixture
def sit(line: Line, voiced: Browser) -> Iterator[Callable[..., Desk]]:
    """A colleague at a browser with a microphone."""
    contexts: list[BrowserContext] = []

    def sit(path: str = "/console", role: str = "operator", width: int = 1280, **more: Any) -> Desk:
        context = voiced.new_context(viewport={"width": width, "height": 800}, **more)
        contexts.append(context)
        context.add_init_script(EAR)
        page = context.new_page()
        page.set_default_timeout(30_000)
        (username,) = readers(line, f"Colleague {next(_numbers)}", role=role)
        return sit_down(line, page, username).opens(path)

    yield sit
    for context in contexts:
        context.close()
    line.inside("clear_desk")


def on_duty(desk: Desk) -> Desk:
    desk.signs_on()
    return desk


def is_connected(desk: Desk) -> None:
    expect(desk.page.locator("#call-state")).to_have_text("connected", timeout=20_000)


def hears(page: Page, hertz: float) -> None:
    until(lambda: abs(page.evaluate(LOUDEST) - hertz) < 15, 15, 0.05)


def talking(caller: Caller, desk: Desk) -> str:
    caller.rings()
    expect(desk.band.locator("[data-offer]")).to_contain_text("Phone", timeout=30_000)
    contact = desk.accepts()
    is_connected(desk)
    desk.page.evaluate("document.activeElement.blur()")
    return contact


def company(desk: Desk) -> Any:
    return desk.page.locator("#company")


def test_a_caller_is_handed_on_by_keys_and_hears_both_in_between(
    line: Line, caller: Caller, sit: Callable[..., Desk]
) -> None:
    first = on_duty(sit())
    contact = talking(caller, first)
    second = on_duty(sit(width=390))
    first.page.keyboard.press("t")
    expect(company(first).get_by_role("button", name=re.compile("^Transfer to"))).to_be_visible()
    first.page.keyboard.press("1")
    expect(company(first)).to_contain_text("to take over…")
    expect(second.band).to_contain_text("asks you to take over", timeout=20_000)
    second.accepts()
    is_connected(second)
    expect(company(first)).to_contain_text("is in the call and takes over when you leave", timeout=15_000)
    expect(second.band).to_contain_text("It is yours as soon as")
    hears(second.page, OPERATOR_SAYS)  # the first, to whom the caller still belongs
    caller.says(CALLER_SAYS, 8)
    hears(first.page, CALLER_SAYS)
    hears(second.page, CALLER_SAYS)
    first.page.keyboard.press("g")
    expect(first.band).to_contain_text("Ready", timeout=15_000)
    expect(second.band.get_by_role("button", name="End", exact=True)).to_be_visible(timeout=15_000)
    is_connected(second)
    caller.forgets()
    caller.hears(OPERATOR_SAYS)
    second.page.get_by_role("button", name="End", exact=True).click()
    second.page.get_by_role("button", name="Press again to end").click()
    caller.is_hung_up()
    expect(second.band).to_contain_text("To wrap up")
    assert line.rows("SELECT state FROM intake_contact WHERE id = ?", contact.replace("-", "")) == [("wrap_up",)]


def test_a_supervisor_listens_in_once_the_operator_agrees_and_comes_when_a_hand_is_up(
    line: Line, caller: Caller, sit: Callable[..., Desk]
) -> None:
    operator = on_duty(sit())
    talking(caller, operator)
    boss = sit("/board", role="supervisor")
    boss.page.get_by_role("button", name=re.compile("^Listen in to")).click()
    expect(boss.page.locator("#company")).to_contain_text("Nothing is heard before they agree")
    expect(company(operator)).to_contain_text("wants to listen in", timeout=15_000)
    operator.page.keyboard.press("y")
    expect(company(operator)).to_contain_text("listens in.", timeout=15_000)
    expect(boss.band).to_contain_text("Nobody hears you", timeout=15_000)
    is_connected(boss)
    caller.says(CALLER_SAYS, 6)
    hears(boss.page, CALLER_SAYS)
    company(operator).get_by_role("button", name="Go on without them").click()
    expect(boss.band).to_contain_text("Off duty", timeout=15_000)
    # A raised hand rings the board, and is an invitation.
    boss.opens("/board")
    operator.page.evaluate("document.activeElement.blur()")
    operator.page.keyboard.press("u")
    expect(boss.page.locator("#figures .hand")).to_contain_text("has raised a hand", timeout=15_000)
    boss.page.get_by_role("button", name="Come into the call", exact=True).click()
    is_connected(boss)
    expect(company(operator)).to_contain_text("is in the call.", timeout=15_000)
    hears(boss.page, OPERATOR_SAYS)
    # High risk: there is no way back to the queue.
    operator.page.get_by_role("button", name="high", exact=True).click()
    expect(operator.middle.get_by_role("button", name="Give back")).to_have_count(0, timeout=20_000)


def test_an_interpreter_who_cannot_be_rung_is_said_so_and_the_call_goes_on(
    line: Line, caller: Caller, sit: Callable[..., Desk]
) -> None:
    operator = on_duty(sit())
    talking(caller, operator)
    operator.page.keyboard.press("t")
    expect(company(operator)).to_contain_text("No colleague is ready just now")
    operator.page.keyboard.press("i")
    expect(company(operator).locator("[data-companion]")).to_contain_text("is being rung", timeout=15_000)
    expect(company(operator)).to_contain_text(re.compile("could not be rung|did not answer"), timeout=40_000)
    caller.forgets()
    caller.hears(OPERATOR_SAYS)
