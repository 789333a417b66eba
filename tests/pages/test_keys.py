"""What opens an operator's key, in a real browser: a passphrase of before and of now, a printed code, a passkey."""

import base64
import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.harness import Line, until
from tests.pages.desk import sit_down
from tests.pages.test_sign_in import READ, WORDS, Desk, stored

from harkline.seal import passphrase

pytestmark = pytest.mark.page
SAID = "They have changed the lock."


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("line")) as line:
        line.init()
        line.serve()
        line.writes(SAID)
        yield line


@pytest.fixture
def desk(line: Line, browse: Callable[..., Page]) -> Callable[[], Desk]:
    return lambda: Desk(browse(), f"http://localhost:{line.web}")


def kdf_of(line: Line, username: str) -> str:
    query = "SELECT k.kdf FROM people_operatorkey k JOIN people_operator o ON o.id = k.operator_id WHERE o.username = ?"
    ((found,),) = line.rows(query, username)
    return str(json.loads(found)["name"])


def test_an_operator_from_before_signs_in_is_closed_anew_and_asked_for_a_second_way(
    line: Line, desk: Callable[[], Desk]
) -> None:
    line.inside("add_reader_from_before", private=line.team, name="Willow", words=WORDS)
    willow = desk()
    willow.gives_passphrase("willow")
    willow.adds_app(again=True)
    assert kdf_of(line, "willow") == "argon2id"
    expect(willow.page.get_by_text("Set one more way up now")).to_be_visible()
    willow.page.get_by_label("Your passphrase").fill(WORDS)
    willow.page.get_by_role("button", name="Make a printed code").click()
    willow.writes_code_down()
    willow.page.get_by_role("button", name="I have it on paper").click()
    expect(willow.page.get_by_text("Your key opens by it from now on")).to_be_visible()
    willow.goes("/console")
    assert willow.page.url.endswith("/console")
    sealed = stored(line, "DESC")
    assert willow.reads(sealed) == SAID
    willow.signs_out()
    willow.signs_in("willow")
    assert willow.reads(sealed) == SAID
    for word in (*WORDS.split(), willow.paper, willow.paper.replace(" ", "")):
        assert word.encode() not in willow.sent
    assert willow.page.complaints == []  # type: ignore[attr-defined]


def test_the_printed_code_opens_where_the_passphrase_is_forgotten(line: Line, desk: Callable[[], Desk]) -> None:
    (link,) = [word for word in line.command("operator", "add", "Birch").split() if "/account/invitation/" in word]
    birch = desk()
    birch.accepts(link)
    birch.keyring("lock")
    assert birch.keyring("unlock", birch.paper[:-1] + ("A" if birch.paper[-1] != "A" else "B")) == "Refused"
    assert birch.keyring("unlock", birch.paper.lower().replace(" ", "")) is None
    birch.goes("/account/passphrase")
    birch.page.get_by_label("Present passphrase").fill(birch.paper)
    for label in ("New passphrase", "The same once more"):
        birch.page.get_by_label(label).fill("four lamps in a row")
    birch.page.get_by_role("button", name="Change").click()
    expect(birch.page.get_by_text("Your passphrase is changed")).to_be_visible()
    assert birch.keyring("unlock", "four lamps in a row") is None
    assert birch.paper.replace(" ", "").encode() not in birch.sent


