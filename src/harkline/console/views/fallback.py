"""The page “Fallback pack”: what people on duty need on paper for when everything is down, and who agreed to stand in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from harkline.line import this
from harkline.paper import pack, typeset
from harkline.paper.models import Consent
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.runtime import clock


def show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """When the newest pack was made, and whether the viewer's own number stands in the next."""
    last = pack.last()
    context = {
        "here": "fallback",
        "last": last,
        "stale": last is None or clock.now() - last.made_at > pack.STALE,
        "agreed": Consent.objects.filter(operator=me(request)).exists(),
        "has_phone": bool(me(request).own_phone),
        "may_make": may(me(request), Action.ROTA),
        "without": [one["name"] for one in pack.people() if not one["phone"]],
        "forms": pack.FORMS,
        "most": pack.MOST,
        "zone": this.zone(),
        "problem": problem,
    }
    return render(request, "console/fallback.html", context, status=status)


def make(request: HttpRequest) -> HttpResponse:
    """The pack as PDF; its forms' numbers are taken for good."""
    given = request.POST.get("forms", "")
    try:
        made = pack.make(me(request), int(given) if given.isdecimal() else pack.FORMS)
    except (ValueError, typeset.NotMade) as wrong:
        return show(request, str(wrong), 422 if isinstance(wrong, ValueError) else 503)
    headers = {"Content-Disposition": 'attachment; filename="pack.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def consent(request: HttpRequest) -> HttpResponse:
    """The viewer agrees, or no longer."""
    (pack.agree if request.POST.get("agree") else pack.take_back)(me(request))
    return redirect("fallback")
