"""Writing into a case. Writing never needs a key: what arrives here was sealed in the operator's browser."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from harkline.audit import chain as audit
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions, store
from harkline.intake.models import Contact, ContactState, Purpose, SealedObject
from harkline.people.models import Operator
from harkline.records import filing
from harkline.records.models import Entry
from harkline.routing import confidential, lines, outbox
from harkline.runtime import bell, clock

# What an operator may write.
WRITABLE = {Purpose.NOTE, Purpose.REPLY, Purpose.CALL_LOG, Purpose.TERMS, Purpose.ATTACHMENT, Purpose.PHRASE}


def recipients(contact_id: str, purpose: str) -> dict[str, bytes]:
    """To whom the browser seals: ``team:<version>``, and ``caller`` for a reply that the caller reads with a return code."""
    row = Contact.objects.select_related("thread").get(pk=contact_id)
    return store.recipients(row.thread, purpose)


def _mine(operator: Operator, contact_id: str) -> Contact:
    row = exclusions.contacts(operator).select_related("thread").get(pk=contact_id)
    open_ = row.state in (ContactState.IN_HAND, ContactState.WRAP_UP)
    if row.operator_id != operator.pk or not open_:
        raise PermissionDenied
    return row


def entry(operator: Operator, contact_id: str, sealed: store.SealedPart) -> int:
    """Add a sealed entry to the contact that the operator has in hand; the same object twice is one entry.
    Raises PermissionDenied, ValueError."""
    if sealed.purpose not in WRITABLE:
        raise ValueError("an operator writes notes, replies, call logs, terms and attachments")
    with transaction.atomic():
        row = _mine(operator, contact_id)
        case = filing.case_of(row.thread)
        object_id = uuid.UUID(store.put(row.thread, row, sealed))
        made, new = Entry.objects.get_or_create(
            object_id=object_id,
            defaults={
                "case": case,
                "contact": row,
                "kind": sealed.purpose,
                "author": operator,
                "written_at": clock.now(),
            },
        )
        SealedObject.objects.filter(pk=object_id).update(filed=True)
        if not new and made.author_id is None:
            Entry.objects.filter(pk=made.pk).update(author=operator)
        to_caller = [f"thread:{row.thread_id}"] if sealed.purpose == Purpose.REPLY else []
        bell.ring("entry", case.pk, "desk", *to_caller, "inside")
    return made.pk


class NotOnAir(ValueError):
    """The reply may not go by radio. The message says why, in words for whoever wrote it."""


class NotEncrypted(ValueError):
    """The caller wrote encrypted, and this reply could only go in clear."""


def allow_clear(supervisor: Operator, thread_id: str, object_id: str) -> bool:
    """Let replies of a thread go unencrypted, on this message of the caller's. False where it is none."""
    row = Entry.objects.filter(object__pk=object_id, object__thread_id=thread_id).first()
    with transaction.atomic():
        if row is None or not confidential.allow(supervisor, thread_id, object_id):
            return False
        audit.record(Act.OVERRODE, Subject.ENTRY, row.pk, case=row.case_id, reason="reply_in_clear")
    return True


def reply_by_mail(operator: Operator, contact_id: str, sealed: store.SealedPart, clear: Mapping[str, Any]) -> str:
    """Send a reply by mail: the sealed copy goes into the case and ``clear`` (to, subject, text, refs) into the outbox, together
    or not at all. The server sees it open until it has gone; the page says so. Returns the outbound id. Raises NotEncrypted: the
    relay looks again before it sends."""
    row = Contact.objects.get(pk=contact_id)
    if not clear.get("openpgp_key") and not confidential.may_go_in_clear(str(row.thread_id)):
        raise NotEncrypted
    with transaction.atomic():
        entry(operator, contact_id, sealed)
        return outbox.queue(
            "email",
            clear,
            idempotency_key=f"reply:{sealed.id}",
            thread_id=str(row.thread_id),
            object_id=sealed.id,
        )


def reply_on_air(operator: Operator, contact_id: str, sealed: store.SealedPart, to: str, text: str) -> str:
    """Send a reply by radio, as everybody in range and on the internet will read it: the sealed copy goes into the case and the words
    into the outbox, together or not at all. Returns the outbound id. Raises NotOnAir, NotEncrypted."""
    row, air = Contact.objects.get(pk=contact_id), lines.air()
    if air is None:
        raise NotOnAir(_("This line does not answer by radio."))
    if said := air.refuses(text):
        raise NotOnAir(said)
    if not confidential.may_go_in_clear(str(row.thread_id)):
        raise NotEncrypted
    with transaction.atomic():
        entry(operator, contact_id, sealed)
        return outbox.queue(
            "radio",
            {"to": to, "text": text, "messages": air.messages},
            idempotency_key=f"reply:{sealed.id}",
            thread_id=str(row.thread_id),
            object_id=sealed.id,
        )
