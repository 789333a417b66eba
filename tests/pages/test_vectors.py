"""The published vectors in a real browser, through the very modules that seal and open there."""

import base64
import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import Page

import harkline.server
from harkline.seal.tests import wycheproof
from harkline.seal.tests.test_vectors import hpke_vectors

pytestmark = pytest.mark.page
STATIC = Path(harkline.server.__file__).parent / "static"

RUN = """async ([what, cases]) => {
  const bytes = await import("/harkline/seal/bytes.js");
  const hpke = await import("/harkline/seal/hpke.js");
  const run = {
    x25519: async (one) => hpke.agree((await hpke.pairOf(one.private)).private, one.public),
    gcm: async (one) => bytes.decrypt(await bytes.aesKey(one.key), one.iv, one.sealed, one.aad),
    hkdf: async (one) => bytes.hkdf(one.ikm, new TextDecoder().decode(one.info), one.size),
    hpke: async (one) => hpke.open(one.sealed, await hpke.pairOf(one.skRm), one.info),
  }[what];
  const answers = [];
  for (const one of cases) {
    const given = {};
    for (const [name, value] of Object.entries(one)) given[name] = typeof value === "string" ? bytes.fromBase64(value) : value;
    answers.push(await run(given).then(bytes.toBase64, () => null));
  }
  return answers;
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *_words: object) -> None:
        return


@pytest.fixture(scope="module")
def page(module_browser: Callable[..., Page]) -> Iterator[Page]:
    """A page of the same origin as the modules."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(STATIC))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made = module_browser()
        made.goto(f"http://127.0.0.1:{server.server_port}/harkline/seal/bytes.js")
        yield made
        server.shutdown()


def answers(page: Page, what: str, cases: list[dict[str, Any]]) -> list[bytes | None]:
    """What the browser makes of each case; None where it refuses."""
    given = [
        {
            name: base64.b64encode(v).decode() if isinstance(v, bytes) else v
            for name, v in one.items()
            if name != "result"
        }
        for one in cases
    ]
    return [None if one is None else base64.b64decode(one) for one in page.evaluate(RUN, [what, given])]


def test_x25519_agrees_with_wycheproof(page: Page) -> None:
    cases = wycheproof.x25519()
    assert answers(page, "x25519", cases) == [one["shared"] if any(one["shared"]) else None for one in cases]


def test_aes_gcm_agrees_with_wycheproof(page: Page) -> None:
    cases = wycheproof.aes_256_gcm()
    assert answers(page, "gcm", cases) == [one["msg"] if one["result"] == "valid" else None for one in cases]


def test_hkdf_agrees_with_wycheproof(page: Page) -> None:
    # The envelope never salts and its infos are words: of the vectors, those that it could meet.
    cases = [
        one
        for one in wycheproof.hkdf_sha256()
        if not one["salt"] and one["info"].isascii() and one["result"] == "valid"
    ]
    assert cases
    assert answers(page, "hkdf", cases) == [one["okm"] for one in cases]


def test_hpke_follows_the_rfc(page: Page) -> None:
    cases = [
        {**one, "sealed": one["enc"] + AESGCM(one["key"]).encrypt(one["base_nonce"], b"Beauty", b"")}
        for one in hpke_vectors()
    ]
    assert answers(page, "hpke", cases) == [b"Beauty"] * len(cases)
    wrong = [{**one, "info": one["info"] + b"x"} for one in cases]
    assert answers(page, "hpke", wrong) == [None] * len(cases)
