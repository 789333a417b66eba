"""The recovery kit, for administrators. It is made, printed and typed back in the browser; what comes here are public halves,
sealed keys and proofs."""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from harkline.people import keys, kit, step_up
from harkline.people.forms import DrillForm, KitForm, KitWrapsForm
from harkline.people.models import RecoveryKit
from harkline.people.roles import Action, needs
from harkline.people.who import me, signed_in

ENGLISH = "en"


@require_http_methods(["GET", "POST"])
@signed_in
@needs(Action.PEOPLE)
def show(request: HttpRequest) -> HttpResponseBase:
    """How the kit is, and what there is to do; a kit that was just made comes in by POST: 204, or 409 where it cannot count."""
    if request.method == "POST":
        return _make(request)
    row, new = kit.confirmed(), kit.pending()
    context = {
        "state": kit.state(),
        "kit": row,
        "pending": new,
        "typing": _told(new or row),
        "due_at": kit.due_at(row) if row else None,
        "missing": _missing(row or new, request),
        "can_give": keys.can_read(me(request)),
        "in_setup": "setup" in request.GET,
        "paper": {"own": _paper(), "plain": _plain_paper()},
        "said": _said(),
    }
    return render(request, "people/kit.html", context)


@step_up.asked
def _make(request: HttpRequest) -> HttpResponseBase:
    # Whoever makes a kit holds pages that open everything: a browser left open for a minute must not be enough.
    form = KitForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    data = form.cleaned_data
    try:
        kit.make(data["kit"], data["public"], data["proofs"], data["wraps"])
    except ValueError:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@require_POST
@signed_in
@needs(Action.PEOPLE)
def wraps(request: HttpRequest) -> HttpResponse:
    """Team keys that the kit could not open, sealed to it in this browser."""
    form = KitWrapsForm(request.POST)
    row = RecoveryKit.objects.filter(kit=request.POST.get("kit", ""), ended_at=None).first()
    if not form.is_valid() or row is None:
        return HttpResponseBadRequest()
    if not form.cleaned_data["wraps"].keys() <= keys.grants_of(me(request)).keys():
        return HttpResponse(status=403)
    try:
        kit.add(row, form.cleaned_data["wraps"])
    except ValueError:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@require_POST
@signed_in
@needs(Action.PEOPLE)
def drill(request: HttpRequest) -> HttpResponse:
    """Two pages were typed: 204, or 409 where these are not two pages of this kit."""
    form = DrillForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    try:
        kit.typed_back(form.cleaned_data["kit"], form.cleaned_data["proofs"])
    except ValueError:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


def _told(row: RecoveryKit | None) -> dict[str, Any] | None:
    """What the browser needs to check a typed page, or to seal to the kit."""
    if row is None:
        return None
    return {"kit": row.kit, "proofs": row.proofs, "public": base64.b64encode(bytes(row.public)).decode()}


def _missing(row: RecoveryKit | None, request: HttpRequest) -> dict[str, Any] | None:
    """The versions that this kit cannot open, and those of them that the reader can seal to it."""
    lacking = kit.missing(row) if row else []
    if row is None or not lacking:
        return None
    mine = [one for one in lacking if one in keys.grants_of(me(request))]
    return {"versions": lacking, "mine": mine, **(_told(row) or {})}


def _said() -> dict[str, str]:
    """What the browser says of typed words; braces are filled in there."""
    return {
        "count": _("{number} of 22 words."),
        "word": _("Word {place} is none that a page has. Look at it again."),
        "one": _("Word {place} does not fit the others. Look at it again."),
        "several": _("More than one word is wrong. Compare them all with the page."),
        "version": _("This page is of a later version of this program."),
        "other": _("These words are right, and of another kit: {kit}."),
        "strange": _("These words fit together, but this is no page of this kit."),
        "same": _("This is page {index} again. Take another one."),
        "good": _("Page {index} is right."),
        "page": _("Page {index}"),
    }


def _paper() -> dict[str, str]:
    """What is printed on each page. It names no organisation: whoever finds a page learns nothing from it."""
    return {
        "title": _("Recovery page {index} of 5"),
        "kit": _("Kit {kit}, made on {date}"),
        "what": _(
            "This is one of five pages. Any three of them together open what was sealed; one or two open nothing."
        ),
        "keep": _(
            "Keep it where only you get at it, away from the other four. Show it to nobody and take no picture of it."
        ),
        "words": _("The words, in this order. The square holds the same words for a scanner."),
        "when": _(
            "When nobody can read any more: on the host run “harkline recover” and type the words of three pages."
        ),
        "lost": _(
            "Lost, or seen by somebody else: tell an administrator, who makes a new kit. This page then opens nothing."
        ),
        "kept_by": _("Kept by"),
        "typed_on": _("Typed for practice on"),
    }


def _plain_paper() -> dict[str, str]:
    """The same in English, for a file whose fonts cannot show the reader's script."""
    with translation.override(ENGLISH):
        return _paper()
