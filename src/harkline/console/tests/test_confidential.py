"""Who wrote encrypted is not answered in clear, whatever the browser sends; a supervisor's exception is on record."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from harkline.audit.models import Record
from harkline.console.tests.test_callbacks import sealed
from harkline.intake.models import SealedObject
from harkline.people.models import Operator
from harkline.records import filing
from harkline.routing import lines, offers, presence
from harkline.routing.models import Confidential, Offer, Outbound

pytestmark = pytest.mark.django_db
KEY = "bm8ga2V5"  # what the relay makes of it is the relay's business


@pytest.fixture
def held(staff, arrives, clock, settings):
    """An encrypted mail in Robin's hand: (its contact, Robin's browser, a supervisor's)."""
    settings.SECOND_STEP = False
    robin, alex = staff("robin"), staff("alex", role="supervisor")
    presence.sign_on(robin.pk)
    contact = arrives("email", text="sealed")
    lines.came_encrypted([contact.thread_id])
    lines.came_encrypted([contact.thread_id])
    if offer := Offer.objects.filter(contact=contact.id).first():
        offers.accept(str(offer.pk), robin.pk)
    else:
        offers.claim(contact.id, robin.pk)
    filing.file_pending()
    return contact, browser(robin), browser(alex)


def browser(person: Operator) -> Client:
    client = Client()
    client.force_login(person)
    return client


def replies(client: Client, contact_id: str, **more: str):
    clear = {"to": "amina@caller.example", "subject": "Re", "text": "yes", "refs": [], **more}
    told = {"sealed": sealed(contact_id, "reply"), "clear": clear}
    return client.post(
        reverse("entries", args=[contact_id, "reply"]), json.dumps(told), content_type="application/json"
    )


def test_without_a_key_the_reply_is_refused_in_a_sentence_and_nothing_waits_to_go(held):
    contact, robin, _alex = held
    answer = replies(robin, contact.id)
    assert answer.status_code == 422
    assert b"the caller wrote encrypted" in answer.content
    assert not Outbound.objects.exists()
    assert not SealedObject.objects.filter(purpose="reply").exists()
    assert replies(robin, contact.id, openpgp_key=KEY).status_code == 201
    assert Outbound.objects.count() == 1


def test_only_a_supervisor_allows_it_only_on_a_message_of_the_callers_and_it_is_on_record(held):
    contact, robin, alex = held
    said = SealedObject.objects.get(contact=contact.id, purpose="message")
    url = reverse("clear_replies", args=[contact.id])
    assert robin.post(url, {"entry": str(said.pk)}).status_code == 403
    for wrong in ("", "x", str(contact.id)):
        assert alex.post(url, {"entry": wrong}).status_code == 422
    assert alex.post(url, {"entry": str(said.pk)}).status_code == 204
    row = Confidential.objects.get()
    assert (row.allowed_by.username, row.allowed_on) == ("alex", said.pk)
    assert Record.objects.filter(reason="reply_in_clear").count() == 1
    assert b"data-clear-allowed" in robin.get(reverse("going_out", args=[contact.id])).content
    assert replies(robin, contact.id).status_code == 201
    assert alex.delete(url).status_code == 204
    assert replies(robin, contact.id).status_code == 422
