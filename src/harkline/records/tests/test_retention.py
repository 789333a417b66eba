"""What nobody needs any more goes, whole; what is alive, held or open stays, whole."""

import uuid

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from harkline.audit.models import Record
from harkline.intake import receive
from harkline.intake.models import Attempt, Chunk, Contact, DayFigure, SealedObject, Thread, Wrap
from harkline.records import access, filing, guard, holds, purge, retention
from harkline.records.models import Case, ClockMark, Entry, Hold
from harkline.runtime import expiry, uptime

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def host(monkeypatch, clock):
    """A host whose uptime goes with the wound clock, so that winding it is no jump."""
    begun = clock.at
    monkeypatch.setattr(uptime, "uptime", lambda: ("one", (clock.at - begun).total_seconds()))


@pytest.fixture
def written(arrives, clock):
    """Somebody writes, and somebody wraps it up: the id of the case."""

    def write(text="words", kind="counselling", **more):
        ref = arrives("web", text=text, **more)
        filing.file_pending()
        Contact.objects.filter(pk=ref.id).update(state="closed", closed_at=clock.at, kind=kind, disposition="resolved")
        return Case.objects.get(threads__thread=ref.thread_id).pk

    return write


def run():
    steps = 0
    while purge.step():
        steps += 1
        assert steps < 500
    return steps


def left():
    return {
        model.__name__: model.objects.count() for model in (Case, Entry, SealedObject, Chunk, Wrap, Contact, Thread)
    }


def test_a_case_goes_whole_when_nothing_has_happened_for_ninety_days(written, clock):
    written()
    clock.forward(days=89)
    assert run() == 0
    assert left()["Case"] == 1
    clock.forward(days=2)
    run()
    assert set(left().values()) == {0}


def test_the_keys_go_first_in_a_transaction_of_their_own(written, clock):
    written()
    clock.forward(days=91)
    purge.step()
    assert not Wrap.objects.exists()
    assert Chunk.objects.exists()
    assert SealedObject.objects.exists()
    purge.step()
    assert not Chunk.objects.exists()
    assert SealedObject.objects.exists()
    run()
    assert not SealedObject.objects.exists()


def test_a_contact_within_the_period_keeps_the_whole_case(written, clock, arrives):
    case = written()
    thread = Thread.objects.get()
    clock.forward(days=60)
    tried = receive.attempt("web", "/", dedupe_key="again")
    receive.contact(tried.id, [receive.Part("message", {}, b"more")], language="en", thread_id=str(thread.pk))
    Contact.objects.update(state="closed")
    filing.file_pending()
    clock.forward(days=60)
    run()
    assert Entry.objects.filter(case=case).count() == 2
    assert Wrap.objects.count() >= 2
    clock.forward(days=31)
    run()
    assert set(left().values()) == {0}


def test_who_writes_between_the_two_steps_keeps_the_case(written, clock):
    case = written()
    clock.forward(days=91)
    purge.step()
    tried = receive.attempt("web", "/", dedupe_key="again")
    thread = Thread.objects.get()
    receive.contact(tried.id, [receive.Part("message", {}, b"more")], language="en", thread_id=str(thread.pk))
    run()
    assert Case.objects.filter(pk=case).exists()
    assert Wrap.objects.count() >= 1


@pytest.mark.parametrize("open_", [{"state": "waiting"}, {"state": "in_hand"}, {"callback_at": True}])
def test_what_is_open_stays(written, clock, open_):
    written()
    changes = {name: clock.at if value is True else value for name, value in open_.items()}
    Contact.objects.update(**changes)
    clock.forward(days=500)
    run()
    assert left()["Entry"] == 1


def test_recordings_go_earlier_and_the_rest_stays(written, clock):
    written()
    row = Contact.objects.get()
    recorder = receive.recorder(str(row.pk))
    recorder.write(b"\0" * 3000)
    recorder.close()
    filing.file_pending()
    assert Entry.objects.filter(kind="recording").count() == 1
    clock.forward(days=31)
    run()
    assert list(Entry.objects.values_list("kind", flat=True)) == ["message"]
    assert Wrap.objects.exclude(object__purpose="message").count() == 0


