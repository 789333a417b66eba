"""A contact's thread comes to another case: what was written goes with it, and so do who must not know of it and what holds it."""

import contextlib
from uuid import UUID

from django.db.models import ProtectedError

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions
from harkline.intake.models import Thread
from harkline.records import filing
from harkline.records.models import Case, CaseThread, Entry, Hold


def move(thread: Thread, case: Case) -> bool:
    """Let a thread belong to this case; False where it does already. In the transaction of whoever asks.

    A case that has nothing left goes. A legal hold on the case before holds the one after: what it keeps lies there now."""
    before = filing.case_of(thread)
    if before.pk == case.pk:
        return False
    there: list[UUID] = list(CaseThread.objects.filter(case=case).values_list("thread_id", flat=True))
    CaseThread.objects.filter(thread=thread).update(case=case)
    Entry.objects.filter(object__thread=thread).update(case=case)
    exclusions.copy(there, thread.pk)
    held = _carry(before, case)
    if not CaseThread.objects.filter(case=before).exists():
        with contextlib.suppress(ProtectedError):  # something else hangs on it: it stays, empty
            before.delete()
    if held:
        chain.record(Act.HELD, Subject.CASE, case.pk, case=case.pk, reason="joined")
    return True


def _carry(before: Case, case: Case) -> bool:
    hold = Hold.objects.filter(case=before, lifted_at=None).first()
    if hold is None or Hold.objects.filter(case=case, lifted_at=None).exists():
        return False
    more = {"placed_by": hold.placed_by, "placed_at": hold.placed_at}
    Hold.objects.create(case=case, reason=hold.reason, **more)
    return True
