"""Swaps and requests for cover between operators: asked, accepted, checked against the rules, approved where the line wants it.

The published rota changes when a swap is done, by compare-and-set: of two who accept the same shift one is told.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from harkline.line import this
from harkline.people.models import Operator
from harkline.rota import alarms, judge, picture, terms
from harkline.rota.models import Assignment, Rota, RotaState, Swap, SwapState
from harkline.rota.rotas import Refused
from harkline.runtime import bell, clock, timers

OPEN = (SwapState.ASKED, SwapState.ACCEPTED)
CONTENT = ("pattern_id", "code", "starts", "minutes", "on_call")


class Broke(Refused):
    """It would break rules: ``broken`` names them."""

    def __init__(self, broken: list[judge.Broken]) -> None:
        super().__init__(_("It would break a rule, so only a supervisor can do it, on the rota itself."))
        self.broken = broken


def upcoming(operator: Operator) -> QuerySet[Assignment]:
    """Somebody's published shifts from today on, the soonest first."""
    rows = Assignment.objects.filter(rota__state=RotaState.PUBLISHED, operator=operator)
    return rows.filter(day__gte=_today()).order_by("day", "starts")


def _today() -> date:
    return clock.now().astimezone(this.zone()).date()


def ask(asker: Operator, gives_id: int, to_id: int | None = None, takes_id: int | None = None) -> Swap:
    """Ask a colleague, or everybody, to take a shift; with ``takes_id`` for one of theirs in return. Raises Refused."""
    gives = upcoming(asker).filter(pk=gives_id).first()
    takes = Assignment.objects.filter(pk=takes_id, rota__state=RotaState.PUBLISHED).first() if takes_id else None
    if gives is None or (takes_id and (takes is None or takes.operator_id != to_id or takes.rota_id != gives.rota_id)):
        raise Refused(_("Choose one of your coming shifts, and for a swap one of your colleague's."))
    if to_id == asker.pk or (to_id and not Operator.objects.filter(pk=to_id, is_active=True).exists()):
        raise Refused(_("Choose a colleague, or everybody."))
    try:
        with transaction.atomic():
            row = Swap.objects.create(gives=gives, takes=takes, asker=asker, to_id=to_id, asked_at=clock.now())
            timers.set_timer("swap", row.pk, picture.begins(gives))
            _rang(row)
    except IntegrityError:
        raise Refused(_("You have asked for this shift already.")) from None
    return row


def accept(swap_id: int, by: Operator) -> Swap:
    """Take it. It is done at once where no supervisor has to approve. Raises Refused, with the rules that it would break."""
    with transaction.atomic():
        row = _open(swap_id, SwapState.ASKED)
        if by.pk == row.asker_id or (row.to_id and row.to_id != by.pk):
            raise Refused(_("This was not asked of you."))
        _check_days(row, by)
        if worse := broken_by(row, by):
            raise Broke(worse)
        Swap.objects.filter(pk=row.pk, state=SwapState.ASKED).update(
            state=SwapState.ACCEPTED, holder=by, accepted_at=clock.now()
        )
        row.refresh_from_db()
        if not terms.rules().swaps_need_approval:
            _do(row, None)
        _rang(row)
    return row


def approve(swap_id: int, by: Operator) -> Swap:
    """A supervisor agrees, and the rota changes. Raises Refused."""
    with transaction.atomic():
        row = _open(swap_id, SwapState.ACCEPTED)
        _do(row, by)
        _rang(row)
    return row


def end(swap_id: int, by: Operator, state: str) -> bool:
    """Withdraw what one asked for, or decline what was asked of one; a supervisor may either. False where it had ended."""
    rows = Swap.objects.filter(pk=swap_id, state__in=OPEN)
    if not rows.update(state=SwapState(state), decided_by=by, decided_at=clock.now()):
        return False
    timers.cancel_timer("swap", swap_id)
    bell.ring("swap", swap_id, "desk")
    return True


def _open(swap_id: int, state: str) -> Swap:
    row = Swap.objects.select_for_update(of=("self",)).select_related("gives", "takes", "asker", "to", "holder")
    found = row.filter(pk=swap_id, state=state).first()
    if found is None:
        raise Refused(_("This has been answered or withdrawn already."))
    return found


