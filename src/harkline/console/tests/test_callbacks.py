"""Calling back at the console: what is listed, why it is refused, and that the server refuses whatever a page sends."""

import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from harkline.console import callbacks
from harkline.intake import exclusions
from harkline.intake.models import Contact
from harkline.records import access, conflict, write
from harkline.routing import callback_tries, contacts, lines, offers
from harkline.routing.callback import SafeWindow
from harkline.routing.callbacks import Given
from harkline.routing.models import Callback, CallbackOverride, CallbackTry
from harkline.seal import envelope

pytestmark = pytest.mark.django_db
MIDDAY = SafeWindow(frozenset({0}), 12 * 60, 14 * 60)
FORM = {
    "consent": "caller",
    "zone": "Asia/Kabul",
    "windows": [{"days": [0, 1], "opens": "10:00", "closes": "12:00"}],
    "number_given": True,
    "shown": "+442079460123",
    "tries": "2",
    "pause_hours": "12",
    "expires_days": "7",
}


@pytest.fixture(autouse=True)
def one_step(settings):
    settings.SECOND_STEP = False


@pytest.fixture(autouse=True)
def telephone():
    """A telephone that takes every call back, and remembers what it was asked to dial."""
    asked: list[tuple[str, str]] = []
    lines.register("phone", lambda _contact, verb, detail: asked.append((verb, str(detail.get("number", "")))))
    lines.register_dialler("phone", lambda _shown: "")
    yield asked
    lines._handlers.pop("phone")
    lines._reach.pop("phone")


def sealed(contact: str, purpose: str) -> dict:
    to = write.recipients(contact, purpose)
    object_id = str(uuid.uuid4())
    done = envelope.seal({"type": "text/plain"}, b"x", purpose, object_id, to)
    from base64 import b64encode

    wraps = {who: b64encode(wrap).decode() for who, wrap in done.wraps.items()}
    return {"id": object_id, "size": done.size, "wraps": wraps, "chunks": [b64encode(c).decode() for c in done.chunks]}


def sends(client, name: str, contact: str, told: dict):
    return client.post(reverse(name, args=[contact]), json.dumps(told), content_type="application/json")


@pytest.fixture
def held(client, staff, arrives, clock):
    """A message in Robin's hand: (contact's id, Robin), and Robin's browser."""
    robin = staff("robin")
    ref = arrives("web", text="call me")
    offers.claim(ref.id, robin.pk)
    client.force_login(robin)
    return ref.id, robin


def test_terms_are_recorded_sealed_and_in_force(client, held, clock):
    contact, robin = held
    assert (
        sends(client, "callback_terms", contact, {"sealed": sealed(contact, "terms"), "terms": FORM}).status_code == 201
    )
    row = Callback.objects.get()
    assert (row.time_zone, row.tries_allowed, row.pause_minutes, row.recorded_by) == ("Asia/Kabul", 2, 720, robin)
    assert (row.safe_windows, row.shown.value) == ([[[0, 1], 600, 720]], "+442079460123")
    page = client.get(reverse("callback", args=[contact])).content.decode()
    assert "Monday, Tuesday 10:00–12:00" in page
    assert "by the caller&#x27;s clock" in page  # 16:30 in Kabul; ours is noon


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"zone": "Mars/Base"}, "time zone"),
        ({"windows": [{"days": [], "opens": "10:00", "closes": "12:00"}]}, "days, a beginning"),
        ({"windows": [{"days": [0], "opens": "ten", "closes": "12:00"}]}, "days, a beginning"),
        ({"shown": "+441632960000"}, "number of this line"),
        ({"first_day": "2026-06-10", "last_day": "2026-06-01"}, "last day"),
        ({"windows": None}, "days, a beginning"),
        ({"expires_days": "1e9"}, "days, a beginning"),
    ],
)
def test_terms_that_are_none_are_refused_in_words_and_nothing_is_kept(client, held, change, sentence):
    contact, robin = held
    answer = sends(client, "callback_terms", contact, {"sealed": sealed(contact, "terms"), "terms": {**FORM, **change}})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert (Callback.objects.count(), access.entries(robin, access.case_of_contact(contact).id)[1:]) == (0, [])


def test_the_server_refuses_at_the_wrong_hour_whatever_is_sent(client, held, clock, telephone):
    contact, _robin = held
    lines.record_callback(contact, Given("caller", "UTC", (MIDDAY,), number_given=True))
    clock.forward(hours=3)
    answer = sends(client, "callback_tries", contact, {"number": "+441632960111", "override": False})
    assert answer.status_code == 409
    assert "Outside the caller&#x27;s safe hours" in answer.content.decode()
    assert (telephone, CallbackTry.objects.count()) == ([], 0)


@pytest.mark.parametrize("number", ["", "sip:x@elsewhere.example", "12", "+44 1632 960111;x", "call me"])
def test_only_a_telephone_number_is_dialled(client, held, clock, telephone, number):
    lines.record_callback(held[0], Given("caller", "UTC", (MIDDAY,), number_given=True))
    assert sends(client, "callback_tries", held[0], {"number": number}).status_code == 422
    assert telephone == []


