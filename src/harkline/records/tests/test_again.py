"""Somebody who is in touch again, and whose number that is."""

import pytest
from django.core.exceptions import PermissionDenied

from harkline.audit.models import Record
from harkline.intake import policy, receive, repeat
from harkline.records import access, again, conflict, filing, numbers
from harkline.routing import callbacks, offers

pytestmark = pytest.mark.django_db
NUMBER = "+442079460123"


@pytest.fixture
def calls(arrives):
    def call(text: str = "", **more) -> str:
        contact = arrives("phone", text=text, **more)
        receive.add(
            contact.thread_id, [receive.Part("handle", {"kind": "phone"}, NUMBER.encode())], contact_id=contact.id
        )
        repeat.remember(contact.id, "phone", NUMBER)
        filing.file_pending()
        return contact.id

    return call


def test_who_calls_again_is_said_to_have_been_in_touch_and_stays_apart_until_somebody_has_asked(calls, staff):
    robin = staff("robin")
    first, second = calls("the first time"), calls("the second time")
    known = again.before(robin, second)
    assert (known.contacts, [one.alias for one in known.others]) == (1, [access.case_of_contact(first).alias])
    assert access.case_of_contact(first).id != access.case_of_contact(second).id
    with pytest.raises(PermissionDenied):
        again.same(robin, second, known.others[0].case_id)
    offers.claim(second, robin.pk)
    again.same(robin, second, known.others[0].case_id)
    assert access.case_of_contact(first).id == access.case_of_contact(second).id
    assert len(access.entries(robin, access.case_of_contact(first).id)) == 4
    assert again.before(robin, second).others == []


def test_only_a_case_of_the_same_telephone_can_be_joined(calls, arrives, staff):
    robin = staff("robin")
    ref, other = calls(), arrives("email", text="x")
    offers.claim(ref, robin.pk)
    with pytest.raises(PermissionDenied):
        again.same(robin, ref, access.case_of_contact(other.id).id)


def test_a_case_that_an_operator_must_not_know_of_is_not_named_nor_counted(calls, staff):
    robin, boss = staff("robin"), staff("boss", role="supervisor")
    first, second = calls(), calls()
    conflict.exclude(boss, access.case_of_contact(first).id, operators=[robin.pk])
    assert again.before(robin, second) == again.Before(0, 0, [])
    assert again.before(boss, second).contacts == 1


def test_who_joins_a_hidden_case_with_an_open_one_hides_both(calls, staff):
    robin, sam, boss = staff("robin"), staff("sam"), staff("boss", role="supervisor")
    first, second = calls(), calls()
    conflict.exclude(boss, access.case_of_contact(first).id, operators=[robin.pk])
    offers.claim(second, sam.pk)
    again.same(sam, second, access.case_of_contact(first).id)
    assert not access.exists(robin, access.case_of_contact(second).id)


@pytest.mark.parametrize(("reveal", "who"), [("never", []), ("supervisor", ["boss"]), ("operator", ["boss", "robin"])])
def test_a_number_is_shown_as_the_line_allows_with_a_reason_on_record(calls, staff, reveal, who):
    robin, boss = staff("robin"), staff("boss", role="supervisor")
    ref = calls()
    offers.claim(ref, robin.pk)
    with policy.using(policy.Policy(reveal=reveal)):
        for one in (robin, boss):
            if one.username in who:
                assert len(numbers.reveal(one, ref, "danger")) == 1
            else:
                with pytest.raises(PermissionDenied):
                    numbers.reveal(one, ref, "danger")
    told = Record.objects.filter(act="revealed").values_list("actor", "reason")
    assert sorted(told) == sorted((one.pk, "danger") for one in (robin, boss) if one.username in who)


def test_a_number_needs_one_of_the_reasons(calls, staff):
    with policy.using(policy.Policy(reveal="operator")), pytest.raises(ValueError, match="reasons"):
        numbers.reveal(staff("robin"), calls(), "curious")


def test_a_number_does_not_open_like_other_entries(calls, staff):
    boss = staff("boss", role="supervisor")
    ref = calls("words")
    number, words = sorted(access.entries(boss, access.case_of_contact(ref).id), key=lambda one: one.kind)
    assert (number.number, words.number) == (True, False)
    access.open_(boss, words.id)
    with pytest.raises(PermissionDenied):
        access.open_(boss, number.id)


def test_a_number_opens_to_be_dialled_while_the_terms_allow_it_and_not_where_another_was_named(calls, staff, clock):
    boss, other = staff("boss", role="supervisor"), staff("other", role="supervisor")
    ref = calls()
    [number] = access.entries(boss, access.case_of_contact(ref).id)
    offers.claim(ref, boss.pk)
    # It is Monday noon; they may be called from one o'clock.
    hours = (callbacks.SafeWindow(frozenset({0}), 13 * 60, 14 * 60),)
    callbacks.record(ref, callbacks.Given("caller", "UTC", hours, number_given=True))
    with pytest.raises(PermissionDenied):
        access.open_(boss, number.id)
    clock.forward(hours=1)
    with pytest.raises(PermissionDenied):
        access.open_(other, number.id)
    access.open_(boss, number.id)
    assert list(Record.objects.filter(act="opened").values_list("reason", flat=True)) == ["dial"]
    receive.flag(ref, "other_number")
    with pytest.raises(PermissionDenied):
        access.open_(boss, number.id)
