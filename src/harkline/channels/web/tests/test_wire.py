"""What a browser may send, and what is refused."""

import base64
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline.channels.web import limits, wire
from harkline.seal import envelope

TEAM_PRIVATE, TEAM = envelope.generate()
_CALLER_PRIVATE, CALLER = envelope.generate()
TO = {"team:1": TEAM, "caller": CALLER}


def row(part: Any, **changed: Any) -> dict[str, Any]:
    wraps = {to: base64.b64encode(data).decode() for to, data in part.wraps.items()}
    return {"id": part.id, "purpose": part.purpose, "size": part.size, "wraps": wraps, **changed}


def sealed(body: bytes = b"words", purpose: str = "message") -> Any:
    return wire.seal(wire.Clear(purpose, {}, body), str(uuid.uuid4()), TO)


def read(part: Any, **changed: Any) -> list[Any]:
    return wire.sealed(
        json.dumps([row(part, **changed)]), {part.id: b"".join(part.chunks)}, ["team:1"], limits.Limits()
    )


@pytest.mark.parametrize("size", [0, 1, envelope.CHUNK - 6, envelope.CHUNK, 3 * envelope.CHUNK + 1])
def test_what_a_browser_sealed_opens_for_the_team(size: int):
    body = b"x" * size
    [part] = read(sealed(body))
    found = envelope.open_(part.wraps["team:1"], part.chunks, TEAM_PRIVATE, "message", part.id, "team:1")
    assert found.body == body
    assert part.size == size


def test_terms_are_sealed_to_the_team_alone():
    assert set(sealed(purpose="terms").wraps) == {"team:1"}


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "not-an-id"},
        {"purpose": "note"},
        {"purpose": "reply"},
        {"size": -1},
        {"size": 10**9},
        {"size": "many"},
        {"wraps": {}},
        {"wraps": {"team:1": "AAAA"}},
        {"wraps": []},
        {"wraps": {"caller": base64.b64encode(bytes(80)).decode()}},
        {"wraps": {"somebody": base64.b64encode(bytes(80)).decode()}},
    ],
)
def test_whatever_is_not_a_sealed_message_of_ours_is_refused(changed: dict[str, Any]):
    with pytest.raises(wire.Malformed):
        read(sealed(), **changed)


def test_an_older_team_key_asks_the_browser_to_seal_again():
    part = sealed()
    with pytest.raises(wire.StaleKey):
        wire.sealed(json.dumps([row(part)]), {part.id: b"".join(part.chunks)}, ["team:2"], limits.Limits())


def test_one_object_twice_or_without_chunks_is_refused():
    part = sealed()
    with pytest.raises(wire.Malformed):
        wire.sealed(json.dumps([row(part), row(part)]), {part.id: b"".join(part.chunks)}, ["team:1"], limits.Limits())
    with pytest.raises(wire.Malformed):
        wire.sealed(json.dumps([row(part)]), {}, ["team:1"], limits.Limits())


@given(st.text(max_size=300))
def test_no_description_breaks_the_reader(text: str):
    with pytest.raises(wire.Malformed):
        wire.sealed(text, {}, ["team:1"], limits.Limits())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_breaks_the_reader(value: Any):
    with pytest.raises((wire.Malformed, wire.StaleKey)):
        wire.sealed(json.dumps([value]), {}, ["team:1"], limits.Limits())


@given(st.text(max_size=300))
def test_a_file_name_can_do_no_harm(name: str):
    safe = wire.safe_name(name)
    assert 0 < len(safe) <= 120
    assert not set(safe) & set('/\\"<>:|?*')
    assert safe.isprintable()
    assert safe.strip(". ") == safe


def test_an_override_mark_cannot_hide_an_ending():
    assert wire.safe_name("photo\u202egpj.exe") == "photogpj.exe"


def test_the_same_message_has_the_same_digest_and_another_has_another():
    one = wire.clear(wire.Message("a", "en", {}, [wire.File("n", "t/x", b"1")]))
    same = wire.clear(wire.Message("a", "en", {}, [wire.File("n", "t/x", b"1")]))
    others = [
        wire.clear(wire.Message("a", "en", {}, [wire.File("n", "t/x", b"2")])),
        wire.clear(wire.Message("a1", "en")),
        wire.clear(wire.Message("a", "fa", {}, [wire.File("n", "t/x", b"1")])),
        wire.clear(wire.Message("a", "en", {"number": "x"}, [wire.File("n", "t/x", b"1")])),
    ]
    assert wire.digest(one) == wire.digest(same)
    assert wire.digest(one) not in {wire.digest(other) for other in others}


def test_ids_of_one_sending_are_stable_and_apart():
    assert wire.object_id("k", 0) == wire.object_id("k", 0) != wire.object_id("k", 1)
    assert wire.unb64(wire.b64(b"12"), 2) == b"12"
    assert wire.unb64(wire.b64(b"12"), 3) is None
    assert wire.unb64("?", 1) is None
