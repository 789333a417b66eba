"""Bringing somebody into a call, handing it over, listening in."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _

from harkline.console import company, hands
from harkline.console.company_words import ENDINGS, REFUSALS
from harkline.console.views.answers import conflict, done
from harkline.people.who import me
from harkline.routing import companions, lines
from harkline.routing.companions import Refused


def show(request: HttpRequest) -> HttpResponse:
    """Who is in the call in hand, and whom one could bring in."""
    return render(request, "console/company.html", context(request))


def context(request: HttpRequest) -> dict[str, object]:
    """What the fragment shows."""
    return {"company": company.of(me(request)), "endings": ENDINGS}


def ask(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Ask a colleague to take it over, or to come in."""
    purpose, colleague = request.POST.get("purpose", ""), request.POST.get("operator", "")
    if purpose not in ("transfer", "conference") or not colleague.isdecimal():
        raise BadRequest
    return _told(request, companions.ask(str(contact_id), me(request).pk, int(colleague), purpose))


def ask_no_longer(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Withdraw the question."""
    if not companions.withdraw(str(contact_id), me(request).pk):
        return conflict(request, _("It was answered already."))
    return done()


def interpreter(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Have an interpreter rung into the call."""
    made = companions.interpreter(str(contact_id), me(request).pk, request.POST.get("name", ""))
    if isinstance(made, Refused):
        return _told(request, made)
    if not lines.command(str(contact_id), "bring_in", companion=str(made.pk)):
        companions.left(str(made.pk), "failed")
        return conflict(request, str(REFUSALS["no_line"]))
    return done()


def hand_over(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Leave the caller with the colleague who is in the call."""
    refused = companions.hand_over(str(contact_id), me(request).pk)
    return _told(request, refused) if refused else done(put_down=str(contact_id))


def come_in(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """A supervisor asks to listen in, or to come in. A raised hand has said yes already."""
    purpose = request.POST.get("purpose", "")
    if purpose not in ("listen_in", "conference"):
        raise BadRequest
    made = companions.announce(str(contact_id), me(request), purpose)
    if isinstance(made, Refused):
        return _told(request, made)
    operator_id = made.contact.operator_id
    if operator_id and purpose == "conference" and hands.is_up(operator_id):
        companions.agree(str(made.pk), operator_id)
        hands.lower(operator_id, me(request).pk)
    return HttpResponse(status=204, headers={"HX-Redirect": resolve_url("console")})


def agree(request: HttpRequest, companion_id: UUID) -> HttpResponse:
    """The operator lets them in."""
    if not companions.agree(str(companion_id), me(request).pk):
        return conflict(request, _("They have given it up, or the call is over."))
    return done()


def end(request: HttpRequest, companion_id: UUID) -> HttpResponse:
    """Not now; or no longer: the operator who has the call, or they themselves, say so."""
    one, by = str(companion_id), me(request).pk
    if companions.refuse(one, by):
        return done()
    if not companions.may_end(one, by):
        return conflict(request, _("Only whoever has the call, or they themselves, can end it."), status=403)
    contact_id = companions.contact_of(one)
    if not companions.left(one):
        return conflict(request, _("They have left already."))
    lines.command(contact_id, "let_go", companion=one)
    return done()


def _told(request: HttpRequest, refused: Refused | None) -> HttpResponse:
    return conflict(request, str(REFUSALS[refused.reason])) if refused else done()
