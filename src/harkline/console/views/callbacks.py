"""Calling back: the list, taking one in hand, the terms, the try and what came of it, and the two people who lift the hours."""

import re
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from harkline.console import callbacks, contact
from harkline.console.callback_words import CALLBACK_MISTAKES, CALLBACK_OUTCOMES, CALLBACK_REFUSALS, OVERRIDES
from harkline.console.views.answers import conflict, done, held
from harkline.console.views.entries import body, part
from harkline.console.words import WEEKDAYS
from harkline.line import this
from harkline.people.who import me
from harkline.records import access, write
from harkline.routing import callback, callback_overrides, callback_tries, lines
from harkline.routing import callbacks as domain
from harkline.routing.callbacks import WrongTerms

NUMBER = re.compile(r"\+?[0-9]{4,15}")


def about(request: HttpRequest, asked: contact.InHand) -> dict[str, Any]:
    """What the card and the form of the terms show."""
    return {
        "held": asked,
        "callback": callbacks.card(me(request), str(asked.contact.pk)),
        "outcomes": CALLBACK_OUTCOMES,
        "override_words": OVERRIDES,
        "weekdays": list(enumerate(WEEKDAYS)),
        "places": callback.places(),
        "here_zone": this.line().timezone,
        "numbers": this.addresses("phone"),
    }


def listing(request: HttpRequest) -> HttpResponse:
    """Due now, later, refused; and the overrides that wait for a second person."""
    return render(request, "console/callbacks.html", listed(request))


def listed(request: HttpRequest) -> dict[str, Any]:
    """What the list shows."""
    waiting = [one for one in callback_overrides.current(me(request)) if one.confirmed_at is None]
    aliases = access.aliases([str(one.callback.contact_id) for one in waiting])
    asked = [
        {"id": one.pk, "alias": aliases[str(one.callback.contact_id)], "word": OVERRIDES[one.word], "by": one.asked_by}
        for one in waiting
    ]
    return {"callbacks": callbacks.listing(me(request)), "overrides": asked}


def card(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The verdict and the terms of one contact."""
    return render(request, "console/callback.html", about(request, held(request, contact_id)))


def take(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Take it from the list."""
    if not callback_tries.take(str(contact_id), me(request).pk):
        return conflict(request, _("A colleague has just taken it, or it is not wanted any more."))
    return done(taken=str(contact_id))


def put_back(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Back to the list, untried."""
    if not callback_tries.put_back(str(contact_id), me(request).pk):
        return conflict(request, _("It is not in your hand, or a call is under way."))
    return done(put_down=str(contact_id))


def record(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The terms: the sealed part into the case, what the server must know in order to refuse into force, both or neither."""
    asked = _mine(request, contact_id)
    told = body(request)
    sealed = part(contact_id, "terms", told.get("sealed"))
    try:
        with transaction.atomic():
            write.entry(me(request), str(contact_id), sealed)
            given = callbacks.given(told.get("terms"))
            by = me(request).pk
            domain.record(str(contact_id), given, operator_id=by, terms_id=sealed.id, case=asked.case.id)
    except WrongTerms as wrong:
        return conflict(request, str(CALLBACK_MISTAKES.get(str(wrong), CALLBACK_MISTAKES["form"])), status=422)
    return HttpResponse(status=201)


def withdraw(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The caller does not want it any more, or it is given up."""
    asked = _mine(request, contact_id)
    if not domain.withdraw(str(contact_id), operator_id=me(request).pk, case=asked.case.id):
        return conflict(request, str(CALLBACK_REFUSALS["under_way"]))
    if callback_tries.put_back(str(contact_id), me(request).pk):
        return done(put_down=str(asked.contact.pk))
    return done()


def call(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Dial, if the terms allow it at this moment. The number comes from the browser that opened it, and is kept in no row."""
    asked = _mine(request, contact_id)
    told = body(request)
    number = re.sub(r"[\s().\-/]", "", str(told.get("number", "")))
    override = told.get("override") is True
    if not NUMBER.fullmatch(number):
        # A number of the caller's own opens only while they may be called: then what keeps them from it is what is said.
        now = callbacks.judge(domain.of(str(contact_id)))
        if not now.allowed and not override:
            return conflict(request, callbacks.sentence(domain.of(str(contact_id)), now))
        return conflict(request, str(CALLBACK_REFUSALS["number"]), status=422)
    found = lines.call_back(str(contact_id), me(request).pk, number, override=override, case=asked.case.id)
    if not found.allowed:
        return conflict(request, callbacks.sentence(domain.of(str(contact_id)), found))
    return HttpResponse(status=201)


def outcome(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """What came of the try. Anything but reached ends the call."""
    asked = _mine(request, contact_id)
    running = callbacks.here(asked.contact)
    word = request.POST.get("outcome", "")
    if word not in CALLBACK_OUTCOMES:
        raise BadRequest
    if running is None or not callback_tries.finish(str(running.pk), word):
        return conflict(request, _("That was said already."))
    back = not held(request, contact_id).mine
    return done(put_down=str(contact_id)) if back else done()


def ask_override(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Ask a second person to lift the hours for one try. The reason is sealed."""
    asked = _mine(request, contact_id)
    told = body(request)
    sealed = part(contact_id, "note", told.get("sealed"))
    try:
        with transaction.atomic():
            write.entry(me(request), str(contact_id), sealed)
            word = str(told.get("word", ""))
            made = callback_overrides.ask(str(contact_id), me(request).pk, word, sealed.id, case=asked.case.id)
    except WrongTerms:
        return conflict(request, str(CALLBACK_MISTAKES["reason"]), status=422)
    if made is None:
        return conflict(request, str(CALLBACK_REFUSALS["no_number"]))
    return HttpResponse(status=201)


def confirm_override(request: HttpRequest, override_id: int) -> HttpResponse:
    """The second person."""
    asked = {one.pk: one for one in callback_overrides.current(me(request))}
    one = asked.get(override_id)
    case = access.case_of_contact(str(one.callback.contact_id)).id if one else ""
    if one is None or not callback_overrides.confirm(override_id, me(request).pk, case=case):
        return conflict(request, _("It takes another person than the one who asked, within ten minutes."))
    return done()


def _mine(request: HttpRequest, contact_id: UUID) -> contact.InHand:
    asked = held(request, contact_id)
    if not asked.mine:
        raise PermissionDenied
    return asked
