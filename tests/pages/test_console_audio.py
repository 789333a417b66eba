"""The browser's audio parts, measured in the browser itself, and the prompts that are recorded with them."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.harness import Line
from tests.needs import browser_here
from tests.pages.desk import readers, sit_down

pytestmark = pytest.mark.page
MODULE = "/static/console/audio/jitter.js"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("audio")) as line:
        line.init(languages="en")
        line.serve()
        yield line


@pytest.fixture(scope="module")
def page(line: Line, module_browser: Callable[..., Page]) -> Page:
    (username,) = readers(line, "Listener")
    return sit_down(line, module_browser(), username).opens("/health").page


def run(page: Page, body: str, given: object = None) -> object:
    """Run JavaScript in which the module's exports are ``audio``."""
    script = f"async (given) => {{ const audio = await import('{MODULE}'); {body} }}"
    return page.evaluate(script, given)


def test_playing_begins_when_sixty_milliseconds_are_there(page: Page) -> None:
    heard = run(
        page,
        """const jitter = new audio.Jitter();
        const frame = new Int16Array(160).fill(1000);
        jitter.write(frame); jitter.write(frame);
        const early = jitter.next();
        jitter.write(frame);
        return [early, jitter.next() > 0, jitter.underruns];""",
    )
    assert heard == [0, True, 0]


def test_what_piles_up_is_cut_to_eighty_milliseconds_and_the_newest_is_kept(page: Page) -> None:
    depth, dropped, first = run(
        page,
        """const jitter = new audio.Jitter();
        for (let n = 0; n < 11; n += 1) jitter.write(new Int16Array(160).fill(n * 1000));
        return [jitter.depth, jitter.dropped, Math.round(jitter.next() * 32768)];""",
    )
    assert (depth, dropped) == (640, 1120)
    assert first == 7000


def test_silence_on_the_wire_is_one_under_run_and_primes_anew(page: Page) -> None:
    counted = run(
        page,
        """const jitter = new audio.Jitter();
        const frame = new Int16Array(160).fill(1000);
        for (let n = 0; n < 3; n += 1) jitter.write(frame);
        for (let n = 0; n < 4000; n += 1) jitter.next();
        jitter.write(frame);
        const still = jitter.next();
        return [jitter.underruns, still];""",
    )
    assert counted == [1, 0]


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_a_voice_keeps_its_pitch_and_its_loudness_through_any_device(page: Page, rate: int) -> None:
    hertz, level, frames = run(
        page,
        """const down = new audio.Downward(given), framer = new audio.Framer(), got = [];
        for (let n = 0; n < given; n += 1) {
          const one = down.push(0.5 * Math.sin((2 * Math.PI * 1000 * n) / given));
          const frame = one === null ? null : framer.push(one);
          if (frame) got.push(...frame);
        }
        const steady = got.slice(800, 7200);
        let crossings = 0;
        for (let n = 1; n < steady.length; n += 1) crossings += steady[n - 1] < 0 && steady[n] >= 0;
        const level = Math.sqrt(steady.reduce((sum, one) => sum + one * one, 0) / steady.length);
        return [(crossings * 8000) / steady.length, level, got.length / 160];""",
        rate,
    )
    assert abs(hertz - 1000) < 5
    assert abs(level - 32767 * 0.5 / 2**0.5) < 600
    assert 48 <= frames <= 50


def test_what_a_telephone_cannot_carry_does_not_fold_back_into_the_voice(page: Page) -> None:
    level = run(
        page,
        """const down = new audio.Downward(48000), got = [];
        for (let n = 0; n < 48000; n += 1) {
          const one = down.push(0.5 * Math.sin((2 * Math.PI * 7000 * n) / 48000));
          if (one !== null) got.push(one);
        }
        return Math.max(...got.slice(200).map(Math.abs));""",
    )
    assert level < 0.01


@pytest.mark.parametrize("rate", [8000, 44100, 48000])
def test_the_callers_voice_keeps_its_pitch_at_the_loudspeaker(page: Page, rate: int) -> None:
    hertz = run(
        page,
        """const up = new audio.Upward(given);
        let n = 0;
        const tone = { next: () => Math.sin((2 * Math.PI * 500 * n++) / 8000) };
        let crossings = 0, before = 0;
        for (let k = 0; k < given; k += 1) {
          const one = up.next(tone);
          crossings += before < 0 && one >= 0;
          before = one;
        }
        return crossings;""",
        rate,
    )
    assert abs(hertz - 500) <= 2


def test_a_prompt_is_recorded_in_the_browser_heard_and_reviewed(line: Line, chromium: Browser) -> None:
    arguments = ["--headless", "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments.append("--autoplay-policy=no-user-gesture-required")
    browser = chromium.browser_type.launch(executable_path=browser_here(), args=arguments)
    try:
        (username,) = readers(line, "Voice of the line", role="administrator")
        page = sit_down(line, browser.new_page(), username).opens("/prompts?language=en").page
        row = page.locator("[data-prompt=greeting]")
        expect(row).to_contain_text("draft")
        row.get_by_role("button", name="Record").click()
        page.wait_for_timeout(1500)
        row.get_by_role("button", name="Stop").click()
        row.get_by_role("button", name="Use this recording").click()
        expect(row).to_contain_text("awaiting review")
        row.get_by_role("button", name="It is right").click()
        expect(row).to_contain_text("reviewed")
        ((size,),) = line.rows("SELECT length(audio) FROM line_promptrecording WHERE key = 'greeting'")
        assert 8000 < size < 24_000
        row.get_by_role("button", name="Back to the draft").click()
        row.get_by_role("button", name="Press again").click()
        expect(row.locator(".flag")).to_have_text("draft")
        assert line.count("line_promptrecording") == 0
    finally:
        browser.close()
