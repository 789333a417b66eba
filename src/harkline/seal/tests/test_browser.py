"""The browser's modules and ours understand one another. They run in Node here, in Chromium in ``tests/pages``."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

import harkline.server
from harkline.seal import codes, envelope, passphrase, printed
from harkline.seal.envelope import CHUNK, Refused
from harkline.seal.tests.test_vectors import hpke_vectors

NODE = shutil.which("node")
MODULES = Path(harkline.server.__file__).parent / "static" / "harkline" / "seal"
pytestmark = pytest.mark.skipif(NODE is None, reason="needs node 20 or newer (Debian: apt-get install nodejs)")

PRIVATE, PUBLIC = envelope.generate()
TEAM, OBJECT = "team:1", str(uuid4())


def out(value):
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: out(one) for key, one in value.items()}
    return [out(one) for one in value] if isinstance(value, list | tuple) else value


def back(value):
    return base64.b64decode(value["bytes"]) if set(value) == {"bytes"} else value


def browser(*calls):
    """The answers of the browser's functions: a result each, or the name of its error."""
    asked = json.dumps([{"call": name, "arguments": out(given)} for name, *given in calls])
    run = [NODE, "--no-warnings", str(Path(__file__).parent / "browser.mjs"), str(MODULES)]
    done = subprocess.run(run, input=asked, capture_output=True, text=True, check=True, timeout=60)
    answers = json.loads(done.stdout, object_hook=back)
    return [answer.get("result", answer.get("error")) for answer in answers]


def test_hpke_in_the_browser_follows_the_rfc():
    for one in hpke_vectors():
        sealed = one["enc"] + AESGCM(one["key"]).encrypt(one["base_nonce"], b"Beauty", b"")
        opened, wrong, public = browser(
            ("hpkeOpen", sealed, one["skRm"], one["info"]),
            ("hpkeOpen", sealed, one["skRm"], b"other"),
            ("publicOf", one["skRm"]),
        )
        assert (opened, wrong, public) == (b"Beauty", "Refused", one["pkRm"])


def test_the_server_opens_what_a_browser_sealed():
    sizes = [0, 1, CHUNK - 7, CHUNK - 6, CHUNK - 5, CHUNK, 3 * CHUNK + 1]
    meta = {"text": "سلام \u2028 🙂"}
    for size, one in zip(
        sizes, browser(*(("seal", {}, b"x" * size, "message", {TEAM: PUBLIC}, OBJECT) for size in sizes)), strict=True
    ):
        document = envelope.open_(one["wraps"][TEAM], one["chunks"], PRIVATE, "message", OBJECT, TEAM)
        assert (document.body, one["size"], document.complete) == (b"x" * size, size, True)
    (one,) = browser(("seal", meta, b"hello", "message", {TEAM: PUBLIC, "caller": envelope.generate()[1]}, OBJECT))
    assert envelope.open_(one["wraps"][TEAM], one["chunks"], PRIVATE, "message", OBJECT, TEAM).meta == meta
    with pytest.raises(Refused):
        envelope.open_(one["wraps"][TEAM], one["chunks"], PRIVATE, "note", OBJECT, TEAM)


def test_a_browser_opens_what_the_server_sealed():
    sizes = [0, 1, CHUNK - 6, CHUNK - 5, 3 * CHUNK + 1]
    sealed = [envelope.seal({"n": i}, b"y" * size, "note", OBJECT, {TEAM: PUBLIC}) for i, size in enumerate(sizes)]
    opened = browser(*(("open", one.wraps[TEAM], one.chunks, PRIVATE, "note", OBJECT, TEAM) for one in sealed))
    assert opened == [{"meta": {"n": i}, "body": b"y" * size, "complete": True} for i, size in enumerate(sizes)]


def test_a_browser_refuses_what_was_altered_moved_or_cut():
    one = envelope.seal({}, b"z" * 2 * CHUNK, "note", OBJECT, {TEAM: PUBLIC})
    wrap, chunks = one.wraps[TEAM], one.chunks
    flipped = bytes([chunks[0][0] ^ 1]) + chunks[0][1:]
    answers = browser(
        ("open", wrap, [flipped, *chunks[1:]], PRIVATE, "note", OBJECT, TEAM),
        ("open", bytes([wrap[0] ^ 1]) + wrap[1:], chunks, PRIVATE, "note", OBJECT, TEAM),
        ("open", wrap[:31] + bytes([wrap[31] ^ 128]) + wrap[32:], chunks, PRIVATE, "note", OBJECT, TEAM),
        ("open", wrap, chunks, PRIVATE, "message", OBJECT, TEAM),
        ("open", wrap, chunks, PRIVATE, "note", str(uuid4()), TEAM),
        ("open", wrap, chunks, PRIVATE, "note", OBJECT, "team:2"),
        ("open", wrap, chunks, envelope.generate()[0], "note", OBJECT, TEAM),
        ("open", wrap, chunks[:-1], PRIVATE, "note", OBJECT, TEAM),
        ("open", wrap, [chunks[1], chunks[0], chunks[2]], PRIVATE, "note", OBJECT, TEAM),
        ("open", wrap, [], PRIVATE, "note", OBJECT, TEAM),
        ("open", bytes(80), chunks, PRIVATE, "note", OBJECT, TEAM),
    )
    assert answers == ["Refused"] * len(answers)
    (cut,) = browser(("open", wrap, chunks[:-1], PRIVATE, "note", OBJECT, TEAM, {"allowCut": True}))
    assert (len(cut["body"]), cut["complete"]) == (2 * CHUNK - 6, False)


