"""People get in, read what callers wrote, and get out, in a real browser against a real server."""

import base64
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect
from tests.harness import Line

from harkline.seal import envelope

pytestmark = pytest.mark.page
ARRIVED = re.compile("/(console|setup)$")  # an administrator is led through set-up first
WORDS = "zebu quartz fjord plinth"
CALLER_SAID = "There is a light on in the mill. ✓"
READ = """async (object) => {
  const { read } = await import("/static/harkline/seal/keyring.js");
  try {
    return new TextDecoder().decode((await read(object)).body);
  } catch (error) {
    return error.name;
  }
}"""


class Desk:
    """One person at one browser. ``sent`` is everything that the browser sent in a body."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.seed, self.paper, self.sent = page, base, "", "", b""
        page.on("request", lambda request: self._keep(request.post_data_buffer))

    def _keep(self, body: bytes | None) -> None:
        self.sent += body or b""

    def goes(self, path: str) -> None:
        self.page.goto(self.base + path)

    def accepts(self, link: str, words: str = WORDS) -> None:
        """Follow a one-time link to the end: passphrase, key, authenticator app, recovery codes."""
        self.page.goto(self.base + "/account/" + link.partition("/account/")[2])
        self.page.get_by_label("Passphrase", exact=True).fill(words)
        self.page.get_by_label("The same once more").fill(words)
        self.page.get_by_role("button", name="Go on").click()
        self.writes_code_down()
        self.page.get_by_role("button", name="Go on").click()
        self.adds_app()
        self.page.wait_for_url(ARRIVED)

    def says_it_again(self) -> None:
        """The passphrase once more, before something delicate."""
        self.page.get_by_label("Passphrase", exact=True).fill(WORDS)
        self.page.get_by_role("button", name="Go on").click()

    def adds_app(self, again: bool = False) -> None:
        """Set up an authenticator app as the second step, and go on to the console."""
        self.page.get_by_role("link", name="Add an authenticator app").click()
        if again:
            self.says_it_again()
        self.seed = self.page.locator("#secret").inner_text()
        self.page.get_by_label("Code").fill(self.code())
        self.page.get_by_role("button", name="Add", exact=True).click()
        expect(self.page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        self.page.get_by_role("link", name="I have written them down").click()

    def writes_code_down(self) -> None:
        """The printed code that the page shows, and the group of it that it asks back."""
        expect(self.page.locator("[data-code]")).to_be_visible()
        self.paper = self.page.locator("[data-code]").inner_text()
        asked = int(self.page.locator("[data-asked]").inner_text())
        self.page.get_by_label("From your paper").fill(self.paper.split()[asked - 1].lower())

    def code(self) -> str:
        return format_hotp_value(hotp_value(self.seed, int(time.time()) // 30))

    def gives_passphrase(self, username: str, words: str = WORDS) -> None:
        self.goes("/account/sign-in")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Passphrase", exact=True).fill(words)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def signs_in(self, username: str) -> None:
        self.gives_passphrase(username)
        self.page.get_by_label("Code").fill(self.code())
        self.page.get_by_role("button", name="Go on").click()
        self.page.wait_for_url(ARRIVED)

    def signs_out(self) -> None:
        self.goes("/account/security")
        self.page.get_by_role("button", name="Sign out", exact=True).first.click()
        self.page.wait_for_url("**/account/sign-in")

    def reads(self, sealed: object) -> str:
        return self.page.evaluate(READ, sealed)

    def keyring(self, call: str, *given: object) -> object:
        """Call a function of the keyring in the page."""
        script = (
            'async ([call, given]) => { const keyring = await import("/static/harkline/seal/keyring.js");'
            " try { return (await keyring[call](...given)) ?? null; } catch (error) { return error.name; } }"
        )
        return self.page.evaluate(script, [call, list(given)])


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("line")) as line:
        line.init(languages="en,fa")
        line.serve()
        yield line


@pytest.fixture
def desk(line: Line, browse: Callable[..., Page]) -> Callable[..., Desk]:
    def sit(**how: object) -> Desk:
        return Desk(browse(**how), f"http://localhost:{line.web}")

    return sit


@pytest.fixture(scope="module")
def administrator(line: Line, module_browser: Callable[..., Page]) -> Desk:
    """The first administrator, who has accepted the link that ``harkline init`` printed."""
    first = Desk(module_browser(), f"http://localhost:{line.web}")
    first.accepts(line.link)
    return first


@pytest.fixture(scope="module")
def sealed(line: Line) -> dict[str, Any]:
    """What a caller wrote without script, as the database holds it."""
    line.writes(CALLER_SAID)
    return stored(line, "ASC")


def stored(line: Line, order: str) -> dict[str, Any]:
    """The first or last message, in the form in which the console hands it to the keyring."""
    ((key,),) = line.rows(
        f"SELECT id FROM intake_sealedobject WHERE purpose = 'message' ORDER BY created_at {order} LIMIT 1"
    )
    chunks = line.rows("SELECT data FROM intake_chunk WHERE object_id = ? ORDER BY position", key)
    wraps = line.rows("SELECT recipient, data FROM intake_wrap WHERE object_id = ?", key)
    return {
        "id": str(UUID(key)),
        "purpose": "message",
        "chunks": [base64.b64encode(data).decode() for (data,) in chunks],
        "wraps": {who: base64.b64encode(wrap).decode() for who, wrap in wraps},
    }


def test_the_first_administrator_follows_the_link_and_reads_what_a_caller_wrote(
    administrator: Desk, sealed: dict[str, Any]
) -> None:
    assert administrator.reads(sealed) == CALLER_SAID
    assert administrator.page.complaints == []  # type: ignore[attr-defined]


def test_the_passphrase_and_the_secret_of_the_link_are_never_sent(administrator: Desk, line: Line) -> None:
    secret = line.link.partition("#")[2]
    assert b"password=" in administrator.sent
    for word in (*WORDS.split(), secret):
        assert word.encode() not in administrator.sent
        assert all(word not in url.partition("#")[0] for url in administrator.page.asked)  # type: ignore[attr-defined]


def test_what_chromium_seals_the_team_opens(administrator: Desk, line: Line) -> None:
    script = """async ([publicKey, size]) => {
      const { seal } = await import("/static/harkline/seal/envelope.js");
      const { fromBase64, toBase64 } = await import("/static/harkline/seal/bytes.js");
      const body = new Uint8Array(size).fill(7);
      const one = await seal({ text: "سلام" }, body, "note", { "team:1": fromBase64(publicKey) });
      return { id: one.id, wrap: toBase64(one.wraps["team:1"]), chunks: one.chunks.map(toBase64) };
    }"""
    private = bytes.fromhex(line.team)
    public = base64.b64encode(envelope.public_of(private)).decode()
    for size in (0, 70_000):
        one = administrator.page.evaluate(script, [public, size])
        chunks = [base64.b64decode(chunk) for chunk in one["chunks"]]
        opened = envelope.open_(base64.b64decode(one["wrap"]), chunks, private, "note", one["id"], "team:1")
        assert (opened.meta, opened.body) == ({"text": "سلام"}, bytes([7]) * size)


def test_content_locks_and_unlocks_with_the_passphrase_alone(administrator: Desk, sealed: dict[str, Any]) -> None:
    administrator.keyring("lock")
    assert administrator.reads(sealed) == "Locked"
    assert administrator.keyring("unlock", "zebu quartz fjord plinths") == "Refused"
    assert administrator.reads(sealed) == "Locked"
    assert administrator.keyring("unlock", WORDS) is None
    assert administrator.reads(sealed) == CALLER_SAID


def test_locking_in_one_tab_locks_the_others(administrator: Desk, sealed: dict[str, Any]) -> None:
    administrator.keyring("unlock", WORDS)
    other = Desk(administrator.page.context.new_page(), administrator.base)
    other.goes("/account/security")
    assert other.reads(sealed) == CALLER_SAID
    heard = """async () => {
      const { onChange } = await import("/static/harkline/seal/keyring.js");
      window.heard = [];
      onChange((state) => window.heard.push(state));
    }"""
    other.page.evaluate(heard)
    administrator.keyring("lock")
    other.page.wait_for_function("window.heard.includes('locked')")
    assert other.reads(sealed) == "Locked"
    other.page.close()


def test_content_locks_after_three_minutes_without_a_touch(administrator: Desk, sealed: dict[str, Any]) -> None:
    administrator.keyring("unlock", WORDS)
    later = """(minutes) => { const now = Date.now; Date.now = () => now() + minutes * 60000; }"""
    administrator.page.evaluate(later, 2.9)
    administrator.keyring("touch")
    administrator.page.evaluate(later, 2.9)
    assert administrator.reads(sealed) == CALLER_SAID
    administrator.page.evaluate(later, 0.2)
    assert administrator.reads(sealed) == "Locked"
    administrator.keyring("touch")
    assert administrator.reads(sealed) == "Locked"
    administrator.page.reload()
    administrator.keyring("unlock", WORDS)


def test_keys_in_the_browser_cannot_be_read_out(administrator: Desk) -> None:
    script = """async () => {
      const { current } = await import("/static/harkline/seal/keyring.js");
      const { own, teams } = await current();
      const tried = [];
      for (const key of [own.private, teams[1].private]) {
        for (const form of ["pkcs8", "jwk", "raw"]) {
          tried.push(await crypto.subtle.exportKey(form, key).then(() => "out", (error) => "kept"));
        }
      }
      return tried;
    }"""
    assert administrator.page.evaluate(script) == ["kept"] * 6


def test_a_colleague_is_added_gets_the_key_and_reads(
    administrator: Desk, desk: Callable[..., Desk], sealed: dict[str, Any], line: Line
) -> None:
    administrator.goes("/account/people")
    administrator.page.get_by_label("Name").fill("Cedar Ahmad")
    administrator.page.get_by_role("button", name="Add and show the sign-in link").click()
    shown = administrator.page.locator("#link")
    expect(shown).to_contain_text(f"http://localhost:{line.web}/account/invitation/")
    link = shown.inner_text()
    cedar = desk()
    cedar.accepts(link)
    assert cedar.reads(sealed) == "Refused"
    administrator.keyring("lock")
    administrator.goes("/account/people")
    give = administrator.page.get_by_role("button", name="Give Cedar Ahmad the key")
    give.click()
    expect(administrator.page.get_by_text("Unlock first")).to_be_visible()
    administrator.page.get_by_label("Your passphrase").fill(WORDS)
    administrator.page.get_by_role("button", name="Unlock").click()
    expect(administrator.page.get_by_label("Your passphrase")).to_be_hidden()
    give.click()
    expect(administrator.page.get_by_text("Waiting for the team’s key")).to_be_hidden()
    assert cedar.reads(sealed) == CALLER_SAID  # without unlocking anew
    # Out and in again: the passphrase at sign-in unlocks without being asked for twice.
    cedar.signs_out()
    assert cedar.keyring("current") is None
    cedar.signs_in("cedar.ahmad")
    assert cedar.reads(sealed) == CALLER_SAID


def test_the_team_key_is_renewed_and_everybody_reads_old_and_new(
    administrator: Desk, desk: Callable[..., Desk], sealed: dict[str, Any], line: Line
) -> None:
    administrator.goes("/account/people")
    administrator.keyring("unlock", WORDS)
    administrator.page.get_by_role("button", name="Renew the team’s key").click()
    expect(administrator.page.get_by_text("Version 2.")).to_be_visible()
    said = "It has gone out again."
    line.writes(said)
    newer = stored(line, "DESC")
    assert set(newer["wraps"]) == {"team:2", "caller"}
    assert administrator.reads(newer) == said
    assert administrator.reads(sealed) == CALLER_SAID


def test_a_wrong_passphrase_is_told_in_words(desk: Callable[..., Desk]) -> None:
    somebody = desk()
    somebody.gives_passphrase("administrator", "not the right words")
    expect(somebody.page.locator(".wrong:visible")).to_have_count(1)
    assert "/account/sign-in" in somebody.page.url


def test_a_session_is_revoked_from_another_browser(line: Line, desk: Callable[..., Desk], administrator: Desk) -> None:
    administrator.goes("/account/people")
    administrator.page.get_by_label("Name").fill("Willow")
    administrator.page.get_by_role("button", name="Add and show the sign-in link").click()
    here, there = desk(), desk()
    here.accepts(administrator.page.locator("#link").inner_text())
    there.seed = here.seed
    there.signs_in("willow")
    there.goes("/account/security")
    expect(there.page.get_by_role("heading", name="Security")).to_be_visible()
    here.goes("/account/security")
    expect(here.page.locator("[data-session]")).to_have_count(2)
    here.page.locator("[data-session]").get_by_role("button", name="Sign out").click()
    expect(here.page.locator("[data-session]")).to_have_count(1)
    there.goes("/account/security")
    assert "/account/sign-in" in there.page.url
    there.page.wait_for_function(
        """async () => (await (await import("/static/harkline/seal/keyring.js")).current()) === null"""
    )


def test_a_passphrase_is_changed_and_the_old_one_opens_nothing(
    desk: Callable[..., Desk], administrator: Desk, sealed: dict[str, Any]
) -> None:
    administrator.goes("/account/passphrase")
    new = "five blue lamps burn low"
    for label, words in (("Present passphrase", WORDS), ("New passphrase", new), ("The same once more", new)):
        administrator.page.get_by_label(label).fill(words)
    administrator.page.get_by_role("button", name="Change").click()
    expect(administrator.page.get_by_text("Your passphrase is changed")).to_be_visible()
    assert administrator.keyring("unlock", WORDS) == "Refused"
    assert administrator.keyring("unlock", new) is None
    assert administrator.reads(sealed) == CALLER_SAID


def test_a_passkey_signs_in_and_the_passphrase_still_opens(
    desk: Callable[..., Desk], administrator: Desk, sealed: dict[str, Any]
) -> None:
    administrator.goes("/account/people")
    administrator.page.get_by_label("Name").fill("Birch")
    administrator.page.get_by_role("button", name="Add and show the sign-in link").click()
    birch = desk()
    tool = birch.page.context.new_cdp_session(birch.page)
    tool.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    birch.accepts(administrator.page.locator("#link").inner_text())
    birch.goes("/account/security/passkeys/add")
    birch.page.get_by_role("button", name="Add a passkey").click()
    expect(birch.page.get_by_text("Passkey:")).to_be_visible()
    birch.signs_out()
    birch.page.get_by_role("button", name="Sign in with a passkey").click()
    birch.page.wait_for_url("**/console")
    assert birch.reads(sealed) == "Locked"
    assert birch.keyring("unlock", WORDS) is None
    assert birch.reads(sealed) == "Refused"  # no colleague has given the team's key yet


@pytest.mark.parametrize("locale", ["en-GB", "fa"])
def test_sign_in_fits_a_small_phone_in_either_direction(desk: Callable[..., Desk], locale: str) -> None:
    small = desk(width=320, height=560, locale=locale)
    small.goes("/account/sign-in")
    assert small.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert small.page.evaluate("document.documentElement.dir") == ("rtl" if locale == "fa" else "ltr")
    assert small.page.complaints == []  # type: ignore[attr-defined]


def test_without_script_the_page_says_why_it_cannot_sign_in(desk: Callable[..., Desk]) -> None:
    plain = desk(script=False)
    plain.goes("/account/sign-in")
    expect(plain.page.get_by_text("This page needs its script")).to_be_visible()
