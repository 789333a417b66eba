"""Drafts of a rota, changed by hand and published. Every change counts the rota's ``version`` up, so that of two who change the
same thing one is told."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people.models import Operator
from harkline.rota import alarms, cover, demand, picture
from harkline.rota.models import AcceptedHole, Assignment, Pattern, Rota, RotaState, Solve, SolveState
from harkline.runtime import bell, clock

LONGEST = 92  # days
KEPT = ("operator_id", "day", "pattern_id", "code", "starts", "minutes", "pinned", "on_call")


class Refused(Exception):
    """It was not done; the message says why, for people."""


class Changed(Refused):
    """Somebody else was quicker: what the page shows is old."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has just changed this. The page shows it as it is now."))


def draft(name: str, first_day: date, days: int, by: Operator | None, need_from: str = "typed") -> Rota:
    """An empty draft. Raises Refused."""
    if not 1 <= days <= LONGEST:
        raise Refused(_("A rota is for one day at least and %s at most.") % LONGEST)
    if need_from not in demand.names():
        raise Refused(_("Choose where the need comes from."))
    row = Rota.objects.create(
        name=" ".join(name.split())[:60] or f"{first_day:%Y-%m-%d}",
        first_day=first_day,
        days=days,
        need_from=need_from,
        made_by=by,
        made_at=clock.now(),
    )
    rang(row.pk)
    return row


def copy(rota: Rota, by: Operator | None, name: str = "") -> Rota:
    """A draft with the same shifts; of a published rota, one that is to replace it."""
    with transaction.atomic():
        source = Rota.objects.select_for_update().get(pk=rota.pk)
        made = draft(name or source.name, source.first_day, source.days, by, source.need_from)
        published = source.state == RotaState.PUBLISHED
        basis = (source.pk, source.version) if published else (source.based_on_id, source.based_version)
        Rota.objects.filter(pk=made.pk).update(based_on=basis[0], based_version=basis[1])
        rows = source.assignments.values(*KEPT)
        Assignment.objects.bulk_create(Assignment(rota=made, **row) for row in rows)
    made.refresh_from_db()
    return made


def discard(rota_id: int) -> bool:
    """Throw a draft away; False where it is none any more."""
    gone, _rows = Rota.objects.filter(pk=rota_id, state=RotaState.DRAFT).delete()
    if gone:
        rang(rota_id)
    return bool(gone)


def put(
    rota_id: int, operator_id: int, day: date, code: str, *, was: str, pinned: bool = True, on_call: bool = False
) -> None:
    """Put somebody on a shift of a draft, or take them off it (``code`` empty), where ``was`` is what stood there.

    What is put by hand is pinned: the solver leaves it. Raises Refused, Changed.
    """
    pattern = Pattern.objects.filter(code=code, active=True).first() if code else None
    if code and pattern is None:
        raise Refused(_("There is no shift “%s”.") % code)
    with transaction.atomic():
        rota = touch(rota_id)
        if not rota.first_day <= day <= rota.last_day or not Operator.objects.filter(pk=operator_id).exists():
            raise Refused(_("This day or this person is not on the rota."))
        here = rota.assignments.filter(operator_id=operator_id, day=day)
        if ((before := here.first()) and before.code != was) or (not before and was):
            raise Changed
        here.delete()
        if pattern:
            place(rota, operator_id, day, pattern, pinned=pinned, on_call=on_call)
        bell.ring("rota_cell", rota_id, "desk")


def place(rota: Rota, operator_id: int, day: date, pattern: Pattern, **more: bool) -> Assignment:
    """One row, in a transaction that has touched the rota."""
    return Assignment.objects.create(
        rota=rota,
        operator_id=operator_id,
        day=day,
        pattern=pattern,
        code=pattern.code,
        starts=pattern.starts,
        minutes=pattern.minutes,
        **more,
    )


def pin(rota_id: int, operator_id: int, day: date, pinned: bool) -> None:
    """Have the solver leave a shift as it is, or not. Raises Refused."""
    with transaction.atomic():
        touch(rota_id).assignments.filter(operator_id=operator_id, day=day).update(pinned=pinned)
        bell.ring("rota_cell", rota_id, "desk")


def touch(rota_id: int, state: str = RotaState.DRAFT) -> Rota:
    """Count a rota's version up and hold its row until the transaction ends. Raises Refused where it is not in this state, or while
    the solver works on it."""
    if not Rota.objects.filter(pk=rota_id, state=state).update(version=F("version") + 1):
        raise Refused(_("This is no draft any more: make a copy to change it."))
    if Solve.objects.filter(rota_id=rota_id, state__in=[SolveState.QUEUED, SolveState.RUNNING]).exists():
        raise Refused(_("The solver works on this draft. Cancel it, or wait until it is done."))
    return Rota.objects.get(pk=rota_id)


def key(gap: cover.Gap) -> str:
    """A hole as the page names it."""
    return f"{gap.begins:%Y%m%d%H%M}-{gap.ends:%Y%m%d%H%M}-{gap.language}-{gap.have}-{gap.need}"


