"""For pages with script: what is sealed in the browser goes in, what opens in the browser goes out. Nothing here can read it.

Bodies are multipart forms; answers are JSON. The look-up value of a code stands for it; the code itself never comes here.
"""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from harkline.channels.web import adapter, limits, terms, tokens, wire
from harkline.channels.web.adapter import Caller
from harkline.channels.web.forms import flags, verdict
from harkline.channels.web.views import cut, readable
from harkline.count import receipts
from harkline.intake import receive, threads
from harkline.intake.receive import SealedPart
from harkline.line import this
from harkline.routing import lines
from harkline.runtime import tickets

LOOKUP = 32
PUBLIC = 32


class Refused(Exception):
    """The answer is an error of this status with one fixed word."""

    def __init__(self, status: int, word: str, **more: Any) -> None:
        self.status, self.word, self.more = status, word, more


View = Callable[[HttpRequest], HttpResponseBase]


def _answers(view: View) -> View:
    @csrf_exempt
    @require_POST
    def asked(request: HttpRequest) -> HttpResponseBase:
        if not readable(request) or cut(request):
            return JsonResponse({"error": "large"}, status=413)
        try:
            return view(request)
        except Refused as refused:
            # Sealing again is no attempt of its own, nor is looking at a thread that is hidden; a wrong code has been recorded.
            if refused.word not in ("sealed_anew", "wrong_code", "away"):
                adapter.reject(refused.word, secrets.token_hex(16))
            return JsonResponse({"error": refused.word, **refused.more}, status=refused.status)

    return asked


@_answers
def message(request: HttpRequest) -> HttpResponseBase:
    """A first message."""
    token, parts = _token(request), _parts(request)
    lookup = wire.unb64(request.POST.get("lookup", ""), LOOKUP)
    public = wire.unb64(request.POST.get("caller_public", ""), PUBLIC)
    if lookup is None or public is None:
        raise Refused(400, "malformed")
    told = terms.given(request.POST, request.POST.get("number_given") == "1")
    involved, flags_ = _involved(request), _flags(request)
    adapter.accept(_key(token, parts), parts, _language(request), lookup, public, flags_, involved, told)
    return JsonResponse({"taken": True}, status=201)


def _involved(request: HttpRequest) -> str | None:
    """Who of the line is involved, in clear: nobody else can see to it that they never read it. It is compared and not kept."""
    who = request.POST.get("involved_who", "").strip()[:200]
    return who if who or request.POST.get("involved") else None


@_answers
def more(request: HttpRequest) -> HttpResponseBase:
    """Something more on the thread."""
    caller, token, parts = _caller(request), _token(request), _parts(request)
    adapter.more(caller, _key(token, parts), parts, _language(request), _talk(request, caller), _flags(request))
    _shown(caller)
    return JsonResponse({"taken": True, "token": tokens.issue()}, status=201)


@_answers
def thread(request: HttpRequest) -> HttpResponseBase:
    """What was said and answered, sealed, without what the page has already (``have``: ids); and how things stand."""
    caller = _shown(_caller(request))
    have = set(request.POST.get("have", "").split())
    talk_id = _talk(request, caller)
    if talk_id:
        adapter.stay(caller, talk_id)
    items = [_item(one) for one in threads.returned(caller.thread_id) if one.object_id not in have]
    return JsonResponse({"items": items, **_standing(caller, talk_id)})


@_answers
def talk(request: HttpRequest) -> HttpResponseBase:
    """The caller would talk to somebody now."""
    caller, token = _shown(_caller(request)), _token(request)
    if not lines.anybody_on_duty():
        raise Refused(409, "nobody")
    talk_id = adapter.begin(caller, f"{token.nonce}|talk", _language(request), _flags(request))
    return JsonResponse(_standing(caller, talk_id), status=201)


@_answers
def end(request: HttpRequest) -> HttpResponseBase:
    """The caller ends the conversation, or closes the page."""
    caller = _caller(request)
    if talk_id := _talk(request, caller):
        adapter.leave(talk_id)
    _shown(caller)
    return JsonResponse(_standing(caller, talk_id))


