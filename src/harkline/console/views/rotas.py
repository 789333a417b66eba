"""The supervisor's rotas: drafts, changed by hand, compared, published."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.console import rota_grid
from harkline.console.views.answers import conflict
from harkline.line import this
from harkline.people.who import me
from harkline.rota import alarms, demand, rotas, tables
from harkline.rota.models import Pattern, Rota, RotaState
from harkline.runtime import clock

WEEK = timedelta(days=7)


def listing(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """Every draft and what is published, the newest period first; a form for a new draft."""
    return render(request, "console/rotas.html", {**_listed(), "problem": problem}, status=status)


def rows(request: HttpRequest) -> HttpResponse:
    """The list alone."""
    return render(request, "console/rotas_rows.html", _listed())


def _listed() -> dict[str, Any]:
    today = clock.now().astimezone(this.zone()).date()
    last = Rota.objects.filter(state=RotaState.PUBLISHED).order_by("-first_day").first()
    first = (
        last.last_day + timedelta(days=1)
        if last and last.last_day >= today
        else today - timedelta(today.weekday()) + WEEK
    )
    found = Rota.objects.select_related("made_by", "published_by").order_by("-first_day", "-made_at", "-pk")
    return {
        "here": "rota",
        "rotas": list(found[:60]),
        "next_day": first,
        "needs": demand.names(),
        "patterns": Pattern.objects.filter(active=True).exists(),
        "today": today,
    }


def add(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    try:
        first, days = date.fromisoformat(request.POST["first_day"]), int(request.POST["weeks"]) * 7
    except (KeyError, ValueError):
        return listing(request, _("Choose the first day and for how many weeks."), 422)
    try:
        row = rotas.draft(
            request.POST.get("name", ""), first, days, me(request), request.POST.get("need_from", "typed")
        )
    except rotas.Refused as why:
        return listing(request, str(why), 422)
    return redirect("rota_draft", row.pk)


def show(request: HttpRequest, rota_id: int, problem: str = "", errors: Any = (), status: int = 200) -> HttpResponse:
    """One rota: the grid, what is wrong with it, and what can be done."""
    rota = found(rota_id)
    context = {
        **rota_grid.everything(rota),
        "here": "rota",
        "problem": problem,
        "errors": errors,
        "others": Rota.objects.exclude(pk=rota.pk)
        .filter(first_day__lte=rota.last_day)
        .order_by("-first_day", "-pk")[:20],
    }
    return render(request, "console/rota_draft.html", context, status=status)


def found(rota_id: int) -> Rota:
    """The rota that an address names. Raises Http404."""
    return get_object_or_404(Rota.objects.select_related("based_on", "published_by", "made_by"), pk=rota_id)


def grid(request: HttpRequest, rota_id: int) -> HttpResponse:
    """The grid alone."""
    return render(request, "console/rota_grid.html", rota_grid.cells(found(rota_id)))


def checks(request: HttpRequest, rota_id: int) -> HttpResponse:
    """Holes, broken rules and how it is shared out."""
    return render(request, "console/rota_checks.html", rota_grid.checks(found(rota_id)))


def put(request: HttpRequest, rota_id: int) -> HttpResponse:
    """Change one cell of the grid, from what the page showed."""
    try:
        who, day = int(request.POST["who"]), date.fromisoformat(request.POST["day"])
        if request.POST.get("pin") in ("0", "1"):
            rotas.pin(rota_id, who, day, request.POST["pin"] == "1")
            return HttpResponse(status=204)
        code, was = request.POST["code"], request.POST["was"]
        rotas.put(rota_id, who, day, code, was=was, on_call=request.POST.get("on_call") == "1")
    except (KeyError, ValueError):
        return conflict(request, _("Choose who, which day and which shift."), status=422)
    except rotas.Changed as why:
        return conflict(request, str(why))
    except rotas.Refused as why:
        return conflict(request, str(why), status=422)
    return HttpResponse(status=204)


def publish(request: HttpRequest, rota_id: int) -> HttpResponse:
    """Put it in force, each hole under the name of who publishes."""
    try:
        rotas.publish(rota_id, me(request), int(request.POST["version"]), request.POST.getlist("hole"))
    except (KeyError, ValueError):
        return show(request, rota_id, _("Open the page again and publish from there."), status=422)
    except rotas.Refused as why:
        return show(request, rota_id, str(why), status=409)
    return redirect("rota_draft", rota_id)


def withdraw(request: HttpRequest, rota_id: int) -> HttpResponse:
    """Take a published rota back."""
    rotas.withdraw(rota_id)
    return HttpResponse(status=204, headers={"HX-Redirect": request.headers.get("HX-Current-URL", "/rotas")})


def copy(request: HttpRequest, rota_id: int) -> HttpResponse:
    """A draft with the same shifts."""
    return redirect("rota_draft", rotas.copy(found(rota_id), me(request)).pk)


def discard(request: HttpRequest, rota_id: int) -> HttpResponse:
    """Throw a draft away."""
    if not rotas.discard(rota_id):
        return conflict(request, _("Only a draft can be thrown away."))
    return HttpResponse(status=204, headers={"HX-Redirect": "/rotas"})


def table(request: HttpRequest, rota_id: int) -> StreamingHttpResponse:
    """The rota as CSV."""
    rota = found(rota_id)
    chain.record(Act.DOWNLOADED, Subject.ROTA, rota.pk)
    response = StreamingHttpResponse(tables.download(rota), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rota-{rota.first_day}.csv"'
    return response


def upload(request: HttpRequest, rota_id: int) -> HttpResponse:
    """Read a table in, as a whole or not at all."""
    file = request.FILES.get("table")
    if file is None:
        return show(request, rota_id, _("Choose a file first."), status=422)
    try:
        tables.upload(found(rota_id), file.read())
    except tables.Unreadable as why:
        said = _("Nothing was read in. Mend these lines and try again.")
        return show(request, rota_id, said, why.problems, 422)
    except rotas.Refused as why:
        return show(request, rota_id, str(why), status=409)
    return redirect("rota_draft", rota_id)


def compare(request: HttpRequest, rota_id: int, other_id: int) -> HttpResponse:
    """Two rotas side by side: their figures, and every cell in which they differ."""
    one, other = found(rota_id), found(other_id)
    if one.pk == other.pk:
        raise Http404
    context = {"here": "rota", "one": one, "other": other, **rota_grid.compared(one, other)}
    return render(request, "console/rota_compare.html", context)


def choose(request: HttpRequest, rota_id: int) -> HttpResponse:
    """To the comparison with the one that was chosen."""
    try:
        return redirect("rota_compare", rota_id, int(request.GET["with"]))
    except (KeyError, ValueError):
        return redirect("rota_draft", rota_id)


def changes(request: HttpRequest, rota_id: int, other_id: int) -> HttpResponse:
    """The comparison alone."""
    one, other = found(rota_id), found(other_id)
    return render(request, "console/rota_changes.html", {"one": one, "other": other, **rota_grid.compared(one, other)})


def acknowledge(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Say that one sees to a gap."""
    if not alarms.acknowledge(alarm_id, me(request)):
        return conflict(request, _("Somebody sees to it already, or it is over."))
    return HttpResponse(status=204)
