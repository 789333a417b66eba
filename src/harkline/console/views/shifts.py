"""The weekly shifts: who is planned when. Simple: add one, remove one."""

from datetime import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.console import board
from harkline.console.words import WEEKDAYS
from harkline.line import this
from harkline.people.models import Operator
from harkline.people.roles import READERS, Action, may
from harkline.people.who import me
from harkline.rota import shifts
from harkline.rota.models import Shift

LONGEST = 24 * 60  # minutes


def show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The week."""
    rows = (
        Shift.objects.filter(operator__is_active=True).select_related("operator").order_by("starts", "operator__name")
    )
    week = [(day, [_shown(row) for row in rows if row.weekday == number]) for number, day in enumerate(WEEKDAYS)]
    context = {
        "here": "rota",
        "week": week,
        "weekdays": list(enumerate(WEEKDAYS)),
        "people": Operator.objects.filter(is_active=True, role__in=READERS).order_by("name"),
        "may_change": may(me(request), Action.ROTA),
        "hole": board.hole(),
        "zone": this.zone(),
        "problem": problem,
    }
    return render(request, "console/shifts.html", context, status=status)


def _shown(row: Shift) -> dict[str, object]:
    ends = (row.starts.hour * 60 + row.starts.minute + row.minutes) % (24 * 60)
    overnight = row.starts.hour * 60 + row.starts.minute + row.minutes > 24 * 60
    return {"row": row, "ends": time(ends // 60, ends % 60), "overnight": overnight}


def add(request: HttpRequest) -> HttpResponse:
    """Add a shift; one whose end is not after its start goes on past midnight."""
    try:
        operator = Operator.objects.get(pk=int(request.POST["operator"]), is_active=True)
        weekday = int(request.POST["weekday"])
        starts, ends = (time.fromisoformat(request.POST[name]) for name in ("starts", "ends"))
        if not 0 <= weekday <= 6:
            raise ValueError(weekday)
    except (KeyError, ValueError, Operator.DoesNotExist):
        return show(request, _("Choose who, which day, from when and until when."), 422)
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    shifts.add(operator.pk, weekday, starts, minutes if minutes > 0 else minutes + LONGEST)
    return redirect("shifts")


def remove(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Remove a shift."""
    shifts.remove(shift_id)
    return HttpResponse(status=200)
