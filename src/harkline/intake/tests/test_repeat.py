"""Who calls again is recognised for a while, by nobody who has the database alone; who is turned away is so for a time."""

import itertools
from datetime import timedelta

import pytest

from harkline.audit.models import Record
from harkline.intake import exclusions, handle_key, policy, repeat
from harkline.intake.models import Block, Contact, HandleMark
from harkline.routing import contacts, offers
from harkline.runtime import timers

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "+442079460123", "+442079460199"


@pytest.fixture(autouse=True)
def key(tmp_path, settings):
    settings.HANDLE_KEY = tmp_path / "keys" / "handles.key"
    return settings.HANDLE_KEY


@pytest.fixture
def calls(arrives):
    def call(number: str = NUMBER, **more) -> str:
        contact = arrives("phone", **more)
        repeat.remember(contact.id, "phone", number)
        return contact.id

    return call


def before(contact_id, viewer) -> int:
    return repeat.matching(contact_id, exclusions.contacts(viewer)).count()


def test_a_caller_who_calls_again_is_recognised_and_another_is_not(calls, staff, clock):
    robin = staff("robin")
    calls()
    calls("020 7946 0123")
    assert before(calls(), robin) == 1
    with policy.using(policy.Policy(country="44")):
        assert before(calls("020 7946 0123"), robin) == 2
    assert before(calls(OTHER), robin) == 0
    clock.forward(days=31)
    assert before(calls(), robin) == 0


def test_a_caller_is_recognised_across_one_change_of_the_key_and_no_longer(calls, staff, clock, key):
    robin = staff("robin")
    handle_key.watch()
    clock.forward(days=29)
    first = calls()
    clock.forward(days=2)
    assert timers.run_due() == 1
    assert before(calls(), robin) == 1
    old = [one.key for one in handle_key.kept()]
    clock.forward(days=30)
    assert timers.run_due() == 1
    assert not HandleMark.objects.filter(contact_id=first).exists()
    assert old[1] not in [one.key for one in handle_key.kept()]
    assert old[1].hex() not in key.read_text(encoding="ascii")


def test_after_two_months_off_no_old_key_is_left(calls, clock):
    calls()
    old = handle_key.kept()[0].key
    clock.forward(days=61)
    handle_key.rotate()
    assert [one.key == old for one in handle_key.kept()] == [False]
    assert not HandleMark.objects.exists()


def test_the_database_alone_cannot_be_tried_out(calls, clock, key, settings):
    """The same number, in two periods and on two lines with the same host key, has marks that have nothing in common; and a mark is
    made with nothing that is in the database or in a backup of the host key."""
    marks = []
    for round_ in range(3):
        handle_key.rotate()
        marks.append(
            {bytes(row) for row in HandleMark.objects.filter(contact_id=calls()).values_list("mark", flat=True)}
        )
        clock.forward(days=61)
        if round_ == 1:
            key.unlink()
    assert not any(one & other for one, other in itertools.combinations(marks, 2))
    assert {len(one) for found in marks for one in found} == {8}


def test_neither_a_number_nor_its_last_digits_are_in_the_database(calls):
    from django.db import connection

    calls()
    assert "0123" not in str(
        [HandleMark.objects.values_list(), Contact.objects.values_list(), Record.objects.values_list()]
    )
    with connection.cursor() as cursor:
        for table in ("intake_handlemark", "intake_sealedobject", "intake_contact", "intake_attempt"):
            cursor.execute(f"SELECT * FROM {table}")
            assert NUMBER[-4:].encode() not in b"".join(
                bytes(cell) for row in cursor for cell in row if isinstance(cell, bytes | memoryview)
            )


def test_the_key_s_file_is_for_nobody_else(calls, key):
    calls()
    assert key.stat().st_mode & 0o077 == 0
    assert key.parent.stat().st_mode & 0o077 == 0


def test_a_crash_in_the_middle_of_a_change_loses_no_key(calls, clock, key, monkeypatch):
    from pathlib import Path

    calls()
    clock.forward(days=31)

    def power_cut(*_: object) -> None:
        raise OSError("power")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", power_cut)
        with pytest.raises(OSError, match="power"):
            handle_key.rotate()
    assert [one.period for one in handle_key.kept()] == [2, 1]


# --- turned away ---------------------------------------------------------------------------------------------------------------------


