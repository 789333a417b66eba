"""The contact in hand: taking it, giving it back, ending and wrapping it up."""

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from harkline.console import callbacks, company, contact, cover, drafts
from harkline.console.views import callbacks as calling_back
from harkline.console.views.answers import conflict, done, held
from harkline.console.words import BLOCKS, DISPOSITIONS, KINDS, REVEALS, RISKS
from harkline.count import marks
from harkline.intake import policy as intake_policy
from harkline.intake import receive
from harkline.intake.models import Contact
from harkline.line import radio
from harkline.people import keys, ways
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.records import again, joining, numbers
from harkline.records import conflict as conflicts
from harkline.routing import callback_tries, companions, contacts, lines, offers, policy, wishes

READ_BACK = ("record_confirmed", "record_corrected")


def about(request: HttpRequest, contact_id: UUID) -> dict[str, Any]:
    """Everything that the middle and the side of the screen say of a contact. Raises Http404, PermissionDenied."""
    try:
        return _about(request, contact_id)
    except PermissionDenied:
        # Between two look-ups its case may have been joined with another: then the second time is right.
        return _about(request, contact_id)


def _about(request: HttpRequest, contact_id: UUID) -> dict[str, Any]:
    asked = held(request, contact_id)
    return {
        "held": asked,
        "conversation": contact.conversation(me(request), asked),
        "messages_said": contact.messages(me(request), asked),
        "notes": contact.notes(me(request), asked),
        "terms": contact.terms(me(request), asked),
        **calling_back.about(request, asked),
        "can_read": keys.can_read(me(request)),
        "history": contact.history(me(request), asked),
        "passkey_opens": ways.by_passkey(me(request)),
        "kinds": KINDS,
        "dispositions": _dispositions(asked.contact),
        "columns": marks.offered(),
        "risks": RISKS,
        "phrases": contact.phrases(me(request), asked),
        "line_phrase": cover.words(asked.contact.language).phrase,
        "card": cover.card(asked.contact) if asked.mine else None,
        "questions": cover.QUESTIONS,
        "marked": set(asked.contact.flags),
        "must_stay": contacts.must_stay(asked.contact),
        "wants_me": wishes.wants(asked.contact, me(request).pk),
        "choices": company.choices(me(request), asked.contact) if asked.mine and not asked.contact.live else [],
        "asking": companions.asking(str(asked.contact.pk)) if asked.mine and not asked.contact.live else None,
        **_known(request, asked),
    }


def _known(request: HttpRequest, asked: contact.InHand) -> dict[str, Any]:
    """Beside what was said: contacts before, who is kept from it, and what may be done about the number."""
    people = Operator.objects.filter(is_active=True).order_by("name")
    return {
        "before": again.before(me(request), str(asked.contact.pk)),
        "kept_from": conflicts.of(me(request), asked.case.id),
        "people": people,
        "teams": sorted({skill for one in people for skill in one.skills}),
        "may_readmit": may(me(request), Action.ROTA),
        "may_reveal": numbers.may_reveal(me(request)) and asked.contact.channel == "phone",
        "reveal_reasons": REVEALS,
        "block_reasons": BLOCKS,
        "can_block": asked.mine and asked.contact.marks.exists(),
        "on_the_air": bool(radio.stations(data=False)),
        "outside": intake_policy.present().outside,
    }


def _dispositions(held: Contact) -> dict[str, Any]:
    """After a safe ending nobody rings back."""
    left = {"callback_agreed"} if "safe_ending" in held.flags else set()
    return {word: label for word, label in DISPOSITIONS.items() if word not in left}


