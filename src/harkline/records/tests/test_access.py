"""What is sealed goes to those entitled, and every opening is on record."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from harkline.audit.models import Record
from harkline.intake.models import Purpose
from harkline.intake.store import SealedPart
from harkline.records import access, filing, write
from harkline.routing import offers, outbox
from harkline.seal import envelope

pytestmark = pytest.mark.django_db


def note(recipients: dict[str, bytes], text: bytes, purpose: str = "note") -> SealedPart:
    object_id = str(uuid.uuid4())
    sealed = envelope.seal({}, text, purpose, object_id, recipients)
    return SealedPart(object_id, purpose, sealed.chunks, sealed.wraps, sealed.size, by_caller=False)


def test_whoever_has_the_contact_reads_it_and_nobody_else(staff, arrives, team_private: bytes) -> None:  # type: ignore[no-untyped-def]
    robin, sam, boss = staff("robin"), staff("sam"), staff("boss", role="supervisor")
    contact = arrives("email", text="a true story")
    filing.file_pending()
    case = access.case_of_contact(contact.id)
    with pytest.raises(PermissionDenied):
        access.entries(robin, case.id)
    offers.claim(contact.id, robin.pk)
    [entry] = access.entries(robin, case.id)
    sealed = access.open_(robin, entry.id)
    document = envelope.open_(
        sealed.wraps["team:1"], sealed.chunks, team_private, sealed.purpose, sealed.object_id, "team:1"
    )
    assert document.body == b"a true story"
    with pytest.raises(PermissionDenied):
        access.open_(sam, entry.id)
    access.open_(boss, entry.id, "quality_review")
    opened = Record.objects.filter(act="opened").order_by("sequence").values_list("actor", "subject", "reason")
    assert list(opened) == [(robin.pk, str(entry.id), "read"), (boss.pk, str(entry.id), "quality_review")]


def test_notes_belong_to_whoever_has_the_contact_in_hand(staff, arrives) -> None:  # type: ignore[no-untyped-def]
    robin, sam = staff("robin"), staff("sam")
    contact = arrives("email", text="x")
    offers.claim(contact.id, robin.pk)
    sealed = note(write.recipients(contact.id, "note"), b"calm now")
    assert write.entry(robin, contact.id, sealed) == write.entry(robin, contact.id, sealed)
    with pytest.raises(PermissionDenied):
        write.entry(sam, contact.id, note(write.recipients(contact.id, "note"), b"y"))
    with pytest.raises(ValueError, match="writes notes"):
        write.entry(robin, contact.id, note(write.recipients(contact.id, "original"), b"z", "original"))
    kinds = [entry.kind for entry in access.entries(robin, access.case_of_contact(contact.id).id)]
    assert kinds == [Purpose.MESSAGE, Purpose.NOTE]


def test_a_reply_by_mail_is_kept_and_queued_together(staff, arrives) -> None:  # type: ignore[no-untyped-def]
    robin = staff("robin")
    contact = arrives("email", text="x")
    offers.claim(contact.id, robin.pk)
    sealed = note(write.recipients(contact.id, "reply"), b"we are here", "reply")
    write.reply_by_mail(robin, contact.id, sealed, {"to": "somebody@mail.example", "text": "we are here"})
    write.reply_by_mail(robin, contact.id, sealed, {"to": "somebody@mail.example", "text": "we are here"})
    [job] = outbox.take_due("email")
    assert job.thread_id == contact.thread_id


def test_a_second_contact_of_a_thread_is_the_same_case(staff, arrives) -> None:  # type: ignore[no-untyped-def]
    first = arrives("email", text="one")
    second = arrives("email", text="two", thread_id=first.thread_id)
    filing.file_pending()
    assert access.case_of_contact(first.id) == access.case_of_contact(second.id)
    assert len(set(access.aliases([first.id, second.id]).values())) == 1
