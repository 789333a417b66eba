"""Every thread belongs to a case, and every sealed object of it is an entry.

Intake knows nothing of cases: filing follows it, on the bell and again in the reconcile loop, so a crash between the two leaves
nothing unfiled.
"""

import logging
from collections.abc import Collection
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction

from harkline.intake.models import SealedObject, Thread
from harkline.records.alias import suggest
from harkline.records.models import Case, CaseThread, Entry
from harkline.routing import callbacks
from harkline.runtime import bell, clock, plainly

log = logging.getLogger(__name__)


def file_pending(limit: int = 100) -> int:
    """File what is not filed yet, in one transaction, so that the disk is waited for once; returns how many objects were."""
    found = SealedObject.objects.filter(filed=False).select_related("thread").order_by("created_at")
    rows = list(found[:limit])
    if not rows:
        return 0
    try:
        with transaction.atomic():
            return _file_all(rows)
    except DatabaseError:
        # One that cannot be filed, or that somebody files at this moment, must not keep the others back.
        return sum(map(_tried, rows))


def _file_all(rows: list[SealedObject]) -> int:
    threads = {row.thread_id for row in rows}
    filed = dict(CaseThread.objects.filter(thread__in=threads).values_list("thread_id", "case_id"))
    new = [thread for thread in threads if thread not in filed]
    cases = Case.objects.bulk_create(Case(alias=alias, opened_at=clock.now()) for alias in _aliases(len(new)))
    filed |= {thread: case.pk for thread, case in zip(new, cases, strict=True)}
    plainly.insert(CaseThread(thread_id=one, case_id=filed[one]) for one in new)
    plainly.insert(
        Entry(
            case_id=filed[row.thread_id],
            object=row,
            contact_id=row.contact_id,
            kind=row.purpose,
            written_at=row.created_at,
        )
        for row in rows
    )
    SealedObject.objects.filter(pk__in=[row.pk for row in rows]).update(filed=True)
    for case_id in {filed[row.thread_id] for row in rows}:
        bell.ring("entry", case_id, "desk")
    return len(rows)


def _aliases(number: int) -> list[str]:
    """So many names that no case has."""
    free: set[str] = set()
    for tries in range(30):
        drawn = {suggest(tries) for _ in range(number - len(free))}
        free |= drawn - set(Case.objects.filter(alias__in=drawn).values_list("alias", flat=True))
        if len(free) == number:
            return list(free)
    raise RuntimeError("no free alias")


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
            case = Case.objects.create(alias=_aliases(1)[0], opened_at=clock.now())
            CaseThread.objects.create(thread=thread, case=case)
    except IntegrityError:
        return CaseThread.objects.select_related("case").get(thread=thread).case
    return case


@callbacks.of_one_case
def threads_of(thread_id: UUID) -> Collection[UUID]:
    """All threads of the case to which a thread belongs: what a caller says in one of them holds for the others."""
    return list(CaseThread.objects.filter(case__threads__thread=thread_id).values_list("thread_id", flat=True))


def _file(row: SealedObject) -> int:
    case = case_of(row.thread)
    try:
        with transaction.atomic():
            Entry.objects.create(
                case=case, object=row, contact_id=row.contact_id, kind=row.purpose, written_at=row.created_at
            )
            bell.ring("entry", case.pk, "desk")
    except IntegrityError:
        # There is an entry already, of a batch that somebody else filed.
        SealedObject.objects.filter(pk=row.pk).update(filed=True)
        return 0
    SealedObject.objects.filter(pk=row.pk).update(filed=True)
    return 1
