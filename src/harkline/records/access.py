"""The one gate to what is sealed: it checks who asks, and writes down that they did.

What it hands out is still sealed; it opens in the browser of an operator who holds the team's key.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions
from harkline.intake.models import Contact, Purpose, SealedObject
from harkline.people.models import Operator, Role
from harkline.people.roles import Action, may
from harkline.records import filing
from harkline.records.models import Case, CaseThread, Entry
from harkline.routing import callback_overrides, callbacks, companions


@dataclass(frozen=True)
class CaseView:
    """A case, as far as anybody on the line may know of it."""

    id: str
    alias: str
    opened_at: datetime


@dataclass(frozen=True)
class EntryView:
    """What can be said of an entry without opening it. ``size`` in bytes of clear text."""

    id: int
    object_id: str
    kind: str
    state: str
    complete: bool
    by_caller: bool
    size: int
    author: str
    written_at: datetime
    contact_id: str
    number: bool  # a telephone number: not opened like the rest


@dataclass(frozen=True)
class Sealed:
    """A sealed object for a browser: the wraps for the team's keys, and its chunks."""

    object_id: str
    purpose: str
    complete: bool
    wraps: dict[str, bytes]
    chunks: Sequence[bytes]


def case_of_contact(contact_id: str) -> CaseView:
    """The case to which a contact belongs."""
    row = Contact.objects.select_related("thread").get(pk=contact_id)
    case = filing.case_of(row.thread)
    return CaseView(str(case.pk), case.alias, case.opened_at)


def aliases(contact_ids: Sequence[str]) -> dict[str, str]:
    """The aliases of many contacts' cases at once."""
    rows = Contact.objects.filter(pk__in=contact_ids).select_related("thread")
    filed = dict(
        CaseThread.objects.filter(thread__in=[row.thread_id for row in rows]).values_list("thread_id", "case__alias")
    )
    return {str(row.pk): filed.get(row.thread_id) or filing.case_of(row.thread).alias for row in rows}


def cases(operator: Operator | None) -> QuerySet[Case]:
    """The cases that exist for a viewer (``intake.exclusions``)."""
    return Case.objects.exclude(threads__thread__in=exclusions.hidden(operator))


def exists(operator: Operator | None, case_id: str) -> bool:
    """Whether a case exists for somebody."""
    return cases(operator).filter(pk=case_id).exists()


def may_read(operator: Operator, case_id: str) -> bool:
    """Supervisors read every case; others who may read, those of which they have, or had, a contact in hand, or in whose
    call they are. Nobody reads one from which they are excluded."""
    if not may(operator, Action.READ) or not exists(operator, case_id):
        return False
    if operator.role == Role.SUPERVISOR:
        return True
    of_case = Contact.objects.filter(thread__filed__case_id=case_id)
    beside = of_case.filter(companions__operator=operator, companions__state__in=companions.HERE)
    return of_case.filter(operator=operator).exists() or beside.exists()


def entries(operator: Operator, case_id: str) -> list[EntryView]:
    """A case's entries, oldest first. Raises PermissionDenied."""
    if not may_read(operator, case_id):
        raise PermissionDenied
    filing.file_pending()
    rows = (
        Entry.objects.filter(case_id=case_id).select_related("object", "author", "contact").order_by("written_at", "pk")
    )
    return [_view(row) for row in rows]


def _view(row: Entry) -> EntryView:
    held = row.object
    return EntryView(
        row.pk,
        str(held.pk),
        row.kind,
        held.state,
        held.complete,
        held.by_caller,
        held.size,
        row.author.name if row.author else "",
        row.written_at,
        str(row.contact_id or ""),
        _is_number(row),
    )


def _is_number(row: Entry) -> bool:
    return row.kind == Purpose.HANDLE and row.contact is not None and row.contact.channel == "phone"


def open_(operator: Operator, entry_id: int, why: str = "read") -> Sealed:
    """Hand out one sealed entry. Raises PermissionDenied, ``Entry.DoesNotExist``; the opening is on record before it is given.
    ``why`` is a word. A caller's number is opened by whoever has them in hand and may dial it at this moment, on the caller's terms;
    to be shown, see ``records.numbers``."""
    row = Entry.objects.filter(case__in=cases(operator)).select_related("object", "contact").get(pk=entry_id)
    if not may_read(operator, str(row.case_id)):
        raise PermissionDenied
    if _is_number(row):
        assert row.contact is not None
        if not _may_dial(operator, row.contact):
            raise PermissionDenied
        why = "dial"
    chain.record(Act.OPENED, Subject.ENTRY, row.pk, case=row.case_id, reason=why, actor_id=operator.pk)
    return sealed(row.object)


def _may_dial(operator: Operator, contact: Contact) -> bool:
    row = callbacks.of(str(contact.pk))
    if row is None or "other_number" in contact.flags or contact.operator_id != operator.pk:
        return False
    return callbacks.judge(row).allowed or callback_overrides.ready(row, operator.pk).exists()


def sealed(row: SealedObject) -> Sealed:
    """An object for a browser; for ``harkline.records`` alone, which has checked who asks."""
    team = row.wraps.filter(recipient__startswith="team:")
    return Sealed(
        str(row.pk),
        row.purpose,
        row.complete,
        {wrap.recipient: bytes(wrap.data) for wrap in team},
        [bytes(chunk.data) for chunk in row.chunks.order_by("position")],
    )


def entry_of(operator: Operator, object_id: uuid.UUID) -> int | None:
    """The entry of a sealed object, for those who may read it; the same None where there is none."""
    row = Entry.objects.filter(object_id=object_id, case__in=cases(operator)).first()
    return row.pk if row and may_read(operator, str(row.case_id)) else None


def case(viewer: Operator, case_id: str) -> CaseView | None:
    """The case, or None."""
    try:
        row = cases(viewer).filter(pk=uuid.UUID(case_id)).first()
    except ValueError:
        return None
    return CaseView(str(row.pk), row.alias, row.opened_at) if row else None
