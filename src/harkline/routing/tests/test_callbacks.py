"""A caller is called back on their own terms, by one operator, and the place in the queue is kept."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from harkline.audit.models import Record
from harkline.intake import receive
from harkline.intake.models import Contact
from harkline.routing import callback_overrides, callback_tries, callbacks, contacts, lines, offers, presence
from harkline.routing.callback import SafeWindow, Verdict
from harkline.routing.callbacks import Given, WrongTerms
from harkline.routing.models import Callback, CallbackTry, Presence

pytestmark = pytest.mark.django_db(transaction=True)

# The line's clock, and the wound one, stand at Monday noon, UTC; London's at one.
MIDDAY = SafeWindow(frozenset({0}), 12 * 60, 14 * 60)
TERMS = Given("caller", "Europe/London", (MIDDAY,), number_given=True, pause=timedelta(minutes=30))


@pytest.fixture
def asked(arrives, staff, clock):
    """Somebody wrote on the page, asked to be called back, and was read: (contact's id, operator)."""
    robin = staff("robin")
    presence.sign_on(robin.pk)
    ref = arrives("web", text="Please call me.")
    lines.record_callback(ref.id, TERMS)
    offers.claim(ref.id, robin.pk)
    contacts.wrap_up(ref.id, robin.pk, "counselling", "callback_agreed")
    return ref.id, robin


def a_try() -> CallbackTry:
    return CallbackTry.objects.get(outcome="")


def test_reached_it_is_a_contact_in_hand_like_any_call(asked, clock) -> None:
    contact, robin = asked
    since = Contact.objects.get().waiting_since
    assert callback_tries.take(contact, robin.pk)
    made = callback_tries.begin(contact, robin.pk)
    assert isinstance(made, CallbackTry)
    row = Contact.objects.get()
    assert (row.state, row.live, row.operator) == ("in_hand", True, robin)
    assert Presence.objects.get().state == "busy"
    lines.callback_dialled(str(made.pk))
    lines.callback_answered(str(made.pk))
    assert lines.callback_finished(str(made.pk), "reached")
    assert not lines.callback_finished(str(made.pk), "stranger")
    assert Contact.objects.get().state == "in_hand"
    lines.callback_over(str(made.pk))
    assert Contact.objects.get().state == "wrap_up"
    assert contacts.wrap_up(contact, robin.pk, "counselling", "resolved")
    assert (Callback.objects.get().state, Contact.objects.get().waiting_since) == ("reached", since)
    assert callbacks.open_(robin) == []


def test_a_try_that_fails_goes_back_to_the_list_at_its_time(asked, clock) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    made = callback_tries.begin(contact, robin.pk)
    lines.callback_dialled(str(made.pk))
    assert lines.callback_finished(str(made.pk), "no_answer")
    row = Contact.objects.get()
    assert (row.state, row.live, row.callback_at) == ("closed", False, clock.at + timedelta(minutes=30))
    assert Presence.objects.get().state == "idle"
    assert [str(one.contact_id) for one in callbacks.open_(robin)] == [contact]
    assert callbacks.judge(Callback.objects.get()) == Verdict("too_soon", clock.at + timedelta(minutes=30))


def test_outside_the_safe_window_the_server_refuses_whatever_the_page_shows(asked, clock) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    clock.forward(hours=1)
    found = callback_tries.begin(contact, robin.pk)
    assert found == Verdict("outside", clock.at + timedelta(days=6, hours=22))
    assert (CallbackTry.objects.count(), Contact.objects.get().live) == (0, False)


def test_without_terms_there_is_no_dialling(arrives, staff, clock) -> None:
    robin = staff("robin")
    ref = arrives("web", text="x")
    offers.claim(ref.id, robin.pk)
    assert lines.call_back(ref.id, robin.pk, "+442079460999").reason == "no_terms"
    assert CallbackTry.objects.count() == 0


def test_somebody_who_has_not_taken_it_cannot_dial(asked, staff) -> None:
    contact, robin = asked
    assert callback_tries.begin(contact, staff("sam").pk).reason == "not_in_hand"
    callback_tries.take(contact, robin.pk)
    assert not callback_tries.take(contact, robin.pk)


def test_who_talks_with_somebody_does_not_dial_another(asked, arrives) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    offers.claim(arrives("phone").id, robin.pk)
    assert callback_tries.begin(contact, robin.pk).reason == "with_somebody"
    assert CallbackTry.objects.count() == 0


def test_of_two_who_press_at_once_one_dials(asked) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    found: list[object] = []
    ready = threading.Barrier(6)

    def press() -> None:
        ready.wait()
        found.append(callback_tries.begin(contact, robin.pk))
        connection.close()

    pressing = [threading.Thread(target=press) for _ in range(6)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert sum(isinstance(one, CallbackTry) for one in found) == 1
    assert {one.reason for one in found if isinstance(one, Verdict)} == {"under_way"}


def test_a_wrong_number_is_not_rung_again(asked, clock) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    made = callback_tries.begin(contact, robin.pk)
    lines.callback_dialled(str(made.pk))
    lines.callback_finished(str(made.pk), "wrong")
    clock.forward(minutes=31)
    assert callbacks.judge(Callback.objects.get()).reason == "no_number"


def test_a_try_in_which_nobody_was_rung_costs_the_caller_nothing(asked, clock) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    made = callback_tries.begin(contact, robin.pk)
    lines.callback_finished(str(made.pk), "not_made")
    assert callbacks.judge(Callback.objects.get()).allowed


def test_what_a_crash_left_is_recorded_and_not_repeated(asked, clock) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    made = callback_tries.begin(contact, robin.pk)
    lines.callback_dialled(str(made.pk))
    assert lines.callbacks_interrupted() == 1
    assert CallbackTry.objects.get().outcome == "interrupted"
    assert (Contact.objects.get().state, Contact.objects.get().live) == ("closed", False)
    assert callbacks.judge(Callback.objects.get()).reason == "too_soon"


def test_a_call_that_had_reached_the_caller_is_wrapped_up_after_a_crash(asked, clock) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    made = callback_tries.begin(contact, robin.pk)
    lines.callback_dialled(str(made.pk))
    lines.callback_finished(str(made.pk), "reached")
    lines.callbacks_interrupted()
    assert Contact.objects.get().state == "wrap_up"


def test_given_back_untried_it_is_on_the_list_again(asked) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    assert callback_tries.put_back(contact, robin.pk)
    assert Contact.objects.get().state == "closed"
    assert not callback_tries.put_back(contact, robin.pk)


def test_a_caller_who_does_not_want_it_any_more_is_not_called(asked) -> None:
    contact, robin = asked
    assert callbacks.withdraw(contact)
    assert not callback_tries.take(contact, robin.pk)
    assert callbacks.judge(Callback.objects.get()).reason == "over"


@pytest.mark.parametrize(
    ("change", "word"),
    [({"zone": "Mars"}, "zone"), ({"consent": "nobody"}, "consent"), ({"shown": "+441632960000"}, "shown")],
)
def test_what_are_no_terms_is_not_recorded(asked, change: dict, word: str) -> None:
    with pytest.raises(WrongTerms, match=word):
        callbacks.record(asked[0], Given(**change))


def test_terms_are_not_changed_under_a_try_that_runs(asked) -> None:
    contact, robin = asked
    callback_tries.take(contact, robin.pk)
    callback_tries.begin(contact, robin.pk)
    with pytest.raises(WrongTerms, match="under_way"):
        callbacks.record(contact, TERMS)


def test_nobody_rings_back_after_a_safe_ending(asked) -> None:
    receive.flag(asked[0], "safe_ending")
    assert callbacks.judge(Callback.objects.get()).reason == "safe_ending"


def test_a_window_that_closed_while_the_operators_own_end_was_coming_is_closed(asked, clock) -> None:
    contact, robin = asked
    clock.forward(minutes=59)
    callback_tries.take(contact, robin.pk)
    made = callback_tries.begin(contact, robin.pk)
    clock.forward(minutes=1)
    assert not lines.callback_dialled(str(made.pk))
    assert CallbackTry.objects.get().dialled_at is None


def test_a_safe_ending_in_a_later_contact_of_the_case_holds_for_the_earlier_terms(asked, arrives, clock) -> None:
    thread = str(Contact.objects.get(pk=asked[0]).thread_id)
    clock.forward(minutes=1)
    later = arrives("phone", thread_id=thread)
    contacts.ended(later.id)
    Contact.objects.filter(pk=later.id).update(state="closed")
    assert callbacks.judge(callbacks.of(asked[0])).allowed
    receive.flag(later.id, "safe_ending")
    assert callbacks.judge(callbacks.of(asked[0])).reason == "safe_ending"


def test_newer_terms_of_the_same_case_hold_and_the_older_do_not(asked, arrives, clock) -> None:
    clock.forward(minutes=1)
    later = arrives("web", thread_id=str(Contact.objects.get(pk=asked[0]).thread_id))
    lines.record_callback(later.id, Given("caller", "Europe/London", (SafeWindow(frozenset({3}), 600, 660),)))
    assert callbacks.judge(callbacks.of(asked[0])).reason == "replaced"
    assert callbacks.judge(callbacks.of(asked[0]), override=True).allowed


def test_who_has_written_since_is_read_before_they_are_called(asked, arrives, clock) -> None:
    contact, robin = asked
    clock.forward(minutes=1)
    later = arrives("web", thread_id=str(Contact.objects.get(pk=contact).thread_id), text="Do not call me!")
    callback_tries.take(contact, robin.pk)
    assert callback_tries.begin(contact, robin.pk).reason == "unread"
    offers.claim(later.id, robin.pk)
    assert callbacks.judge(callbacks.of(contact)).allowed


def test_writing_the_terms_down_anew_gives_no_more_tries_while_nobody_heard_the_caller(asked, arrives, clock) -> None:
    contact, robin = asked
    for _turn in range(2):
        callback_tries.take(contact, robin.pk)
        made = callback_tries.begin(contact, robin.pk)
        lines.callback_dialled(str(made.pk))
        lines.callback_finished(str(made.pk), "no_answer")
        clock.forward(minutes=30)
    callbacks.record(contact, replace(TERMS, tries=2), operator_id=robin.pk)
    assert callbacks.judge(callbacks.of(contact)).reason == "tries_used"
    assert Record.objects.filter(act="terms").count() == 1
    # They call again, and agree it anew.
    contacts.ended(arrives("phone", thread_id=str(Contact.objects.get(pk=contact).thread_id)).id)
    Contact.objects.update(state="closed")
    clock.forward(minutes=1)
    later = replace(TERMS, windows=(SafeWindow(frozenset({0}), 0, 24 * 60),))
    callbacks.record(contact, later, operator_id=robin.pk)
    assert callbacks.judge(callbacks.of(contact)).allowed


# --- two people


@pytest.fixture
def reason(asked) -> str:
    row = Contact.objects.get(pk=asked[0])
    [made] = receive.add(str(row.thread_id), [receive.Part("note", {}, b"why")], contact_id=asked[0])
    return made


def test_two_people_and_a_reason_lift_the_hours_once(asked, reason, staff, clock) -> None:
    contact, _robin = asked
    alex, kim = staff("alex", role="supervisor"), staff("kim", role="supervisor")
    clock.forward(hours=5)
    callback_tries.take(contact, alex.pk)
    made = callback_overrides.ask(contact, alex.pk, "danger", reason)
    assert made is not None
    assert callback_tries.begin(contact, alex.pk, override=True).reason == "no_override"
    assert not callback_overrides.confirm(made.pk, alex.pk)
    assert callback_overrides.confirm(made.pk, kim.pk)
    assert not callback_overrides.confirm(made.pk, kim.pk)
    tried = callback_tries.begin(contact, alex.pk, override=True)
    assert isinstance(tried, CallbackTry)
    lines.callback_dialled(str(tried.pk))
    lines.callback_finished(str(tried.pk), "no_answer")
    callback_tries.take(contact, alex.pk)
    assert callback_tries.begin(contact, alex.pk, override=True).reason == "no_override"


def test_a_confirmation_comes_within_ten_minutes_or_not_at_all(asked, reason, staff, clock) -> None:
    alex, kim = staff("alex", role="supervisor"), staff("kim", role="supervisor")
    made = callback_overrides.ask(asked[0], alex.pk, "danger", reason)
    clock.forward(minutes=11)
    assert not callback_overrides.confirm(made.pk, kim.pk)


def test_nobody_overrides_without_a_number_or_a_reason(asked, reason, staff, clock) -> None:
    alex = staff("alex", role="supervisor")
    with pytest.raises(WrongTerms, match="reason"):
        callback_overrides.ask(asked[0], alex.pk, "curious", reason)
    with pytest.raises(WrongTerms, match="reason"):
        callback_overrides.ask(asked[0], alex.pk, "danger", "00000000-0000-0000-0000-000000000000")
    Callback.objects.update(number_given=False)
    assert callback_overrides.ask(asked[0], alex.pk, "danger", reason) is None
