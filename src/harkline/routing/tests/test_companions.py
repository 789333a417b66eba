"""Handing on, bringing in and listening in, as rows: what holds whoever is quick and whatever breaks."""

import pytest

from harkline.intake.models import Contact
from harkline.people.models import Operator
from harkline.routing import companions, contacts, lines, offers, presence, wishes
from harkline.routing.companions import Refused
from harkline.routing.models import Companion, Offer, Presence
from harkline.routing.policy import Interpreter, Policy, using
from harkline.runtime import timers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two(staff) -> list[Operator]:  # type: ignore[no-untyped-def]
    people = [staff("robin"), staff("sam")]
    for one in people:
        presence.sign_on(one.pk)
    return people


def state(operator: Operator) -> str:
    return Presence.objects.get(operator=operator).state


def joins(contact: str, who: Operator) -> str:
    """They accept what is offered to them, and bring their sound."""
    assert offers.accept(str(Offer.objects.get(state="offered").pk), who.pk)
    seat = lines.seat(contact, who.pk)
    assert seat is not None
    assert companions.joined(seat.companion)
    return seat.companion


def test_a_call_stays_with_the_first_until_the_second_is_heard(two, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = two
    call = arrives("phone").id
    offers.claim(call, robin.pk)
    assert companions.ask(call, robin.pk, sam.pk, "transfer") is None
    assert companions.ask(call, robin.pk, sam.pk, "transfer") == Refused("asked_already")
    assert companions.hand_over(call, robin.pk) == Refused("not_there_yet")
    assert offers.accept(str(Offer.objects.get(state="offered").pk), sam.pk)
    assert companions.hand_over(call, robin.pk) == Refused("not_there_yet")  # accepted, and not heard yet
    assert companions.joined(lines.seat(call, sam.pk).companion)
    assert companions.hand_over(call, sam.pk) == Refused("not_in_hand")
    answered = Contact.objects.get().accepted_at
    clock.forward(minutes=10)
    assert companions.hand_over(call, robin.pk) is None
    row = Contact.objects.get()
    assert (row.operator, row.accepted_at) == (sam, answered)  # the caller waited once
    assert (state(robin), state(sam)) == ("idle", "busy")
    assert lines.seat(call, robin.pk) is None


def test_a_message_goes_over_with_the_answer(two, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = two
    mail = arrives("email", text="x").id
    offers.claim(mail, robin.pk)
    companions.ask(mail, robin.pk, sam.pk, "transfer")
    assert Contact.objects.get().operator == robin
    assert offers.accept(str(Offer.objects.get(state="offered").pk), sam.pk)
    assert Contact.objects.get().operator == sam
    assert not Companion.objects.exists()


def test_a_question_outlives_a_crash_and_ends_by_its_timer(two, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = two
    mail = arrives("email", text="x").id
    offers.claim(mail, robin.pk)
    companions.ask(mail, robin.pk, sam.pk, "transfer")
    # Nothing of it is in memory: what a fresh process finds is the rows.
    clock.forward(seconds=21)
    assert timers.run_due() == 1
    assert Contact.objects.get().operator == robin
    assert state(sam) == "not_ready"
    assert companions.last_word(mail, robin.pk).reason == "silent"


def test_after_a_crash_nobody_is_left_in_a_call_that_is_gone(two, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = two
    call = arrives("phone").id
    offers.claim(call, robin.pk)
    companions.ask(call, robin.pk, sam.pk, "conference")
    joins(call, sam)
    lines.interrupted("phone")
    assert Companion.objects.get().state == "ended"
    assert state(sam) == "idle"
    assert Contact.objects.get().state == "wrap_up"


def test_whoever_is_in_the_call_has_it_when_the_first_is_lost(two, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = two
    call = arrives("phone").id
    offers.claim(call, robin.pk)
    companions.ask(call, robin.pk, sam.pk, "conference")
    joins(call, sam)
    assert not contacts.lost_operator(call)
    row = Contact.objects.get()
    assert (row.state, row.operator) == ("in_hand", sam)
    assert (state(robin), state(sam)) == ("not_ready", "busy")


def test_without_anybody_of_the_team_in_it_the_caller_goes_to_the_head(two, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, _sam = two
    with using(Policy(interpreters=[Interpreter("Night", ("fa",), "+442079460500")])):
        call = arrives("phone").id
        offers.claim(call, robin.pk)
        made = companions.interpreter(call, robin.pk, "Night")
        assert companions.interpreter(call, robin.pk, "Night") == Refused("asked_already")
        assert companions.interpreter(call, robin.pk, "Nobody") == Refused("unknown")
        assert lines.interpreter(str(made.pk)).number == "+442079460500"
        companions.joined(str(made.pk))
        assert contacts.lost_operator(call)
        assert (Contact.objects.get().head, Companion.objects.get().state) == (True, "ended")
        assert lines.interpreter(str(made.pk)) is None


def test_nobody_at_high_risk_is_sent_back_to_the_queue(two, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    call = arrives("phone").id
    offers.claim(call, two[0].pk)
    assert not contacts.must_stay(Contact.objects.get())
    contacts.raise_risk(call, 2)
    assert contacts.must_stay(Contact.objects.get())


def test_nothing_is_heard_before_the_operator_agrees(two, staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = two
    kim = staff("kim", role="supervisor")
    call = arrives("phone").id
    offers.claim(call, robin.pk)
    assert companions.announce(call, sam, "listen_in") == Refused("not_allowed")
    made = companions.announce(call, kim, "listen_in")
    assert lines.seat(call, kim.pk) is None
    token = lines.leg_token(call, kim.pk)
    assert lines.take_leg(token, kim.pk) is None
    assert not companions.agree(str(made.pk), sam.pk)
    assert companions.agree(str(made.pk), robin.pk)
    assert lines.seat(call, kim.pk) == lines.Seat(str(made.pk), silent=True)
    assert lines.take_leg(lines.leg_token(call, kim.pk), kim.pk) == call
    # A listener is no heir.
    companions.joined(str(made.pk))
    assert contacts.lost_operator(call)


def test_a_line_that_does_not_listen_in(two, staff, arrives) -> None:  # type: ignore[no-untyped-def]
    call = arrives("phone").id
    offers.claim(call, two[0].pk)
    with using(Policy(listen_in=False)):
        assert companions.announce(call, staff("kim", role="supervisor"), "listen_in") == Refused("not_allowed")


def test_who_must_not_know_is_neither_asked_nor_left_in_it(two, staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    from harkline.routing import conflict

    robin, sam = two
    call = arrives("phone").id
    offers.claim(call, robin.pk)
    companions.ask(call, robin.pk, sam.pk, "conference")
    joins(call, sam)
    thread = Contact.objects.get().thread_id
    conflict.exclude([thread], operators=[sam.pk], by=robin)
    assert Companion.objects.get().state == "ended"
    assert companions.ask(call, robin.pk, sam.pk, "transfer") == Refused("not_ready")


def test_three_chats_or_one_call(two, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = two
    presence.sign_off(sam.pk)
    for _ in range(3):
        arrives("web", live=True)
        assert offers.dispatch() == 1
        assert offers.accept(str(Offer.objects.get(state="offered").pk), robin.pk)
    arrives("web", live=True)
    arrives("phone")
    assert offers.dispatch() == 0
    first = Contact.objects.filter(state="in_hand").first()
    contacts.wrap_up(str(first.pk), robin.pk, "counselling", "resolved")
    assert state(robin) == "busy"  # two chats still
    assert offers.dispatch() == 1
    assert Offer.objects.get(state="offered").contact.channel == "web"


def test_a_caller_comes_back_to_the_operator_they_want_for_a_while(two, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = two
    first = arrives("web", text="x").id
    offers.claim(first, sam.pk)
    assert not wishes.same_operator(first, robin.pk, True)
    assert wishes.same_operator(first, sam.pk, True)
    contacts.wrap_up(first, sam.pk, "counselling", "continues")
    presence.not_ready(sam.pk, "break")
    again = arrives("web", live=True).id
    Contact.objects.filter(pk=again).update(thread_id=Contact.objects.get(pk=first).thread_id)
    presence.ready(sam.pk)
    presence.busy(sam.pk)
    assert offers.dispatch() == 0
    clock.forward(seconds=46)
    assert offers.dispatch() == 1
    assert Offer.objects.get(state="offered").operator == robin


def test_the_last_idle_are_kept_for_high_risk_on_a_large_desk(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    for number in range(25):
        one = staff(f"o{number}")
        presence.sign_on(one.pk)
        if number > 0:
            presence.busy(one.pk)
    with using(Policy(reserve_percent=2)):
        arrives("phone")
        assert offers.dispatch() == 0
        urgent = arrives("phone", risk=2).id
        assert offers.dispatch() == 1
        assert str(Offer.objects.get().contact_id) == urgent
