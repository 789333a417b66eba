"""What a browser sent is a sealed object for exactly the right recipients, or it is refused."""

import base64
import uuid

import pytest

from harkline.console import sealed
from harkline.seal import envelope

PRIVATE, PUBLIC = envelope.generate()
TEAM = {"team:1": PUBLIC}


def sent(text: bytes = b"calm", to: dict | None = None, **changes) -> dict:
    object_id = str(uuid.uuid4())
    made = envelope.seal({}, text, "note", object_id, to or TEAM)
    body = {
        "id": object_id,
        "size": made.size,
        "wraps": {who: base64.b64encode(wrap).decode() for who, wrap in made.wraps.items()},
        "chunks": [base64.b64encode(chunk).decode() for chunk in made.chunks],
    }
    return {**body, **changes}


def test_what_was_sealed_opens_again():
    part = sealed.parse(sent(b"calm"), "note", TEAM)
    opened = envelope.open_(part.wraps["team:1"], part.chunks, PRIVATE, "note", part.id, "team:1")
    assert opened.body == b"calm"
    assert part.by_caller is False


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "7"},
        {"wraps": {}},
        {"wraps": {"team:1": "AA=="}},
        {"chunks": []},
        {"chunks": ["***"]},
        {"chunks": [base64.b64encode(bytes(70_000)).decode()]},
        {"chunks": "text"},
        {"size": -1},
        {"size": 10**9},
        {"size": None},
    ],
)
def test_anything_else_is_refused(changes):
    with pytest.raises(sealed.Malformed):
        sealed.parse(sent(**changes), "note", TEAM)


@pytest.mark.parametrize("given", [None, [], "text", 7, {}])
def test_what_is_no_object_is_refused(given):
    with pytest.raises(sealed.Malformed):
        sealed.parse(given, "note", TEAM)


def test_an_object_for_somebody_else_as_well_is_refused():
    other = envelope.generate()[1]
    with pytest.raises(sealed.Malformed):
        sealed.parse(sent(to={**TEAM, "stranger": other}), "note", TEAM)
    with pytest.raises(sealed.Malformed):
        sealed.parse(sent(to={"stranger": other}), "note", TEAM)
