"""Numbers and addresses that are turned away: for how long, why, and who has looked at it a second time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from harkline.console.views.answers import conflict, done
from harkline.intake import repeat
from harkline.people.who import me


def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "console/blocks.html", {"blocks": repeat.in_force(me(request)), "here": "blocks"})


def listing(request: HttpRequest) -> HttpResponse:
    """What changes on it."""
    return render(request, "console/blocks_list.html", {"blocks": repeat.in_force(me(request))})


def review(request: HttpRequest, block_id: int) -> HttpResponse:
    """A second person has looked: it stays until it expires."""
    if not repeat.review(block_id, me(request)):
        return conflict(request, _("It has ended, or you set it yourself: somebody else looks at it."))
    return done()


def lift(request: HttpRequest, block_id: int) -> HttpResponse:
    """End it now."""
    repeat.end(block_id, "lifted", me(request))
    return done()
