"""What an administrator is told is wrong. Each test makes one thing wrong and looks for that one sentence's part."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection

from harkline.audit import chain
from harkline.intake import receive
from harkline.line import this
from harkline.line.models import Line
from harkline.paper.models import Pack
from harkline.people import keys, kit, operators
from harkline.people.models import Role
from harkline.people.tests.test_kit import Made
from harkline.rota import shifts
from harkline.routing import presence
from harkline.runtime import clock, timers
from harkline.runtime.models import AdapterState
from harkline.seal import envelope, passphrase
from harkline.server import check, folder
from harkline.server.check import Severity
from harkline.server.lock import FolderLock

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)  # a Monday

SETTINGS = """
[relay]
server = "mail.line.example:587"
[audit]
officers = ["one@officers.example", "two@officers.example"]
[[escalation]]
after_seconds = 60
to = "phone:+442079460199"
outside = true
"""


@pytest.fixture
def wound() -> Iterator[clock.Wound]:
    with clock.using(clock.Wound(NOW)) as now:
        assert isinstance(now, clock.Wound)
        yield now


@pytest.fixture
def data(tmp_path: Path, db: None, wound: clock.Wound) -> Iterator[Path]:
    """An installation with which nothing is wrong."""
    where = tmp_path / "data"
    folder.make(where)
    (where / "harkline.toml").write_text(SETTINGS)
    this.found("A line", ["en"])
    this.add_address("web", "/")
    made = Made({1: keys.found_team()})
    made.kept()
    made.typed(1, 2)
    this.set_up()
    for name in ("Ada Moss", "Ben Reed"):
        came(operators.add(name, languages=["en"], role=Role.ADMINISTRATOR))
    for day in range(7):
        shifts.add(operators.Operator.objects.earliest("pk").pk, day, time(9), 240)
    presence.sign_on(operators.Operator.objects.earliest("pk").pk)
    AdapterState.objects.create(name="web", state="up", since=NOW, seen_at=NOW)
    chain.forget_first_key()  # it has been taken to a safe place
    Pack.objects.create(first=1, forms=0, made_at=NOW)
    lock = FolderLock(where)
    lock.take()
    yield where
    lock.release()


def came(operator: operators.Operator) -> None:
    """Somebody accepted their invitation and was given the team's key; what it is wrapped with does not matter here."""
    _private, public = envelope.generate()
    kdf = passphrase.argon2id(bytes(16))
    keys.store_operator_key(operator, public, bytes(keys.WRAPPED_PRIVATE), kdf)
    keys.grant(1, operator, bytes(envelope.WRAP))


def test_the_kit_and_its_drill_are_asked_for(data: Path, wound: clock.Wound) -> None:
    wound.forward(days=365)
    assert Told("recovery", Severity.WARNING) in told(data)
    kit.drilled(kit.live()[0])
    assert Told("recovery", Severity.WARNING) not in told(data)
    kit.end_all()
    Line.objects.update(set_up_at=None)
    assert {Told("recovery", Severity.WARNING), Told("set-up", Severity.WARNING)} <= set(told(data))


class Told(NamedTuple):
    part: str
    severity: Severity


def told(data: Path) -> list[Told]:
    """Of the signed list of addresses: test_check_notice."""
    found = [one for one in check.findings(data) if one.part != "notice"]
    assert all(one.sentence and one.remedy for one in found)
    return [Told(one.part, one.severity) for one in found]


def settings(data: Path, more: str) -> Path:
    (data / "harkline.toml").write_text(SETTINGS + more)
    return data


def test_a_sound_installation_is_left_in_peace(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(data) == []
    assert check.report(data) == 0
    assert "Nothing is wrong" in capsys.readouterr().out


def test_every_mistake_in_the_settings_is_a_failure(data: Path) -> None:
    settings(data, "[web]\nbnid = 1\n[phone]\noffer_seconds = 0\n")
    assert told(data).count(Told("settings", Severity.FAILURE)) == 2


def test_a_folder_or_key_that_others_can_read(data: Path) -> None:
    data.chmod(0o755)
    (data / "keys" / "host.key").chmod(0o640)
    assert told(data) == [Told("folder", Severity.FAILURE), Told("keys", Severity.FAILURE)]


def test_a_password_file_that_is_missing_or_open_to_others(data: Path) -> None:
    this.add_address("email", "line@line.example")
    settings(data, '[imap]\nserver = "mail.line.example:993"\npassword_file = "keys/imap"\n')
    assert told(data) == [Told("keys", Severity.FAILURE)]
    (data / "keys" / "imap").write_text("x")
    (data / "keys" / "imap").chmod(0o644)
    assert told(data) == [Told("keys", Severity.FAILURE)]
    (data / "keys" / "imap").chmod(0o600)
    assert told(data) == []


@pytest.mark.parametrize(("free", "severity"), [(50 << 20, Severity.FAILURE), (500 << 20, Severity.WARNING)])
def test_a_disk_that_fills_up(data: Path, monkeypatch: pytest.MonkeyPatch, free: int, severity: Severity) -> None:
    usage = shutil.disk_usage(data)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=free))
    assert told(data) == [Told("disk", severity)]


def test_pages_open_to_the_network_without_encryption(data: Path) -> None:
    assert told(settings(data, '[web]\nbind = "0.0.0.0:8000"\n')) == [Told("web", Severity.FAILURE)]
    assert told(settings(data, '[web]\nbind = "0.0.0.0:8000"\ntrusted_proxies = ["192.0.2.1/32"]\n')) == []


