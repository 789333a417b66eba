"""A card is printed, a station opened, somebody called: the whole exchange over the air, in real browsers, read off the paper as people do."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect
from tests.harness import Line
from tests.pages.desk import WORDS, Desk, readers, sit_down

pytestmark = pytest.mark.page
LONG = 30_000  # milliseconds
STATION = "X0LINE 145.500 MHz"
SHEET = re.compile(r"/radio/cards/\d+/sheet$")
# As somebody says them who learned them by ear.
SAID = dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        [
            "alpha",
            "bravo",
            "charlie",
            "delta",
            "echo",
            "foxtrot",
            "golf",
            "hotel",
            "juliet",
            "kilo",
            "lima",
            "mike",
            "november",
            "papa",
            "romeo",
            "sierra",
            "tango",
            "uniform",
            "victor",
            "whiskey",
            "x-ray",
            "yankee",
            "zulu",
        ],
        strict=True,
    )
)


@dataclass
class Paper:
    """What was on the printed card, and what was told beside it."""

    name: str
    rows: dict[int, list[str]]
    free: int
    forced: int

    def answer(self, line: int, column: str, *, forced: bool = False) -> str:
        return self.rows[line][("ABCDEF".index(column) + (self.forced if forced else self.free)) % 6]

    def countersign(self, line: int) -> str:
        return self.rows[line][6]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("radio")) as line:
        line.init(languages="en,fa")
        line.serve(env={"HARKLINE_DEMO": "1"})
        yield line


@pytest.fixture(scope="module")
def robin(line: Line, module_browser: Callable[..., Page]) -> Desk:
    """Who sits at the radio."""
    (username,) = readers(line, "Robin")
    return sit_down(line, module_browser(width=1280, height=1000), username)


@pytest.fixture(scope="module")
def paper(line: Line, robin: Desk, module_browser: Callable[..., Page], screenshots: Path) -> Paper:
    """An administrator opens a station with its hours, issues a card and prints it."""
    (username,) = readers(line, "Chief", role="administrator")
    chief = sit_down(line, module_browser(width=1280, height=1000), username).opens("/radio")
    page = chief.page
    page.get_by_label("Call sign", exact=True).fill("x0line")
    page.get_by_label("Frequency", exact=True).fill("145.5")
    page.get_by_role("button", name="Add", exact=True).last.click()
    expect(page.locator("#stations + ul")).to_contain_text(STATION)
    page.get_by_text("Add hours").click()
    for day in page.locator("[name=weekday]").all():
        day.check()
    page.get_by_label("From", exact=True).fill("00:00")
    page.get_by_label("Until", exact=True).fill("00:00")  # all day
    page.get_by_role("group", name="At the radio").get_by_label("Robin").check()
    page.get_by_role("button", name="Add", exact=True).first.click()
    expect(page.locator("#soon ~ p").first).to_contain_text("on the air")
    expect(page.locator("#soon ~ p").first).to_contain_text("At the radio: Robin")
    page.get_by_role("link", name="Contact cards").click()
    page.wait_for_url("**/radio/cards")
    page.get_by_label("Label", exact=True).fill("north")
    page.get_by_role("button", name="Issue").click()
    page.wait_for_url(SHEET)
    page.locator("#show-card").click()
    # Who asks is asked for their passphrase, and then presses again.
    page.wait_for_url("**/account/again**")
    page.get_by_label("Passphrase", exact=True).fill(WORDS)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(SHEET)
    page.locator("#show-card").click()
    expect(page.locator(".contact-card tbody tr")).to_have_count(25)
    table = page.locator(".contact-card tbody tr").all_inner_texts()
    rows = {int(row.split()[0]): row.split()[1:] for row in table}
    told = page.locator(".offsets strong").all_inner_texts()
    free, forced = (int(re.search(r"\d+", one)[0]) for one in told)  # type: ignore[index]
    page.screenshot(path=screenshots / "radio-sheet.png", full_page=True)
    assert barriers(page) == []
    page.emulate_media(media="print")
    expect(page.locator(".contact-card")).to_be_visible()
    for hidden in (".desk > header", ".offsets", "#print-card"):
        expect(page.locator(hidden)).to_be_hidden()
    page.screenshot(path=screenshots / "radio-sheet-print.png", full_page=True)
    page.emulate_media(media="screen")
    page.reload()
    expect(page.locator("main")).to_contain_text("was shown this card on")
    name = str(page.locator("h1").inner_text().split()[-1])
    page.goto(f"{chief.base}/radio/cards")
    expect(page.locator("#issued + table")).to_contain_text(name)
    page.screenshot(path=screenshots / "radio-cards.png", full_page=True)
    assert barriers(page) == []
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=screenshots / "radio-cards-small.png", full_page=True)
    assert chief.page.complaints == []  # type: ignore[attr-defined]
    return Paper(name, rows, free, forced)


def barriers(page: Page, within: str = "body") -> list[str]:
    """What axe-core finds that keeps somebody out, beside what the test of all pages looks at."""
    page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(
        "async within => (await axe.run(within, {runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa']})).violations"
        ".filter(one => ['serious', 'critical'].includes(one.impact)).map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`)",
        within,
    )
    return found


def logs(robin: Desk) -> None:
    robin.opens("/radio").page.locator("#log").click()
    robin.page.wait_for_url("**/contacts/*")
    expect(robin.page.locator("html[data-ready]")).to_be_attached()
    expect(robin.page.locator("#card-check form")).to_be_visible()


def draws(robin: Desk, paper: Paper, line: int) -> str:
    """Name the card and the line; the column that is to be asked for."""
    check = robin.page.locator("#card-check")
    check.get_by_label("Card", exact=True).fill(paper.name.lower())
    check.get_by_label("Line", exact=True).fill(str(line))
    robin.page.keyboard.press("Enter")
    drawn = check.locator(".column-drawn strong")
    expect(drawn).to_be_visible()
    return drawn.inner_text()


def ends(robin: Desk) -> None:
    robin.page.get_by_role("button", name="Off the air").click()
    expect(robin.middle).to_contain_text("The caller has gone: wrap up", timeout=LONG)
    robin.wraps_up()


def test_somebody_is_recognised_and_recognises_the_line(line: Line, robin: Desk, paper: Paper) -> None:
    logs(robin)
    column = draws(robin, paper, 7)
    page, check = robin.page, robin.page.locator("#card-check")
    expect(page.locator("#card-answer")).to_be_focused()
    # Typed in words; a slip first.
    right = paper.answer(7, column)
    slip = ("B" if right[0] != "B" else "C") + right[1:]
    page.keyboard.type(" ".join(SAID[one] for one in slip))
    expect(page.locator("#card-heard")).to_contain_text("·")
    page.keyboard.press("Enter")
    expect(check.locator(".garbled")).to_contain_text("it does not count")
    expect(page.locator("#card-answer")).to_be_focused()
    page.keyboard.type(" ".join(SAID[one] for one in right))
    page.keyboard.press("Enter")
    expect(check.locator(".verdict.right")).to_be_visible()
    expect(check.locator(".countersign")).to_have_text(paper.countersign(7))
    expect(check).to_contain_text("north")
    # Nothing of it is a message, and nothing can be sent back in writing or agreed in code.
    expect(robin.middle.locator("[data-reply], [data-phrase]")).to_have_count(0)
    ends(robin)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_duress_looks_right_and_only_the_usual_mark_tells(line: Line, robin: Desk, paper: Paper) -> None:
    logs(robin)
    page, check = robin.page, robin.page.locator("#card-check")
    check.get_by_label("Card", exact=True).fill(paper.name)
    check.get_by_label("Line", exact=True).fill("7")
    page.keyboard.press("Enter")
    expect(check.get_by_role("alert")).to_contain_text("A line works once")
    column = draws(robin, paper, 8)
    for letter in paper.answer(8, column, forced=True):
        check.locator(f"[data-letter={letter}]").click()
    expect(page.locator("#card-answer")).to_have_value(paper.answer(8, column, forced=True))
    check.get_by_role("button", name="Check", exact=True).click()
    expect(check.locator(".verdict.right .countersign")).to_have_text(paper.countersign(8))
    assert not re.search("forc|duress", check.inner_html(), re.IGNORECASE)
    # Elsewhere on the screen: the same flag and cover as for any caller who gives a sign.
    expect(robin.middle.locator("header .flag.danger")).to_be_visible(timeout=LONG)
    expect(robin.middle.locator(".cover")).to_be_visible()
    ends(robin)


def test_a_wrong_answer_uses_the_line_up(line: Line, robin: Desk, paper: Paper) -> None:
    logs(robin)
    column = draws(robin, paper, 9)
    check = robin.page.locator("#card-check")
    neither = next(
        one for one in paper.rows[9][:6] if one not in (paper.answer(9, column), paper.answer(9, column, forced=True))
    )
    expect(robin.page.locator("#card-answer")).to_be_focused()
    robin.page.keyboard.type(neither)
    robin.page.keyboard.press("Enter")
    expect(check.locator(".wrong-answer")).to_contain_text("Read no countersign")
    assert paper.countersign(9) not in check.inner_text()
    # The card's name stands there already; the next line is asked for.
    expect(check.get_by_label("Card", exact=True)).to_have_value(paper.name)
    ends(robin)


def test_the_page_holds_on_a_small_screen_and_from_right_to_left(
    line: Line, robin: Desk, paper: Paper, browse: Callable[..., Page], screenshots: Path
) -> None:
    for name, size, locale, dark in (
        ("desktop", 1280, "en-GB", False),
        ("small", 390, "en-GB", True),
        ("rtl", 1024, "fa-IR", False),
    ):
        page = browse(width=size, height=900, locale=locale, dark=dark)
        desk = sit_down(line, page, robin.username).opens("/radio")
        page.screenshot(path=screenshots / f"radio-{name}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.locator("#log").click()
        page.wait_for_url("**/contacts/*")
        check = page.locator("#card-check")
        expect(check.locator("[name=card]")).to_be_visible()
        check.locator("[name=card]").fill(paper.name)
        check.locator("[name=line]").fill(str({"desktop": 11, "small": 12, "rtl": 13}[name]))
        page.keyboard.press("Enter")
        expect(check.locator(".letter-pad button")).to_have_count(24)
        sizes = check.locator(".letter-pad button").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 44
        page.screenshot(path=screenshots / f"radio-asked-{name}.png", full_page=True)
        assert barriers(page, "#card-check") == [], name
        column = check.locator(".column-drawn strong").inner_text()
        page.locator("#card-answer").fill(paper.answer({"desktop": 11, "small": 12, "rtl": 13}[name], column))
        page.keyboard.press("Enter")
        expect(check.locator(".countersign")).to_be_visible()
        page.screenshot(path=screenshots / f"radio-right-{name}.png", full_page=True)
        assert barriers(page, "#card-check") == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.locator("#now [hx-delete]").first.click()
        expect(desk.middle.locator("header .flag").first).to_be_visible()
