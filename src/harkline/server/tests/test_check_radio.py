"""What an administrator is told about radio by data."""

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.ports import free_port

from harkline.channels.radio.aprs import beacon
from harkline.line import radio
from harkline.notice import door, policy, publish
from harkline.routing import lines
from harkline.server import adapters, check_radio
from harkline.server.check import Severity
from harkline.server.config_radio import Radio
from harkline.server.keys import Endpoint
from harkline_verify import check_words

pytestmark = pytest.mark.django_db
GOOD = {"call_sign": "X0LINE-1", "licence": "held by the line", "transmit": True}


@pytest.fixture(autouse=True)
def _as_before():
    yield
    lines.register_air(None)
    beacon.use(str)


@pytest.fixture
def modem():
    """Where something answers."""
    with socket.create_server(("127.0.0.1", free_port())) as server:
        yield Endpoint(*server.getsockname())


def found(**given):
    place = SimpleNamespace(settings=SimpleNamespace(radio=Radio(**given)), folder=Path())
    return [(one.severity, one.sentence) for one in check_radio.settings(place)]


def published():
    radio.add_station("X0LINE-1", 144_800_000, "amateur", data=True)


def test_a_line_without_radio_is_told_nothing(team_private):
    assert found() == []
    radio.add_station("X0LINE", 145_500_000, "amateur")
    assert found() == []


def test_a_call_sign_that_nobody_listens_to(team_private):
    published()
    [(severity, sentence)] = found()
    assert severity == Severity.FAILURE
    assert "none is received" in sentence


def test_a_modem_that_does_not_answer(team_private):
    published()
    [(severity, sentence)] = found(modem=Endpoint("127.0.0.1", free_port()), **GOOD)
    assert severity == Severity.FAILURE
    assert "does not answer" in sentence


def test_all_is_well_and_the_console_knows_how_to_answer(team_private, modem):
    published()
    assert found(modem=modem, **GOOD) == []
    air = lines.air()
    assert air
    assert (air.call_sign, air.transmits, air.plain) == ("X0LINE-1", True, True)


def test_one_that_only_listens(team_private, modem):
    published()
    [(severity, sentence)] = found(modem=modem, call_sign="X0LINE-1")
    assert severity == Severity.NOTE
    assert "only listens" in sentence


def test_a_modem_that_others_can_reach(team_private, modem, monkeypatch):
    published()
    monkeypatch.setattr(check_radio, "_own_addresses", lambda: ["127.0.0.1"])
    [(severity, sentence)] = found(modem=modem, **GOOD)
    assert severity == Severity.WARNING
    assert "reached from the network" in sentence


def test_the_beacon_says_the_check_words_of_the_newest_signed_list(team_private, modem, clock, tmp_path, monkeypatch):
    monkeypatch.setattr(check_words, "ROUNDS", 10)
    monkeypatch.setattr(policy, "_present", policy.Policy(folder=tmp_path))
    adapters.use_radio(SimpleNamespace(radio=Radio(modem=modem, **GOOD)))
    assert beacon.text() == ""
    publish.sign(None)
    there = door.present()
    assert there
    assert beacon.text() == "Check words: " + " ".join(there.check_words)
    assert beacon.info("Check words: " + " ".join(sorted(check_words.WORDS, key=len)[-5:]))  # the longest fit
    monkeypatch.setattr(door, "state", lambda: door.EMERGENCY)
    assert beacon.text() == "This line is closed. Do not use it."