def publish(rota_id: int, by: Operator, version: int, accepted: Collection[str] = ()) -> Rota:
    """Put a draft in force. ``accepted``: the keys of the holes that ``by`` puts their name to; each hole has to be among them.

    Raises Refused, Changed. Duty is reckoned from the new rota as soon as this has committed.
    """
    with transaction.atomic():
        rota = touch(rota_id)
        if rota.version != version + 1:
            raise Changed
        _check_basis(rota)
        holes = picture.gaps(rota)
        if {key(hole) for hole in holes} - set(accepted):
            raise Refused(_("This rota has holes. Fill them, or accept each of them with your name."))
        _replace(rota)
        Rota.objects.filter(pk=rota_id).update(state=RotaState.PUBLISHED, published_by=by, published_at=clock.now())
        AcceptedHole.objects.bulk_create(_accept(rota, hole, by) for hole in holes)
        alarms.look_again()
        bell.ring("duty", rota_id, "desk", "inside")
        rang(rota_id)
        chain.record(Act.PUBLISHED, Subject.ROTA, rota_id, reason="with_holes" if holes else "", actor_id=by.pk)
    return Rota.objects.get(pk=rota_id)


def _accept(rota: Rota, hole: cover.Gap, by: Operator) -> AcceptedHole:
    return AcceptedHole(
        rota=rota,
        language=hole.language,
        begins=hole.begins,
        ends=hole.ends,
        have=hole.have,
        need=hole.need,
        accepted_by=by,
        accepted_at=clock.now(),
    )


def _check_basis(rota: Rota) -> None:
    """What this draft was made from is still as it was: a swap since then must not be lost."""
    if rota.based_on_id is None:
        return
    basis = Rota.objects.select_for_update().get(pk=rota.based_on_id)
    if basis.version != rota.based_version or basis.state != RotaState.PUBLISHED:
        sentence = _("The published rota has changed since this draft was made, as by a swap. Make a new copy of it.")
        raise Refused(sentence)


def _replace(rota: Rota) -> None:
    """Rotas that this one covers wholly are replaced. Raises Refused where one would be cut in two."""
    for other in Rota.objects.filter(state=RotaState.PUBLISHED, first_day__lte=rota.last_day).exclude(pk=rota.pk):
        if other.last_day < rota.first_day:
            continue
        if other.first_day < rota.first_day or other.last_day > rota.last_day:
            said = {"name": other.name, "first": other.first_day, "last": other.last_day}
            sentence = _("“%(name)s” is published for %(first)s to %(last)s. Copy that rota, and change the copy.")
            raise Refused(sentence % said)
        Rota.objects.filter(pk=other.pk).update(state=RotaState.REPLACED)


def withdraw(rota_id: int) -> bool:
    """Take a published rota back: it is a draft again, and the weekly shifts hold. False where it is not published."""
    with transaction.atomic():
        back = Rota.objects.filter(pk=rota_id, state=RotaState.PUBLISHED)
        if not back.update(state=RotaState.DRAFT, published_by=None, published_at=None, version=F("version") + 1):
            return False
        AcceptedHole.objects.filter(rota_id=rota_id).delete()
        alarms.look_again()
        bell.ring("duty", rota_id, "desk", "inside")
        rang(rota_id)
    return True


def rang(rota_id: int) -> None:
    """Ring that a rota has changed as a whole."""
    bell.ring("rota", rota_id, "desk", "inside")


@transaction.atomic
def fill(rota: Rota, rows: list[tuple[int, date, Pattern]], *, keep_pinned: bool = True) -> None:
    """Replace the shifts of a draft that were not pinned. Raises Refused."""
    held = touch(rota.pk)
    mine = held.assignments.all()
    (mine.filter(pinned=False, on_call=False) if keep_pinned else mine).delete()
    there = set(held.assignments.values_list("operator_id", "day"))
    try:
        for operator_id, day, pattern in rows:
            if (operator_id, day) not in there:
                place(held, operator_id, day, pattern)
    except IntegrityError:
        raise Refused(_("Somebody would have two shifts on one day.")) from None
    rang(rota.pk)


def differences(one: Rota, other: Rota) -> list[tuple[Operator, date, Assignment | None, Assignment | None]]:
    """Where two rotas differ: who, when, what stands in the first and what in the second; by day, then name."""
    left, right = picture.cells(one), picture.cells(other)
    names = Operator.objects.in_bulk({pk for pk, _day in left.keys() | right.keys()})
    changed = [
        (names[pk], day, left.get((pk, day)), right.get((pk, day)))
        for pk, day in left.keys() | right.keys()
        if _content(left.get((pk, day))) != _content(right.get((pk, day)))
    ]
    return sorted(changed, key=lambda row: (row[1], row[0].name.casefold()))


def _content(row: Assignment | None) -> tuple[object, ...] | None:
    return (row.code, row.starts, row.minutes, row.on_call) if row else None


def in_force(day: date) -> Rota | None:
    """The published rota that holds for a day."""
    rows = Rota.objects.filter(
        state=RotaState.PUBLISHED, first_day__lte=day, first_day__gt=day - timedelta(days=LONGEST)
    )
    return next((row for row in rows if row.last_day >= day), None)
