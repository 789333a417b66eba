"""What comes over the air is an attempt and a contact, once, sealed; and nothing of anybody is left readable."""

import pytest
from django.apps import apps

from harkline.channels.radio.aprs import keep
from harkline.channels.radio.aprs.keep import Taken
from harkline.channels.radio.aprs.models import HeardMessage, RadioThread
from harkline.intake import receive, repeat
from harkline.intake.models import Attempt, Contact, SealedObject
from harkline.routing import contacts, offers, presence
from harkline.runtime import expiry, room
from harkline.seal import envelope

pytestmark = pytest.mark.django_db
OURS = "X0LINE-1"


def opened(private: bytes) -> list[tuple[str, dict, bytes]]:
    def one(row: SealedObject):
        chunks = [bytes(chunk.data) for chunk in row.chunks.order_by("position")]
        wrap = bytes(row.wraps.get(recipient="team:1").data)
        document = envelope.open_(wrap, chunks, private, row.purpose, str(row.pk), "team:1")
        return row.purpose, dict(document.meta), document.body

    return [one(row) for row in SealedObject.objects.order_by("created_at", "purpose")]


def test_a_message_is_an_attempt_and_a_contact_that_waits(hears, on_air, team_private):
    assert hears("Somebody is at the door", "1", gate="X0GATE") == Taken(taken=True, new=True)
    row = Contact.objects.select_related("attempt__address").get()
    assert (row.channel, row.state, row.flags, row.language) == ("radio", "waiting", ["on_air"], "en")
    assert (row.attempt.address.value, row.attempt.outcome) == (on_air, "message")
    (_, about, handle), (_, meta, body) = opened(team_private)
    assert (handle, about["gate"]) == (b"X0ABC-7", "X0GATE")
    assert body == b"Somebody is at the door"
    assert (meta["from"], meta["number"], meta["via"]) == ("X0ABC-7", "1", ["X0RELAY*"])


def test_heard_again_it_is_acknowledged_again_and_stored_once(hears, clock):
    assert hears("Help", "1").new
    for _ in range(3):
        clock.forward(minutes=20)
        assert hears("Help", "1") == Taken(taken=True, new=False)
    assert Attempt.objects.count() == Contact.objects.count() == 1
    clock.forward(hours=5)
    assert hears("Help", "1").new  # a radio that was switched on again counts from 1


def test_without_a_number_it_is_the_same_only_for_a_minute(hears, clock):
    assert hears("Help").new
    assert not hears("Help").new  # by way of another station
    clock.forward(minutes=5)
    assert hears("Help").new


def test_several_messages_of_one_person_are_one_contact_and_one_attempt(hears, staff):
    robin = staff("robin")
    hears("First part", "1")
    hears("second part", "2")
    contact = Contact.objects.get()
    offers.claim(str(contact.pk), robin.pk)
    hears("third, while somebody reads", "3")
    assert SealedObject.objects.filter(contact=contact, purpose="message").count() == 3
    assert Attempt.objects.count() == 1


def test_after_that_a_new_contact_is_on_the_same_thread_for_a_day(hears, clock, staff):
    robin = staff("robin")
    presence.sign_on(robin.pk)
    hears("One", "1")
    first = Contact.objects.get()
    offers.claim(str(first.pk), robin.pk)
    contacts.ended(str(first.pk))
    Contact.objects.update(state="closed")
    hears("Two", "2")
    assert [row.thread_id for row in Contact.objects.all()] == [first.thread_id] * 2
    Contact.objects.update(state="closed")
    clock.forward(hours=25)
    hears("Three", "3")
    assert Contact.objects.exclude(thread=first.thread).count() == 1


def test_two_call_signs_are_two_people(hears):
    hears("Help", "1")
    hears("Help", "1", source="X0ABC-8")
    assert Contact.objects.values("thread").distinct().count() == 2


def test_what_is_no_text_is_kept_whole_and_flagged(hears, team_private):
    hears(b"caf\xe9", "1")
    assert Contact.objects.get().flags == ["on_air", "undecodable"]
    assert [(kind, body) for kind, _meta, body in opened(team_private)] == [
        ("handle", b"X0ABC-7"),
        ("message", "café".encode()),
        ("original", b"raw"),
    ]


def test_a_frame_that_cannot_be_read_waits_for_a_person(on_air, team_private):
    keep.hold(b"\0\xff:X0LINE-1 :?", OURS)
    keep.hold(b"\0\xff:X0LINE-1 :?", OURS)
    assert Contact.objects.get().flags == ["on_air", "held"]
    assert opened(team_private)[0][2] == b"\0\xff:X0LINE-1 :?"


def test_a_call_sign_that_is_turned_away_is_counted_and_told(hears, staff):
    hears("Threats", "1")
    contact = Contact.objects.get()
    assert receive.blocked("radio", "X0ABC-7") is False
    repeat.block(contact.pk, staff("robin"), "threats")
    assert hears("More", "2", source="X0ABC-9") == Taken(taken=False, new=True)  # another set of the same call sign
    assert hears("More", "2", source="X0ABC-9") == Taken(taken=False, new=False)
    assert list(Attempt.objects.filter(outcome="rejected").values_list("reason", flat=True)) == ["blocked"]
    assert hears("Help", "1", source="X0DEF").taken


def test_what_cannot_be_stored_is_not_remembered_as_stored(hears, monkeypatch):
    def full() -> None:
        raise OSError

    with monkeypatch.context() as scarce:
        scarce.setattr(room, "refuse_if_scarce", full)
        with pytest.raises(OSError):
            hears("Help", "1")
    assert not HeardMessage.objects.exists()
    assert hears("Help", "1").new


def test_no_row_of_this_channel_names_anybody(hears):
    hears("a secret sentence", "1")
    rows = [row.__dict__ for model in apps.get_app_config("aprs").get_models() for row in model.objects.all()]
    assert rows
    assert "X0ABC" not in str(rows)
    assert "secret" not in str(rows)


def test_what_is_removed_takes_the_way_back_with_it(hears):
    hears("Help", "1")
    expiry.forget([Contact.objects.get().thread_id])
    assert not RadioThread.objects.exists()
    assert not HeardMessage.objects.exists()
