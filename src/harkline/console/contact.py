"""One contact in hand, and the case that it belongs to, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from harkline.intake import exclusions
from harkline.intake.models import Contact, ContactState
from harkline.line import radio
from harkline.line.models import Channel, Station
from harkline.people.models import Operator
from harkline.records import access
from harkline.records.access import CaseView, EntryView
from harkline.routing import confidential, conflict

# What belongs into the conversation; the rest (notes, terms, logs) is the team's own.
SPOKEN = ("message", "recording", "handle", "cleaned", "attachment", "original", "reply")
ELSEWHERE = ("terms", "phrase", "evidence")  # have a place of their own


@dataclass(frozen=True)
class InHand:
    """A contact, the case, and whether this operator may change it."""

    contact: Contact
    case: CaseView
    mine: bool

    @property
    def by_text(self) -> bool:
        """Whether it is answered in writing."""
        station = self.station
        return self.contact.channel in ("web", "email", "sms") or (station is not None and station.data)

    @property
    def station(self) -> Station | None:
        """The call sign and frequency by which it came, where it came by radio."""
        address = self.contact.attempt.address
        return getattr(address, "station", None)

    @property
    def may_be_coded(self) -> bool:
        """Whether something may be agreed with the caller that only the two understand: not over an amateur frequency."""
        if self.contact.channel != Channel.RADIO:
            return True
        try:
            radio.heed(self.station.band if self.station else "", radio.Sent.OBSCURED)
        except radio.Forbidden:
            return False
        return True

    @property
    def confidential(self) -> bool:
        """Whether the caller wrote encrypted."""
        return confidential.is_confidential(str(self.contact.thread_id))

    @property
    def clear_allowed(self) -> bool:
        """Whether a reply may go unencrypted all the same."""
        return confidential.may_go_in_clear(str(self.contact.thread_id))


def in_hand(operator: Operator, contact_id: str) -> InHand:
    """The contact, for those who may read its case. Raises ``Contact.DoesNotExist``, PermissionDenied."""
    row = (
        exclusions.contacts(operator)
        .select_related("thread", "attempt__address__station", "operator")
        .get(pk=contact_id)
    )
    case = access.case_of_contact(contact_id)
    if not access.may_read(operator, case.id):
        raise PermissionDenied
    open_ = row.state in (ContactState.IN_HAND, ContactState.WRAP_UP)
    return InHand(row, case, open_ and row.operator_id == operator.pk)


def conversation(operator: Operator, held: InHand) -> list[dict[str, Any]]:
    """What was said and sent in this contact, oldest first, with the state of what goes out."""
    spoken = [one for one in access.entries(operator, held.case.id) if one.kind in SPOKEN]
    # What came together stands in the order in which it is read: the words before what is attached to them.
    entries = sorted(spoken, key=lambda one: (one.written_at, SPOKEN.index(one.kind)))
    sent = {
        str(row.object_id): row
        for row in conflict.outbound(operator)
        .filter(thread=held.contact.thread, object__isnull=False)
        .order_by("created_at")
    }
    contact_id = str(held.contact.pk)
    return [
        {"entry": one, "outbound": sent.get(one.object_id), "earlier": one.contact_id not in ("", contact_id)}
        for one in entries
    ]


def messages(operator: Operator, held: InHand) -> list[EntryView]:
    """The caller's own messages, the newest first."""
    said = [one for one in access.entries(operator, held.case.id) if one.kind == "message" and one.by_caller]
    return said[::-1]


def notes(operator: Operator, held: InHand) -> list[EntryView]:
    """What the team wrote down in this case, the newest first."""
    return [one for one in access.entries(operator, held.case.id) if one.kind not in (*SPOKEN, *ELSEWHERE)][::-1]


def phrases(operator: Operator, held: InHand) -> list[EntryView]:
    """By which words the caller says that they are forced, the newest first: those hold."""
    return [one for one in access.entries(operator, held.case.id) if one.kind == "phrase"][::-1]


def terms(operator: Operator, held: InHand) -> list[EntryView]:
    """On which terms the caller may be called back, the newest first: those hold."""
    return [one for one in access.entries(operator, held.case.id) if one.kind == "terms"][::-1]


@dataclass(frozen=True)
class Past:
    """An earlier contact of the same case."""

    id: str
    channel: str
    arrived_at: datetime
    operator: str
    kind: str
    disposition: str


def history(operator: Operator, held: InHand) -> Sequence[Past]:
    """The case's other contacts, the newest first."""
    rows = exclusions.contacts(operator).filter(thread__filed__case_id=held.case.id).exclude(pk=held.contact.pk)
    return [
        Past(
            str(row.pk),
            row.channel,
            row.arrived_at,
            row.operator.name if row.operator else "",
            row.kind,
            row.disposition,
        )
        for row in rows.select_related("operator").order_by("-arrived_at")[:50]
    ]
