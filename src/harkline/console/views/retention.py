"""What is kept for how long, what will go when, and what is held."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.line import this
from harkline.people.who import me
from harkline.records import guard, holds, purge, schedule
from harkline.runtime import clock


def show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The schedule, the cases that go within thirty days, the holds."""
    context = {
        "here": "retention",
        "kinds": purge.all_due(me(request)),
        "going": schedule.upcoming(me(request)),
        "held": schedule.held(me(request)),
        "reasons": schedule.REASONS,
        "suspended": guard.suspended(),
        "now": clock.now(),
        "zone": this.zone(),
        "problem": problem,
    }
    return render(request, "console/retention.html", context, status=status)


def hold(request: HttpRequest) -> HttpResponse:
    """Place a hold, ask to lift one, lift it, or keep it after all."""
    case_id = schedule.by_alias(me(request), request.POST.get("alias", ""))
    if case_id is None:
        return show(request, _("There is no case of that name."), 422)
    do = request.POST.get("do", "")
    if do == "place":
        try:
            done = holds.place(me(request), case_id, request.POST.get("reason", ""))
        except ValueError:
            return show(request, _("Choose a reason."), 422)
    else:
        step = {"ask": holds.ask_to_lift, "lift": holds.lift, "keep": holds.keep}.get(do)
        done = step is not None and step(me(request), case_id)
    if not done:
        return show(
            request, _("Nothing was changed: somebody else was there before, or a second person is needed."), 409
        )
    return redirect("retention")


def confirm_clock(request: HttpRequest) -> HttpResponse:
    """Somebody has looked at the clock and found it right."""
    guard.confirmed_by(me(request))
    return redirect("retention")
