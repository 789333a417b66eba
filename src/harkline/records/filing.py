"""Every thread belongs to a case, and every sealed object of it is an entry.

Intake knows nothing of cases: filing follows it, on the bell and again in the reconcile loop, so a crash between the two leaves
nothing unfiled.
"""

import logging
import time

from django.db import DatabaseError, IntegrityError, transaction

from harkline.intake.models import SealedObject, Thread
from harkline.records.alias import suggest
from harkline.records.models import Case, CaseThread, Entry
from harkline.runtime import bell, clock

log = logging.getLogger(__name__)

EVERYTHING = 60.0  # seconds between two looks at every object there is
_looked_at_all = -EVERYTHING


def file_pending(limit: int = 100) -> int:
    """File what is not filed yet, in one transaction, so that the disk is waited for once; returns how many objects were."""
    rows = _pending(limit)
    if not rows:
        return 0
    try:
        with transaction.atomic():
            return _file_all(rows)
    except DatabaseError:
        # One that cannot be filed, or that somebody files at this moment, must not keep the others back.
        return sum(map(_tried, rows))


def _pending(limit: int) -> list[SealedObject]:
    """What is not filed among the newest, which an index finds; what a crash left behind is older, and looked for once a minute."""
    global _looked_at_all
    unfiled = SealedObject.objects.filter(entry=None).select_related("thread").order_by("created_at")
    newest = SealedObject.objects.order_by("-created_at").values("pk")[: 2 * limit]
    rows = list(unfiled.filter(pk__in=newest)[:limit])
    if len(rows) == limit:
        _looked_at_all = -EVERYTHING  # so many may reach further back than the newest
    if not rows and time.monotonic() - _looked_at_all > EVERYTHING:
        rows = list(unfiled[:limit])
        if not rows:
            _looked_at_all = time.monotonic()
    return rows


def _file_all(rows: list[SealedObject]) -> int:
    threads = {row.thread_id for row in rows}
    filed = dict(CaseThread.objects.filter(thread__in=threads).values_list("thread_id", "case_id"))
    new = [thread for thread in threads if thread not in filed]
    cases = Case.objects.bulk_create(Case(alias=alias, opened_at=clock.now()) for alias in _aliases(len(new)))
    filed |= {thread: case.pk for thread, case in zip(new, cases, strict=True)}
    CaseThread.objects.bulk_create(CaseThread(thread_id=one, case_id=filed[one]) for one in new)
    Entry.objects.bulk_create(
        Entry(
            case_id=filed[row.thread_id],
            object=row,
            contact_id=row.contact_id,
            kind=row.purpose,
            written_at=row.created_at,
        )
        for row in rows
    )
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
