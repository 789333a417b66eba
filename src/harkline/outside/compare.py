"""Holds what was seen against what is expected, and alarms where they part: on the same chain as everything that is wrong with the line."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.outside.models import Observation, Sight
from harkline.outside.names import Look
from harkline.people.models import Operator
from harkline.routing import alarms
from harkline.routing.models import AlarmKind
from harkline.runtime import bell, clock, timers

BELL, NOW = "outside", "outside_now"
PATIENT = 3  # times in a row that nobody answers before that is an alarm
GONE = timedelta(days=2)  # what is no longer looked at is forgotten after so long
_asked: list[str] = []


def record(looks: Iterable[Look]) -> None:
    """Keep what was seen, each with its alarm in one transaction; a crash between two leaves the others for the next round."""
    for one in looks:
        with transaction.atomic():
            _record(one, clock.now())
    bell.ring(BELL, "", "desk", "inside")


def _record(one: Look, now: datetime) -> None:
    row = Observation.objects.filter(kind=one.kind, subject=one.subject).first()
    if one.kind == Sight.LOOKALIKE and not one.found:
        _nobody_has_it(row, one)
        return
    if row is None:
        row = Observation.objects.create(kind=one.kind, subject=one.subject, first_at=now, checked_at=now)
    _alarm(_missed(row, one, now) if one.found is None else _found(row, one, one.found, now))


def _nobody_has_it(row: Observation | None, one: Look) -> None:
    if row is not None and one.found is not None:
        row.delete()


def _missed(row: Observation, one: Look, now: datetime) -> Observation:
    row.misses, row.trouble, row.checked_at = row.misses + 1, one.trouble[:20], now
    row.save(update_fields=["misses", "trouble", "checked_at"])
    return row


def _found(row: Observation, one: Look, found: str, now: datetime) -> Observation:
    if row.found != found:
        row.changed_at = now
    row.found, row.misses, row.trouble, row.checked_at = found, 0, "", now
    if one.expected is not None:
        row.expected = one.expected
    elif row.expected is None:
        # Seen first is expected from now on; of a look-alike nothing is, until somebody has looked at it.
        row.expected = "" if row.kind == Sight.LOOKALIKE else found
    row.save(update_fields=["found", "expected", "misses", "trouble", "checked_at", "changed_at"])
    return row


def _alarm(row: Observation) -> None:
    if row.kind == Sight.LOOKALIKE:
        return  # somebody else's name is something to look at by day
    if wrong(row):
        alarms.raise_(AlarmKind.DRIFT, row.pk)
    else:
        alarms.end(AlarmKind.DRIFT, row.pk)


def wrong(row: Observation) -> bool:
    """Whether the world serves something else than is expected, or nobody has answered for a while."""
    return row.misses >= PATIENT or (row.found is not None and row.found != row.expected)


def can_accept(row: Observation) -> bool:
    """Whether somebody may take what was found for the new state. Pages and the notice are what this server says they are: there
    the outside has to change."""
    return row.kind not in (Sight.PAGE, Sight.NOTICE) and row.found is not None and row.found != row.expected


def accept(row_id: int, seen: str, by: Operator) -> bool:
    """Take what was found, and was looked at (``seen``), for the new state. False where something else is there meanwhile."""
    now = clock.now()
    with transaction.atomic():
        row = Observation.objects.filter(pk=row_id, found=seen).first()
        if row is None or not can_accept(row):
            return False
        if not Observation.objects.filter(pk=row_id, found=seen).update(
            expected=F("found"), accepted_at=now, accepted_by=by
        ):
            return False
        alarms.end(AlarmKind.DRIFT, row_id)
        chain.record(Act.SETTINGS_CHANGED, Subject.LINE, row_id, reason="outside_accepted")
        bell.ring(BELL, row_id, "desk", "inside")
    return True


def listed() -> QuerySet[Observation]:
    """What is looked at, without look-alikes."""
    return Observation.objects.exclude(kind=Sight.LOOKALIKE).select_related("accepted_by").order_by("subject", "pk")


def lookalikes() -> QuerySet[Observation]:
    """Names like ours that somebody has, those first that nobody has looked at."""
    rows = Observation.objects.filter(kind=Sight.LOOKALIKE).select_related("accepted_by")
    return rows.order_by(F("accepted_at").asc(nulls_first=True), "subject")


def forget() -> None:
    """Drop what has not been looked at for a while: a name or an address that the line has given up, or a setting that was taken back."""
    for row in Observation.objects.filter(checked_at__lt=clock.now() - GONE):
        with transaction.atomic():
            alarms.end(AlarmKind.DRIFT, row.pk)
            row.delete()


def ask() -> None:
    """Somebody wants it looked at now."""
    timers.set_timer(NOW, "", clock.now())


@timers.handles(NOW)
def _asked_for(_subject: str) -> None:
    _asked.append(NOW)  # the round runs in this process; a crash before it forgets the wish


def asked() -> bool:
    """Whether somebody asked since this was asked last."""
    found = bool(_asked)
    _asked.clear()
    return found