def broken_by(row: Swap, holder: Operator) -> list[judge.Broken]:
    """The rules that the swap would newly break, for whoever takes the shift and, in a swap, for whoever asked."""
    rota, people = row.gives.rota, [row.asker, holder]
    rows = list(rota.assignments.all())
    before = set(picture.broken_of(rota, rows, people))
    return [one for one in picture.broken_of(rota, _after(row, holder, rows), people) if one not in before]


def _after(row: Swap, holder: Operator, rows: Iterable[Assignment]) -> list[Assignment]:
    """The rota's rows as they would be."""
    changed = []
    for one in rows:
        copy = Assignment(**{field: getattr(one, field) for field in ("operator_id", "day", *CONTENT)})
        if one.pk == row.gives_id:
            copy.operator_id = holder.pk
        elif one.pk == row.takes_id:
            copy.operator_id = row.asker_id
        changed.append(copy)
    return changed


def _do(row: Swap, by: Operator | None) -> None:
    """Change the published rota. Raises Refused where it is not any more as it was when this was asked."""
    holder = row.holder
    assert holder is not None
    rota = Rota.objects.select_for_update().get(pk=row.gives.rota_id)
    still = Assignment.objects.filter(pk=row.gives_id, operator_id=row.asker_id, rota__state=RotaState.PUBLISHED)
    theirs = row.takes_id is None or Assignment.objects.filter(pk=row.takes_id, operator_id=holder.pk).exists()
    if not still.exists() or not theirs:
        raise Refused(_("The rota has changed since this was asked. Ask again."))
    _exchange(row, holder)
    Rota.objects.filter(pk=rota.pk).update(version=F("version") + 1)
    Swap.objects.filter(pk=row.pk).update(state=SwapState.DONE, decided_by=by, decided_at=clock.now())
    timers.cancel_timer("swap", row.pk)
    alarms.look_again()
    bell.ring("duty", rota.pk, "desk", "inside")
    bell.ring("rota", rota.pk, "desk", "inside")


def _exchange(row: Swap, holder: Operator) -> None:
    gives, takes = row.gives, row.takes
    if takes is not None and takes.day == gives.day:
        mine, theirs = ({field: getattr(one, field) for field in CONTENT} for one in (gives, takes))
        Assignment.objects.filter(pk=gives.pk).update(**theirs)
        Assignment.objects.filter(pk=takes.pk).update(**mine)
        return
    _check_days(row, holder)
    Assignment.objects.filter(pk=gives.pk).update(operator=holder)
    if takes is not None:
        Assignment.objects.filter(pk=takes.pk).update(operator=row.asker_id)


def _check_days(row: Swap, holder: Operator) -> None:
    """Nobody has two shifts on one day. Raises Refused."""
    takes = row.takes
    if takes is not None and takes.day == row.gives.day:
        return
    rows = Assignment.objects.filter(rota=row.gives.rota_id)
    if rows.filter(operator=holder, day=row.gives.day).exists():
        raise Refused(_("They already work on that day."))
    if takes is not None and rows.filter(operator=row.asker_id, day=takes.day).exists():
        raise Refused(_("They already work on that day."))


@timers.handles("swap")
def _began(swap_id: str) -> None:
    """The shift begins and nobody has taken it."""
    if Swap.objects.filter(pk=swap_id, state__in=OPEN).update(state=SwapState.EXPIRED, decided_at=clock.now()):
        bell.ring("swap", swap_id, "desk")


def _rang(row: Swap) -> None:
    bell.ring("swap", row.pk, "desk")


def for_(operator: Operator) -> QuerySet[Swap]:
    """What somebody asked for, is asked, or could take; open, or answered within the last days. The soonest shift first."""
    theirs = Q(asker=operator) | Q(to=operator) | Q(holder=operator) | Q(to=None, state=SwapState.ASKED)
    lately = Q(state__in=OPEN) | Q(decided_at__gte=clock.now() - timedelta(days=3))
    rows = Swap.objects.filter(theirs & lately).select_related("gives", "takes", "asker", "to", "holder")
    return rows.order_by("gives__day", "gives__starts", "pk")


def to_approve() -> QuerySet[Swap]:
    """What waits for a supervisor."""
    rows = Swap.objects.filter(state=SwapState.ACCEPTED)
    return rows.select_related("gives", "takes", "asker", "to", "holder").order_by("gives__day", "gives__starts")
