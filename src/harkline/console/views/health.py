"""How the installation is: one sentence a part for people, states alone for monitoring."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from harkline.console import parts
from harkline.people.who import me


def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    found = parts.everything(me(request))
    return render(request, "console/health.html", {"parts": found, "worst": parts.worst(found), "here": "health"})


def figures(request: HttpRequest) -> HttpResponse:
    """What changes on it."""
    found = parts.everything(me(request))
    return render(request, "console/health_parts.html", {"parts": found, "worst": parts.worst(found)})


def as_json(request: HttpRequest) -> JsonResponse:
    """For monitoring: 200 while everything works, 503 when a part is down. Without signing in it says no more than that; who is
    signed in sees each part's name and state."""
    found = parts.everything(me(request) if request.user.is_authenticated else None)
    said = parts.as_json(found)
    if not request.user.is_authenticated:
        said = {"state": said["state"]}
    return JsonResponse(said, status=503 if said["state"] == "down" else 200)
