"""A try to call somebody back: from the list into a hand, recorded, dialled, and what came of it.

The verdict is asked again in the transaction that records the try, and a try that runs keeps every other out: of two operators
who press at once one dials. A crash after that leaves the try open; it is recorded as interrupted at the next start, and nothing
dials again by itself.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions, store
from harkline.intake.models import Contact, ContactState
from harkline.people.models import Operator
from harkline.routing import callback_overrides, callbacks, contacts, presence
from harkline.routing.callback import Verdict
from harkline.routing.models import Callback, CallbackOutcome, CallbackState, CallbackTry
from harkline.runtime import bell, clock, timers


def take(contact_id: str, operator_id: int) -> bool:
    """Take a call back from the list into one's hand, in order to read the terms and to dial. The place in the queue stays."""
    with transaction.atomic():
        there = exclusions.contacts(Operator.objects.get(pk=operator_id)).filter(pk=contact_id).exists()
        if not there or not Callback.objects.filter(contact_id=contact_id, state=CallbackState.OPEN).exists():
            return False
        taken = Contact.objects.filter(pk=contact_id, state=ContactState.CLOSED).update(
            state=ContactState.IN_HAND, operator_id=operator_id, accepted_at=clock.now(), live=False
        )
        if taken:
            Callback.objects.filter(contact_id=contact_id).update(taken_at=clock.now())
            bell.ring("contact", contact_id, "desk", "inside")
            callbacks.rang(contact_id)
    return bool(taken)


def put_back(contact_id: str, operator_id: int) -> bool:
    """Back to the list; False where it is not in this hand, was not taken from there, or a try runs."""
    with transaction.atomic():
        if CallbackTry.objects.filter(callback__contact_id=contact_id, outcome="").exists():
            return False
        mine = Contact.objects.filter(pk=contact_id, operator_id=operator_id, state=ContactState.IN_HAND)
        from_list = Callback.objects.filter(contact_id=contact_id, taken_at__isnull=False)
        if not (mine.exists() and from_list.update(taken_at=None)):
            return False
        mine.update(state=ContactState.CLOSED, live=False)
        bell.ring("contact", contact_id, "desk", "inside")
        callbacks.rang(contact_id)
    return True


def begin(
    contact_id: str, operator_id: int, *, reach: str = "", override: bool = False, case: str = ""
) -> CallbackTry | Verdict:
    """Record a try before anything is dialled, or say why there is none. Of two at once one wins."""
    try:
        with transaction.atomic():
            return _begin(contact_id, operator_id, reach, override, case)
    except IntegrityError:
        return Verdict("under_way")


def _begin(contact_id: str, operator_id: int, reach: str, override: bool, case: str) -> CallbackTry | Verdict:
    row = Callback.objects.select_for_update().filter(contact_id=contact_id).first()
    if row is None:
        return Verdict("no_terms")
    found = callbacks.judge(row, reach=reach, override=override)
    if not found.allowed:
        return found
    used = callback_overrides.use(row, operator_id) if override else None
    if override and used is None:
        return Verdict("no_override")
    others = Contact.objects.filter(operator_id=operator_id, live=True, state__in=["in_hand", "wrap_up"])
    if others.exclude(pk=contact_id).exists():
        transaction.set_rollback(True)
        return Verdict("with_somebody")
    mine = Contact.objects.filter(pk=contact_id, operator_id=operator_id, state=ContactState.IN_HAND)
    if not mine.update(live=True):
        transaction.set_rollback(True)
        return Verdict("not_in_hand")
    made = CallbackTry.objects.create(callback=row, operator_id=operator_id, override=used, started_at=clock.now())
    presence.withdraw_from(operator_id, "calls back")
    presence.busy(operator_id)
    bell.ring("contact", contact_id, "desk", "inside")
    callbacks.rang(contact_id)
    if used:
        said = f"dialled_{used.word}"
        chain.record(Act.OVERRODE, Subject.CONTACT, contact_id, case=case, reason=said, actor_id=operator_id)
    return made


def dialled(try_id: str) -> bool:
    """Committed before the caller's telephone is rung, once. False where the try has ended, or where the terms allow it no more:
    until the operator's own end came, a window may have closed."""
    with transaction.atomic():
        rows = CallbackTry.objects.filter(pk=try_id, outcome="", dialled_at=None)
        row = rows.select_related("callback__contact", "callback__shown").first()
        if row is None:
            return False
        if not callbacks.judge(row.callback, override=row.override_id is not None, this_try=row).allowed:
            return False
        return bool(rows.update(dialled_at=clock.now()))


def answered(try_id: str) -> None:
    """Somebody, or something, has picked up."""
    CallbackTry.objects.filter(pk=try_id, answered_at=None).update(answered_at=clock.now())
    row = CallbackTry.objects.filter(pk=try_id).select_related("callback").first()
    if row:
        callbacks.rang(row.callback.contact_id)


def over(try_id: str) -> None:
    """The line is down again; what came of it the operator still has to say."""
    CallbackTry.objects.filter(pk=try_id, ended_at=None).update(ended_at=clock.now())
    row = CallbackTry.objects.filter(pk=try_id).select_related("callback").first()
    if row is None:
        return
    if row.outcome == CallbackOutcome.REACHED:
        contacts.ended(str(row.callback.contact_id))
    callbacks.rang(row.callback.contact_id)


