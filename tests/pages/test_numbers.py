"""Somebody writes again: the console says so, joins nothing by itself, and turns them away only for a time and with a second look."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.harness import Line, until
from tests.pages.desk import readers, sit_down

pytestmark = pytest.mark.page
LONG = 30_000


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with Line(tmp_path) as line:
        line.init(languages="en")
        line.serve()
        yield line


def test_who_writes_again_is_said_to_and_a_supervisor_looks_at_a_block(line: Line, browse: Callable[..., Page]) -> None:
    for text in ("the first time", "the second time"):
        line.mails(text)
        until(lambda: line.count("intake_contact") and line.count("records_casethread") == line.count("intake_contact"))
    (robin,) = readers(line, "Robin")
    (boss,) = readers(line, "Boss", role="supervisor")
    desk = sit_down(line, browse(width=1440), robin).opens()
    desk.waiting.first.get_by_role("button").click()
    side = desk.page.locator("#case")
    expect(side).to_contain_text("Has been in touch before: 1 contact in 30 days.", timeout=LONG)
    same = side.get_by_role("button", name="Same person")
    same.click()
    side.get_by_role("button", name="Press again").click()
    expect(same).to_have_count(0, timeout=LONG)
    expect(side).to_contain_text("Earlier contacts")
    side.get_by_text("Turn this number or address away").click()
    side.locator("form", has_text="For some days only").get_by_label("Why").select_option("threats")
    side.get_by_role("button", name="Turn away").click()
    side.locator("form", has_text="For some days only").get_by_role("button", name="Press again").click()
    until(lambda: line.count("intake_block") == 1)
    second = sit_down(line, browse(width=1440), boss).opens("/blocks")
    expect(second.page.locator("main")).to_contain_text("Threats", timeout=LONG)
    second.page.get_by_role("button", name="It is right").click()
    expect(second.page.locator("main")).to_contain_text("Boss", timeout=LONG)
    assert line.count("intake_block", "reviewer_id is not null") == 1
