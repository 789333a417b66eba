"""What an administrator may get wrong, and what is told; and values on their way to the engine."""

import json

import pytest

from harkline.channels.phone.checks import problems
from harkline.channels.phone.engine import nat, sip
from harkline.channels.phone.settings import PhoneSettings, Timing, Trunk, from_json

OURS = ["+442079460100"]


def test_the_settings_reach_the_engine_as_they_are() -> None:
    settings = PhoneSettings(
        trunks=(Trunk(name="one", domain="sip.provider.example", username="u", password="p", numbers={"1": "+1"}),),
        timing=Timing(choice=1.5),
        allow=("192.0.2.0/24",),
    )
    assert from_json(json.loads(json.dumps(settings.as_json()))) == settings


def test_a_password_is_in_no_traceback() -> None:
    assert "secret" not in repr(Trunk(name="one", domain="sip.provider.example", username="u", password="secret"))


def test_usual_settings_are_in_order() -> None:
    assert problems(PhoneSettings(), OURS) == []


@pytest.mark.parametrize(
    ("settings", "ours", "words"),
    [
        (PhoneSettings(), [], "No telephone number"),
        (PhoneSettings(allow=("192.0.2.0/24",)), OURS, "listens on this host only"),
        (PhoneSettings(listen="192.0.2.1:5060", allow=("0.0.0.0/0",)), OURS, "from everywhere"),
        (PhoneSettings(rtp_ports="20000-20010"), OURS, "fewer audio ports"),
        (PhoneSettings(certificate="/nowhere/sip.pem"), OURS, "cannot be read"),
        (PhoneSettings(trunks=(Trunk("t", "p.example", "u", numbers={"1": "+441632960000"}),)), OURS, "Trunk t brings"),
    ],
)
def test_each_mistake_has_its_sentence(settings: PhoneSettings, ours: list[str], words: str) -> None:
    assert any(words in sentence for sentence in problems(settings, ours))


@pytest.mark.parametrize(
    ("server", "host"),
    [
        ("p.example", "p.example"),
        ("p.example:5061", "p.example"),
        ("[2001:db8::1]:5060", "2001:db8::1"),
        ("sip:p.example;transport=tcp", "p.example"),
        ("192.0.2.1:5060", "192.0.2.1"),
    ],
)
def test_the_host_of_a_trunk_is_found(server: str, host: str) -> None:
    assert sip.host_of(server) == host


def test_the_library_is_told_the_public_address_and_the_port_that_asked() -> None:
    # RFC 5769 § 2.2's transaction id and mapped address.
    identity = bytes.fromhex("b7e7a701bc34d686fa87dfae")
    request = bytes.fromhex("000100002112a442") + identity
    assert nat.answer(request, "192.0.2.1", 32853)[20:] == bytes.fromhex("002000080001a147e112a643")
    assert nat.answer(b"noise", "192.0.2.1", 1) == b""
    assert nat.answer(bytes(20), "192.0.2.1", 1) == b""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("486 Busy Here", "busy"),
        ("603 Decline", "declined"),
        ("rtp stream error", "media_lost"),
        ("", "remote"),
        ("Connection reset by user", "remote"),
        ("503 Service Unavailable", "failed"),
        ("488 Not Acceptable", "unusable"),
    ],
)
def test_the_librarys_words_become_ours(text: str, reason: str) -> None:
    assert sip.closing(text) == reason