@pytest.mark.parametrize(("days", "severity"), [(-1, Severity.FAILURE), (5, Severity.WARNING), (60, None)])
def test_a_certificate_that_runs_out(data: Path, days: int, severity: Severity | None) -> None:
    (data / "keys" / "tls.key").touch(0o600)
    (data / "keys" / "tls.pem").write_bytes(certificate(NOW + timedelta(days=days)))
    settings(data, '[web]\ntls_cert = "keys/tls.pem"\ntls_key = "keys/tls.key"\n')
    assert told(data) == ([Told("web", severity)] if severity is not None else [])


def certificate(ends: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "line.example")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(ends - timedelta(days=90)).not_valid_after(ends)
    return built.sign(key, SHA256()).public_bytes(Encoding.PEM)


def test_a_database_that_could_forget_what_it_acknowledged(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert connection.connection is not None
    assert isinstance(connection.connection, sqlite3.Connection)
    from harkline.server import check_host

    real = check_host._pragma
    answers: dict[str, Any] = {"synchronous": 1, "journal_mode": "delete", "quick_check": "row 3 missing"}
    monkeypatch.setattr(check_host, "_pragma", lambda name: answers.get(name, real(name)))
    assert told(data) == [Told("database", Severity.FAILURE)] * 2
    answers["quick_check"] = "ok"
    assert told(data) == [Told("database", Severity.FAILURE), Told("database", Severity.WARNING)]


def test_a_server_that_does_not_run(data: Path) -> None:
    shutil.copytree(data, data.with_name("copy"))
    assert told(data.with_name("copy")) == [Told("server", Severity.FAILURE)]


def test_an_adapter_of_which_nothing_is_heard(data: Path, wound: clock.Wound) -> None:
    wound.forward(minutes=1)
    assert told(data) == [Told("web", Severity.FAILURE)]


def test_an_adapter_that_is_down_beside_one_that_is_up(data: Path) -> None:
    AdapterState.objects.create(name="phone", state="down", since=NOW, seen_at=NOW, reason="OSError")
    assert told(data) == [Told("phone", Severity.FAILURE)]


def test_an_adapter_that_keeps_dying(data: Path) -> None:
    AdapterState.objects.create(name="phone", state="up", since=NOW, seen_at=NOW, restarts=9)
    assert told(data) == [Told("phone", Severity.WARNING)]


def test_a_published_address_to_which_nobody_listens(data: Path) -> None:
    this.add_address("email", "help@line.example")
    assert told(settings(data, '[smtp]\nbind = ""\n')) == [Told("email", Severity.FAILURE)]
    assert told(settings(data, "")) == []


def test_a_number_that_no_trunk_brings(data: Path) -> None:
    this.add_address("phone", "+442079460123")
    trunk = '[[trunk]]\nname = "north"\nserver = "sip.trunk.example"\nnumbers = ["{}"]\n'
    parts = [one.part for one in told(settings(data, trunk.format("+442079460199")))]
    assert "phone" in parts
    assert "phone" not in [one.part for one in told(settings(data, trunk.format("+442079460123")))]


def test_nobody_has_come_yet(data: Path) -> None:
    operators.Operator.objects.update(is_active=False)
    assert Told("people", Severity.FAILURE) in told(data)


def test_one_person_alone_who_can_read(data: Path) -> None:
    operators.deactivate(operators.Operator.objects.latest("pk"))
    assert told(data) == [Told("people", Severity.WARNING)]


def test_a_language_that_nobody_speaks(data: Path) -> None:
    row = this.line()
    row.languages = ["en", "ps"]
    row.save()
    assert told(data) == [Told("people", Severity.WARNING)]


def test_a_rota_with_nobody_on_it(data: Path) -> None:
    for row in shifts.Shift.objects.all():
        shifts.remove(row.pk)
    assert told(data) == [Told("rota", Severity.WARNING)]  # somebody is signed on: it is not lost yet
    presence.sign_off(operators.Operator.objects.earliest("pk").pk)
    assert told(data) == [Told("rota", Severity.FAILURE)]


def test_a_shift_to_which_nobody_came(data: Path) -> None:
    presence.sign_off(operators.Operator.objects.earliest("pk").pk)
    assert told(data) == [Told("rota", Severity.FAILURE)]


def test_an_escalation_that_stays_within_the_team(data: Path) -> None:
    (data / "harkline.toml").write_text(SETTINGS.replace("outside = true", "outside = false"))
    assert told(data) == [Told("escalation", Severity.WARNING)]
    (data / "harkline.toml").write_text("")
    assert Told("escalation", Severity.WARNING) in told(data)


def test_callers_who_hear_a_machine_or_another_language(data: Path) -> None:
    this.add_address("phone", "+442079460123")
    found = told(data)
    assert [one.part for one in found] == ["prompts"]
    assert found[0].severity == Severity.NOTE


def test_timers_that_nobody_runs(data: Path) -> None:
    timers.set_timer("offer", "x", NOW - timedelta(minutes=10))
    assert told(data) == [Told("timers", Severity.FAILURE)]


def test_a_clock_that_was_put_back(data: Path, wound: clock.Wound) -> None:
    receive.attempt("web", "/", dedupe_key="one")
    wound.forward(hours=-1)
    assert Told("clock", Severity.FAILURE) in told(data)


def test_a_check_that_cannot_be_made_is_a_failure_itself(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[Any]:
        raise sqlite3.OperationalError("+442079460123 said")

    monkeypatch.setattr(this, "addresses", broken)
    found = [one for one in check.findings(data) if one.part == "check"]
    assert found
    assert "OperationalError" in found[0].sentence
    assert "+44" not in found[0].sentence


def test_the_worst_comes_first_and_is_the_exit_code(data: Path) -> None:
    data.chmod(0o755)
    operators.deactivate(operators.Operator.objects.latest("pk"))
    severities = [one.severity for one in told(data)]
    assert severities == sorted(severities, reverse=True)
    assert check.report(data) == Severity.FAILURE
