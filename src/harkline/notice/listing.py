"""The signed list as a page, and the page that answers "is this number genuine?".

What somebody asks about stands in no address and in no log: it is posted, answered and forgotten.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from harkline.line import this
from harkline.notice import door, ld, publish, words
from harkline.notice.models import Notice
from harkline_verify import asked

FOUND = "index, follow, noarchive"  # people look for a line's number where they look for everything
MOST = 20  # earlier versions on the page; all are in the feed


def described() -> str:
    """The JSON-LD of the line; empty before the first version, and while nobody answers."""
    found = door.present()
    if found is None or door.state() != door.OPEN:
        return ""
    page = next((one.value for one in found.addresses if one.channel == "page"), "")
    return ld.script(ld.organization(found.line, page, found.languages, found.addresses))


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The list, how long it holds, how it is compared, and what it was before."""
    found = door.present()
    body = publish.read(row).body if (row := publish.newest()) else None
    context = {
        "notice": found,
        "body": body,
        "channels": list(words.by_channel(found.addresses)) if found else [],
        "until": found.until.astimezone(this.zone()) if found else None,
        "issued": found.issued_at.astimezone(this.zone()) if found else None,
        "earlier": Notice.objects.order_by("-serial")[1 : MOST + 1],
        "described": described(),
    }
    answer = render(request, "notice/notice.html", context)
    answer["X-Robots-Tag"] = FOUND
    return answer


@dataclass(frozen=True)
class Said:
    """An answer in words. ``good``: it may be used."""

    good: bool
    heading: str
    sentence: str
    row: words.Row | None


def said(answer: door.Answer) -> Said:
    """The answer to a question, for people."""
    shown = words.row(answer.address) if answer.address else None
    if answer.genuine:
        more = (
            ""
            if answer.exact
            else _("This holds for whoever dials it within its own country. With its country it is written as here.")
        )
        return Said(True, _("Yes. It is ours."), more, shown)
    if answer.verdict == "new":
        more = _("It is so new that the signed list does not have it yet. Wait until it does, if you can.")
        return Said(False, _("It is ours, and not in the signed list yet."), more, shown)
    if answer.verdict == "ours_no_more":
        return Said(
            False, _("It was ours, and is ours no more."), _("Do not use it any more: see the list for what is."), None
        )
    more = _(
        "If somebody gave it to you as ours, do not use it. Look once more whether every letter and digit is right."
    )
    return Said(False, _("No. It is not one of ours."), more, None)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def genuine(request: HttpRequest) -> HttpResponse:
    """The question, and its answer."""
    typed = request.POST.get("asked", "")[: asked.LONGEST] if request.method == "POST" else ""
    problem = ""
    if request.method == "POST" and not asked.plain(typed):
        problem = _("Type or paste a number, a mail address, the address of a page, or a call sign.")
    found = said(door.answer(typed)) if typed and not problem else None
    context = {"notice": door.present(), "typed": typed, "said": found, "problem": problem}
    answer = render(request, "notice/genuine.html", context, status=422 if problem else 200)
    if request.method != "POST":
        answer["X-Robots-Tag"] = FOUND
    return answer
