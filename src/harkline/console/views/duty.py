"""Signing on and off, resting, and raising a hand."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from harkline.console import hands
from harkline.console.views.answers import conflict, done
from harkline.console.words import RESTS
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.routing import debrief, presence
from harkline.routing.models import Medium


def sign_on(request: HttpRequest) -> HttpResponse:
    """Go on duty, answering by this browser or by one's own phone."""
    medium = request.POST.get("medium", Medium.BROWSER)
    if medium not in Medium.values:
        raise BadRequest
    if medium == Medium.OWN_PHONE and not me(request).own_phone:
        return conflict(request, _("You have no phone number yet: add it to your account first."), status=422)
    presence.sign_on(me(request).pk, medium)
    return done()


def sign_off(request: HttpRequest) -> HttpResponse:
    """Go off duty. What is in hand stays in hand."""
    presence.sign_off(me(request).pk)
    debrief.end(me(request).pk)
    return done()


def rest(request: HttpRequest) -> HttpResponse:
    """Stay on duty, and be offered nothing."""
    reason = request.POST.get("reason", "")
    presence.not_ready(me(request).pk, reason if reason in RESTS else "break")
    return done()


def ready(request: HttpRequest) -> HttpResponse:
    """Be offered contacts again. In the middle of a debrief, and after the last hard contact of a duty, one is asked once more."""
    left = debrief.rest(me(request).pk)
    if left and request.GET.get("sure") != "1":
        return conflict(request, _unrested(left))
    debrief.end(me(request).pk)
    presence.ready(me(request).pk)
    return done()


def _unrested(left: debrief.Rest) -> str:
    if left.capped:
        return _(
            "You have had %s hard contacts in this duty. Talk to your supervisor, or press “Ready all the same”."
        ) % (left.number)
    return _("Your debrief has %s minutes left. Rest, or press “Ready all the same”.") % left.minutes


def raise_hand(request: HttpRequest) -> HttpResponse:
    """Ask for a supervisor."""
    hands.raise_(me(request).pk)
    return done()


def lower_hand(request: HttpRequest, operator_id: int | None = None) -> HttpResponse:
    """Lower one's own hand, or as a supervisor that of a colleague."""
    whose = operator_id or me(request).pk
    if whose != me(request).pk and not may(me(request), Action.BOARD):
        return conflict(request, _("Only a supervisor lowers somebody else's hand."), status=403)
    hands.lower(whose, me(request).pk)
    return done()


def end_duty(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Sign somebody off who forgot to."""
    if not Operator.objects.filter(pk=operator_id).exists():
        raise BadRequest
    presence.sign_off(operator_id)
    return done()