@_answers
def receipt(request: HttpRequest) -> HttpResponseBase:
    """A receipt, on request."""
    caller = _shown(_caller(request))
    try:
        adapter.receipt(caller, request.POST.get("chosen", "").strip())
    except receipts.TooLate:
        return JsonResponse({"error": "late"}, status=409)
    except receipts.NotNow:
        return JsonResponse({"error": "none"}, status=422)
    return JsonResponse({"receipts": _receipts(caller)}, status=201)


def _receipts(caller: Caller) -> list[dict[str, str]]:
    return [{"code": one.code, "day": one.day.isoformat() if one.day else ""} for one in adapter.receipts_of(caller)]


@_answers
def file(request: HttpRequest) -> HttpResponseBase:
    """The chunks of one object, one after another."""
    caller, wanted = _shown(_caller(request)), request.POST.get("file", "")
    item = threads.item(caller.thread_id, wanted) if receive.is_uuid(wanted) else None
    if item is None:
        raise Refused(404, "missing")
    return HttpResponse(b"".join(item.chunks), content_type="application/octet-stream")


def _item(item: threads.Item) -> dict[str, Any]:
    return {
        "id": item.object_id,
        "purpose": item.purpose,
        "by_caller": item.by_caller,
        "at": int(item.at.timestamp()),
        "size": item.size,
        "wrap": wire.b64(item.wrap),
        "chunks": [wire.b64(one) for one in item.chunks],
    }


def _standing(caller: Caller, talk_id: str) -> dict[str, Any]:
    talking = adapter.talk(talk_id) if talk_id else None
    return {
        "talk": {"state": talking.state, "place": talking.place, "wait": talking.wait} if talking else None,
        "talk_ticket": tokens.hold(talk_id, caller.thread_id) if talk_id else "",
        "live_ticket": tickets.ticket(caller.thread_id),
        "token": tokens.issue(),
        "somebody": lines.anybody_on_duty(),
        "team": adapter.team(),
        "caller_public": wire.b64(caller.public),
        "receipts": _receipts(caller),
    }


def _caller(request: HttpRequest) -> Caller:
    caller = adapter.by_lookup(wire.unb64(request.POST.get("lookup", ""), LOOKUP))
    if caller is None:
        adapter.reject("wrong_code", secrets.token_hex(16))
        raise Refused(404, "wrong_code")
    return caller


def _shown(caller: Caller) -> Caller:
    """The same; after a safe ending the page is told to leave (410) for one that could be anybody's."""
    if caller.quiet:
        raise Refused(410, "away")
    return caller


def _flags(request: HttpRequest) -> tuple[str, ...]:
    return flags(request.POST.get("answer", "")) + verdict(request.POST.get("record", ""))


def _token(request: HttpRequest) -> tokens.Token:
    token = tokens.read(request.POST.get("token", ""))
    if token is None or token.stale:
        raise Refused(409, "stale", token=tokens.issue())
    return token


def _parts(request: HttpRequest) -> list[SealedPart]:
    blobs = {name: upload.read() for name, upload in request.FILES.items() if hasattr(upload, "read")}
    try:
        return wire.sealed(request.POST.get("parts", ""), blobs, receive.recipients(), limits.present())
    except wire.StaleKey as stale:
        raise Refused(409, "sealed_anew", team=adapter.team()) from stale
    except wire.Malformed as malformed:
        raise Refused(400, "malformed") from malformed


def _key(token: tokens.Token, parts: list[SealedPart]) -> str:
    return f"{token.nonce}|{'|'.join(part.id for part in parts)}"


def _language(request: HttpRequest) -> str:
    spoken, said = this.line().languages, request.POST.get("language", "")
    return str(said if said in spoken else spoken[0])


def _talk(request: HttpRequest, caller: Caller) -> str:
    return tokens.held(request.POST.get("talk", ""), caller.thread_id)