def test_who_threatens_is_turned_away_for_a_week_when_two_have_looked(calls, staff, clock):
    robin, boss = staff("robin"), staff("boss", role="supervisor")
    row = repeat.block(calls(), robin, "threats")
    assert repeat.blocked("phone", "+44 20 7946 0123")
    assert not repeat.blocked("phone", OTHER)
    assert not repeat.review(row.pk, robin)
    assert repeat.review(row.pk, boss)
    clock.forward(days=3)
    timers.run_due()
    assert repeat.blocked("phone", NUMBER)
    clock.forward(days=4, minutes=1)
    timers.run_due()
    assert not repeat.blocked("phone", NUMBER)
    assert Block.objects.get().ended_why == "expired"
    assert list(Record.objects.filter(kind="number").order_by("sequence").values_list("act", "reason")) == [
        ("blocked", "threats"),
        ("unblocked", "expired"),
    ]


def test_a_block_at_which_nobody_else_looks_ends(calls, staff, clock):
    repeat.block(calls(), staff("robin"), "harassment")
    clock.forward(hours=48, minutes=1)
    assert not repeat.blocked("phone", NUMBER)
    timers.run_due()
    assert Block.objects.get().ended_why == "unreviewed"


def test_a_block_outlives_a_change_of_the_key_as_it_is(calls, staff, clock):
    handle_key.watch()
    clock.forward(days=29, hours=23)
    row = repeat.block(calls(), staff("robin"), "flooding", timedelta(days=90))
    repeat.review(row.pk, staff("boss"))
    assert row.expires_at == clock.at + timedelta(days=30)
    clock.forward(days=1)
    timers.run_due()
    assert handle_key.kept()[0].period == 2
    clock.forward(days=28, hours=23)
    timers.run_due()
    assert repeat.blocked("phone", NUMBER)


@pytest.mark.parametrize("flag", ["duress", "listener_present"])
def test_who_was_ever_overheard_or_forced_is_never_turned_away(calls, staff, flag):
    robin = staff("robin")
    row = repeat.block(calls(), robin, "threats")
    assert repeat.blocked("phone", NUMBER)
    calls(flags=(flag,))
    assert not repeat.blocked("phone", NUMBER)
    repeat.end(row.pk, "lifted", robin)
    with pytest.raises(repeat.NotBlocked, match="protected"):
        repeat.block(calls(), robin, "threats")


def test_a_number_that_is_withheld_is_not_turned_away_wholesale(arrives, staff):
    with pytest.raises(repeat.NotBlocked, match="withheld"):
        repeat.block(arrives("phone").id, staff("robin"), "threats")
    assert not repeat.blocked("phone", "")
    assert not repeat.blocked("phone", "anonymous")


@pytest.mark.parametrize("kind", ["silent", "test"])
def test_silent_and_testing_calls_are_nobody_s_fault(calls, staff, kind):
    robin = staff("robin")
    ref = calls()
    offers.claim(ref, robin.pk)
    contacts.wrap_up(ref, robin.pk, kind, "no_action")
    with pytest.raises(repeat.NotBlocked, match="protected"):
        repeat.block(ref, robin, "flooding")


def test_a_block_of_a_case_that_somebody_must_not_know_of_does_not_show_for_them(calls, staff):
    from harkline.intake.models import Contact as Row

    robin, boss = staff("robin"), staff("boss", role="supervisor")
    ref = calls()
    repeat.block(ref, robin, "threats")
    exclusions.exclude([Row.objects.get(pk=ref).thread_id], operators=[boss.pk])
    assert [len(repeat.in_force(one)) for one in (robin, boss)] == [1, 0]


def test_the_key_does_not_lie_on_the_disk_unless_somebody_puts_it_there(settings, tmp_path, monkeypatch):
    settings.HANDLE_KEY, settings.DATA = None, tmp_path / "line"
    monkeypatch.setattr(handle_key.fleeting, "in_memory", lambda: tmp_path / "memory")
    assert handle_key.path().parent == tmp_path / "memory"
    monkeypatch.setattr(handle_key.fleeting, "in_memory", lambda: None)
    assert handle_key.path() == tmp_path / "line" / "keys" / "handles.key"
    settings.HANDLE_KEY = tmp_path / "elsewhere"
    assert handle_key.path() == tmp_path / "elsewhere"
