"""A day's contacts become entries that stand for ever."""

import hashlib

import pytest

from harkline.count import columns, openings, policy, publish, receipts, sequence, tally
from harkline.count.models import Batch, Counted, Leaf, Log, Opening, Receipt
from harkline.intake.models import Attempt
from harkline_verify import contact, entries, group
from harkline_verify import receipts as form
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.notes import Note

pytestmark = pytest.mark.django_db


def text(index):
    return entries.parse(bytes(Leaf.objects.get(index=index).data))


def entered() -> set[str]:
    """The codes in the log."""
    return {bytes(row.data[2:12]).decode() for row in Leaf.objects.all() if bytes(row.data[:1]) == b"\x01"}


def test_the_log_begins_with_what_is_counted_in_the_words_that_will_be_quoted(counting):
    schema = text(0)
    assert [one.name for one in schema.columns] == ["contact", "abandoned", "young"]
    assert schema.columns[2].wording == "The person said that they are under 18"
    assert (schema.origin, schema.min_cell) == ("line.example/count", 10)


def test_a_day_is_a_batch_of_a_power_of_two_whoever_came_or_not(counting, somebody, gives_up, days_pass):
    days_pass()
    for _one in range(17):
        somebody()
    gives_up()
    days_pass()
    first, second = Batch.objects.order_by("day")
    assert (first.count, second.count) == (16, 32)
    assert text(second.header).count == 32
    assert Counted.objects.count() == 18
    assert sequence.sums(second)[0] == [17, 1, 0]
    codes = [bytes(row.data[2:12]) for row in Leaf.objects.filter(index__gt=second.header).order_by("index")]
    assert codes == sorted(set(codes))
    assert all(form.is_code(code.decode()) for code in codes)


def test_every_proof_holds_and_the_sum_opens(counting, somebody, days_pass):
    for _one in range(3):
        somebody()
    days_pass()
    batch, width = Batch.objects.get(), len(policy.present().columns)
    schema = hashlib.sha256(Log.objects.get().schema.encode()).digest()
    leaves = [bytes(row.data) for row in Leaf.objects.filter(index__gt=batch.header)]
    assert all(contact.holds(one, width, schema) for one in leaves)
    totals, blinds = sequence.sums(batch)
    for column in range(width):
        summed = group.total(contact.parse(one, width).columns[column][0] for one in leaves)
        assert summed == group.commit(totals[column], blinds[column])


def test_an_attempt_is_entered_once_and_the_day_is_the_one_by_whose_end_it_was_over(
    counting, somebody, days_pass, clock
):
    late = somebody(closed=False)
    days_pass()
    assert Counted.objects.count() == 0
    Attempt.objects.get(pk=late).contact.__class__.objects.filter(attempt=late).update(
        state="closed", kind="counselling", closed_at=clock()
    )
    days_pass(3)
    assert [row.day for row in Counted.objects.all()] == [Batch.objects.order_by("day")[1].day]
    assert Opening.objects.count() == 16 * 4


def test_what_nobody_closes_is_entered_after_a_week_as_it_stands(counting, somebody, days_pass):
    somebody(closed=False)
    days_pass(7)
    assert Counted.objects.count() == 0
    days_pass(2)
    assert Counted.objects.count() == 1
    assert sequence.sums(Batch.objects.order_by("day").last())[0] == [0, 0, 0]


def test_machines_trials_and_what_was_refused_are_nobody_s_contact(counting, somebody, days_pass):
    Attempt.objects.filter(pk=somebody()).update(machine_kind="bounce")
    Attempt.objects.filter(pk=somebody()).update(machine_kind="canary")
    Attempt.objects.filter(pk=somebody()).update(outcome="rejected")
    days_pass()
    assert Counted.objects.count() == 0


def test_a_trial_call_can_find_its_receipt_and_counts_nowhere(counting, somebody, days_pass):
    tried = somebody(kind="test")
    code = receipts.issue(tried, "4711")
    days_pass()
    assert code in entered()
    assert sequence.sums(Batch.objects.get())[0] == [0, 0, 0]


def test_a_receipt_begins_with_the_callers_own_digits_and_is_in_the_log(counting, somebody, days_pass):
    tried = somebody()
    code = receipts.issue(tried, "0815")
    assert code.startswith("0815")
    assert form.is_code(code)
    assert receipts.issue(tried, "9999") == code
    days_pass()
    assert code in entered()
    assert [one.code for one in receipts.of_thread(str(Attempt.objects.get(pk=tried).contact.thread_id))] == [code]


