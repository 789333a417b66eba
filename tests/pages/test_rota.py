"""A supervisor's week in a real browser, by keyboard: need, draft, solver, edit, publish, swap, an absence repaired."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, expect
from tests.harness import Line, until
from tests.pages.desk import Desk, readers, sit_down

from harkline.rota.plan import run as engine

pytestmark = pytest.mark.page
NAMES = [
    "Ash Weller",
    "Birch Amadi",
    "Cedar Lind",
    "Elm Okafor",
    "Fern Castro",
    "Hazel Brandt",
    "Juniper Rao",
    "Maple Dunn",
]
MONDAY = date.today() + timedelta(days=14 - date.today().weekday())
SEEN = os.environ.get("HARKLINE_SCREENSHOTS")  # a folder; pictures are looked at, not kept


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("rota")) as line:
        line.init(languages="en,fa")
        readers(line, *NAMES[:5], languages=["en"])
        readers(line, *NAMES[5:], languages=["en", "fa"])
        readers(line, "Rowan Boss", languages=["en"], role="supervisor")
        line.serve()
        yield line


@pytest.fixture(scope="module")
def boss(line: Line, module_browser: Callable[..., Page]) -> Desk:
    return sit_down(line, module_browser(width=1280, height=900), "rowan.boss")


def picture(page: Page, name: str) -> None:
    if SEEN:
        page.screenshot(path=str(Path(SEEN) / f"{name}.png"), full_page=True)


def reaches(page: Page, what: Locator) -> None:
    """Tab until something has the focus: nothing is used that keys cannot reach."""
    expect(what).to_be_visible()
    for _turn in range(120):
        if what.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key reaches {what}")


def presses(page: Page, name: str | re.Pattern[str], times: int = 1, within: Locator | None = None) -> None:
    button = (within or page).get_by_role("button", name=name).first
    reaches(page, button)
    for _turn in range(times):
        page.keyboard.press("Enter")


def cell(page: Page, name: str, day: date) -> Locator:
    row = page.locator("table.grid tbody tr").filter(has_text=name)
    return row.locator(f'.cell[data-day="{day.isoformat()}"]')


def test_a_supervisors_week_by_keyboard(line: Line, boss: Desk, module_browser: Callable[..., Page]) -> None:
    page = boss.page
    # Which shifts there are, and how many have to be there.
    boss.opens("/rota/patterns")
    presses(page, "Three shifts of eight hours")
    expect(page.locator("main")).to_contain_text("22:00–06:00")
    boss.opens("/rota/need")
    reaches(page, page.get_by_label("From", exact=True))
    page.get_by_label("From", exact=True).fill("14:00")  # how a time is typed differs from browser to browser
    reaches(page, page.get_by_label("Until", exact=True))
    page.get_by_label("Until", exact=True).fill("22:00")
    reaches(page, page.get_by_label("How many"))
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator('[name="n-0-28"]')).to_have_value("3")
    picture(page, "need")

    # A draft for a week.
    boss.opens("/rotas")
    reaches(page, page.get_by_label("First day"))
    page.get_by_label("First day").fill(MONDAY.isoformat())
    page.get_by_label("Weeks").select_option("1")
    presses(page, "Make a draft")
    expect(page.locator("table.grid")).to_be_visible()
    holes = page.locator("#holes-title .count")
    before = int(holes.inner_text())
    assert before > 0

    # Edited by keys: a letter puts a shift, what breaks is named, U undoes.
    first = cell(page, "Ash Weller", MONDAY)
    reaches(page, page.locator('.grid .cell[tabindex="0"]'))
    first.focus()
    page.keyboard.press("l")
    expect(first).to_have_text("L")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("e")
    expect(page.locator("#rota-checks")).to_contain_text("Ash Weller rests only 8 h")
    expect(cell(page, "Ash Weller", MONDAY + timedelta(days=1))).to_have_attribute("aria-invalid", "true")
    picture(page, "edit")
    page.keyboard.press("u")
    expect(page.locator("#rota-checks")).to_contain_text("Every rule is kept")
    expect(first).to_have_class(re.compile("pinned"))

    if engine.available():
        presses(page, "Fill it by the solver")
        expect(page.locator("#solve")).to_contain_text("The solver is done", timeout=90_000)
        expect(first).to_have_text("L")  # pinned
        assert page.locator('.grid .cell[data-code]:not([data-code=""])').count() > 20
    picture(page, "draft")

    # Published, every hole under a name.
    if int(holes.inner_text()) > 1:
        presses(page, re.compile("Accept all"))
    accepts_holes(page)
    presses(page, "Publish", times=1)
    presses(page, "Press again to publish")
    expect(page.locator(".flag.state-published")).to_be_visible()
    picture(page, "published")
    assert line.count("rota_rota", "state='published'") == 1


def accepts_holes(page: Page) -> None:
    """Tick every hole, also where the part of the page is drawn anew meanwhile, for the last word of the solver has just come."""
    open_ = page.locator('[name="hole"]:not(:checked)')

    def ticked() -> bool:
        if open_.count():
            with contextlib.suppress(Error):
                open_.first.check(timeout=1000)
        return open_.count() == 0

    until(ticked)


def publishes(page: Page) -> None:
    """Accept what is missing, and publish: it is, or the page says why not."""
    accepts_holes(page)
    presses(page, "Publish")
    presses(page, "Press again to publish")
    expect(page.locator(".flag.state-published").or_(page.get_by_role("alert")).first).to_be_visible()


def test_a_shift_is_given_away_taken_and_approved(line: Line, boss: Desk, module_browser: Callable[..., Page]) -> None:
    published(line)
    mine = line.rows(
        "SELECT operator_id, day FROM rota_assignment a JOIN rota_rota r ON r.id = a.rota_id WHERE r.state = 'published' ORDER BY day, operator_id LIMIT 1"
    )
    assert mine
    names = dict(line.rows("SELECT id, username FROM people_operator"))
    asker = sit_down(line, module_browser(width=390, height=844), names[mine[0][0]]).opens("/rota")
    summary = asker.page.locator(".mine-shift summary").first
    reaches(asker.page, summary)
    asker.page.keyboard.press("Enter")
    ask = asker.page.locator(".mine-shift form").first
    presses(asker.page, "Ask", within=ask)
    expect(asker.page.locator("#rota-parts")).to_contain_text("to whoever takes it")
    picture(asker.page, "mine-390")
    # Somebody who came after the rota was made works on no day of it, so no rule speaks against them.
    (taker,) = readers(line, "Willow Newman", languages=["en"])
    other = sit_down(line, module_browser(width=1280, height=900), taker).opens("/rota")
    presses(other.page, re.compile("I take it"))
    expect(other.page.locator("#rota-parts")).to_contain_text("accepted, to be approved")
    picture(other.page, "swap")
    boss.opens("/rota")
    presses(boss.page, re.compile("^Approve"))
    until(lambda: line.count("rota_swap", "state='done'") == 1)
    boss.opens("/console")


def published(line: Line) -> None:
    """Where the test is run by itself."""
    if not line.count("rota_rota", "state='published'"):
        pytest.skip("needs the week before it")


def test_an_absence_is_repaired_and_shown_before_it_is_taken(line: Line, boss: Desk) -> None:
    published(line)
    page = boss.opens("/rota").page
    (who, name) = line.rows(
        "SELECT o.id, o.name FROM rota_assignment a JOIN rota_rota r ON r.id = a.rota_id JOIN people_operator o ON o.id = a.operator_id"
        f" WHERE r.state = 'published' AND a.day = '{MONDAY + timedelta(days=2)}' LIMIT 1"
    )[0]
    form = page.locator("#absence form")
    form.get_by_label("Who").select_option(str(who))
    reaches(page, form.get_by_label("First day"))
    form.get_by_label("First day").fill((MONDAY + timedelta(days=2)).isoformat())
    presses(page, "Write it down and repair the rota", within=form)
    if not engine.available():
        expect(page.locator("main")).to_contain_text("The solver is not installed")
        return
    expect(page.locator("#solve")).to_contain_text("The solver is done", timeout=60_000)
    expect(page.locator("#rota-changes")).to_contain_text(name)
    picture(page, "repair")
    publishes(page)
    if page.get_by_role("alert").count():  # the solver's last word came in between and drew the holes anew
        publishes(page)
    expect(page.locator(".flag.state-published")).to_be_visible()
    until(lambda: line.count("rota_rota", "state='replaced'") == 1)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_hand_over_note_is_sealed_here_and_opened_there(
    line: Line, boss: Desk, module_browser: Callable[..., Page]
) -> None:
    writer = sit_down(line, module_browser(width=390, height=844), "ash.weller").opens("/handovers")
    writer.page.get_by_label("A note to whoever comes next").fill("The kettle is descaled.")
    presses(writer.page, "Leave it")
    expect(writer.page.locator("#handovers [data-entry]")).to_have_count(1)
    assert b"kettle" not in writer.sent
    page = boss.opens("/handovers").page
    page.locator("#handovers [data-open]").click()
    boss.unlocks()
    page.locator("#handovers [data-open]").click()
    expect(page.locator("#handovers")).to_contain_text("The kettle is descaled.")
    picture(page, "handover")
    assert "kettle" not in str(line.rows("SELECT sealed FROM rota_handover"))


@pytest.mark.parametrize(
    ("name", "look"),
    [("390", {"width": 390}), ("dark", {"dark": True}), ("rtl", {"locale": "fa"}), ("320", {"width": 320})],
)
def test_every_page_of_the_rota_fits_and_says_no_wrong(
    line: Line, module_browser: Callable[..., Page], name: str, look: dict
) -> None:
    desk = sit_down(line, module_browser(**{"width": 1280, "height": 900, **look}), "rowan.boss")
    [(newest,)] = line.rows("SELECT max(id) FROM rota_rota")
    draft = f"/rotas/{newest}" if newest else "/rotas"
    for path in (
        "/rota",
        "/rotas",
        draft,
        "/rota/need",
        "/rota/people",
        "/rota/people/2",
        "/rota/patterns",
        "/shifts",
        "/handovers",
    ):
        desk.opens(path)
        wide = desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, (path, wide)
        picture(desk.page, f"{name}{path.replace('/', '-')}")
    assert desk.page.complaints == []  # type: ignore[attr-defined]
