"""Writing to the line without script: the form, the return code, and whether it was written down."""

import json
import secrets

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from harkline.channels.web import adapter, pressure, puzzle, tokens, wire
from harkline.channels.web.drawn import drawn
from harkline.channels.web.forms import WriteForm
from harkline.notice import door
from harkline.runtime import clock
from harkline.seal import codes

MOST = 200 * 1024 * 1024  # bytes of a request that is read to its end, so that its text can be given back
TICKET, PUZZLE, CODE, GROUPS = "=ticket=", "=puzzle=", "=code=", ("=1=", "=2=", "=3=", "=4=")  # marks that no page has
ASKED = (1, 3)  # the groups of the code that are asked back: the second and the last


# No page here knows a session, so there is none that somebody else's page could misuse: the form's own ticket is enough.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The form, and what it answers: the return code, or the form again with what was written and why it was not taken."""
    if request.method != "POST":
        return _empty(request)
    if not readable(request):
        return render(request, "write/too_large.html", status=413)
    form = WriteForm(request.POST, request.FILES, cut=cut(request))
    token = tokens.read(request.POST.get("token", ""))
    if token is None or token.stale or not form.is_valid():
        return _again(request, form, token)
    return _code(request, adapter.take(token, form.message(form.spoken()), form.flags(), form.given()))


def _empty(request: HttpRequest) -> HttpResponse:
    # What somebody has begun to write is taken even then: only the form is no longer given out.
    if door.state() != door.OPEN:
        return render(request, "write/closed.html")
    team = json.dumps(adapter.team())
    puzzle_, wait = _puzzle()
    marks = {TICKET: tokens.issue(wait), PUZZLE: puzzle_}
    told = {"stale": False, "token": TICKET, "team_json": team, "puzzle": PUZZLE, "wait": wait}
    return drawn(request, "write/write.html", lambda: {"form": WriteForm(), **told}, marks, team, str(wait > 0))


def _puzzle() -> tuple[str, int]:
    """What holds for a form that is given out now: the puzzle, in base64, and how long the form is good only with it solved. In
    peace there is neither."""
    now = clock.now().timestamp()
    over = pressure.present().over(now)
    hashes = pressure.effort(over)
    given = json.dumps(puzzle.challenge(tokens.puzzle_key(), hashes, now)) if hashes else ""
    return wire.b64(given.encode()), pressure.wait(over)


def _again(request: HttpRequest, form: WriteForm, token: tokens.Token | None) -> HttpResponse:
    stale = token is None or token.stale
    adapter.reject("stale" if stale else form.reason(), secrets.token_hex(16))
    return _form(request, form, stale=stale, status=422)


def _form(request: HttpRequest, form: WriteForm, *, stale: bool = False, status: int = 200) -> HttpResponse:
    puzzle_, wait = _puzzle()
    told = {"form": form, "stale": stale, "token": tokens.issue(wait), "team_json": json.dumps(adapter.team())}
    told |= {"puzzle": puzzle_, "wait": wait}
    return render(request, "write/write.html", told, status=status)


def _code(request: HttpRequest, code: str) -> HttpResponse:
    marks = {CODE: code, **dict(zip(GROUPS, codes.shown(code).split(), strict=True))}
    return drawn(request, "write/sent.html", lambda: {"code": CODE, "groups": GROUPS}, marks)


@csrf_exempt
@require_POST
def kept(request: HttpRequest) -> HttpResponse:
    """Two groups of the code, asked back. A wrong one costs nothing: the code can be shown again, and this can be skipped."""
    code = codes.normalise(request.POST.get("code", ""))
    if code is None:
        return redirect("write:code")
    if "show" in request.POST:
        return _code(request, code)
    groups = codes.shown(code).split()
    typed = [request.POST.get(f"group{at}", "") for at in ASKED]
    if not any(typed):
        return render(request, "write/kept.html", {"code": code, "state": "asked"})
    right = [codes_equal(one, groups[at]) for one, at in zip(typed, ASKED, strict=True)]
    return render(request, "write/kept.html", {"code": code, "state": "right" if all(right) else "wrong"})


def readable(request: HttpRequest) -> bool:
    """Whether the body can be taken in at all; if not, that is recorded."""
    try:
        if _length(request) > MOST:
            raise RequestDataTooBig
        _read = request.POST
    except (RequestDataTooBig, TooManyFilesSent, MultiPartParserError):
        adapter.reject("large", secrets.token_hex(16))
        return False
    return True


def cut(request: HttpRequest) -> bool:
    """Whether the files were let go while the body was read, since nothing is ever written down in clear."""
    return _length(request) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdigit() else 0


def codes_equal(typed: str, group: str) -> bool:
    """Whether four typed characters are this group, as forgiving as the whole code is."""
    return codes.normalise(typed + "A" * 12) == group + "A" * 12
