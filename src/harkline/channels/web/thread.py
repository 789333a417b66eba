"""Coming back with a code, without script: the code travels in the body of each request, opens what is asked for, and is forgotten."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from harkline.channels.web import adapter, tokens, wire
from harkline.channels.web.adapter import Caller
from harkline.channels.web.forms import MoreForm, flags, verdict
from harkline.channels.web.views import cut, readable
from harkline.count import receipts
from harkline.intake import receive, threads
from harkline.routing import lines
from harkline.seal import codes, envelope


@dataclass(frozen=True)
class Said:
    """Something on the thread, opened: a text, or the name of a file. ``text`` is None where it could not be opened."""

    id: str
    by_caller: bool
    at: datetime
    text: str | None
    name: str = ""
    size: int = 0
    read_back: bool = False  # what an operator wrote down, for the caller to confirm or correct


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Asks for the code; shows the thread that it opens."""
    if request.method != "POST":
        return _asked(request)
    if not readable(request):
        return render(request, "write/too_large.html", status=413)
    caller = adapter.by_code(request.POST.get("code", ""))
    if caller is None:
        adapter.reject("wrong_code", secrets.token_hex(16))
        return _asked(request, wrong=True, status=422)
    return show(request, caller)


def _asked(request: HttpRequest, *, wrong: bool = False, status: int = 200) -> HttpResponse:
    # The form is for the thread that a page with script opens in place of this one.
    told = {"wrong": wrong, "form": MoreForm(), "counting": receipts.offered()}
    return render(request, "write/code.html", told, status=status)


View = Callable[[HttpRequest, Caller], HttpResponse]


def with_code(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """A view for who holds a code; anybody else is asked for theirs."""

    @csrf_exempt
    @require_POST
    def asked(request: HttpRequest) -> HttpResponse:
        if not readable(request):
            return render(request, "write/too_large.html", status=413)
        caller = adapter.by_code(request.POST.get("code", ""))
        return view(request, caller) if caller else redirect("write:code")

    return asked


@with_code
def more(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Something more is written."""
    form = MoreForm(_filled(request), request.FILES, cut=cut(request))
    token = tokens.read(request.POST.get("token", ""))
    if token is None or token.stale or not form.is_valid():
        stale = token is None or token.stale
        adapter.reject("stale" if stale else form.reason(), secrets.token_hex(16))
        return show(request, caller, form=form, stale=stale, status=422)
    language = str(get_language())
    objects = wire.clear(form.message(language))
    key = f"{token.nonce}|{wire.digest(objects)}"
    to = {**receive.recipients(), "caller": caller.public}
    parts = [wire.seal(one, wire.object_id(key, i), to) for i, one in enumerate(objects)]
    adapter.more(
        caller, key, parts, language, _talk(request, caller), form.flags() + verdict(request.POST.get("record", ""))
    )
    adapter.clean(key, objects)
    return show(request, caller, sent=True)


def _filled(request: HttpRequest) -> QueryDict:
    """The form; a record that was confirmed by a button alone says so in words."""
    given = request.POST.copy()
    if given.get("record") == "right" and not given.get("text", "").strip():
        given["text"] = _("This is right.")
    return given


@with_code
def talk(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The caller would talk to somebody now."""
    token = tokens.read(request.POST.get("token", ""))
    language = str(get_language())
    if token is None or token.stale or caller.quiet or not lines.anybody_on_duty():
        return show(request, caller)
    said = flags(request.POST.get("answer", ""))
    return show(request, caller, talk_id=adapter.begin(caller, f"{token.nonce}|talk", language, said))


@with_code
def end(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The caller ends the conversation."""
    if held := _talk(request, caller):
        adapter.leave(held)
    return show(request, caller)


@with_code
def receipt(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Ten digits, on request, for the latest thing that was written: told after they are kept."""
    if caller.quiet:
        return show(request, caller)
    try:
        adapter.receipt(caller, request.POST.get("chosen", "").strip())
    except receipts.TooLate:
        said = _(
            "You are in the list already, under digits that nobody chose: a receipt has to be asked for before that."
        )
        return show(request, caller, receipt_said=said, status=409)
    except receipts.NotNow:
        said = _("Choose four digits, such as a year that you will remember.")
        return show(request, caller, receipt_said=said, status=422)
    return show(request, caller)


@with_code
def file(request: HttpRequest, caller: Caller) -> HttpResponse:
    """An attachment, opened. It is only ever saved, never shown on a page of ours."""
    wanted = request.POST.get("file", "")
    item = threads.item(caller.thread_id, wanted) if receive.is_uuid(wanted) else None
    if item is None or caller.private is None or caller.quiet:
        return show(request, caller)
    try:
        opened = envelope.open_(item.wrap, item.chunks, caller.private, item.purpose, item.object_id, "caller")
    except envelope.Refused:
        return show(request, caller)
    name = wire.safe_name(str(opened.meta.get("name", "")))
    return HttpResponse(
        opened.body,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{wire.quoted(name)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _talk(request: HttpRequest, caller: Caller) -> str:
    return tokens.held(request.POST.get("talk", ""), caller.thread_id)


def show(
    request: HttpRequest,
    caller: Caller,
    *,
    form: MoreForm | None = None,
    stale: bool = False,
    sent: bool = False,
    talk_id: str = "",
    receipt_said: str = "",
    status: int = 200,
) -> HttpResponse:
    """The thread, opened in this request. After a safe ending it is a page that could be anybody's, also with the right code."""
    if caller.quiet:
        return redirect("notice:away")
    talk_id = talk_id or _talk(request, caller)
    talking = adapter.talk(talk_id) if talk_id else None
    if talking and talking.state != "over":
        adapter.stay(caller, talk_id)
    told = {
        "code": codes.normalise(request.POST.get("code", "")),
        "said": opened(caller),
        "form": form or MoreForm(),
        "stale": stale,
        "sent": sent,
        "token": tokens.issue(),
        "talk": talking,
        "talk_ticket": tokens.hold(talk_id, caller.thread_id) if talk_id else "",
        "somebody": lines.anybody_on_duty(),
        "counting": receipts.offered(),
        "receipts": adapter.receipts_of(caller),
        "receipt_said": receipt_said,
    }
    return render(request, "write/thread.html", told, status=status)


def opened(caller: Caller) -> list[Said]:
    """What was said and answered, as far as the code opens it."""
    private = caller.private or b""
    return [_open(item, private) for item in threads.returned(caller.thread_id)]


def _open(item: threads.Item, private: bytes) -> Said:
    whole = item.purpose != "attachment"
    try:
        document = envelope.open_(
            item.wrap, item.chunks, private, item.purpose, item.object_id, "caller", allow_cut=not whole
        )
    except envelope.Refused:
        return Said(item.object_id, item.by_caller, item.at, None)
    if not whole:
        name = wire.safe_name(str(document.meta.get("name", "")))
        return Said(item.object_id, item.by_caller, item.at, "", name, item.size)
    read_back = not item.by_caller and document.meta.get("read_back") is True
    return Said(item.object_id, item.by_caller, item.at, document.body.decode("utf-8", "replace"), read_back=read_back)
