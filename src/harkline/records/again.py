"""Somebody who has been in touch before: said to whoever has them in hand, and made one case by that person's word alone.

Two people may share a telephone. Nothing here is ever done without somebody who has asked.
"""

from collections import Counter
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions, repeat
from harkline.intake.models import Contact
from harkline.people.models import Operator
from harkline.records import access, filing, moving
from harkline.records.models import Case, CaseThread
from harkline.runtime import bell


@dataclass(frozen=True)
class Other:
    """Another case from the same telephone or address."""

    case_id: str
    alias: str
    contacts: int


@dataclass(frozen=True)
class Before:
    """``contacts`` of the last thirty days beside this one, ``abusive`` of them wrapped up as such, and the cases they belong to."""

    contacts: int
    abusive: int
    others: list[Other]


def before(operator: Operator, contact_id: str) -> Before:
    """What is known of the same telephone or address, as far as it exists for the operator."""
    rows = list(repeat.matching(contact_id, exclusions.contacts(operator)).select_related("thread"))
    own = filing.case_of(Contact.objects.select_related("thread").get(pk=contact_id).thread)
    filed = dict(
        CaseThread.objects.filter(thread__in={row.thread_id for row in rows}).values_list("thread_id", "case_id")
    )
    counted = Counter(filed[row.thread_id] for row in rows if row.thread_id in filed and filed[row.thread_id] != own.pk)
    names = dict(Case.objects.filter(pk__in=counted).values_list("pk", "alias"))
    others = [Other(str(pk), names[pk], number) for pk, number in counted.most_common(5)]
    return Before(len(rows), sum(row.kind == "abusive" for row in rows), others)


def same(operator: Operator, contact_id: str, case_id: str) -> None:
    """It is the same person: what they said now belongs to that case. For whoever has the contact in hand, and for a case from the
    same telephone or address only. Raises PermissionDenied."""
    row = exclusions.contacts(operator).select_related("thread").get(pk=contact_id)
    if row.operator_id != operator.pk or case_id not in [one.case_id for one in before(operator, contact_id).others]:
        raise PermissionDenied
    if not access.exists(operator, case_id):
        raise PermissionDenied
    with transaction.atomic():
        moving.move(row.thread, Case.objects.get(pk=case_id))
        bell.ring("entry", case_id, "desk")
        bell.ring("contact", contact_id, "desk", "inside")
        chain.record(Act.LINKED, Subject.CONTACT, contact_id, case=case_id, actor_id=operator.pk)
