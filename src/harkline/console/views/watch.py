"""The page “Watch”: what is wrong with the line itself, who sees to it, and when each address last answered."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.console import outside, watching
from harkline.console.views.answers import conflict, done
from harkline.intake import canaries
from harkline.line.models import Address
from harkline.outside import compare
from harkline.outside.models import Observation
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.routing import alarms


def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "console/watch.html", {**_context(request), "here": "watch"})


def listing(request: HttpRequest) -> HttpResponse:
    """What changes on it."""
    return render(request, "console/watch_list.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    return {
        "lasting": watching.lasting(),
        "ended": watching.ended(),
        "addresses": watching.addresses(),
        "steps": alarms.chain(),
        "seen": outside.seen(),
        "alike": outside.alike(),
        "may_act": may(me(request), Action.ROTA),
    }


def acknowledge(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Somebody sees to it."""
    if not alarms.acknowledge(alarm_id, by=me(request)):
        return conflict(request, _("Somebody sees to it already, or it is over."))
    return done()


def attempt(request: HttpRequest, address_id: int) -> HttpResponse:
    """Try an address now."""
    address = get_object_or_404(Address, pk=address_id, active=True)
    canaries.ask(address.pk)
    chain.record(Act.SETTINGS_CHANGED, Subject.LINE, address.pk, reason="address_tried")
    return done()


def look(request: HttpRequest) -> HttpResponse:
    """Look from outside now."""
    compare.ask()
    chain.record(Act.SETTINGS_CHANGED, Subject.LINE, reason="outside_looked")
    return done()


def accept(request: HttpRequest, observation_id: int) -> HttpResponse:
    """Take what was found for the new state."""
    row = get_object_or_404(Observation, pk=observation_id)
    seen = outside.accepted(row, request.POST.get("mark", ""))
    if seen is None or not compare.accept(row.pk, seen, me(request)):
        return conflict(request, _("It has changed since you looked. Look once more."))
    return done()
