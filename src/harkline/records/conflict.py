"""Excluding colleagues from a case. Set by those who may read it, seen by those alone who still may."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from harkline.audit import chain, view
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions, repeat
from harkline.intake.exclusions import Excluded
from harkline.intake.models import Contact, SealedObject
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.records import access
from harkline.records.models import CaseThread, Entry
from harkline.routing import conflict
from harkline.runtime import bell


def _threads(case_id: str) -> list[UUID]:
    return list(CaseThread.objects.filter(case_id=case_id).values_list("thread_id", flat=True))


def of(operator: Operator, case_id: str) -> list[Excluded]:
    """Who is excluded from a case. Raises PermissionDenied."""
    if not access.may_read(operator, case_id):
        raise PermissionDenied
    return exclusions.of(_threads(case_id))


def exclude(
    operator: Operator, case_id: str, *, operators: Collection[int] = (), team: str = "", outside: bool = False
) -> None:
    """From the commit on the case does not exist for these people. Raises PermissionDenied, ``exclusions.NobodyLeft``."""
    if not access.may_read(operator, case_id):
        raise PermissionDenied
    with transaction.atomic():
        conflict.exclude(_threads(case_id), operators=operators, team=team, by=operator, outside=outside)
        chain.record(Act.EXCLUDED, Subject.CASE, case_id, case=case_id, reason="outside" if outside else "")


def lift(operator: Operator, case_id: str, who: int | None, team: str) -> None:
    """Let somebody in again: for supervisors who are not excluded themselves. Raises PermissionDenied."""
    if not may(operator, Action.ROTA) or not access.may_read(operator, case_id):
        raise PermissionDenied
    with transaction.atomic():
        if exclusions.lift(_threads(case_id), who, team):
            bell.ring("entry", case_id, "desk")
            chain.record(Act.READMITTED, Subject.CASE, case_id, case=case_id)


@exclusions.narrows("entry")
def _of_entry(id_: UUID) -> Iterable[UUID]:
    """The id is a case's, a thread's or a sealed object's."""
    return {id_, *_threads(str(id_)), *SealedObject.objects.filter(pk=id_).values_list("thread_id", flat=True)}


@view.hide_for
def _hidden(operator_id: int) -> Collection[str]:
    """The records of such a case do not show either."""
    return recorded(exclusions.hidden(Operator.objects.get(pk=operator_id)))


def recorded(thread_ids: Any) -> Collection[str]:
    """Under which names audit records may tell of these threads (a sub-query or ids), as ``audit.view`` reads them."""
    cases = CaseThread.objects.filter(thread__in=thread_ids).values_list("case_id", flat=True)
    contacts = Contact.objects.filter(thread__in=thread_ids).values_list("pk", flat=True)
    entries = Entry.objects.filter(object__thread__in=thread_ids).values_list("pk", flat=True)
    blocks = repeat.of_threads(thread_ids)
    return {
        *map(str, cases),
        *map(str, contacts),
        *(f"entry:{pk}" for pk in entries),
        *(f"number:{pk}" for pk in blocks),
    }
