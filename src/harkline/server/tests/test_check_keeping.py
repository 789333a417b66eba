"""What ``harkline check`` says of the clock, the audit chain and its head."""

from datetime import timedelta
from pathlib import Path

import pytest

from harkline.audit import chain, heads
from harkline.audit.models import Record
from harkline.records import guard
from harkline.runtime import uptime
from harkline.server import check_keeping
from harkline.server.check import Place, Severity
from harkline.server.config import Settings
from harkline.server.config_keeping import Audit

pytestmark = pytest.mark.django_db


@pytest.fixture
def said():
    def look(*officers):
        place = Place(Path("/nowhere"), Settings(Path("/nowhere"), audit=Audit(officers=officers)))
        found = [one for check in check_keeping.CHECKS for one in check(place)]
        return {(one.part, one.severity) for one in found}

    return look


def test_all_is_well_where_the_key_is_gone_and_officers_are_told(said, clock):
    chain.record("opened", "entry", 1)
    chain.forget_first_key()
    heads.take()
    assert said("one@line.example", "two@line.example") == set()
    assert said() == {("audit", Severity.NOTE)}


def test_a_jump_of_the_clock_is_a_warning(said, clock, monkeypatch):
    monkeypatch.setattr(uptime, "uptime", lambda: ("one", 5.0))
    guard.look(force=True)
    clock.forward(days=30)
    guard.look(force=True)
    chain.forget_first_key()
    assert said("one@line.example") == {("retention", Severity.WARNING)}


def test_a_cut_chain_is_a_failure_and_a_missing_head_a_warning(said, clock):
    for number in range(3):
        chain.record("opened", "entry", number)
    chain.forget_first_key()
    clock.at += timedelta(days=5)
    assert said("one@line.example") == {("audit", Severity.WARNING)}
    Record.objects.filter(sequence=4).delete()
    assert ("audit", Severity.FAILURE) in said("one@line.example")
