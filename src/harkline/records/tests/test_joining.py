"""A caller who comes back says twelve digits, and the call joins the case that they belong to."""

import pytest

from harkline.audit.models import Record
from harkline.intake import exclusions, receive, threads
from harkline.intake.models import Contact
from harkline.records import access, conflict, holds, joining, schedule
from harkline.records.models import Case
from harkline.routing import offers

pytestmark = pytest.mark.django_db
CODE = "123456789012"


@pytest.fixture
def before(arrives):
    """An earlier call, with its code."""
    ref = arrives("phone", text="first")
    threads.give_phone_code(ref.attempt_id, CODE)
    return ref


@pytest.fixture
def again(arrives, staff):
    """The same caller rings again, and Robin answers."""
    robin, ref = staff("robin"), arrives("phone", text="second")
    offers.claim(ref.id, robin.pk)
    return ref, robin


def test_the_call_joins_the_case_and_what_was_said_before_can_be_read(before, again):
    ref, robin = again
    case = access.case_of_contact(before.id)
    assert not access.may_read(robin, case.id)
    assert joining.join(robin, ref.id, "123 456 789 012") == case.alias
    assert access.case_of_contact(ref.id) == case
    assert [one.kind for one in access.entries(robin, case.id)] == ["message", "message"]
    assert Case.objects.count() == 1
    assert Record.objects.latest("sequence").act == "case_joined"
    assert joining.join(robin, ref.id, CODE) == case.alias


def test_a_legal_hold_goes_where_what_it_keeps_goes(before, again, staff):
    ref, robin = again
    boss = staff("boss", role="supervisor")
    holds.place(boss, access.case_of_contact(ref.id).id, "court")
    joining.join(robin, ref.id, CODE)
    assert [one.alias for one in schedule.held(boss)] == [access.case_of_contact(before.id).alias]
    assert list(Record.objects.filter(act="held").values_list("reason", flat=True)) == ["court", "joined"]


def test_wrong_codes_are_counted_for_the_line_and_alarmed(before, again, clock, monkeypatch):
    ref, robin = again
    rung: list[str] = []
    monkeypatch.setattr(joining.bell, "ring", lambda kind, *_to: rung.append(kind))
    assert [joining.join(robin, ref.id, f"{n:012}") for n in range(joining.MANY)] == [None] * joining.MANY
    assert "alarm" in rung
    assert joining.wrong_codes() == joining.MANY
    clock.forward(minutes=11)
    assert joining.wrong_codes() == 0


def test_a_case_from_which_somebody_is_excluded_is_a_wrong_code(before, again, staff):
    ref, robin = again
    conflict.exclude(staff("boss", role="supervisor"), access.case_of_contact(before.id).id, operators=[robin.pk])
    assert joining.join(robin, ref.id, CODE) is None


def test_whoever_is_excluded_from_the_case_is_from_the_call_that_joins_it(before, again, staff):
    ref, robin = again
    sam = staff("sam")
    conflict.exclude(staff("boss", role="supervisor"), access.case_of_contact(before.id).id, operators=[sam.pk])
    joining.join(robin, ref.id, CODE)
    assert not exclusions.contacts(sam).filter(pk=ref.id).exists()


def test_only_who_has_the_call_in_hand_looks_a_code_up(before, again, staff):
    with pytest.raises(Contact.DoesNotExist):
        joining.join(staff("sam"), again[0].id, CODE)
    assert receive.find(again[0].id)
