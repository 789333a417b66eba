"""What the tests share."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("harkline", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20)  # make unit: a look, not a search
hypothesis.settings.load_profile("harkline")

if TYPE_CHECKING:
    from django.test import Client

    from harkline.people.models import Operator
    from harkline.runtime.clock import Wound

# Whole files that take many seconds, most of them because they ask every page or play thousands of cases: `make unit` leaves them out, `make
# test` does not.
SLOW = (
    "channels/email/tests/test_jail.py",
    "channels/phone/tests/test_voice.py",
    "console/tests/test_conflict.py",
    "console/tests/test_fresh.py",
    "console/tests/test_gates.py",
    "demo/tests/test_history.py",
    "demo/tests/test_listening.py",
    "line/tests/test_prompts.py",
    "paper/tests/test_pack.py",
    "paper/tests/test_sheets.py",
    "people/tests/test_ways.py",
    "records/tests/test_retention.py",
    "rota/plan/tests/test_plan.py",
    "rota/plan/tests/test_run.py",
    "routing/tests/test_match.py",
    "routing/tests/test_simulation.py",
    "seal/tests/test_browser.py",
    "seal/tests/test_kit_in_browser.py",
    "server/tests/test_authorisation.py",
    "server/tests/test_duress.py",
    "server/tests/test_leaving.py",
    "server/tests/test_live.py",
    "server/tests/test_patient.py",
    "verifier/tests/test_bounds.py",
    "verifier/tests/test_second.py",
    "verifier/tests/test_tampering.py",
    "verifier/tests/test_tlog.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them."""
    for item in items:
        if item.path.as_posix().endswith(SLOW):
            item.add_marker(pytest.mark.slow)


# A Monday noon.
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> "Iterator[Wound]":
    """A clock that stands at noon until it is wound: ``clock.forward(minutes=2)``."""
    from harkline.runtime import clock as clocks

    with clocks.using(clocks.Wound(NOON)) as wound:
        yield wound  # type: ignore[misc]


@pytest.fixture
def team_private(db: None) -> bytes:
    """A line with English and Persian and one address a channel; the private half of its team key."""
    from harkline.line import this
    from harkline.people import keys

    this.found("The Line", ["en", "fa"], "UTC")
    this.add_address("phone", "+442079460123")
    this.add_address("email", "line@harkline.example")
    this.add_address("web", "/")
    return keys.found_team()


@pytest.fixture
def staff(team_private: bytes) -> "Callable[..., Operator]":
    """Adds an operator: ``staff("robin", "en", "fa")``."""
    from harkline.people.models import Operator
    from harkline.runtime import clock as clocks

    def add(username: str, *languages: str, role: str = "operator") -> Operator:
        return Operator.objects.create(
            username=username,
            name=username.title(),
            role=role,
            languages=list(languages or ("en",)),
            joined_at=clocks.now(),
        )

    return add


@pytest.fixture
def signed_in(db: None) -> "Callable[[Operator], Client]":
    """A browser without script in which an operator has signed in, second step and all: ``signed_in(operator).get(…)``."""
    from django.test import Client

    def enter(operator: "Operator") -> Client:
        client = Client()
        client.force_login(operator)
        session = client.session
        session["second_step"] = session["two_ways"] = True
        session.save()
        return client

    return enter


@pytest.fixture
def arrives(team_private: bytes) -> Callable[..., Any]:
    """Somebody reaches the line: ``arrives("email", language="fa", text="…")`` gives the accepted contact."""
    from harkline.intake import receive

    where = {"phone": "+442079460123", "email": "line@harkline.example", "web": "/"}

    def arrive(channel: str, *, language: str = "en", text: str = "", key: str = "", **more: Any) -> receive.ContactRef:
        tried = receive.attempt(channel, where[channel], dedupe_key=key or uuid.uuid4().hex)
        parts = [receive.Part("message", {}, text.encode())] if text else []
        return receive.contact(tried.id, parts, **{"language": language, "live": channel == "phone", **more})

    return arrive
