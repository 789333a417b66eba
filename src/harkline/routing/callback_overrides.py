"""Two people lift a caller's hours for one try: one asks, with a sealed reason, another confirms in a session of their own."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.intake import exclusions
from harkline.intake.models import SealedObject
from harkline.people.models import Operator
from harkline.routing.callbacks import WrongTerms, rang
from harkline.routing.models import Callback, CallbackOverride, CallbackState
from harkline.runtime import clock

LIFE = timedelta(minutes=10)
WORDS = ("danger", "caller_asked", "court", "other")


def ask(contact_id: str, operator_id: int, word: str, reason_id: str, *, case: str = "") -> CallbackOverride | None:
    """Ask that the caller's hours be lifted for one try. None where there is nothing to lift. Raises WrongTerms for a word that is
    not ours, or without a reason."""
    if word not in WORDS or not SealedObject.objects.filter(pk=reason_id, contact_id=contact_id).exists():
        raise WrongTerms("reason")
    with transaction.atomic():
        row = Callback.objects.filter(contact_id=contact_id, state=CallbackState.OPEN).first()
        if row is None or not row.number_given:
            return None
        made = CallbackOverride.objects.create(
            callback=row, word=word, reason_id=reason_id, asked_by_id=operator_id, asked_at=clock.now()
        )
        rang(contact_id)
        chain.record(Act.OVERRODE, Subject.CONTACT, contact_id, case=case, reason=f"asked_{word}", actor_id=operator_id)
    return made


def confirm(override_id: int, operator_id: int, *, case: str = "") -> bool:
    """Another person confirms, within ten minutes. False where it is too late, done already, or their own request."""
    fresh = CallbackOverride.objects.filter(
        pk=override_id, confirmed_at=None, asked_at__gt=clock.now() - LIFE, callback__state=CallbackState.OPEN
    )
    with transaction.atomic():
        done = fresh.exclude(asked_by_id=operator_id).update(confirmed_by_id=operator_id, confirmed_at=clock.now())
        if done:
            row = CallbackOverride.objects.select_related("callback").get(pk=override_id)
            rang(row.callback.contact_id)
            said = f"confirmed_{row.word}"
            chain.record(
                Act.OVERRODE, Subject.CONTACT, row.callback.contact_id, case=case, reason=said, actor_id=operator_id
            )
    return bool(done)


def ready(row: Callback, operator_id: int) -> QuerySet[CallbackOverride]:
    """The confirmed overrides that somebody asked for and may use now: within ten minutes of the confirmation."""
    return CallbackOverride.objects.filter(
        callback=row, asked_by_id=operator_id, used_at=None, confirmed_at__gt=clock.now() - LIFE
    )


def use(row: Callback, operator_id: int) -> CallbackOverride | None:
    """The confirmed override of whoever asked for it, once."""
    found = ready(row, operator_id)
    one = found.order_by("-confirmed_at").first()
    if one is None or not found.filter(pk=one.pk).update(used_at=clock.now()):
        return None
    return one


def exists(viewer: Operator, override_id: int) -> bool:
    """Whether a request, used or not, exists for a viewer."""
    rows = CallbackOverride.objects.exclude(callback__contact__thread__in=exclusions.hidden(viewer))
    return rows.filter(pk=override_id).exists()


def current(viewer: Operator, contact_id: str | None = None) -> list[CallbackOverride]:
    """Those that wait for a second person, or may be used now, as far as they exist for the viewer."""
    since = clock.now() - LIFE
    rows = CallbackOverride.objects.exclude(callback__contact__thread__in=exclusions.hidden(viewer))
    rows = rows.filter(used_at=None, callback__state=CallbackState.OPEN)
    if contact_id:
        rows = rows.filter(callback__contact_id=contact_id)
    rows = rows.select_related("callback__contact", "asked_by", "confirmed_by").order_by("-asked_at")
    return [one for one in rows[:50] if (one.confirmed_at or one.asked_at) > since]