def show(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The contact: a fragment for the screen, or the whole screen when its address was opened."""
    if not request.headers.get("HX-Request"):
        from harkline.console.views import screen

        return screen.page(request, contact_id)
    return render(request, "console/in_hand.html", about(request, contact_id))


def head(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Its state, clock, risk and flags."""
    return render(request, "console/in_hand_head.html", about(request, contact_id))


def conversation(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """What was said and sent, sealed."""
    return render(request, "console/conversation.html", about(request, contact_id))


def going_out(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Whether replies to a caller who wrote encrypted may go in clear."""
    return render(request, "console/clear_replies.html", about(request, contact_id))


def case(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The case beside it: notes and earlier contacts."""
    return render(request, "console/case.html", about(request, contact_id))


def claim(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Take a contact straight from the waiting list."""
    if not offers.claim(str(contact_id), me(request).pk):
        return conflict(request, _("Somebody else has just taken it, or the caller has gone."))
    return done(taken=str(contact_id))


def release(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Give it back to the waiting list, where it goes to the head; a call back goes to its own list."""
    asked = held(request, contact_id)
    if callbacks.here(asked.contact):
        return conflict(request, _("Say first what came of the call."))
    if asked.mine and contacts.must_stay(asked.contact):
        return conflict(request, _("Somebody at high risk is not sent back to the queue. Transfer them: T."))
    if skill := QueryDict(request.body).get("skill", "") or request.GET.get("skill", ""):
        wishes.skills(str(contact_id), me(request).pk, [skill])
    if callback_tries.put_back(str(contact_id), me(request).pk):
        return done(put_down=str(contact_id))
    if not contacts.release(str(contact_id), me(request).pk):
        return conflict(request, _("It is not in your hand any more."))
    return done(put_down=str(contact_id))


def end(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """End the call or the chat; what is left is to wrap it up."""
    asked = held(request, contact_id)
    if not asked.mine:
        return conflict(request, _("It is not in your hand any more."))
    # Where no channel listens (a chat, or an engine that has just died) the contact still ends here.
    if not lines.command(str(contact_id), "end"):
        lines.ended(str(contact_id))
    return done()


def record(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Have the line ask the caller for consent to record the talk; what the caller answers is shown beside the button."""
    asked = held(request, contact_id)
    if not policy.present().record_calls:
        return conflict(
            request, _("This line does not record. An administrator can allow it: record_calls in harkline.toml.")
        )
    if {"listener_present", "duress"} & set(asked.contact.flags):
        return conflict(
            request, _("Somebody may be listening to the caller: a question spoken aloud could give them away.")
        )
    if not asked.mine or not lines.command(str(contact_id), "record"):
        return conflict(request, _("It is not in your hand any more."))
    return done()


def stop_recording(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Stop recording; what was recorded stays, sealed."""
    asked = held(request, contact_id)
    if not asked.mine or not lines.command(str(contact_id), "stop_recording"):
        return conflict(request, _("It is not in your hand any more."))
    return done()


def join(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The caller said a return code: the contact joins that case."""
    held(request, contact_id)
    try:
        alias = joining.join(me(request), str(contact_id), request.POST.get("code", ""))
    except Contact.DoesNotExist:
        return conflict(request, _("It is not in your hand any more."))
    if alias is None:
        return conflict(
            request, _("No case belongs to this code. Ask for it once more, three digits at a time."), status=422
        )
    return done(taken=str(contact_id))


def risk(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Say how much danger somebody is in."""
    asked = held(request, contact_id)
    level = request.POST.get("risk", "")
    if not asked.mine or level not in ("0", "1", "2"):
        raise BadRequest
    contacts.raise_risk(str(contact_id), int(level))
    return done()


def wish(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The caller wants to speak with the same person again."""
    return _wish(request, contact_id, wanted=True)


def unwish(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """They do not mind any more."""
    return _wish(request, contact_id, wanted=False)


def _wish(request: HttpRequest, contact_id: UUID, *, wanted: bool) -> HttpResponse:
    if not wishes.same_operator(str(contact_id), me(request).pk, wanted):
        return conflict(request, _("It is not in your hand any more."))
    return done()


def leg(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """A one-time token with which this browser brings its audio."""
    asked = held(request, contact_id)
    place = lines.seat(str(contact_id), me(request).pk)
    if place is None or asked.contact.state != "in_hand":
        return conflict(request, _("The caller has gone."))
    return JsonResponse({"token": lines.leg_token(str(contact_id), me(request).pk)})


def leg_lost(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """This browser has no microphone to bring: the caller goes back to the head of the queue, the operator is not ready."""
    asked = held(request, contact_id)
    if not asked.mine:
        return conflict(request, _("It is not in your hand any more."))
    if callbacks.here(asked.contact):
        lines.command(str(contact_id), "end")
        return done()
    lines.lost_operator(str(contact_id), "audio denied")
    return done(put_down=str(contact_id))


def wrap_up(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Say what it was, and close it."""
    kind, disposition = request.POST.get("kind", ""), request.POST.get("disposition", "")
    asked = held(request, contact_id)
    if disposition not in _dispositions(asked.contact):
        return conflict(request, _("Choose what it was and what came of it."), status=422)
    if asked.mine:
        # First, so that a crash cannot close the contact without what was ticked.
        marks.put(str(contact_id), request.POST.getlist("column"))
    try:
        hard = request.POST.get("hard") == "1"
        refused = callbacks.wrap_up(str(contact_id), me(request).pk, kind, disposition, hard=hard)
    except ValueError:
        return conflict(request, _("Choose what it was and what came of it."), status=422)
    if refused == "no_terms":
        return conflict(request, _("Record the caller's terms first: nobody is called without them."), status=422)
    if refused == "under_way":
        return conflict(request, _("Say first what came of the call."))
    if refused:
        return conflict(request, _("It is not in your hand any more."))
    if (said := request.POST.get("read_back", "")) in READ_BACK:
        receive.flag(str(contact_id), said)
    drafts.forget(me(request).pk, str(contact_id))
    return done(put_down=str(contact_id))
