"""Offers: accept with one key, or decline and say why."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from harkline.console.views.answers import conflict, done
from harkline.console.words import DECLINES
from harkline.people.who import me
from harkline.routing import lines, offers


def accept(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Take it. Of two who do, one wins."""
    offered = lines.offer(str(offer_id))
    if offered is None or not offers.accept(str(offer_id), me(request).pk):
        return conflict(request, _("The offer has ended: the caller has gone, or a colleague was asked."))
    return done(taken=offered.contact_id)


def decline(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Leave it to somebody else."""
    reason = request.POST.get("reason", "")
    if not offers.decline(str(offer_id), me(request).pk, reason if reason in DECLINES else ""):
        return conflict(request, _("The offer has ended already."))
    return done()