def test_at_the_right_hour_it_is_dialled_and_what_came_of_it_is_in_the_case(client, held, clock, telephone):
    contact, robin = held
    lines.record_callback(contact, Given("caller", "UTC", (MIDDAY,), number_given=True))
    assert sends(client, "callback_tries", contact, {"number": "+44 1632 960111"}).status_code == 201
    assert telephone == [("call_back", "+441632960111")]
    assert "A stranger answered" in client.get(reverse("now")).content.decode()
    for done_too_early in (
        client.post(reverse("wrap_up", args=[contact]), {"kind": "counselling", "disposition": "resolved"}),
        client.delete(reverse("claim", args=[contact])),
        client.delete(reverse("callback_terms", args=[contact])),
    ):
        assert done_too_early.status_code == 409
    lines.callback_dialled(str(CallbackTry.objects.get().pk))
    assert client.post(reverse("callback_outcome", args=[contact]), {"outcome": "flew"}).status_code == 400
    assert client.post(reverse("callback_outcome", args=[contact]), {"outcome": "voicemail"}).status_code == 204
    assert client.post(reverse("callback_outcome", args=[contact]), {"outcome": "reached"}).status_code == 409
    kinds = [one.kind for one in access.entries(robin, access.case_of_contact(contact).id)]
    assert kinds == ["message", "call_log"]
    assert callbacks.judge(Callback.objects.get()).reason == "too_soon"


def test_a_call_back_is_agreed_on_terms_or_not_at_all(client, held):
    words = {"kind": "counselling", "disposition": "callback_agreed"}
    answer = client.post(reverse("wrap_up", args=[held[0]]), words)
    assert (answer.status_code, "terms first" in answer.content.decode()) == (422, True)
    lines.record_callback(held[0], Given())
    assert client.post(reverse("wrap_up", args=[held[0]]), words).status_code == 204


def test_the_list_says_now_later_and_refused(held, arrives, clock):
    contact, robin = held
    lines.record_callback(contact, Given("caller", "UTC", (MIDDAY,), number_given=True))
    later, refused = arrives("web", text="x").id, arrives("web", text="y").id
    evening = SafeWindow(frozenset({0}), 20 * 60, 22 * 60)
    lines.record_callback(later, Given("caller", "UTC", (evening,), number_given=True))
    lines.record_callback(refused, Given("other", "UTC", (MIDDAY,), number_given=True))
    assert [(one.id, one.group) for one in callbacks.listing(robin)] == [
        (contact, "now"),
        (later, "later"),
        (refused, "refused"),
    ]
    clock.forward(hours=9)
    assert {one.id: one.group for one in callbacks.listing(robin)}[later] == "now"


def test_somebody_else_takes_it_from_the_list_and_reads_the_terms(client, held, staff, clock):
    contact, robin = held
    lines.record_callback(contact, Given("caller", "UTC", (MIDDAY,), number_given=True))
    contacts.wrap_up(contact, robin.pk, "counselling", "callback_agreed")
    sam = staff("sam")
    client.force_login(sam)
    assert client.get(reverse("contact", args=[contact])).status_code == 403
    assert client.post(reverse("callback", args=[contact])).status_code == 204
    assert client.get(reverse("contact", args=[contact])).status_code == 200
    client.force_login(robin)
    assert client.post(reverse("callback", args=[contact])).status_code == 409
    client.force_login(sam)
    assert client.delete(reverse("callback", args=[contact])).status_code == 204
    assert Contact.objects.get(pk=contact).state == "closed"


def test_who_is_excluded_sees_no_call_back_and_takes_none(client, held, staff, clock):
    contact, robin = held
    lines.record_callback(contact, Given("caller", "UTC", (MIDDAY,), number_given=True))
    contacts.wrap_up(contact, robin.pk, "counselling", "callback_agreed")
    sam, boss = staff("sam"), staff("boss", role="supervisor")
    conflict.exclude(boss, access.case_of_contact(contact).id, operators=[sam.pk])
    assert (callbacks.listing(sam), len(callbacks.listing(robin))) == ([], 1)
    assert not callback_tries.take(contact, sam.pk)
    assert not exclusions.contacts(sam).filter(pk=contact).exists()


def test_an_override_takes_two_supervisors_and_a_sealed_reason(client, held, staff, clock, telephone):
    contact, robin = held
    lines.record_callback(contact, Given("caller", "UTC", (MIDDAY,), number_given=True))
    contacts.wrap_up(contact, robin.pk, "counselling", "callback_agreed")
    clock.forward(hours=3)
    alex, kim = staff("alex", role="supervisor"), staff("kim", role="supervisor")
    callback_tries.take(contact, alex.pk)
    client.force_login(alex)
    asked = {"word": "danger", "sealed": sealed(contact, "note")}
    assert sends(client, "callback_override", contact, {**asked, "word": "curious"}).status_code == 422
    assert sends(client, "callback_override", contact, asked).status_code == 201
    number = {"number": "+441632960111", "override": True}
    assert sends(client, "callback_tries", contact, number).status_code == 409
    (made,) = CallbackOverride.objects.all()
    assert client.post(reverse("override", args=[made.pk])).status_code == 409
    client.force_login(kim)
    assert "Alex asks to call" in client.get(reverse("callbacks")).content.decode()
    assert client.post(reverse("override", args=[made.pk])).status_code == 204
    client.force_login(alex)
    assert sends(client, "callback_tries", contact, number).status_code == 201
    assert telephone == [("call_back", "+441632960111")]


def test_a_window_that_opens_rings_the_bell(held, clock, django_capture_on_commit_callbacks):
    from harkline.runtime import bell, timers

    evening = SafeWindow(frozenset({0}), 20 * 60, 22 * 60)
    lines.record_callback(held[0], Given("caller", "UTC", (evening,), number_given=True))
    heard: list[str] = []
    end = bell.subscribe(lambda ring: heard.append(ring.kind))
    clock.forward(hours=8)
    with django_capture_on_commit_callbacks(execute=True):
        timers.run_due()
    end()
    assert "callback" in heard
    assert Contact.objects.get(pk=held[0]).callback_at == clock.at
    clock.forward(hours=2)
    assert timers.next_due() == clock.at
    assert callbacks.judge(Callback.objects.get()).at == clock.at + timedelta(days=6, hours=22)
