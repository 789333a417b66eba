"""Everybody can use the pages: axe-core finds nothing serious, each control has a name, and 320 px without script are enough, in every language."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.utils.translation import get_language_info
from playwright.sync_api import Page
from tests.harness import HOST, Line
from tests.pages.desk import readers, sit_down

pytestmark = pytest.mark.page
LANGUAGES = ("en", "fa", "prs", "ps", "ar", "fr", "uk")
RIGHT_TO_LEFT = ("fa", "prs", "ps", "ar")
PUBLIC = (
    "",
    "write",
    "code",
    "notice",
    "genuine",
    "figures",
    "figures/check",
    "figures/receipt",
    "no-such-page",
    "away",
)
CONSOLE = (
    *(
        "console",
        "board",
        "rota",
        "rota/people",
        "queue-figures",
        "forecast",
        "watch",
        "prompts?language=ar",
        "health",
        "line",
    ),
    *("radio", "claims", "account/people", "account/security"),
)
CONTROLS = "link|button|textbox|searchbox|checkbox|radio|combobox|listbox|spinbutton|slider|switch|tab|menuitem|progressbar|meter"
RUN = """async contrast => (await axe.run(document, {resultTypes: ['violations'], elementRef: false,
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], rules: {'color-contrast': {enabled: contrast}}})).violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160)).join(' | ')}`)"""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """One line in all languages that counts in the open and has signed its list, with somebody who has written."""
    with Line(tmp_path_factory.mktemp("line")) as line:
        public = f'[count]\norigin = "line.example/count"\n[web]\npublic_url = "http://{HOST}:{line.web}"'
        line.init(languages=",".join(LANGUAGES), settings=public)
        line.command("notice", "sign", "--yes")
        line.serve()
        line.mails("Somebody is at the door.")
        yield line


@pytest.fixture(scope="module")
def robin(line: Line) -> str:
    (username,) = readers(line, "Robin", role="administrator")
    return username


def serious(page: Page, *, contrast: bool = True) -> list[str]:
    """What axe-core finds on a page, with all that is folded up unfolded. Contrast costs most of the time, and is of the style, not
    of the language."""
    page.evaluate("for (const one of document.querySelectorAll('details:not([data-menu])')) one.open = true")
    page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN, contrast)
    return found


def names(page: Page) -> set[str]:
    """The names of all controls, as a screen reader has them. A control without one is named by its line of the tree."""
    tree = page.locator("body").aria_snapshot()
    found = re.findall(rf'^\s*- \'?(?:{CONTROLS})\b(?: "((?:[^"\\]|\\.)*)")?(.*)$', tree, re.MULTILINE)
    return {name or f"NO NAME {rest}" for name, rest in found}


@dataclass
class Seen:
    """What one look at every public page in every language found: (language, path) → …"""

    faults: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    names: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    roots: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    widths: dict[tuple[str, str], int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def seen(line: Line, module_browser: Callable[..., Page]) -> Seen:
    page, found = module_browser(bypass_csp=True, width=320, height=568), Seen()
    stays(page, line)
    for at in ((language, path) for language in LANGUAGES for path in PUBLIC):
        answer = page.goto(f"http://{HOST}:{line.web}/{at[0]}/{at[1]}")
        assert answer
        assert answer.status == (404 if at[1] == "no-such-page" else 200), at
        found.faults[at], found.names[at] = serious(page, contrast=at[0] in ("en", "ar")), names(page)
        found.roots[at] = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
        found.widths[at] = page.evaluate("document.documentElement.scrollWidth")
    return found


def stays(page: Page, line: Line) -> None:
    """The harmless page goes on to the outside: here, nothing is there."""
    page.context.route(
        lambda url: not url.startswith(f"http://{HOST}:{line.web}"), lambda route: route.fulfill(status=204)
    )


def test_no_public_page_has_a_serious_fault_in_any_language(seen: Seen) -> None:
    assert {at: found for at, found in seen.faults.items() if found} == {}
    for (language, _path), root in seen.roots.items():
        assert list(root) == [language, "rtl" if language in RIGHT_TO_LEFT else "ltr"]


def test_a_screen_reader_has_a_name_for_every_control_in_the_language_of_the_page(seen: Seen) -> None:
    for path in PUBLIC:
        by_language = {language: seen.names[language, path] for language in LANGUAGES}
        # What has no words of the page's language: the line's name, its addresses, the languages' own names.
        same = set.intersection(*by_language.values()) | {
            str(get_language_info(one)["name_local"]) for one in LANGUAGES
        }
        assert by_language["en"] - same or path == "away", path
        for language, found in by_language.items():
            assert not [one for one in found if one.startswith("NO NAME")], (path, language)
            assert language == "en" or not (found & by_language["en"]) - same, (path, language)


def test_320_pixels_are_enough_in_every_language(seen: Seen) -> None:
    assert [at for at, width in seen.widths.items() if width > 320] == []


def test_no_page_needs_script(line: Line, module_browser: Callable[..., Page]) -> None:
    page = module_browser(script=False, width=320, height=568)
    stays(page, line)
    for at in ((language, path) for language in ("en", "ps") for path in PUBLIC):
        page.goto(f"http://{HOST}:{line.web}/{at[0]}/{at[1]}")
        for folded in page.locator("details > summary").all():
            folded.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, at
        assert page.locator("main h1").is_visible(), at
        assert page.locator(".needs-script:visible").count() == 0, at


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_neither_have_the_pages_after_sending_and_behind_the_code(
    line: Line, module_browser: Callable[..., Page], script: bool
) -> None:
    page, faults = module_browser(bypass_csp=True, width=320, height=568), {}
    stays(page, line)
    if not script:
        # axe-core is a script itself: the browser runs it, and gets none of ours.
        page.context.route("**/*.js", lambda route: route.abort())
    for language in LANGUAGES if script else ("en", "prs"):
        page.goto(f"http://{HOST}:{line.web}/{language}/write")
        page.locator("#text").fill("…")
        page.locator("form[enctype] button[type=submit]").click()
        groups = page.locator("[data-group]")
        groups.first.wait_for()
        code = "".join(groups.all_inner_texts())
        faults[language, "sent"] = looked_at(page, language)
        page.locator("form[action$='/write/kept'] button").click()
        page.locator("input[name^=group]").first.wait_for()
        faults[language, "kept"] = looked_at(page, language)
        page.goto(f"http://{HOST}:{line.web}/{language}/code")
        page.locator("#typed").fill(code)
        page.locator("form#code button").click()
        page.locator("li.said").wait_for()
        faults[language, "thread"] = looked_at(page, language)
    assert {at: found for at, found in faults.items() if found} == {}


def looked_at(page: Page, language: str) -> list[str]:
    """What axe-core finds, controls without a name, and a page that is too wide."""
    found = serious(page, contrast=language in ("en", "ar"))
    found += [one for one in names(page) if one.startswith("NO NAME")]
    width = page.evaluate("document.documentElement.scrollWidth")
    return [*found, *([f"{width} px wide"] if width > 320 else [])]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_page_of_the_console_has_a_serious_fault(
    line: Line, robin: str, module_browser: Callable[..., Page], language: str
) -> None:
    desk, faults = sit_down(line, module_browser(bypass_csp=True, locale=language), robin), {}
    for path in CONSOLE:
        answer = desk.page.goto(f"{desk.base}/{path}")
        assert answer
        assert answer.status == 200, path
        assert desk.page.locator("html").get_attribute("lang") == language
        faults[path] = serious(desk.page)
    assert {path: found for path, found in faults.items() if found} == {}


def test_somebody_chooses_the_language_of_their_console(
    line: Line, robin: str, module_browser: Callable[..., Page]
) -> None:
    desk = sit_down(line, module_browser(), robin)
    page = desk.page
    page.goto(f"{desk.base}/account/security")
    page.get_by_label("Language of the console").select_option("ps")
    page.locator("form[action$='/language'] button").click()
    root = page.locator("html[lang=ps][dir=rtl]")
    root.wait_for()
    page.goto(f"{desk.base}/health")
    root.wait_for()
    assert "دري" in page.locator("main").inner_text()  # the drafts, named in Pashto