def test_a_passkey_signs_in_and_opens_at_once_and_nothing_is_left_in_storage(
    line: Line, desk: Callable[[], Desk]
) -> None:
    line.inside("add_readers", private=line.team, names=["Ash"], words=WORDS, languages=["en"])
    ash = desk()
    tool = ash.page.context.new_cdp_session(ash.page)
    tool.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "hasPrf": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    ash.gives_passphrase("ash")
    ash.page.get_by_role("link", name="Add a passkey").click()
    ash.says_it_again()
    ash.page.get_by_label("What you call it").fill("Laptop")
    ash.page.get_by_role("button", name="Add a passkey").click()
    ash.page.get_by_role("link", name="I have written them down").click()
    ash.page.wait_for_url("**/console")  # else this step overtakes the next
    ash.goes("/account/ways")
    ash.page.get_by_label("Your passphrase").fill(WORDS)
    ash.page.get_by_role("button", name="Let the passkey “Laptop” open it").click()
    expect(ash.page.get_by_text("Passkey: Laptop")).to_be_visible()
    ash.signs_out()
    ash.page.get_by_role("button", name="Sign in with a passkey").click()
    ash.page.wait_for_url("**/console")
    sealed = stored(line, "DESC")
    assert ash.reads(sealed) == SAID
    ash.keyring("lock")
    assert ash.reads(sealed) == "Locked"
    assert ash.keyring("unlockByPasskey") is None
    assert ash.reads(sealed) == SAID
    assert b"clientExtensionResults" in ash.sent
    assert b"prf" not in ash.sent
    left = """async () => [
      ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await indexedDB.databases()), ...(await caches.keys()),
    ]"""
    assert ash.page.evaluate(left) in ([], ["htmx-current-path-for-history"])


def test_at_full_cost_chromium_and_the_server_derive_the_same(desk: Callable[[], Desk]) -> None:
    somebody = desk()
    somebody.goes("/account/sign-in")
    kdf = passphrase.argon2id(bytes(range(16)))
    script = """async ([words, kdf]) => {
      const { derive } = await import("/static/harkline/seal/passphrase.js");
      const began = performance.now();
      const shares = [];
      const { signIn } = await derive(words, kdf, (share) => shares.push(share));
      return { signIn, shares, seconds: (performance.now() - began) / 1000 };
    }"""
    found = somebody.page.evaluate(script, [WORDS, kdf])
    print(f"argon2id in Chromium, 64 MiB, t=3: {found['seconds']:.2f} s")
    assert found["signIn"] == passphrase.derive(WORDS, kdf).sign_in
    assert (len(found["shares"]), found["shares"][-1]) == (12, 1)
    assert len(base64.urlsafe_b64decode(found["signIn"] + "=")) == 32


def test_when_somebody_leaves_the_key_is_renewed_and_those_who_stay_seal_the_past_anew(
    line: Line, browse: Callable[..., Page]
) -> None:
    given = {"private": line.team, "words": WORDS, "languages": ["en"]}
    line.inside("add_readers", names=["Oak"], role="administrator", **given)
    line.inside("add_readers", names=["Elm", "Fir"], **given)
    for n in range(3):
        line.writes(f"Letter {n}.")
    oak, elm = (sit_down(line, browse(), name) for name in ("oak", "elm"))
    oak.page.goto(f"{oak.base}/account/people")
    fir = oak.page.locator("li.card", has_text="fir")
    fir.get_by_text("End access").click()
    fir.get_by_role("button", name="End it now").click()
    expect(oak.page.get_by_text("renewed as soon as yours is unlocked")).to_be_visible()
    oak.page.get_by_label("Your passphrase").fill(WORDS)
    oak.page.get_by_role("button", name="Unlock").click()
    expect(oak.page.get_by_text("Version 2.")).to_be_visible(timeout=30_000)
    expect(oak.page.locator("#resealing")).to_contain_text("re-sealed", timeout=30_000)
    elm.page.goto(f"{elm.base}/account/people")
    unlock = """async (words) => (await import("/static/harkline/seal/keyring.js")).unlock(words)"""
    elm.page.evaluate(unlock, WORDS)
    until(lambda: line.count("intake_wrap", "recipient = 'team:1'") == 0, 60)
    total = line.count("intake_sealedobject")
    assert line.count("intake_wrap", "recipient = 'team:2' AND sealed_by_id IS NULL") == total
    expect(oak.page.locator("#resealing")).to_have_text(f"{total} of {total} records re-sealed.", timeout=30_000)
    assert elm.page.evaluate(READ, stored(line, "ASC")) == SAID
    assert oak.page.complaints == elm.page.complaints == []  # type: ignore[attr-defined]
