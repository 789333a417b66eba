"""What people ask for themselves: wishes, and leave, which a supervisor grants."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from harkline.people.models import Operator
from harkline.rota.models import Leave, LeaveState, Wish, WishKind
from harkline.rota.rotas import Refused
from harkline.runtime import bell, clock

MOST = 60  # wishes a person
LONGEST = 366  # days of one leave


def wish(
    operator: Operator,
    kind: str,
    *,
    day: date | None = None,
    weekday: int | None = None,
    code: str = "",
    weight: int = 1,
) -> Wish:
    """Enter a wish for a date or a weekday. Raises Refused."""
    if kind not in WishKind.values or (day is None) == (weekday is None) or weight not in (1, 2, 3):
        raise Refused(_("Choose a date or a day of the week, and what you would like."))
    if weekday is not None and not 0 <= weekday <= 6:
        raise Refused(_("Choose a date or a day of the week, and what you would like."))
    if Wish.objects.filter(operator=operator).count() >= MOST:
        raise Refused(_("You have %s wishes already: take some back first.") % MOST)
    row = Wish.objects.create(
        operator=operator, kind=kind, day=day, weekday=weekday, code=code, weight=weight, made_at=clock.now()
    )
    bell.ring("rota", "wishes", "desk")
    return row


def unwish(operator: Operator, wish_id: int) -> None:
    """Take one's own wish back."""
    Wish.objects.filter(pk=wish_id, operator=operator).delete()
    bell.ring("rota", "wishes", "desk")


def ask_leave(operator: Operator, first: date, last: date, *, granted_by: Operator | None = None) -> Leave:
    """Ask for leave; what a supervisor writes down (somebody is ill) is granted at once. Raises Refused."""
    if not 0 <= (last - first).days < LONGEST:
        raise Refused(_("The last day of leave cannot be before the first, nor more than a year after it."))
    state = LeaveState.GRANTED if granted_by else LeaveState.ASKED
    decided = {"decided_by": granted_by, "decided_at": clock.now()} if granted_by else {}
    with transaction.atomic():
        row = Leave.objects.create(
            operator=operator, first_day=first, last_day=last, state=state, asked_at=clock.now(), **decided
        )
        bell.ring("leave", row.pk, "desk")
        bell.ring("rota_cell", "leave", "desk")
    return row


def decide_leave(leave_id: int, by: Operator, granted: bool) -> bool:
    """Grant or refuse; False where it was decided or withdrawn already."""
    state = LeaveState.GRANTED if granted else LeaveState.REFUSED
    rows = Leave.objects.filter(pk=leave_id, state=LeaveState.ASKED)
    if not rows.update(state=state, decided_by=by, decided_at=clock.now()):
        return False
    bell.ring("leave", leave_id, "desk")
    bell.ring("rota_cell", "leave", "desk")
    return True


def withdraw_leave(leave_id: int, operator: Operator) -> bool:
    """Take one's own request, or one's leave, back."""
    rows = Leave.objects.filter(pk=leave_id, operator=operator, state__in=[LeaveState.ASKED, LeaveState.GRANTED])
    if not rows.update(state=LeaveState.WITHDRAWN, decided_at=clock.now()):
        return False
    bell.ring("leave", leave_id, "desk")
    bell.ring("rota_cell", "leave", "desk")
    return True
