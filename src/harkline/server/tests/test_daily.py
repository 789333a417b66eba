"""Once a day: what is due goes, the head leaves, the write-ahead log is cut."""

import pytest
from django.db import connection

from harkline.audit import heads
from harkline.audit.models import Head, Record
from harkline.intake.models import Contact
from harkline.records import filing
from harkline.routing.models import Outbound
from harkline.runtime import timers, uptime
from harkline.runtime.models import Timer
from harkline.server import daily
from harkline.server.config import Settings
from harkline.server.config_keeping import Audit, Retention

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line(team_private, clock, tmp_path, monkeypatch):
    begun = clock.at
    monkeypatch.setattr(uptime, "uptime", lambda: ("one", (clock.at - begun).total_seconds()))
    daily.use(Settings(tmp_path, audit=Audit(officers=("one@line.example", "two@line.example"))))
    yield tmp_path
    daily.use(Settings(tmp_path))
    daily._data.clear()


def run_all():
    while timers.run_due():
        pass


def test_in_the_small_hours_the_head_is_written_down_and_mailed_to_two(line, clock):
    daily.ensure()
    assert Timer.objects.get(kind="daily").due_at.isoformat() == "2026-06-02T03:10:00+00:00"
    clock.forward(hours=15, minutes=10)
    run_all()
    row = Head.objects.get()
    path = line / "audit-heads" / "2026-06-02.txt"
    assert heads.parse(path.read_text()) == heads.parse(heads.text(row))
    assert Outbound.objects.filter(idempotency_key__startswith="head:2026-06-02").count() == 2
    assert Timer.objects.get(kind="daily").due_at.isoformat() == "2026-06-03T03:10:00+00:00"
    clock.forward(days=1)
    run_all()
    assert Head.objects.count() == 2
    assert Record.objects.filter(act="head_exported").count() == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="free pages are SQLite's")
def test_where_something_was_removed_the_database_is_written_anew(line, clock, arrives):
    for _one in range(20):
        arrives("web", text="words " * 2000)
    filing.file_pending(1000)
    Contact.objects.update(state="closed", closed_at=clock.at)
    daily.ensure()
    clock.forward(days=91)
    run_all()
    assert not Contact.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA freelist_count")
        assert cursor.fetchone()[0] == 0


def test_a_timer_that_a_wrong_clock_has_set_is_set_right(line, clock):
    clock.forward(days=3652)
    daily.ensure()
    clock.forward(days=-3652)
    daily.ensure()
    assert Timer.objects.get(kind="daily").due_at.year == 2026
    assert Timer.objects.get(kind="truncate").due_at.year == 2026


def test_the_periods_of_the_settings_are_in_force(line):
    from harkline.runtime import expiry

    daily.use(Settings(line, retention=Retention(content_days=33)))
    assert expiry.days("content") == 33
    assert expiry.days("recordings") == 30
    assert set(expiry._days) <= {one.name for one in expiry.rules()}


def test_the_mailed_head_says_a_number_and_a_hash_and_nothing_else(line, clock):
    from harkline.channels.email import relay
    from harkline.routing import lines

    daily.send(heads.take(), ["one@line.example"])
    job = lines.take_due("email", 1)[0]
    raw = relay.prepare(job).out.raw.decode()
    assert "Subject: Daily head" in raw
    assert heads.parse(raw.split("\r\n\r\n", 1)[1].replace("\r\n", "\n")) == heads.parse(heads.text(Head.objects.get()))
    assert "The Line" not in raw
