"""An operator's own rota: coming shifts, swaps and cover, wishes, leave, the calendar feed; and who else is on."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from harkline.console import rota_grid
from harkline.console.views.answers import conflict
from harkline.console.words import WEEKDAYS
from harkline.line import this
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.rota import duty, feeds, rotas, shifts, solves, swaps, terms, wishes
from harkline.rota.models import Assignment, Leave, LeaveState, Pattern, RotaState, SwapState, Wish, WishKind
from harkline.runtime import clock

DAY = timedelta(days=1)
SHOWN = 14  # days of the team's rota


def show(request: HttpRequest, problem: str = "", status: int = 200, **more: Any) -> HttpResponse:
    """The whole page."""
    who = me(request)
    context = {
        **_mine(who),
        **_asked(request),
        **_swaps(request),
        **_team(),
        "here": "rota",
        "problem": problem,
        "feed": feeds.present(who),
        **more,
    }
    return render(request, "console/rota.html", context, status=status)


def parts(request: HttpRequest) -> HttpResponse:
    """What changes on it."""
    context = {**_mine(me(request)), **_asked(request), **_swaps(request), **_team()}
    return render(request, "console/rota_parts.html", context)


def _mine(who: Operator) -> dict[str, Any]:
    coming = list(swaps.upcoming(who)[:40])
    open_ = set(swaps.for_(who).filter(asker=who, state__in=swaps.OPEN).values_list("gives_id", flat=True))
    return {
        "coming": coming,
        "open_swaps": open_,
        "colleagues": [one for one in terms.people() if one.pk != who.pk],
        "theirs": _theirs(who) if coming else [],
    }


def _theirs(who: Operator) -> list[Assignment]:
    """Shifts that one could ask for in return."""
    rows = Assignment.objects.filter(rota__state=RotaState.PUBLISHED, day__gte=_today(), on_call=False)
    rows = rows.exclude(operator=who).filter(day__lt=_today() + 28 * DAY, operator__is_active=True)
    return list(rows.select_related("operator").order_by("operator__name", "day")[:400])


def _today() -> date:
    return clock.now().astimezone(this.zone()).date()


def _asked(request: HttpRequest) -> dict[str, Any]:
    who = me(request)
    mine = Leave.objects.filter(operator=who, last_day__gte=_today()).exclude(state=LeaveState.WITHDRAWN)
    asked = Leave.objects.filter(state=LeaveState.ASKED, last_day__gte=_today()).select_related("operator")
    may_plan = may(who, Action.ROTA)
    return {
        "leaves": list(mine.order_by("first_day")),
        "asked_leaves": list(asked.order_by("first_day")) if may_plan else [],
        "wishes": list(Wish.objects.filter(operator=who).order_by("day", "weekday", "pk")),
        "wish_kinds": WishKind.choices,
        "weekdays": list(enumerate(WEEKDAYS)),
        "patterns": list(Pattern.objects.filter(active=True)),
        "may_plan": may_plan,
        "planned": terms.people() if may_plan else [],
    }


def _swaps(request: HttpRequest) -> dict[str, Any]:
    who = me(request)
    rows = list(swaps.for_(who))
    return {
        "swaps": rows,
        "to_approve": list(swaps.to_approve()) if may(who, Action.ROTA) else [],
        "needs_approval": terms.rules().swaps_need_approval,
        "who": who,
        "open_states": list(swaps.OPEN),
    }


def _team() -> dict[str, Any]:
    """Who is on duty when, over the coming days: published, and the weekly shifts where nothing is."""
    zone, now = this.zone(), clock.now()
    found = duty.stretches(shifts.all_shifts(), now, now + SHOWN * DAY, zone)
    names = dict(Operator.objects.values_list("pk", "name"))
    days: dict[date, list[dict[str, Any]]] = {}
    for one in found:
        begins, ends = one.begins.astimezone(zone), one.ends.astimezone(zone)
        row = {"name": names[one.operator], "begins": begins, "ends": ends, "operator": one.operator}
        days.setdefault(max(begins.date(), _today()), []).append(row)
    return {"team": sorted(days.items())}


# --- swaps


def ask(request: HttpRequest) -> HttpResponse:
    """Give a shift away: to whoever takes it, to a colleague, or for one of theirs."""
    try:
        gives, takes = int(request.POST["gives"]), int(request.POST.get("takes") or 0)
        to = int(request.POST.get("to") or 0)
        if takes:
            to = Assignment.objects.get(pk=takes).operator_id
        swaps.ask(me(request), gives, to or None, takes or None)
    except (KeyError, ValueError, Assignment.DoesNotExist):
        return show(request, _("Choose one of your coming shifts."), 422)
    except rotas.Refused as why:
        return show(request, str(why), 422)
    return redirect("rota")


def answer(request: HttpRequest, swap_id: int) -> HttpResponse:
    """Accept what was asked; as a supervisor, approve it."""
    try:
        if request.POST.get("as") == "approve":
            if not may(me(request), Action.ROTA):
                return conflict(request, _("Only a supervisor approves."), status=403)
            swaps.approve(swap_id, me(request))
        else:
            swaps.accept(swap_id, me(request))
    except swaps.Broke as why:
        names = {one.pk: one.name for one in Operator.objects.filter(pk__in=[each.operator for each in why.broken])}
        said = " ".join(rota_grid.wrong(one, names[one.operator]).sentence for one in why.broken[:3])
        return conflict(request, f"{why} {said}", status=422)
    except rotas.Refused as why:
        return conflict(request, str(why))
    return HttpResponse(status=204)


def end(request: HttpRequest, swap_id: int) -> HttpResponse:
    """Withdraw what one asked; decline what was asked of one; as a supervisor, either."""
    row = swaps.for_(me(request)).filter(pk=swap_id).first()
    if row is None and may(me(request), Action.ROTA):
        row = swaps.to_approve().filter(pk=swap_id).first()
    if row is None:
        raise Http404
    state = SwapState.WITHDRAWN if row.asker_id == me(request).pk else SwapState.DECLINED
    theirs = me(request).pk in (row.asker_id, row.to_id, row.holder_id)
    if not theirs and not may(me(request), Action.ROTA):
        return conflict(request, _("This was asked of everybody: just leave it."), status=422)
    if not swaps.end(swap_id, me(request), state):
        return conflict(request, _("This has been answered or withdrawn already."))
    return HttpResponse(status=204)


# --- wishes and leave


def wish(request: HttpRequest) -> HttpResponse:
    """Enter a wish."""
    try:
        on = request.POST.get("on", "")
        day = date.fromisoformat(request.POST["day"]) if on == "date" else None
        weekday = int(request.POST["weekday"]) if on == "weekday" else None
        weight = int(request.POST.get("weight", "1"))
        wishes.wish(
            me(request),
            request.POST.get("kind", ""),
            day=day,
            weekday=weekday,
            code=request.POST.get("code", ""),
            weight=weight,
        )
    except (KeyError, ValueError):
        return show(request, _("Choose a date or a day of the week, and what you would like."), 422)
    except rotas.Refused as why:
        return show(request, str(why), 422)
    return redirect(reverse("rota") + "#wishes")


def unwish(request: HttpRequest, wish_id: int) -> HttpResponse:
    """Take it back."""
    wishes.unwish(me(request), wish_id)
    return HttpResponse(status=204)


def leave(request: HttpRequest) -> HttpResponse:
    """Ask for leave; as a supervisor, write down somebody's absence and have the rota repaired."""
    try:
        first = date.fromisoformat(request.POST["first_day"])
        last = date.fromisoformat(request.POST.get("last_day") or request.POST["first_day"])
        other = int(request.POST.get("operator") or 0)
        if other and may(me(request), Action.ROTA):
            return _absence(request, Operator.objects.get(pk=other), first, last)
        wishes.ask_leave(me(request), first, last)
    except (KeyError, ValueError, Operator.DoesNotExist):
        return show(request, _("Choose the first and the last day."), 422)
    except rotas.Refused as why:
        return show(request, str(why), 422)
    return redirect(reverse("rota") + "#leave")