def finish(try_id: str, outcome: str) -> bool:
    """What came of a try; the first word stands. Reached: it goes on as a contact in hand like any call. Otherwise it returns to
    where it was, at its time. Raises ValueError for a word that is not ours."""
    word = CallbackOutcome(outcome)
    with transaction.atomic():
        row = CallbackTry.objects.select_for_update().select_related("callback").filter(pk=try_id).first()
        if row is None or not CallbackTry.objects.filter(pk=try_id, outcome="").update(outcome=word):
            return False
        if word == CallbackOutcome.REACHED:
            _reached(row)
        else:
            _returned(row, word)
        _log(str(row.pk))
        bell.ring("contact", row.callback.contact_id, "desk", "inside")
        callbacks.rang(row.callback.contact_id)
    return True


def _log(try_id: str) -> None:
    """The try as an entry of the case, sealed like everything else there."""
    row = CallbackTry.objects.select_related("callback__contact__thread", "operator").get(pk=try_id)
    moments = {name: getattr(row, name) for name in ("started_at", "dialled_at", "answered_at", "ended_at")}
    told = {name: f"{at:%Y-%m-%d %H:%M} UTC" for name, at in moments.items() if at}
    meta = {"type": "text/plain", "callback": {**told, "outcome": row.outcome, "operator": row.operator.name}}
    began = told.get("dialled_at") or told["started_at"]
    said = _("Call back")
    body = f"{said}: {row.get_outcome_display()}, {row.operator.name}, {began}"
    contact = row.callback.contact
    store.put(contact.thread, contact, store.Part("call_log", meta, body.encode(), by_caller=False))
    bell.ring("entry", contact.thread_id, "desk", "inside")


def _reached(row: CallbackTry) -> None:
    Callback.objects.filter(pk=row.callback_id).update(state=CallbackState.REACHED, taken_at=None)
    rows = Contact.objects.filter(pk=row.callback.contact_id)
    rows.update(callback_at=None)
    timers.cancel_timer("callback", row.callback.contact_id)
    if row.ended_at:
        rows.filter(state=ContactState.IN_HAND).update(state=ContactState.WRAP_UP, ended_at=row.ended_at)


def _returned(row: CallbackTry, word: CallbackOutcome) -> None:
    CallbackTry.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now())
    if word == CallbackOutcome.WRONG:
        # A number that is somebody else's is no number: nobody rings there again until the terms say another.
        Callback.objects.filter(pk=row.callback_id).update(number_given=False)
    rows = Contact.objects.filter(pk=row.callback.contact_id)
    rows.filter(state=ContactState.IN_HAND).update(live=False)
    if Callback.objects.filter(pk=row.callback_id, taken_at__isnull=False).update(taken_at=None):
        rows.filter(state=ContactState.IN_HAND).update(state=ContactState.CLOSED)
    presence.free(row.operator_id)
    callbacks.settle_due(Callback.objects.get(pk=row.callback_id))


def interrupted() -> int:
    """After a crash: tries that ran are recorded as interrupted, or as never made, and nothing is dialled again. Returns how many."""
    rows = list(CallbackTry.objects.filter(outcome="").values_list("pk", "dialled_at"))
    for try_id, rang in rows:
        finish(str(try_id), CallbackOutcome.INTERRUPTED if rang else CallbackOutcome.NOT_MADE)
    reached = CallbackTry.objects.filter(outcome=CallbackOutcome.REACHED, ended_at=None)
    for try_id in list(reached.values_list("pk", flat=True)):
        over(str(try_id))
    return len(rows)


def cut_off(contact_id: str) -> None:
    """Whoever calls this caller back must not: the try is interrupted, also where it had reached them, and both ends are let go."""
    rows = CallbackTry.objects.filter(callback__contact_id=contact_id, ended_at=None)
    if rows.filter(outcome=CallbackOutcome.REACHED).update(outcome=CallbackOutcome.INTERRUPTED):
        Contact.objects.filter(pk=contact_id).update(live=False)
        callbacks.rang(contact_id)
    for row in running([contact_id]).values():
        finish(str(row.pk), CallbackOutcome.INTERRUPTED if row.dialled_at else CallbackOutcome.NOT_MADE)


def closed(contact_id: str) -> None:
    """The contact was wrapped up: it is no longer out of the list, and nobody is there any more."""
    Callback.objects.filter(contact_id=contact_id).update(taken_at=None)
    Contact.objects.filter(pk=contact_id, callback__isnull=False).update(live=False)
    callbacks.rang(contact_id)


def running(contact_ids: Iterable[UUID | str]) -> dict[str, CallbackTry]:
    """The tries that run, or whose outcome is not said yet, by contact."""
    rows = CallbackTry.objects.filter(callback__contact_id__in=contact_ids, outcome="").select_related("callback")
    return {str(row.callback.contact_id): row for row in rows}


def talking(contact_id: str) -> bool:
    """Whether this contact's sound, if it has any, is that of a call back: one that runs, or one that reached the caller."""
    rows = CallbackTry.objects.filter(callback__contact_id=contact_id, ended_at=None)
    return rows.filter(outcome__in=["", CallbackOutcome.REACHED]).exists()
