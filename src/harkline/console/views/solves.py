"""The solver at work on a draft: start it, watch it, stop it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from harkline.console.views.answers import conflict
from harkline.people.who import me
from harkline.rota import rotas, solves
from harkline.rota.models import Rota


def show(request: HttpRequest, rota_id: int) -> HttpResponse:
    """How far it is."""
    rota = get_object_or_404(Rota, pk=rota_id)
    context = {"rota": rota, "solve": solves.latest(rota), "SECONDS": solves.SECONDS, "engine": solves.missing()}
    return render(request, "console/rota_solve.html", context)


def start(request: HttpRequest, rota_id: int) -> HttpResponse:
    """Have the draft filled."""
    try:
        seconds = int(request.POST.get("seconds", "60"))
        if seconds not in (*solves.SECONDS, solves.REPAIR):
            raise ValueError(seconds)
        solves.ask(rota_id, me(request), seconds, repair=request.POST.get("repair") == "1")
    except ValueError:
        return conflict(request, _("Choose how long it may take."), status=422)
    except rotas.Refused as why:
        return conflict(request, str(why), status=422)
    return HttpResponse(status=204)


def stop(request: HttpRequest, solve_id: int) -> HttpResponse:
    """Give it up: the draft stays as it was."""
    if not solves.cancel(solve_id):
        return conflict(request, _("It has ended already."))
    return HttpResponse(status=204)


def take(request: HttpRequest, solve_id: int) -> HttpResponse:
    """End it now, and take the best that it has."""
    if not solves.take(solve_id):
        return conflict(request, _("It has ended already."))
    return HttpResponse(status=204)