def test_who_asks_while_the_day_is_being_entered_finds_what_they_were_told(counting, somebody, days_pass, monkeypatch):
    tried, told = somebody(), []
    padded = sequence._padded

    def asks_now(*given):
        if not told:
            told.append(receipts.issue(tried, "4711"))
        return padded(*given)

    monkeypatch.setattr(sequence, "_padded", asks_now)
    days_pass()
    assert not Batch.objects.exists()
    assert sequence.make_due() == 1
    assert entered() >= set(told)
    assert told[0].startswith("4711")


def test_two_that_enter_the_same_day_leave_one_batch_that_opens(counting, somebody, clock):
    somebody()
    clock.forward(days=1)
    row = sequence.log()
    day = sequence.next_day(row, clock())
    assert sequence._make(row, day)
    key = openings.path(day).read_bytes()
    assert not sequence._make(row, day)
    assert openings.path(day).read_bytes() == key
    assert len(openings.Openings().of_batch(Batch.objects.get())) == 16


@pytest.mark.parametrize("chosen", ["", "123", "12345", "12a4", "１２３４"])
def test_a_choice_that_is_no_four_digits_gives_none(counting, somebody, chosen):
    with pytest.raises(receipts.NotNow):
        receipts.issue(somebody(), chosen)
    assert not Receipt.objects.exists()


def test_who_asks_after_the_batch_was_made_is_told_so(counting, somebody, days_pass):
    tried = somebody()
    days_pass()
    with pytest.raises(receipts.TooLate):
        receipts.issue(tried, "1234")


def test_what_opens_an_entry_is_gone_with_its_key_and_the_figures_stay(counting, somebody, days_pass):
    somebody()
    days_pass()
    batch = Batch.objects.get()
    assert sum(one.values[0] for one in openings.Openings().of_batch(batch).values()) == 1
    key = openings.path(batch.day)
    assert key.stat().st_mode & 0o777 == 0o600
    openings.forget_key(batch.day)
    assert openings.Openings().of_batch(batch) == {}
    assert sequence.sums(batch)[0][0] == 1


def test_other_settings_than_the_log_began_with_append_nothing(counting, somebody, days_pass):
    policy.use(policy.Policy(origin=counting.origin, folder=counting.folder))
    somebody()
    days_pass()
    assert not Batch.objects.exists()
    assert not sequence.fits(sequence.log())


def test_the_files_are_signed_and_say_what_is_committed(counting, somebody, days_pass):
    somebody()
    days_pass(2)
    note = Note.parse((counting.served / "checkpoint").read_bytes())
    from harkline.count import signing

    assert signing.key() in note.verified([signing.key()])
    assert Checkpoint.parse(note.text).size == Log.objects.get().size == Leaf.objects.count() == 35
    assert (counting.served / "tile/entries/000.p/35").is_file()
    assert Log.objects.get().published == 35


def test_files_that_somebody_took_away_are_written_anew(counting, somebody, days_pass):
    days_pass(2)
    gone = counting.served / "tile/0/000.p/35"
    before = gone.read_bytes()
    gone.unlink()
    days_pass()
    assert (counting.served / "tile/0/000.p/52").read_bytes()[: len(before)] == before
    assert not Log.objects.get().stopped


def test_a_database_from_a_backup_signs_nothing_more(counting, days_pass):
    days_pass(3)
    Leaf.objects.filter(index__gte=18).delete()
    Opening.objects.filter(index__gte=18).delete()
    Batch.objects.filter(header__gte=18).delete()
    first = Batch.objects.get()
    Log.objects.update(size=18, last_day=first.day)
    assert publish.write(Log.objects.get()) is None
    assert Log.objects.get().stopped == publish.BEHIND
    days_pass()
    assert Leaf.objects.count() == 18


def test_another_history_is_not_signed(counting, days_pass):
    days_pass(2)
    Leaf.objects.filter(index=3).update(data=b"\x01something else")
    (counting.served / "tile/0/000.p/35").unlink()
    assert publish.write(Log.objects.get()) is None
    assert Log.objects.get().stopped == publish.FORK


def test_rules_of_columns_are_words_that_are_known():
    assert columns.wrong([columns.Column("x", "w", ("kind:counselling", "mark"))]) == ""
    assert "no rule" in columns.wrong([columns.Column("x", "w", ("colour:red",))])
    assert "wording" in columns.wrong([columns.Column("x", "", ("mark",))])
    assert columns.wrong([columns.Column("contact", "w", ("kind:counselling",))])


def test_the_day_ends_by_the_line_s_own_clock(counting):
    from datetime import UTC, date, datetime

    from harkline.line.models import Line

    Line.objects.update(timezone="Pacific/Auckland")
    assert tally.ends(date(2026, 6, 1)).astimezone(UTC) == datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert sequence.made_at(date(2026, 6, 1)) == datetime(2026, 6, 2, 6, tzinfo=UTC)
