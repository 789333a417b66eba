"""What ``harkline check`` says of the open count."""

import pytest

from harkline.count import openings, policy, publish, sequence
from harkline.count.models import Batch, Log
from harkline.server import check_count
from harkline.server.check import Place, Severity
from harkline.server.config import Settings
from harkline.server.config_count import Count

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(tmp_path):
    before = policy.present()

    def look(origin: str = "line.example/count"):
        place = Place(tmp_path, Settings(tmp_path, count=Count(origin=origin)))
        return [(one.severity, one.sentence) for check in check_count.CHECKS for one in check(place)]

    yield look
    policy.use(before)


@pytest.fixture
def counting(team_private, clock, tmp_path):
    policy.use(policy.Policy(origin="line.example/count", folder=tmp_path))
    sequence.begin()
    publish.write(sequence.log())
    publish.show(sequence.log())


def test_nothing_where_the_line_does_not_count(said, team_private):
    assert said("") == []


def test_a_log_that_nobody_confirms_is_worth_a_note(said, counting):
    [(severity, sentence)] = said()
    assert (severity, "rewritten unnoticed" in sentence) == (Severity.NOTE, True)


def test_stale_stopped_and_other_settings_are_failures(said, counting, clock):
    clock.forward(hours=37)
    assert (Severity.FAILURE, "What the public sees of the figures is older than 36 hours.") in said()
    Log.objects.update(stopped=publish.FORK)
    assert any("signed and shown" in sentence for _severity, sentence in said())
    assert any("something else" in sentence for _severity, sentence in said("other.example/count"))


def test_keys_that_others_read_or_that_are_gone_too_early_are_told(said, counting, clock, tmp_path):
    (tmp_path / "keys" / "count.key").chmod(0o644)
    assert any("signing key" in sentence for _severity, sentence in said())
    clock.forward(days=2)
    sequence.make_due()
    openings.path(Batch.objects.first().day).unlink()
    assert any("gone before its time" in sentence for _severity, sentence in said())
