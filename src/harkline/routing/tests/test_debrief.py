"""After a hard contact: a debrief before the next one, and a cap."""

import pytest
from django.urls import reverse

from harkline.intake.models import Contact
from harkline.rota import terms
from harkline.routing import debrief, offers, presence
from harkline.routing.models import Offer, Presence

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_step(settings, clock):
    settings.SECOND_STEP = False


def takes(client, arrives, hard: bool) -> str:
    """A call is offered, taken and wrapped up; the presence that it leaves."""
    contact = arrives("phone").id
    offers.dispatch()
    offer = Offer.objects.get(contact_id=contact)
    offers.accept(str(offer.pk), offer.operator_id)
    said = {"kind": "counselling", "disposition": "resolved", **({"hard": "1"} if hard else {})}
    assert client.post(reverse("wrap_up", args=[contact]), said).status_code == 204
    assert Contact.objects.get(pk=contact).state == "closed"
    row = Presence.objects.get(operator_id=offer.operator_id)
    return f"{row.state} {row.reason}".strip()


def test_nothing_is_offered_after_a_hard_contact_until_one_is_ready(client, staff, arrives, clock):
    sam = staff("sam")
    client.force_login(sam)
    presence.sign_on(sam.pk)
    assert takes(client, arrives, hard=False) == "idle"
    assert takes(client, arrives, hard=True) == "not_ready debrief"
    arrives("phone")
    assert offers.dispatch() == 0
    clock.forward(minutes=10)
    early = client.delete(reverse("rest"))
    assert (early.status_code, b"5 minutes left" in early.content) == (409, True)
    assert b"Ready all the same" in client.get(reverse("now")).content
    assert client.delete(reverse("rest") + "?sure=1").status_code == 204
    assert offers.dispatch() == 1


def test_after_the_debrief_one_comes_back_with_one_press(client, staff, arrives, clock):
    sam = staff("sam")
    client.force_login(sam)
    presence.sign_on(sam.pk)
    takes(client, arrives, hard=True)
    clock.forward(minutes=15)
    assert debrief.rest(sam.pk) is None
    assert client.delete(reverse("rest")).status_code == 204
    assert Presence.objects.get(operator=sam).state == "idle"


def test_the_last_hard_contact_of_a_duty_is_the_supervisors_to_see_and_a_new_duty_begins_anew(
    client, staff, signed_in, arrives, clock
):
    terms.change_rules({"hard_cap": 2, "debrief_minutes": 0})
    sam, boss = staff("sam"), staff("boss", role="supervisor")
    client.force_login(sam)
    presence.sign_on(sam.pk)
    takes(client, arrives, hard=True)
    assert client.delete(reverse("rest")).status_code == 204
    clock.forward(minutes=1)
    takes(client, arrives, hard=True)
    assert b"2 hard contacts" in client.delete(reverse("rest")).content
    assert b"has had as many hard contacts" in signed_in(boss).get(reverse("board")).content
    client.delete(reverse("duty"))
    clock.forward(hours=12)
    client.post(reverse("duty"))
    assert takes(client, arrives, hard=True) == "not_ready debrief"
    assert debrief.at_cap() == set()
