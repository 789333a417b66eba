"""The screen, and the fragments that it refetches when the bell rings."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from harkline.console import desk, hands
from harkline.console.callback_words import CALLBACK_OUTCOMES
from harkline.console.views import callbacks, in_hand, setup
from harkline.console.views.company import context as company_context
from harkline.console.words import DECLINES, RESTS
from harkline.people import duress
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.routing import debrief, policy
from harkline.routing.models import Medium


def show(request: HttpRequest) -> HttpResponse:
    """The whole screen, with what this operator already has in hand opened."""
    if setup.leads(request):
        return redirect("setup")
    mine = desk.mine(me(request))
    return page(request, UUID(mine[0].id) if mine else None)


def page(request: HttpRequest, contact_id: UUID | None) -> HttpResponse:
    """The whole screen with one contact in hand, or none."""
    about = in_hand.about(request, contact_id) if contact_id else {}
    everything = {
        **_now(request),
        **_waiting(request),
        **_mine(request),
        **_beside(request),
        **callbacks.listed(request),
        **about,
    }
    return render(request, "console/screen.html", {**everything, "here": "console"})


def now(request: HttpRequest) -> HttpResponse:
    """What is to be done now: the band on top."""
    return render(request, "console/now.html", _now(request))


def waiting(request: HttpRequest) -> HttpResponse:
    """The waiting list."""
    return render(request, "console/waiting.html", _waiting(request))


def mine(request: HttpRequest) -> HttpResponse:
    """What this operator has in hand."""
    return render(request, "console/mine.html", _mine(request))


def beside(request: HttpRequest) -> HttpResponse:
    """Who else is here."""
    return render(request, "console/colleagues.html", _beside(request))


def _now(request: HttpRequest) -> dict[str, Any]:
    operator = me(request)
    return {
        **company_context(request),
        "now": desk.now(operator),
        "declines": DECLINES,
        "rests": RESTS,
        "media": Medium.choices,
        "may_record": policy.present().record_calls,
        "has_phone": bool(operator.own_phone),
        "outcomes": CALLBACK_OUTCOMES,
        "debrief": debrief.rest(operator.pk),
    }


def _waiting(request: HttpRequest) -> dict[str, Any]:
    rows, total = desk.waiting(me(request))
    return {"rows": rows, "total": total, "more": total - len(rows)}


def _mine(request: HttpRequest) -> dict[str, Any]:
    return {"mine": desk.mine(me(request))}


def _beside(request: HttpRequest) -> dict[str, Any]:
    operator = me(request)
    alarms = duress.open_alarms(operator) if may(operator, Action.ROTA) else []
    return {"colleagues": desk.colleagues(operator), "hand_up": hands.is_up(operator.pk), "suspended": alarms}
