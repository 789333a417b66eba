"""Showing a caller's number: by the line's policy, with a reason, recorded. What is handed out is still sealed."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.intake import policy
from harkline.intake.models import Purpose
from harkline.people.models import Operator, Role
from harkline.records import access
from harkline.records.access import Sealed
from harkline.records.models import Entry

REASONS = ("danger", "caller_asked", "callback_failed", "abuse", "law")


def may_reveal(operator: Operator) -> bool:
    """Whether the line's policy lets this person have a number shown. An administrator who answers is an operator here."""
    allowed = {"never": (), "supervisor": (Role.SUPERVISOR,), "operator": tuple(set(Role.values) - {Role.AUDITOR})}
    return operator.role in allowed[policy.present().reveal]


def reveal(operator: Operator, contact_id: str, reason: str) -> list[Sealed]:
    """The sealed numbers of a contact, the newest last. Raises PermissionDenied; ValueError for a reason that is none."""
    if reason not in REASONS:
        raise ValueError("a number is shown for one of these reasons: " + ", ".join(REASONS))
    case = access.case_of_contact(contact_id)
    if not may_reveal(operator) or not access.may_read(operator, case.id):
        raise PermissionDenied
    rows = Entry.objects.filter(case_id=case.id, contact_id=contact_id, kind=Purpose.HANDLE).select_related("object")
    with transaction.atomic():
        chain.record(Act.REVEALED, Subject.NUMBER, contact_id, case=case.id, reason=reason, actor_id=operator.pk)
    return [access.sealed(row.object) for row in rows.order_by("written_at", "pk")]
