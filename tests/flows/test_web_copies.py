"""Copies without metadata of what comes without script."""

from collections.abc import Iterator

import pytest

from harkline.channels.web import adapter, pressure, tokens, wire
from harkline.intake import copies, erase
from harkline.intake.models import SealedObject
from harkline.runtime import clock

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]
PHOTO = wire.File("door.jpg", "image/jpeg", b"raw")


@pytest.fixture(autouse=True)
def gauge(team_private: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[pressure.Gauge]:
    before, mine = pressure.present(), pressure.Gauge()
    pressure.use(mine)
    monkeypatch.setattr(copies.cleaning, "clean", lambda files: [b"clean" for _one in files])
    yield mine
    copies.settle()
    pressure.use(before)


def _send(text: str = "See this.") -> None:
    adapter.take(tokens.read(tokens.issue(0)), wire.Message(text, "en", files=[PHOTO]))


def _stored() -> list[str]:
    return sorted(SealedObject.objects.values_list("purpose", flat=True))


def test_a_copy_comes_after_the_code_and_only_the_team_reads_it():
    _send()
    copies.settle()
    assert _stored() == ["attachment", "cleaned", "message"]
    copy = SealedObject.objects.get(purpose="cleaned")
    assert [one.recipient for one in copy.wraps.all()] == ["team:1"]
    assert copy.contact_id == SealedObject.objects.get(purpose="attachment").contact_id


def test_in_a_flood_no_processor_is_spent_on_copies(gauge: pressure.Gauge):
    gauge.level, gauge.at = pressure.CALM * 20, clock.now().timestamp()
    _send()
    copies.settle()
    assert _stored() == ["attachment", "message"]


def test_what_was_removed_meanwhile_gets_no_copy(monkeypatch: pytest.MonkeyPatch):
    def clean(files):
        erase.shred(SealedObject.objects.all())
        return [b"clean" for _one in files]

    monkeypatch.setattr(copies.cleaning, "clean", clean)
    _send()
    copies.settle()
    assert _stored() == ["attachment", "message"]


def test_one_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    def fail(files):
        raise ValueError("the words of a caller")

    monkeypatch.setattr(copies.cleaning, "clean", fail)
    _send()
    copies.settle()
    monkeypatch.setattr(copies.cleaning, "clean", lambda files: [b"clean" for _one in files])
    _send("And this.")
    copies.settle()
    assert _stored() == ["attachment", "attachment", "cleaned", "message", "message"]
    assert "words" not in caplog.text
