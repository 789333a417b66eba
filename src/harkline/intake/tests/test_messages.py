"""Messages that come whole and many at once are each there exactly once, on their own thread, before anybody is told so."""

import pytest

from harkline.intake import receive
from harkline.intake.models import Attempt, Contact, SealedObject, Thread

pytestmark = pytest.mark.django_db
ADDRESS = "line@harkline.example"


def arrival(key: str, **more: object) -> receive.Arrival:
    parts = [receive.Part("message", {}, key.encode()), receive.Part("original", {}, b"raw " + key.encode())]
    return receive.Arrival(ADDRESS, key, "en", parts, **more)


def test_each_has_an_attempt_a_contact_a_thread_and_its_own_parts(team_private):
    one, two = receive.messages("email", [arrival("1"), arrival("2")])
    assert one
    assert two
    assert one.new
    assert one.thread_id != two.thread_id
    assert SealedObject.objects.filter(contact=one.id, thread=one.thread_id).count() == 2
    assert list(Attempt.objects.values_list("outcome", "channel").distinct()) == [("message", "email")]
    assert {ref.id for ref in receive.waiting()} == {one.id, two.id}


def test_what_is_here_already_or_twice_in_a_batch_counts_once(team_private):
    receive.messages("email", [arrival("1")])
    assert [bool(ref) for ref in receive.messages("email", [arrival("1"), arrival("2"), arrival("2")])] == [
        False,
        True,
        False,
    ]
    assert Contact.objects.count() == Attempt.objects.count() == 2


def test_the_same_key_counts_once_whichever_way_it_came(team_private):
    receive.attempt("email", ADDRESS, dedupe_key="1")
    assert receive.messages("email", [arrival("1")]) == [None]


def test_more_on_a_thread_goes_there(team_private):
    (first,) = receive.messages("email", [arrival("1")])
    assert first
    refs = receive.messages("email", [arrival("2", thread_id=first.thread_id), arrival("3", thread_id=first.thread_id)])
    assert {ref.thread_id for ref in refs if ref} == {first.thread_id}
    assert Thread.objects.count() == 1


def test_a_message_that_nobody_waits_for_is_filed_and_not_on_the_list(team_private):
    receive.messages("email", [arrival("1", waiting=False, machine_kind="list", flags=("list",))])
    row = Contact.objects.select_related("attempt").get()
    assert (row.state, row.flags, row.attempt.machine_kind) == ("closed", ["list"], "list")
    assert receive.waiting() == []