def test_both_read_and_derive_the_same_return_code():
    code = codes.generate()
    digits = [chr(point) for point in range(sys.maxunicode) if chr(point).isdecimal()]
    typed = ["abcd-efgh ijkl.mn%s" % (digit * 2) for digit in digits]
    typed += [codes.shown(code).lower(), "", "ß" * 8, "ABOI 2345 67QR SBTU!", "A" * 17]
    read, derived, made = browser(("normalise", typed), ("code", code), ("generate",))
    assert read == [codes.normalise(one) for one in typed]
    assert derived == {"lookup": codes.lookup(code), "public": codes.caller_key(code)[1]}
    assert codes.normalise(made) == made


def test_both_make_the_same_of_a_passphrase():
    words = "چهار کلمه‌ی آرام ﬁ"
    for kdf in (passphrase.argon2id(bytes(range(16))), passphrase.pbkdf2("c2FsdA", " Cedar.Ａhmad ")):
        ours = passphrase.derive(words, kdf)
        wrapped = passphrase.wrap_private(PRIVATE, ours.unlock, PUBLIC)
        (theirs,) = browser(("derive", words, kdf, wrapped, PUBLIC))
        assert (theirs["signIn"], theirs["opened"]) == (ours.sign_in, PUBLIC)
        fresh = passphrase.unwrap_private(theirs["fresh"], ours.unlock, theirs["public"])
        assert envelope.public_of(fresh) == theirs["public"]


def test_a_browser_refuses_to_derive_cheaply():
    cheap = [
        passphrase.argon2id(bytes(16), 1024),
        passphrase.argon2id(bytes(16)) | {"passes": 1},
        passphrase.argon2id(bytes(16)) | {"memory": "65536"},
        passphrase.pbkdf2("s", "n") | {"iterations": 1000},
        passphrase.argon2id(bytes(16)) | {"name": "scrypt"},
    ]
    assert browser(*(("derive", "words", kdf, bytes(60), PUBLIC) for kdf in cheap)) == ["TypeError"] * len(cheap)


def test_argon2id_in_the_browser_follows_the_rfc_and_agrees_with_ours():
    given = {"password": b"\1" * 32, "salt": b"\2" * 16, "secret": b"\3" * 8, "data": b"\4" * 12}
    (tag,) = browser(("argon2id", {**given, "memory": 32, "passes": 3, "lanes": 4, "length": 32}))
    assert tag.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"  # RFC 9106, 5.3
    cases = [(8, 1, 1, 4), (64, 2, 2, 64), (100, 3, 3, 65), (1024, 4, 1, 200), (65536, 3, 1, 32)]
    asked = [{"memory": m, "passes": t, "lanes": p, "length": n} for m, t, p, n in cases]
    salts = [bytes([i]) * (8 + 30 * i) for i in range(len(cases))]
    words = [b"w" * 70 * i for i in range(len(cases))]
    theirs = browser(
        *(("argon2id", {"password": w, "salt": s, **one}) for w, s, one in zip(words, salts, asked, strict=True))
    )
    ours = [
        Argon2id(salt=s, length=n, iterations=t, lanes=p, memory_cost=m).derive(w)
        for w, s, (m, t, p, n) in zip(words, salts, cases, strict=True)
    ]
    assert theirs == ours


def test_blake2b_in_the_browser_is_pythons():
    messages = [bytes(range(256))[:n] * 2 for n in (0, 1, 63, 64, 65, 127, 128, 250)]
    for length in (1, 32, 64):
        (theirs,) = browser(("blake2b", messages, length))
        assert theirs == [hashlib.blake2b(one, digest_size=length).digest() for one in messages]


def test_a_printed_code_opens_the_key_in_the_browser_and_a_slip_of_the_pen_is_told():
    secret = printed.generate()
    text = printed.written(secret)
    wrapped = passphrase.wrap_private(PRIVATE, printed.unlock(secret), PUBLIC)
    slips = [text[:i] + ("A" if text[i] != "A" else "B") + text[i + 1 :] for i in range(len(text)) if text[i] != " "]
    typed = [text, text.lower().replace(" ", "-"), text.replace("O", "0").replace("I", "1"), text[:-1], "", *slips]
    (theirs,) = (browser(*(("printed", one, wrapped, PUBLIC) for one in typed)),)
    for one, answer in zip(typed, theirs, strict=True):
        read = printed.read(one)
        # A checksum of twelve bits lets one slip in 4,096 pass; such a code then opens nothing.
        assert answer == ({"opened": PUBLIC, "written": text} if read == secret else "Refused" if read else None)
    assert [printed.read(one) for one in typed[:5]] == [secret, secret, secret, None, None]
    assert sum(answer is None for answer in theirs) >= len(slips)


def test_a_colleague_hands_the_team_key_on_in_the_browser():
    team, _public = envelope.generate()
    colleague_private, colleague_public = envelope.generate()
    mine = envelope.wrap(team, PUBLIC, envelope.grant_info(1, 7))
    handed, stolen = browser(
        ("grant", mine, 1, 7, PRIVATE, 8, colleague_public), ("grant", mine, 1, 9, PRIVATE, 8, colleague_public)
    )
    assert envelope.unwrap(handed, colleague_private, envelope.grant_info(1, 8)) == team
    assert stolen == "Refused"
