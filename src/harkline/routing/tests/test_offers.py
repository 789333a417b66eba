"""A waiting caller is offered to somebody, then to the next, and never forgotten."""

import pytest

from harkline.intake.models import Attempt, Contact
from harkline.routing import contacts, escalation, lines, offers, outbox, presence
from harkline.routing.models import Offer, Outbound, Presence
from harkline.routing.policy import Policy, Step, using
from harkline.runtime import timers

pytestmark = pytest.mark.django_db(transaction=True)


def the_offer() -> Offer:
    return Offer.objects.get(state="offered")


def test_a_call_is_offered_and_answered(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin = staff("robin", "en")
    presence.sign_on(robin.pk)
    call = arrives("phone")
    assert offers.dispatch() == 1
    assert offers.dispatch() == 0
    assert offers.accept(str(the_offer().pk), robin.pk)
    row = Contact.objects.get(pk=call.id)
    assert (row.state, row.operator) == ("in_hand", robin)
    assert Attempt.objects.get().outcome == "answered"
    assert Presence.objects.get().state == "busy"
    assert contacts.ended(call.id) == "wrap_up"
    assert contacts.wrap_up(call.id, robin.pk, "counselling", "resolved")
    assert Presence.objects.get().state == "idle"
    assert Contact.objects.get().state == "closed"


def test_a_silent_operator_is_set_not_ready_and_the_next_is_asked(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = staff("robin", "en"), staff("sam", "en", "fa")
    for one in (robin, sam):
        presence.sign_on(one.pk)
    arrives("phone")
    offers.dispatch()
    assert the_offer().operator == robin  # the less flexible of the two
    clock.forward(seconds=21)
    assert timers.run_due() == 1
    assert Presence.objects.get(operator=robin).state == "not_ready"
    assert offers.dispatch() == 1
    assert the_offer().operator == sam


def test_declined_means_somebody_else(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin = staff("robin", "en")
    presence.sign_on(robin.pk)
    arrives("email", text="x")
    offers.dispatch()
    assert offers.decline(str(the_offer().pk), robin.pk, "conflict")
    assert offers.dispatch() == 0
    clock.forward(seconds=121)
    assert offers.dispatch() == 1  # there is nobody else: asked again after a rest


def test_a_caller_who_hung_up_is_not_answered(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin = staff("robin", "en")
    presence.sign_on(robin.pk)
    call = arrives("phone")
    offers.dispatch()
    offer = the_offer()
    assert contacts.ended(call.id, outcome="abandoned", stage="ringing") == "closed"
    assert not offers.accept(str(offer.pk), robin.pk)
    assert Presence.objects.get().state == "idle"
    row = Attempt.objects.get()
    assert (row.outcome, row.stage) == ("abandoned", "ringing")


def test_of_two_who_claim_one_wins(staff, arrives) -> None:  # type: ignore[no-untyped-def]
    robin, sam = staff("robin"), staff("sam")
    call = arrives("email", text="x")
    assert [offers.claim(call.id, one.pk) for one in (robin, sam)] == [True, False]


def test_a_lost_operator_puts_the_caller_at_the_head(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = staff("robin"), staff("sam")
    presence.sign_on(robin.pk)
    first = arrives("phone")
    offers.dispatch()
    offers.accept(str(the_offer().pk), robin.pk)
    earlier = arrives("phone")
    Contact.objects.filter(pk=earlier.id).update(waiting_since=Contact.objects.get(pk=first.id).waiting_since)
    assert contacts.lost_operator(first.id)
    assert Presence.objects.get(operator=robin).reason == "connection lost"
    presence.sign_on(sam.pk)
    offers.dispatch()
    assert str(the_offer().contact_id) == first.id


def test_somebody_with_a_mail_in_hand_still_gets_a_call(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin = staff("robin")
    presence.sign_on(robin.pk)
    arrives("email", text="x")
    offers.dispatch()
    offers.accept(str(the_offer().pk), robin.pk)
    arrives("phone")
    assert offers.dispatch() == 1


def test_a_language_nobody_speaks_goes_to_whoever_is_there(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin = staff("robin", "en")
    presence.sign_on(robin.pk)
    arrives("phone", language="fa")
    assert offers.dispatch() == 1
    presence.sign_off(robin.pk)
    sam, kim = staff("sam", "fa"), staff("kim", "en")
    presence.sign_on(sam.pk)
    presence.sign_on(kim.pk)
    presence.busy(sam.pk)
    assert offers.dispatch() == 0  # sam is only busy for a moment


def test_the_chain_ends_outside_the_team(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    chain = (Step(60, "team:night"), Step(120, "email:duty@partner.example", outside=True))
    with using(Policy(escalation=chain)):
        call = arrives("phone")
        escalation.watch_all()
        clock.forward(seconds=61)
        timers.run_due()
        assert "team:night" in Contact.objects.get(pk=call.id).flags
        clock.forward(seconds=60)
        timers.run_due()
    [job] = lines.take_due("email")
    assert job.boxed["to"] == "duty@partner.example"
    assert b"partner" not in bytes(Outbound.objects.get().boxed)
    assert outbox.take_due("email") == []
    lines.done(job.id, "accepted")
    assert bytes(Outbound.objects.get().boxed) == b""


def test_what_was_being_sent_when_the_power_went_is_sent_again(clock, team_private) -> None:  # type: ignore[no-untyped-def]
    outbox.queue("email", {"to": "a@b.example"}, idempotency_key="k")
    assert outbox.queue("email", {"to": "a@b.example"}, idempotency_key="k") == str(Outbound.objects.get().pk)
    [job] = outbox.take_due("email")
    clock.forward(minutes=6)
    [again] = outbox.take_due("email")
    assert again.id == job.id
    assert again.tries == 2


def test_an_audio_token_works_once_and_for_its_operator(staff, arrives, clock) -> None:  # type: ignore[no-untyped-def]
    robin, sam = staff("robin"), staff("sam")
    call = arrives("phone")
    offers.claim(call.id, robin.pk)
    token = lines.leg_token(call.id, robin.pk)
    assert lines.take_leg(token, sam.pk) is None
    token = lines.leg_token(call.id, robin.pk)
    assert lines.take_leg(token, robin.pk) == call.id
    assert lines.take_leg(token, robin.pk) is None


def test_a_power_cut_takes_the_key_of_what_waited_to_go_out(clock, team_private, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    outbox.queue("email", {"to": "a@b.example"}, idempotency_key="k")
    monkeypatch.setattr("harkline.runtime.fleeting.key", lambda: b"another key of thirty-two bytes!")
    assert outbox.take_due("email") == []
    row = Outbound.objects.get()
    assert (row.state, row.reason, bytes(row.boxed)) == ("failed", "power_cut", b"")
