"""Sealed things on their way to and from the browser. Reading goes through ``records.access``, which checks and writes it down."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from harkline.console import drafts, sealed
from harkline.console.views.answers import conflict, held
from harkline.intake.models import Purpose
from harkline.intake.receive import is_uuid
from harkline.intake.store import SealedPart
from harkline.line.models import Channel
from harkline.people.who import me
from harkline.records import access, write
from harkline.routing import confidential

KEY = 96 * 1024  # characters of base64: an OpenPGP key that a caller sent


def read(request: HttpRequest, object_id: UUID) -> JsonResponse:
    """One sealed entry. That it was opened is on record before it is given. One that the reader may not open does not exist."""
    entry_id = access.entry_of(me(request), object_id)
    if entry_id is None:
        raise Http404
    return JsonResponse(sealed.as_json(access.open_(me(request), entry_id)))


def recipients(request: HttpRequest, contact_id: UUID, purpose: str) -> JsonResponse:
    """To whom the browser seals what it writes: recipient → public key."""
    if purpose not in write.WRITABLE or not held(request, contact_id).mine:
        raise PermissionDenied
    return JsonResponse({who: key.hex() for who, key in write.recipients(str(contact_id), purpose).items()})


def add(request: HttpRequest, contact_id: UUID, purpose: str) -> HttpResponse:
    """Add a note, a reply, a call log or the terms for calling back, sealed in the browser."""
    asked = held(request, contact_id)
    if not asked.mine:
        raise PermissionDenied
    if purpose == Purpose.PHRASE and not asked.may_be_coded:
        return conflict(request, _("On an amateur's frequency nothing is agreed that only the two of you understand."))
    told = body(request)
    given = part(contact_id, purpose, told.get("sealed"))
    if "clear" in told:
        on_air = held(request, contact_id).contact.channel == Channel.RADIO
        return (_on_air if on_air else _mail)(request, contact_id, given, told["clear"])
    write.entry(me(request), str(contact_id), given)
    if purpose == Purpose.NOTE:
        drafts.forget(me(request).pk, str(contact_id))
    return HttpResponse(status=201)


def _mail(request: HttpRequest, contact_id: UUID, part: SealedPart, clear: Any) -> HttpResponse:
    """A reply by mail passes through the server open; the page says so where it is written."""
    words = ("to", "subject", "text")
    if part.purpose != Purpose.REPLY or not all(isinstance(clear.get(word), str) for word in words):
        raise BadRequest
    if not clear["to"].strip() or not clear["text"].strip():
        return conflict(request, _("The reply needs an address and a text."), status=422)
    given = {word: clear[word] for word in words}
    given["refs"] = [ref for ref in clear.get("refs", []) if isinstance(ref, str)]
    if isinstance(clear.get("openpgp_key"), str):
        given["openpgp_key"] = clear["openpgp_key"][:KEY]
    try:
        write.reply_by_mail(me(request), str(contact_id), part, given)
    except write.NotEncrypted:
        sentence = _("Not sent: the caller wrote encrypted, and their key is not known. Open their messages first.")
        return conflict(request, sentence, status=422)
    return HttpResponse(status=201)


def _on_air(request: HttpRequest, contact_id: UUID, part: SealedPart, clear: Any) -> HttpResponse:
    """A reply by radio is public from the moment in which it is sent; whoever sends it has said that they know."""
    if part.purpose != Purpose.REPLY or not all(isinstance(clear.get(word), str) for word in ("to", "text")):
        raise BadRequest
    if not clear["to"].strip() or not clear["text"].strip():
        return conflict(request, _("The reply needs a call sign and a text."), status=422)
    if clear.get("everybody") is not True:
        return conflict(request, _("Not sent: say first that everybody may read it."), status=422)
    try:
        write.reply_on_air(me(request), str(contact_id), part, clear["to"].strip().upper(), clear["text"])
    except write.NotOnAir as why:
        return conflict(request, _("Not sent: %s") % why, status=422)
    except write.NotEncrypted:
        return conflict(request, _("Not sent: the caller wrote encrypted, and radio is open to everybody."), status=422)
    return HttpResponse(status=201)


def allow_clear(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """A supervisor has read in one of the caller's messages that answers may come unencrypted."""
    asked = held(request, contact_id)
    said = request.POST.get("entry", "")
    if not is_uuid(said) or not write.allow_clear(me(request), str(asked.contact.thread_id), said):
        return conflict(request, _("Choose the message in which the caller says so."), status=422)
    return HttpResponse(status=204)


def withdraw_clear(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """From now on encrypted again."""
    confidential.withdraw(str(held(request, contact_id).contact.thread_id))
    return HttpResponse(status=204)


def draft(request: HttpRequest, contact_id: UUID) -> JsonResponse:
    """The operator's own unfinished note, sealed."""
    return JsonResponse({"sealed": drafts.read(me(request).pk, str(contact_id))})


def save_draft(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Keep it, sealed to the team like the note that it becomes."""
    if not held(request, contact_id).mine:
        raise PermissionDenied
    given: Any = body(request).get("sealed")
    part(contact_id, Purpose.NOTE, given)
    drafts.save(me(request).pk, str(contact_id), {key: given[key] for key in ("id", "wraps", "chunks", "size")})
    return HttpResponse(status=204)


def forget_draft(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Give it up."""
    drafts.forget(me(request).pk, str(contact_id))
    return HttpResponse(status=204)


def body(request: HttpRequest) -> dict[str, Any]:
    """What a script sent. Raises BadRequest."""
    try:
        told = json.loads(request.body)
    except ValueError as error:
        raise BadRequest from error
    if not isinstance(told, dict):
        raise BadRequest
    return told


def part(contact_id: UUID, purpose: str, given: Any) -> SealedPart:
    """What an operator's browser sealed. Raises BadRequest."""
    if purpose not in write.WRITABLE:
        raise BadRequest
    try:
        return sealed.parse(given, purpose, write.recipients(str(contact_id), purpose))
    except sealed.Malformed as error:
        raise BadRequest from error
