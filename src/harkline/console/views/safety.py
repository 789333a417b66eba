"""A caller who cannot speak freely: marking it, and ending such that nobody learns anything."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from harkline.console import cover
from harkline.console.views.answers import conflict, done, held
from harkline.intake import receive
from harkline.routing import contacts, lines


def mark(request: HttpRequest, contact_id: UUID, word: str) -> HttpResponse:
    """The caller said the phrase, or it can be heard that they are not alone."""
    return _mark(request, contact_id, word, on=True)


def unmark(request: HttpRequest, contact_id: UUID, word: str) -> HttpResponse:
    """It was a mistake. The risk stays as it was raised: whoever takes it back says so apart."""
    return _mark(request, contact_id, word, on=False)


def _mark(request: HttpRequest, contact_id: UUID, word: str, *, on: bool) -> HttpResponse:
    if not held(request, contact_id).mine or word not in cover.MARKS:
        raise BadRequest
    (receive.flag if on else receive.unflag)(str(contact_id), word)
    return done()


def end(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The safe ending: innocuous words on the telephone, a page that could be anybody's on the web, nothing more by mail."""
    asked = held(request, contact_id)
    if not asked.mine or asked.contact.state != "in_hand":
        return conflict(request, _("It is not in your hand any more."))
    contacts.safe_end(str(contact_id))
    # Nobody is there to hear the end of a message; of a call the engine says when it has ended.
    if not asked.contact.live or not lines.command(str(contact_id), "safe_end"):
        lines.ended(str(contact_id))
    return done(taken=str(contact_id))


def keep_cover(request: HttpRequest, language: str) -> HttpResponse:
    """The line's cover topics and code phrase in one language."""
    try:
        cover.keep(language, request.POST.get("topics", "").splitlines(), request.POST.get("phrase", ""))
    except ValueError as error:
        raise BadRequest from error
    return redirect("line")
