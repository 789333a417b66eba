"""Hand-over notes: sealed in one browser, opened in another. The server passes them on and cannot read them."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.console import sealed
from harkline.console.views.entries import body
from harkline.people import keys, ways
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.rota import handovers
from harkline.rota.models import Handover


def show(request: HttpRequest) -> HttpResponse:
    """The notes of the last days, closed, and a field for a new one."""
    to = json.dumps({who: key.hex() for who, key in keys.recipients().items()})
    context = {
        "here": "rota",
        "recipients": to,
        "can_read": keys.can_read(me(request)),
        "passkey_opens": ways.by_passkey(me(request)),
        **_listed(request),
    }
    return render(request, "console/handovers.html", context)


def listing(request: HttpRequest) -> HttpResponse:
    """The notes alone."""
    return render(request, "console/handovers_list.html", _listed(request))


def _listed(request: HttpRequest) -> dict[str, Any]:
    return {"notes": list(handovers.recent()), "who": me(request), "may_plan": may(me(request), Action.ROTA)}


def add(request: HttpRequest) -> HttpResponse:
    """Keep one that the browser has sealed to the team."""
    given: Any = body(request).get("sealed")
    try:
        part = sealed.parse(given, handovers.PURPOSE, keys.recipients())
    except sealed.Malformed as error:
        raise BadRequest from error
    kept = {name: given[name] for name in ("wraps", "chunks", "size")}
    handovers.leave(me(request), part.id, kept)
    return HttpResponse(status=201)


def read(request: HttpRequest, note_id: UUID) -> JsonResponse:
    """One note, still sealed. That it was opened is on record before it is given."""
    row = Handover.objects.filter(object_id=note_id).first()
    if row is None:
        raise Http404
    chain.record(Act.OPENED, Subject.OBJECT, row.object_id, reason="handover")
    kept = {name: row.sealed[name] for name in ("wraps", "chunks")}
    return JsonResponse({"id": str(row.object_id), "purpose": handovers.PURPOSE, "complete": True, **kept})


def remove(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Take one's own away, as a supervisor anybody's."""
    row = Handover.objects.filter(object_id=note_id).first()
    if row is None or not handovers.remove(row.pk, me(request), anybody=may(me(request), Action.ROTA)):
        raise Http404
    return HttpResponse(status=204)
