"""What is due to go: cases without activity for as long as their kind is kept, not held, with nothing open.

In two steps, a commit apart: the keys, then everything else. What is due is asked for anew at each, so whatever happens between
them (a caller writes again, a hold) keeps the case; what has lost its keys by then stays lost.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from harkline.audit import chain, view
from harkline.audit.words import Act, Subject
from harkline.intake import erase, exclusions
from harkline.intake.models import Contact, ContactState, Exclusion, Purpose, SealedObject, Thread
from harkline.people.models import Operator
from harkline.records import conflict
from harkline.records.models import Case, CaseThread, Entry, Hold
from harkline.runtime import clock, expiry

CONTENT, RECORDINGS = "content", "recordings"
_LEEWAY = timedelta(days=2)  # what is dated further ahead was written under a wrong clock
_CHUNKS, _THREADS = 400, 25  # of one step: 25 MB, or so many callers' threads


def _alive(before: datetime, **of: Any) -> "Exists":
    """Contacts that keep: recent ones, open ones, those to be called back."""
    latest = clock.now() + _LEEWAY
    recent = Q(arrived_at__range=(before, latest)) | Q(closed_at__range=(before, latest))
    open_ = ~Q(state=ContactState.CLOSED) | Q(callback_at__isnull=False)
    return Exists(Contact.objects.filter(recent | open_, **of))


def due(before: datetime) -> QuerySet[Case]:
    """Cases in which nothing has happened since ``before`` and which nothing keeps."""
    latest = clock.now() + _LEEWAY
    return Case.objects.filter(
        Q(kept_from=None) | Q(kept_from__lt=before),
        ~Exists(Hold.objects.filter(case=OuterRef("pk"), lifted_at=None)),
        ~Exists(Entry.objects.filter(case=OuterRef("pk"), written_at__range=(before, latest))),
        ~_alive(before, thread__filed__case=OuterRef("pk")),
        opened_at__lt=before,
    )


def _due_threads(before: datetime) -> QuerySet[Thread]:
    """The threads of these cases, and those that came to no case."""
    unfiled = Q(~Exists(CaseThread.objects.filter(thread=OuterRef("pk"))), opened_at__lt=before)
    of_cases = Q(filed__case__in=due(before))
    return Thread.objects.filter(of_cases | unfiled).exclude(_alive(before, thread=OuterRef("pk")))


def _due_objects(before: datetime) -> QuerySet[SealedObject]:
    return SealedObject.objects.filter(thread__in=_due_threads(before))


def _due_recordings(before: datetime) -> QuerySet[SealedObject]:
    return SealedObject.objects.filter(purpose=Purpose.RECORDING, thread__filed__case__in=due(before))


def _shown(rows: QuerySet[Any], thread: str, viewer: Any) -> QuerySet[Any]:
    return rows if viewer is expiry.EVERYBODY else rows.exclude(**{f"{thread}__in": exclusions.hidden(viewer)})


def _remove_content(before: datetime, limit: int) -> int:
    """One step. Returns how much it did: nothing is left to do when that is nothing."""
    if done := _shred(_due_objects(before), CONTENT, limit):
        return done
    if done := erase.empty(erase.unreadable(_due_objects(before)), _CHUNKS):
        return done
    with transaction.atomic():
        readable = erase.readable(SealedObject.objects.filter(thread=OuterRef("pk")))
        ids = list(_due_threads(before).exclude(Exists(readable)).values_list("pk", flat=True)[:_THREADS])
        if ids:
            cases = set(CaseThread.objects.filter(thread__in=ids).values_list("case_id", flat=True))
            if Exclusion.objects.filter(thread__in=ids).exists():
                view.stay_hidden(conflict.recorded(ids), Operator.objects.values_list("pk", flat=True))
            erase.threads(ids)
            _remove_empty(cases)
            chain.record(Act.PURGED, Subject.RETENTION, CONTENT, reason="rows", count=len(ids), actor_id=None)
    return len(ids) or _remove_empty(due(before).values_list("pk", flat=True)[:limit])


def _remove_empty(cases: Iterable[UUID]) -> int:
    ids = list(Case.objects.filter(pk__in=list(cases), threads=None).values_list("pk", flat=True))
    Case.objects.filter(pk__in=ids).delete()
    return len(ids)


def _shred(objects: QuerySet[SealedObject], name: str, limit: int) -> int:
    ids = list(erase.readable(objects).values_list("pk", flat=True)[:limit])
    if ids:
        with transaction.atomic():
            erase.shred(SealedObject.objects.filter(pk__in=ids))
            chain.record(Act.PURGED, Subject.RETENTION, name, reason="keys", count=len(ids), actor_id=None)
    return len(ids)


def _remove_recordings(before: datetime, limit: int) -> int:
    if done := _shred(_due_recordings(before), RECORDINGS, limit):
        return done
    gone = erase.unreadable(_due_recordings(before))
    if done := erase.empty(gone, _CHUNKS):
        return done
    ids = list(gone.values_list("pk", flat=True)[:limit])
    if ids:
        with transaction.atomic():
            erase.objects(ids)
            chain.record(Act.PURGED, Subject.RETENTION, RECORDINGS, reason="rows", count=len(ids), actor_id=None)
    return len(ids)


expiry.register(
    expiry.Rule(
        RECORDINGS,
        _("recordings"),
        30,
        _("A voice identifies. What matters of it stands in the notes."),
        lambda before, viewer: _shown(_due_recordings(before), "thread", viewer).count(),
        _remove_recordings,
        records=True,
    )
)
expiry.register(
    expiry.Rule(
        CONTENT,
        _("cases: messages, notes, numbers, callback terms"),
        90,
        _("Long enough to help and to follow up. What is not there cannot be taken."),
        lambda before, viewer: _shown(due(before), "threads__thread", viewer).count(),
        _remove_content,
        records=True,
    )
)
