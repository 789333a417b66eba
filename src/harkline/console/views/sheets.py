"""The page “Print”: what callers can take away on paper, looked at before it is downloaded."""

from base64 import b64encode
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.console import sheets
from harkline.notice import door
from harkline.paper import order, typeset, words
from harkline.people.roles import Action, may
from harkline.people.who import me


def bare(request: HttpRequest) -> HttpResponse:
    """The form with what everybody may know: the published addresses, and no words of the organisation's own."""
    notice = door.present()
    wanted = sheets.asked(QueryDict(), notice) if notice else None
    return _page(request, notice, wanted, [], "", 200, may_write=False)


def show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The form, and the pages as they will be once it was sent."""
    notice = door.present()
    if notice is None:
        return _page(request, None, None, [], "", 200, may_write=False)
    pages: Sequence[str] = []
    wanted = sheets.asked(QueryDict(), notice)
    try:
        wanted = sheets.asked(request.GET, notice)
        if "sheet" in request.GET and not problem:
            pages = _looked_at(wanted, notice)
    except (ValueError, typeset.NotMade) as wrong:
        problem, status = str(wrong), 422 if isinstance(wrong, ValueError) else 503
    return _page(request, notice, wanted, pages, problem, status, may_write=may(me(request), Action.LINE))


def _page(
    request: HttpRequest,
    notice: door.Present | None,
    wanted: order.Order | None,
    pages: Sequence[str],
    problem: str,
    status: int,
    *,
    may_write: bool,
) -> HttpResponse:
    context = {
        "here": "print",
        "notice": notice,
        "closed": door.state() != door.OPEN,
        "wanted": wanted,
        "kinds": order.Sheet.choices,
        "guises": order.Guise.choices,
        "sizes": sheets.SIZES,
        "languages": sheets.languages(wanted, notice) if wanted and notice else [],
        "addresses": sheets.addresses(wanted, notice) if wanted and notice else [],
        "pages": pages,
        "problem": problem,
        "said": sheets.said(notice) if notice and may_write else [],
        "may_write": may_write,
    }
    return render(request, "console/print.html", context, status=status)


def _looked_at(wanted: order.Order, notice: door.Present) -> list[str]:
    """The pages as pictures in data URLs: nothing is kept, and nothing is typeset twice."""
    made = typeset.pictures(wanted.sheet, order.data(wanted, notice), 50 if wanted.size == "a4" else 36)
    return ["data:image/png;base64," + b64encode(one).decode() for one in made]


def download(request: HttpRequest) -> HttpResponse:
    """The sheet as PDF, which is on record."""
    notice = door.present()
    if notice is None:
        raise Http404
    try:
        wanted = sheets.asked(request.GET, notice)
        made = typeset.pdf(wanted.sheet, order.data(wanted, notice))
    except (ValueError, typeset.NotMade) as wrong:
        return show(request, str(wrong), 422 if isinstance(wrong, ValueError) else 503)
    chain.record(Act.DOWNLOADED, Subject.LINE, reason=f"sheet_{wanted.sheet}")
    headers = {"Content-Disposition": f'attachment; filename="{wanted.filename}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def keep_words(request: HttpRequest, language: str) -> HttpResponse:
    """What sheets say in a language, instead of the drafts."""
    notice = door.present()
    if notice is None or language not in notice.languages:
        raise Http404
    given = request.POST
    words.keep(language, neutral="neutral" in given, heading=given.get("heading", ""), text=given.get("text", ""))
    chain.record(Act.SETTINGS_CHANGED, Subject.LINE, reason="sheet_words")
    return redirect("print")