def _absence(request: HttpRequest, who: Operator, first: date, last: date) -> HttpResponse:
    row = wishes.ask_leave(who, first, last, granted_by=me(request))
    try:
        solve = solves.repair(row, me(request))
    except rotas.Refused as why:
        return show(request, _("The absence is written down. The rota was not repaired: %s") % why, 422)
    if solve is None:
        return redirect(reverse("rota") + "#leave")
    return redirect("rota_compare", solve.rota.based_on_id, solve.rota_id)


def decide_leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    """Grant or refuse."""
    if not wishes.decide_leave(leave_id, me(request), request.POST.get("granted") == "1"):
        return conflict(request, _("This has been answered or withdrawn already."))
    return HttpResponse(status=204)


def withdraw_leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    """Take one's own back."""
    if not wishes.withdraw_leave(leave_id, me(request)):
        return conflict(request, _("This has been answered or withdrawn already."))
    return HttpResponse(status=204)


# --- the calendar


def make_feed(request: HttpRequest) -> HttpResponse:
    """A new secret address, shown once; the one before it ends."""
    token = feeds.make(me(request), request.POST.get("title", ""))
    address = request.build_absolute_uri(reverse("calendar", args=[token]))
    return show(request, feed_address=address)


def revoke_feed(request: HttpRequest) -> HttpResponse:
    """End it at once."""
    feeds.revoke(me(request))
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("rota") + "#calendar"})


def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The feed behind a secret address: when its owner works, and nothing else."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405)
    text = feeds.read(token)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response
