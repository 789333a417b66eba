"""Every thread belongs to a case, and every sealed object of it is an entry.

Intake knows nothing of cases: filing follows it, on the bell and again in the reconcile loop, so a crash between the two leaves
nothing unfiled.
"""

import logging

from django.db import DatabaseError, IntegrityError, transaction

from harkline.intake.models import SealedObject, Thread
from harkline.records.alias import suggest
from harkline.records.models import Case, CaseThread, Entry
from harkline.runtime import bell, clock

log = logging.getLogger(__name__)


def file_pending(limit: int = 100) -> int:
    """File what is not filed yet, in one transaction, so that the disk is waited for once; returns how many objects were."""
    found = SealedObject.objects.filter(entry=None).select_related("thread").order_by("created_at")
    rows = list(found[:limit])
    if not rows:
        return 0
    try:
        with transaction.atomic():
            return sum(map(_file, rows))
    except DatabaseError:
        # One that cannot be filed must not keep the others back.
        return sum(map(_tried, rows))


def _tried(row: SealedObject) -> int:
    try:
        return _file(row)
    except DatabaseError:
        log.warning("an object could not be filed")
        return 0


def case_of(thread: Thread) -> Case:
    """The thread's case; a new one for a thread that has none."""
    filed = CaseThread.objects.select_related("case").filter(thread=thread).first()
    if filed:
        return filed.case
    try:
        with transaction.atomic():
            case = _open()
            CaseThread.objects.create(thread=thread, case=case)
    except IntegrityError:
        return CaseThread.objects.select_related("case").get(thread=thread).case
    return case


def _open() -> Case:
    for tries in range(30):
        alias = suggest(tries)
        if not Case.objects.filter(alias=alias).exists():
            return Case.objects.create(alias=alias, opened_at=clock.now())
    raise RuntimeError("no free alias")


def _file(row: SealedObject) -> int:
    case = case_of(row.thread)
    try:
        with transaction.atomic():
            Entry.objects.create(
                case=case, object=row, contact_id=row.contact_id, kind=row.purpose, written_at=row.created_at
            )
            bell.ring("entry", case.pk, "desk")
    except IntegrityError:
        return 0
    return 1