def test_counts_by_day_survive_and_attempts_lead_nowhere(written, clock):
    for kind in ("counselling", "counselling", "test"):
        written(kind=kind)
    receive.attempt("phone", "+442079460123", dedupe_key="hung-up")
    before = set(Attempt.objects.values_list("dedupe_key", flat=True))
    clock.forward(days=91)
    run()
    assert dict(DayFigure.objects.filter(what="kind").values_list("word", "count")) == {"counselling": 2, "test": 1}
    rows = list(Attempt.objects.all())
    assert len(rows) == 4
    assert not before & {row.dedupe_key for row in rows}
    assert {(row.arrived_at.minute, row.ended_at, row.return_code) for row in rows} == {(0, None, None)}
    clock.forward(days=400)
    run()
    assert not Attempt.objects.exists()
    assert sum(DayFigure.objects.filter(what="outcome").values_list("count", flat=True)) == 4


def test_everything_that_points_at_a_contact_goes_with_it(written, clock, staff):
    """Every table with a foreign key to what goes is emptied, whichever package it belongs to."""
    from harkline.routing.models import Callback, CallbackOverride, CallbackTry

    robin = staff("robin")
    written()
    row = Contact.objects.get()
    now = clock.at
    back = Callback.objects.create(
        contact=row, expires_at=now, recorded_at=now, time_zone="UTC", tries_allowed=3, pause_minutes=60
    )
    over = CallbackOverride.objects.create(callback=back, asked_by=robin, asked_at=now)
    CallbackTry.objects.create(callback=back, operator=robin, override=over, started_at=now)
    clock.forward(days=91)
    run()
    gone = {Thread, Contact, SealedObject, Case}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in gone:
                assert not model.objects.filter(**{f"{field.name}__isnull": False}).exists(), model.__name__


def test_a_contact_that_came_to_no_case_goes_too(arrives, clock):
    ref = arrives("phone")
    Contact.objects.filter(pk=ref.id).update(state="closed", closed_at=clock.at)
    clock.forward(days=91)
    run()
    assert left()["Thread"] == 0


# --- legal holds


def test_a_hold_keeps_a_case_until_two_people_lift_it(written, clock, staff):
    one, other, robin = staff("one", role="supervisor"), staff("other", role="supervisor"), staff("robin")
    case = written()
    with pytest.raises(PermissionDenied):
        holds.place(robin, case, "court")
    assert holds.place(one, case, "court")
    assert not holds.place(other, case, "court")
    clock.forward(days=500)
    run()
    assert left()["Wrap"] >= 1
    assert not holds.lift(one, case)  # nobody has asked
    assert holds.ask_to_lift(one, case)
    assert not holds.lift(one, case)  # not alone
    run()
    assert left()["Wrap"] >= 1
    assert holds.lift(other, case)
    acts = list(Record.objects.filter(case=str(case)).order_by("sequence").values_list("act", "actor"))
    assert acts == [("held", one.pk), ("hold_lift_asked", one.pk), ("hold_lifted", other.pk)]
    run()
    assert left()["Case"] == 0
    assert not Hold.objects.exists()


def test_a_second_person_can_keep_it(written, staff):
    one, other = staff("one", role="supervisor"), staff("other", role="supervisor")
    case = written()
    holds.place(one, case, "inquiry")
    holds.ask_to_lift(one, case)
    assert holds.keep(other, case)
    assert not holds.lift(other, case)


def test_a_hold_needs_a_reason_of_the_list(written, staff):
    with pytest.raises(ValueError):
        holds.place(staff("one", role="supervisor"), written(), "because she said so")


# --- the clock


def jump(monkeypatch, clock, days):
    """The clock alone moves; the host's uptime does not."""
    stood = uptime.uptime()
    clock.forward(days=days)
    monkeypatch.setattr(uptime, "uptime", lambda: stood)


@pytest.mark.parametrize("years", [10, -10])
def test_nothing_goes_after_the_clock_has_jumped_ten_years(written, clock, monkeypatch, years):
    written()
    assert guard.look(force=True)
    jump(monkeypatch, clock, 3652 * (1 if years > 0 else -1))
    assert run() == 0
    assert left()["Wrap"] >= 1
    assert guard.suspended().why == ("ahead" if years > 0 else "back")
    jump(monkeypatch, clock, -3652 * (1 if years > 0 else -1))
    assert run() == 0
    assert guard.suspended()  # that it came back is for a person to say, too
    assert guard.confirm(7)
    assert guard.suspended() is None
    assert list(Record.objects.filter(kind="retention").values_list("act", "actor").order_by("sequence")) == [
        ("purge_suspended", None),
        ("purge_resumed", 7),
    ]
    assert run() == 0
    assert left()["Case"] == 1


