"""What the console's pages give away, and what they do when two people are quick."""

import csv
import io

import pytest
from django.urls import reverse

from harkline.console import desk
from harkline.console.views.board import _cell
from harkline.intake.models import Attempt, Contact
from harkline.routing import offers, presence
from harkline.routing.models import Offer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_step(settings):
    settings.SECOND_STEP = False


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_download_is_run_as_a_formula(begins):
    assert _cell(begins).startswith("'")


def test_the_download_holds_every_attempt_and_nothing_of_a_caller(client, staff, arrives, clock):
    arrives("email", text="a sentence that nobody downloads")
    clock.forward(seconds=1)
    arrives("phone")
    client.force_login(staff("alex", role="supervisor"))
    text = b"".join(client.get(reverse("attempts")).streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["channel"] for row in rows] == ["email", "phone"]
    assert rows[0]["arrived_at"] == "2026-06-01T12:00:00+00:00"
    assert "sentence" not in text
    assert "dedupe" not in text


def test_monitoring_is_told_whether_and_not_what(client, staff, team_private):
    said = client.get(reverse("health_json"))
    assert (said.status_code, said.json()) == (503, {"state": "down"})
    client.force_login(staff("robin"))
    parts = client.get(reverse("health_json")).json()["parts"]
    assert set(parts.values()) <= {"up", "warning", "down"}
    assert "robin" not in str(parts)


def test_danger_comes_first_then_who_lost_somebody_then_who_is_there_now(arrives, staff, clock):
    kinds = [("email", {}), ("phone", {}), ("web", {}), ("email", {"risk": 2})]
    rows = []
    for channel, more in kinds:
        rows.append(arrives(channel, **more).id)
        clock.forward(minutes=1)
    Contact.objects.filter(pk=rows[2]).update(head=True)
    assert [row.id for row in desk.waiting(staff("robin"))[0]] == [rows[3], rows[2], rows[1], rows[0]]


def test_of_two_who_take_the_same_contact_one_is_told_so(client, staff, arrives):
    waiting = arrives("email", text="hello")
    first, second = staff("robin"), staff("sam")
    for operator, status in ((first, 204), (second, 409)):
        client.force_login(operator)
        answer = client.post(reverse("claim", args=[waiting.id]))
        assert answer.status_code == status
    assert "Somebody else" in answer.content.decode()
    assert Contact.objects.get(pk=waiting.id).operator == first


def test_an_offer_is_accepted_by_whom_it_was_made_to_alone(client, staff, arrives):
    first, second = staff("robin"), staff("sam")
    presence.sign_on(first.pk)
    arrives("email", text="hello")
    offers.dispatch()
    offer = Offer.objects.get()
    client.force_login(second)
    assert client.post(reverse("accept", args=[offer.pk])).status_code == 409
    client.force_login(first)
    assert client.post(reverse("accept", args=[offer.pk])).status_code == 204


def test_a_contact_in_somebody_elses_hand_is_not_shown(client, staff, arrives):
    waiting = arrives("email", text="hello")
    offers.claim(waiting.id, staff("robin").pk)
    client.force_login(staff("sam"))
    for name in ("contact", "contact_head", "conversation", "case"):
        assert client.get(reverse(name, args=[waiting.id])).status_code == 403


def test_a_wrap_up_without_its_words_closes_nothing(client, staff, arrives):
    robin = staff("robin")
    waiting = arrives("email", text="hello")
    offers.claim(waiting.id, robin.pk)
    client.force_login(robin)
    answer = client.post(reverse("wrap_up", args=[waiting.id]), {"kind": "counselling"})
    assert answer.status_code == 422
    assert Contact.objects.get(pk=waiting.id).state == "in_hand"
    assert Attempt.objects.get(contact=waiting.id).outcome == ""


def test_who_has_no_phone_number_cannot_sign_on_by_phone(client, staff):
    robin = staff("robin")
    client.force_login(robin)
    assert client.post(reverse("duty"), {"medium": "own_phone"}).status_code == 422
    assert client.post(reverse("duty"), {"medium": "carrier pigeon"}).status_code == 400
    assert not desk.now(robin).presence
