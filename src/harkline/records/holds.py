"""Legal holds: one supervisor places one, two people lift it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.records import access
from harkline.records.models import Case, Hold, HoldReason
from harkline.runtime import clock


def place(operator: Operator, case_id: UUID | str, reason: str) -> bool:
    """Keep a case from being removed; False where it is held already. Raises PermissionDenied, ``Case.DoesNotExist``, ValueError
    for a reason that is none."""
    case = _case(operator, case_id)
    try:
        with transaction.atomic():
            Hold.objects.create(case=case, reason=HoldReason(reason), placed_by=operator, placed_at=clock.now())
            chain.record(Act.HELD, Subject.CASE, case.pk, case=case.pk, reason=reason, actor_id=operator.pk)
    except IntegrityError:
        return False
    return True


def ask_to_lift(operator: Operator, case_id: UUID | str) -> bool:
    """The first of two: nothing changes until somebody else agrees. Raises PermissionDenied, ``Case.DoesNotExist``."""
    case = _case(operator, case_id)
    with transaction.atomic():
        asked = Hold.objects.filter(case=case, lifted_at=None, lift_asked_by=None).update(
            lift_asked_by=operator, lift_asked_at=clock.now()
        )
        if asked:
            chain.record(Act.HOLD_LIFT_ASKED, Subject.CASE, case.pk, case=case.pk, actor_id=operator.pk)
    return bool(asked)


def lift(operator: Operator, case_id: UUID | str) -> bool:
    """The second of two, who is somebody else: the hold ends. Raises PermissionDenied, ``Case.DoesNotExist``."""
    case = _case(operator, case_id)
    rows = Hold.objects.filter(case=case, lifted_at=None, lift_asked_by__isnull=False).exclude(lift_asked_by=operator)
    with transaction.atomic():
        lifted = rows.update(lifted_by=operator, lifted_at=clock.now())
        if lifted:
            chain.record(Act.HOLD_LIFTED, Subject.CASE, case.pk, case=case.pk, actor_id=operator.pk)
    return bool(lifted)


def keep(operator: Operator, case_id: UUID | str) -> bool:
    """Take back that somebody asked to lift it. Raises PermissionDenied, ``Case.DoesNotExist``."""
    case = _case(operator, case_id)
    with transaction.atomic():
        kept = Hold.objects.filter(case=case, lifted_at=None, lift_asked_by__isnull=False).update(
            lift_asked_by=None, lift_asked_at=None
        )
        if kept:
            chain.record(Act.HELD, Subject.CASE, case.pk, case=case.pk, reason="kept", actor_id=operator.pk)
    return bool(kept)


def _case(operator: Operator, case_id: UUID | str) -> Case:
    if not may(operator, Action.RETENTION):
        raise PermissionDenied
    return access.cases(operator).get(pk=case_id)
