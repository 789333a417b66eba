"""What both operators see while a call changes hands, and what the console refuses."""

import pytest
from django.urls import reverse

from harkline.intake.models import Contact
from harkline.records import filing
from harkline.routing import companions, contacts, lines, offers, presence, wishes
from harkline.routing.models import Companion, Offer
from harkline.routing.policy import Interpreter, Policy, using

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_step(settings):
    settings.SECOND_STEP = False


@pytest.fixture
def call(staff, arrives, signed_in):
    """Robin has a call; Sam is ready; Kim is a supervisor. Their browsers, and the contact."""
    robin, sam, kim = staff("robin"), staff("sam"), staff("kim", role="supervisor")
    for one in (robin, sam):
        presence.sign_on(one.pk)
    contact = arrives("phone").id
    filing.file_pending()
    offers.claim(contact, robin.pk)
    return [signed_in(one) for one in (robin, sam, kim)], contact


def page(client, name, **kwargs):
    answer = client.get(reverse(name, kwargs=kwargs), headers={"hx-request": "true"})
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_both_see_how_far_a_transfer_has_come(call):
    (robin, sam, _kim), contact = call
    assert "Transfer to Sam" in page(robin, "company")
    asked = {"operator": Offer.operator.field.related_model.objects.get(username="sam").pk, "purpose": "transfer"}
    assert robin.post(reverse("ask_colleague", args=[contact]), asked).status_code == 204
    assert "Asking Sam to take over" in page(robin, "company")
    assert "asks you to take over" in page(sam, "now")
    offer = Offer.objects.get(state="offered")
    assert sam.post(reverse("accept", args=[offer.pk])).status_code == 204
    assert "is coming" in page(robin, "company")
    assert "All three of you speak" in page(sam, "now")
    assert "You are reading" in page(sam, "contact", contact_id=contact)
    assert sam.post(reverse("leg", args=[contact])).status_code == 200
    refused = robin.post(reverse("hand_over", args=[contact]))
    assert (refused.status_code, "stays with you" in refused.content.decode()) == (409, True)
    companions.joined(str(Companion.objects.get().pk))
    assert "Hand over and leave" in page(robin, "company")
    assert robin.post(reverse("hand_over", args=[contact])).status_code == 204
    assert "Ready" in page(robin, "now")
    assert "Wrap up and close" in page(sam, "contact", contact_id=contact)
    assert robin.post(reverse("leg", args=[contact])).status_code == 403  # it is theirs no more


def test_nobody_but_the_two_ends_a_companions_part(call, staff, signed_in):
    (robin, _sam, kim), contact = call
    assert kim.post(reverse("come_in", args=[contact]), {"purpose": "listen_in"}).headers["HX-Redirect"]
    made = Companion.objects.get()
    assert "wants to listen in" in page(robin, "company")
    assert "is asked whether you may come in" in page(kim, "company")
    other = signed_in(staff("alex", role="supervisor"))
    assert other.post(reverse("companion", args=[made.pk])).status_code == 409
    assert other.delete(reverse("companion", args=[made.pk])).status_code == 403
    assert robin.delete(reverse("companion", args=[made.pk])).status_code == 204
    assert Companion.objects.get().reason == "not now"


def test_a_raised_hand_is_an_invitation(call):
    (robin, _sam, kim), contact = call
    robin.post(reverse("hand"))
    assert "Come into the call" in page(kim, "board_figures")
    kim.post(reverse("come_in", args=[contact]), {"purpose": "conference"})
    assert Companion.objects.get().state == "coming"
    assert "All of you speak" in page(kim, "now")
    assert "has raised a hand" not in page(kim, "board_figures")


def test_at_high_risk_nothing_goes_back_to_the_queue(call):
    (robin, _sam, _kim), contact = call
    contacts.raise_risk(contact, 2)
    refused = robin.delete(reverse("claim", args=[contact]))
    assert (refused.status_code, Contact.objects.get().state) == (409, "in_hand")
    assert "Give back" not in page(robin, "contact", contact_id=contact)


def test_an_interpreter_without_a_telephone_is_said_so(call):
    (robin, _sam, _kim), contact = call
    with using(Policy(interpreters=[Interpreter("Night's own", ("en",), "+442079460500")])):
        assert "Night&#x27;s own" in page(robin, "company")
        assert "rings an interpreter" not in page(robin, "company")
        Contact.objects.update(language="fa")
        assert "rings an interpreter" in page(robin, "company")
        lines._handlers.pop("phone", None)
        answer = robin.post(reverse("interpreter", args=[contact]), {"name": "Night's own"})
        assert (answer.status_code, Companion.objects.get().reason) == (409, "failed")
        assert "+4420" not in page(robin, "company")


def test_given_back_for_somebody_with_a_skill(call, staff):
    (robin, _sam, _kim), contact = call
    who = Offer.operator.field.related_model.objects.get(username="sam")
    who.skills = ["law"]
    who.save(update_fields=["skills"])
    assert "for somebody with" in page(robin, "company")
    assert robin.delete(f"{reverse('claim', args=[contact])}?skill=law").status_code == 204
    row = Contact.objects.get()
    assert row.state == "waiting"
    assert wishes.of([row.thread_id])[row.thread_id].skills == ["law"]
    assert offers.dispatch() == 1
    assert Offer.objects.get().operator == who
