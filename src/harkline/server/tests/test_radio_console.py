"""What is answered by radio is public: whoever sends it says that they know, and what must not be sent is not."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from harkline.channels.radio.aprs import rules
from harkline.channels.radio.aprs.settings import RadioSettings
from harkline.console.tests.test_callbacks import sealed
from harkline.intake import receive
from harkline.intake.models import SealedObject
from harkline.line import radio
from harkline.records import filing
from harkline.routing import lines, offers, outbox
from harkline.routing.models import Outbound

pytestmark = pytest.mark.django_db
STATION = RadioSettings(call_sign="X0LINE-1", licence="held by the line", transmit=True)


def answering(settings: RadioSettings) -> lines.Air:
    return lines.Air(
        settings.call_sign, settings.may_transmit, settings.amateur, 4, 67, lambda text: rules.refuses(settings, text)
    )


@pytest.fixture
def held(staff, clock, settings):
    """A message that came over the air, in Robin's hand: (its contact, Robin's browser)."""
    settings.SECOND_STEP = False
    robin = staff("robin")
    address = radio.add_station("X0LINE-1", 144_800_000, "amateur", data=True).address.value
    part = receive.Part("message", {}, b"Help")
    [contact] = receive.messages("radio", [receive.Arrival(address, "1", "en", [part], flags=("on_air",))])
    offers.claim(contact.id, robin.pk)
    filing.file_pending()
    client = Client()
    client.force_login(robin)
    lines.register_air(answering(STATION))
    yield contact, client
    lines.register_air(None)


def replies(client: Client, contact_id: str, text: str = "We have your message.", **more):
    clear = {"to": "x0abc-7", "text": text, "everybody": True, **more}
    told = {"sealed": sealed(contact_id, "reply"), "clear": clear}
    return client.post(
        reverse("entries", args=[contact_id, "reply"]), json.dumps(told), content_type="application/json"
    )


def test_a_reply_is_kept_and_queued_together(held):
    contact, robin = held
    assert replies(robin, contact.id).status_code == 201
    [job] = outbox.take_due("radio")
    assert dict(job.boxed) == {"to": "X0ABC-7", "text": "We have your message.", "messages": 4}
    assert Outbound.objects.get().object.purpose == "reply"


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("Hello", {"everybody": False}, "everybody may read it"),
        ("Hello", {"everybody": "yes"}, "everybody may read it"),
        ("Hello", {"to": " "}, "needs a call sign"),
        ("QKXJD PLMWT ZRBVN KJHGF", {}, "looks like a cipher"),
        ("word, " * 90, {}, "Shorten it"),
    ],
)
def test_what_must_not_be_sent_is_refused_in_a_sentence_and_nothing_is_queued(held, text, more, said):
    contact, robin = held
    answer = replies(robin, contact.id, text, **more)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Outbound.objects.exists()
    assert not SealedObject.objects.filter(purpose="reply").exists()


def test_a_station_that_only_listens_offers_no_reply_and_takes_none(held):
    contact, robin = held
    lines.register_air(answering(RadioSettings(call_sign="X0LINE-1")))
    page = robin.get(reverse("contact", args=[contact.id]), headers={"HX-Request": "true"}).content.decode()
    assert "only listens" in page
    assert "data-reply" not in page
    assert replies(robin, contact.id).status_code == 422
    lines.register_air(None)
    assert replies(robin, contact.id).status_code == 422
    assert not Outbound.objects.exists()


def test_the_page_says_that_everybody_reads_it_and_how_far_a_reply_has_come(held, clock):
    contact, robin = held
    page = robin.get(reverse("contact", args=[contact.id]), headers={"HX-Request": "true"}).content.decode()
    assert "by radio: everybody can read it" in page
    assert "anybody on the internet" in page
    assert "On an amateur band it must be in plain words" in page
    replies(robin, contact.id)
    assert "waiting to be sent" in conversation(robin, contact.id)
    [job] = outbox.take_due("radio")
    outbox.retry(job.id, 30, "sent")
    assert "sent; the station has not acknowledged it yet" in conversation(robin, contact.id)
    outbox.done(job.id, "delivered")
    assert "acknowledged by the station" in conversation(robin, contact.id)


def test_one_that_was_given_up_says_so(held):
    contact, robin = held
    replies(robin, contact.id)
    [job] = outbox.take_due("radio")
    outbox.done(job.id, "failed", "unheard")
    assert "given up: sent many times, and the station never acknowledged" in conversation(robin, contact.id)


def conversation(client: Client, contact_id: str) -> str:
    return client.get(reverse("conversation", args=[contact_id])).content.decode()
