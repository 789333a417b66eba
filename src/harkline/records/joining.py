"""A caller who comes back by telephone says twelve digits: the call joins the case that they belong to. By radio it is their contact card.

The digits open nothing. A code that fits nothing, or a case that does not exist for whoever asks, is the same wrong code; wrong ones
are counted for the whole line, because whoever tries them out may do so at many desks.
"""

from datetime import timedelta

from django.db import transaction

from harkline.audit import chain
from harkline.audit.models import Record
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions, threads
from harkline.intake.models import Contact, ContactState
from harkline.people.models import Operator
from harkline.records import access, filing, moving
from harkline.records.models import Case
from harkline.runtime import bell, clock

MANY, WITHIN = 5, timedelta(minutes=10)


def join(operator: Operator, contact_id: str, digits: str) -> str | None:
    """Let the contact in this hand join the case of a return code; returns the case's alias, None for a wrong code, which is
    counted. Raises ``Contact.DoesNotExist`` where it is not in their hand."""
    held = [ContactState.IN_HAND, ContactState.WRAP_UP]
    row = Contact.objects.select_related("thread").get(pk=contact_id, operator=operator, state__in=held)
    found = threads.by_phone_code("".join(one for one in digits if one.isdigit()))
    with transaction.atomic():
        case = _case(operator, found.id) if found else None
        if case is None:
            chain.record(Act.WRONG_CODE, Subject.CONTACT, contact_id, actor_id=operator.pk)
            if wrong_codes() >= MANY:
                bell.ring("alarm", contact_id, "desk", "inside")
            return None
        if moving.move(row.thread, case):
            bell.ring("entry", case.pk, "desk")
            bell.ring("contact", row.pk, "desk", "inside")
        chain.record(Act.CASE_JOINED, Subject.CONTACT, contact_id, case=case.pk, actor_id=operator.pk)
    return case.alias


def recognised(operator: Operator, contact_id: str, thread_id: str) -> bool:
    """Whoever was recognised by something that was given to the caller of a thread (a contact card): the contact in this hand joins its
    case. False where it is not in their hand, or the case does not exist for them; nothing is said of that."""
    held = [ContactState.IN_HAND, ContactState.WRAP_UP]
    row = Contact.objects.select_related("thread").filter(pk=contact_id, operator=operator, state__in=held).first()
    with transaction.atomic():
        case = _case(operator, thread_id) if row else None
        if row is None or case is None:
            return False
        if moving.move(row.thread, case):
            bell.ring("entry", case.pk, "desk")
            bell.ring("contact", row.pk, "desk", "inside")
            chain.record(
                Act.CASE_JOINED, Subject.CONTACT, contact_id, case=case.pk, reason="card", actor_id=operator.pk
            )
    return True


def _case(operator: Operator, thread_id: str) -> Case | None:
    thread = exclusions.threads(operator).filter(pk=thread_id).first()
    case = filing.case_of(thread) if thread else None  # nobody has looked at it yet where nothing was said
    return case if case and access.exists(operator, str(case.pk)) else None


def wrong_codes() -> int:
    """How many codes were wrong within ten minutes, on the whole line."""
    return Record.objects.filter(act=Act.WRONG_CODE, minute__gte=clock.now() - WITHIN).count()