def test_many_small_jumps_count_as_one(written, clock, monkeypatch):
    written()
    guard.look(force=True)
    for _turn in range(60):
        jump(monkeypatch, clock, 1.9)
        if not guard.look(force=True):
            break
    assert guard.suspended().why == "ahead"
    assert _turn == 1


def test_what_was_written_under_a_wrong_clock_is_not_removed_as_old(written, clock, monkeypatch):
    guard.look(force=True)
    jump(monkeypatch, clock, -3652)
    guard.look(force=True)
    case = written()
    jump(monkeypatch, clock, 3652)
    guard.confirm(None)
    run()
    assert Wrap.objects.filter(object__entry__case=case).exists()
    begun, stood = clock.at, uptime.uptime()[1]
    monkeypatch.setattr(uptime, "uptime", lambda: ("one", stood + (clock.at - begun).total_seconds()))
    clock.forward(days=91)
    run()
    assert not Case.objects.exists()


def test_a_case_dated_ahead_goes_in_its_time_after_all(written, clock, monkeypatch):
    guard.look(force=True)
    jump(monkeypatch, clock, 3652)
    guard.look(force=True)
    written()
    jump(monkeypatch, clock, -3652)
    guard.confirm(None)
    begun, stood = clock.at, uptime.uptime()[1]
    monkeypatch.setattr(uptime, "uptime", lambda: ("one", stood + (clock.at - begun).total_seconds()))
    run()
    assert left()["Case"] == 1
    clock.forward(days=91)
    run()
    assert left()["Case"] == 0


@pytest.mark.parametrize(("days", "trusted"), [(1.5, True), (3, False), (3652, False), (-1, False)])
def test_across_a_start_of_the_host_a_short_rest_is_believed(clock, monkeypatch, days, trusted):
    guard.look(force=True)
    monkeypatch.setattr(uptime, "uptime", lambda: ("two", 30.0))
    clock.forward(days=days)
    assert guard.look(force=True) is trusted


def test_a_running_host_is_believed_however_long_the_server_was_down(written, clock):
    written()
    guard.look(force=True)
    clock.forward(days=91)
    assert guard.look(force=True)
    run()
    assert left()["Case"] == 0


def test_the_clock_is_looked_at_once_a_minute(clock, django_assert_num_queries):
    guard.look()
    with django_assert_num_queries(1):
        guard.look()
    assert ClockMark.objects.count() == 1


# --- what is told beforehand


def test_what_will_go_is_told_and_is_what_goes(written, clock):
    written()
    clock.forward(days=70)
    told = {one.name: one for one in purge.all_due()}
    assert (told["content"].now, told["content"].soon) == (0, 1)
    clock.forward(days=21)
    assert {one.name: one.now for one in purge.all_due()}["content"] == 1


def test_the_installations_own_periods_count(written, clock):
    try:
        expiry.use({"content": 10})
        written()
        clock.forward(days=11)
        run()
        assert left()["Case"] == 0
    finally:
        expiry.use({})


def test_a_purge_is_on_record_without_naming_anybody(written, clock):
    case = written()
    clock.forward(days=91)
    run()
    told = (
        Record.objects.filter(act="purged", subject="content")
        .values_list("reason", "count", "case")
        .order_by("sequence")
    )
    assert list(told) == [("keys", 1, ""), ("rows", 1, "")]
    assert not Record.objects.filter(subject=str(case)).exists()


def test_every_kind_has_a_period_and_a_reason():
    rules = expiry.rules()
    assert {
        "content",
        "recordings",
        "attempts",
        "attempt_links",
        "audit",
        "outbox",
        "sent_mail",
        "drafts",
        "duties",
        "sessions",
    } <= {one.name for one in rules}
    assert all(str(one.why) and str(one.label) and one.days >= 1 for one in rules)


def test_nothing_of_a_case_can_be_asked_for_once_it_has_gone(written, clock, staff):
    boss = staff("boss", role="supervisor")
    case = written()
    entry = Entry.objects.get().pk
    clock.forward(days=91)
    run()
    assert access.case(boss, str(case)) is None
    with pytest.raises(Entry.DoesNotExist):
        access.open_(boss, entry)
    assert retention.due(clock.at).count() == 0
    assert str(uuid.UUID(str(case))) == str(case)
