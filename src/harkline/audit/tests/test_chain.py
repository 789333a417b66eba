"""What is recorded is recorded with what it records, or not at all; and nothing but words and ids."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from harkline.audit import actor, chain, links, view
from harkline.audit.models import Ratchet, Record

pytestmark = pytest.mark.django_db(transaction=True)


def fault(**known):
    from harkline.runtime import clock

    return links.first_fault(view.rows(), chain.state(), now=clock.now(), **known)


def test_records_hang_together_and_the_first_key_proves_them(clock):
    for _turn in range(5):
        chain.record("opened", "entry", 7, case="c", reason="read", actor_id=3)
        clock.forward(minutes=3)
    assert list(Record.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert fault() is None
    assert fault(first_key=chain.first_key()) is None


def test_what_is_rolled_back_leaves_no_record_and_no_step_of_the_ratchet():
    chain.record("opened", "entry", 1)
    with transaction.atomic():
        chain.record("opened", "entry", 2)
        transaction.set_rollback(True)
    chain.record("opened", "entry", 3)
    assert Record.objects.count() == 2
    assert fault(first_key=chain.first_key()) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "said something"},
        {"kind": "story"},
        {"subject": "a b"},
        {"subject": "+442079460123"},
        {"reason": "Because"},
    ],
)
def test_what_people_wrote_and_numbers_have_no_place(wrong):
    with pytest.raises(ValueError):
        chain.record(**{"act": "opened", "kind": "entry", "subject": "1", **wrong})
    assert not Record.objects.exists()


def test_the_signed_in_operator_is_the_actor_and_otherwise_the_system():
    with actor.acting(lambda: 9):
        chain.record("opened", "entry", 1)
        chain.record("purged", "case", 1, actor_id=None)
    chain.record("opened", "entry", 1)
    assert list(Record.objects.order_by("sequence").values_list("actor", flat=True)) == [9, None, None]


def test_a_change_in_the_database_is_found_at_its_record():
    for number in range(6):
        chain.record("opened", "entry", number)
    key = chain.first_key()
    Record.objects.filter(sequence=4).update(actor=2)
    assert fault(first_key=key) == links.Fault(4, "altered")
    Record.objects.filter(sequence=4).delete()
    assert fault() == links.Fault(4, "removed")


def test_once_the_first_key_has_left_the_host_only_its_holder_can_prove():
    chain.record("opened", "entry", 1)
    key = chain.first_key()
    chain.forget_first_key()
    assert chain.first_key() is None
    assert Record.objects.latest("sequence").act == "key_taken"
    assert fault(first_key=key) is None
    chain.forget_first_key()
    assert Record.objects.count() == 2


def test_writers_at_the_same_time_take_different_places():
    def write(number):
        try:
            for _turn in range(5):
                chain.record("opened", "entry", number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert Record.objects.count() == 30
    assert fault(first_key=chain.first_key()) is None


def test_the_key_does_not_lie_open_in_the_database():
    chain.record("opened", "entry", 1)
    key = chain.first_key()
    row = Ratchet.objects.get()
    assert key not in bytes(row.first)
    assert links.ratchet(key) not in bytes(row.key)


def test_old_records_go_and_the_rest_stays_provable(clock):
    for number in range(500):
        chain.record("opened", "entry", number)
        clock.forward(days=1)
    key = chain.first_key()
    assert chain.purge(timedelta(days=10)) == 500 - 365 - 1  # never younger than a year, and one more stays as a proof
    assert fault(first_key=key) is None
    assert chain.purge(timedelta(days=400)) == 0
    clock.forward(days=100)
    assert chain.purge(timedelta(days=400)) > 0
    assert fault(first_key=key) is None
    Record.objects.order_by("sequence").first().delete()
    assert fault(first_key=key).what == "removed"


def test_a_clock_that_stood_in_the_past_takes_no_young_record_away(clock):
    for number in range(5):
        chain.record("opened", "entry", number)
        clock.forward(days=1)
    clock.forward(days=-4000)
    chain.record("opened", "entry", 6)
    clock.forward(days=4000)
    assert chain.purge(timedelta(days=400)) == 0


def test_a_reader_does_not_see_a_case_that_excludes_them(monkeypatch):
    monkeypatch.setattr(view, "_hides", [])
    view.hide_for(lambda viewer: ["c2"] if viewer == 5 else [])
    chain.record("opened", "entry", 1, case="c1")
    chain.record("opened", "entry", 2, case="c2")
    assert [one.case for one in view.records(5)] == ["c1"]
    assert [one.case for one in view.records(6)] == ["c2", "c1"]


def test_a_record_costs_little():
    chain.record("opened", "entry", 1)
    with connection.execute_wrapper(_counted := _Count()):
        chain.record("opened", "entry", 2)
    assert _counted.number <= 5


class _Count:
    def __init__(self):
        self.number = 0

    def __call__(self, execute, sql, params, many, context):
        self.number += 1
        return execute(sql, params, many, context)
