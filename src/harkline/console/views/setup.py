"""Set-up: a step a page, in any order, left and taken up again at will."""

from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from harkline.console import parts, setup
from harkline.line import addressing, this
from harkline.line.models import Line
from harkline.people.roles import Action, may
from harkline.people.who import me

LATER = "setup_later"  # in the session: this browser was told "later"


def leads(request: HttpRequest) -> bool:
    """Whether the console's first page should be this one: for administrators, until it is finished or put off."""
    if not may(request.user, Action.LINE) or request.session.get(LATER):
        return False
    return this.line().set_up_at is None


def show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """Where set-up stands."""
    found = setup.steps(me(request))
    pages = {"kit": reverse("people:kit") + "?setup", "operator": reverse("people:people") + "#add"}
    rows = [(one, pages.get(one.name) or reverse(f"setup_{one.name}")) for one in found]
    nearest = setup.next_(found)
    context = {
        "here": "setup",
        "line": this.line(),
        "steps": rows,
        "next": nearest.name if nearest else "",
        "may_finish": setup.may_finish(found),
        "undone": [one for one in found if one.state != "done"],
        "parts": [one for one in parts.everything(me(request)) if one.state != "up"],
        "problem": problem,
    }
    return render(request, "console/setup.html", context, status=status)


def finish(request: HttpRequest) -> HttpResponse:
    """Open the line, or say what is missing."""
    if not setup.finish(me(request)):
        return show(request, _("Not yet: the recovery kit must be printed, and two of its pages typed back."), 409)
    return redirect("setup")


def later(request: HttpRequest) -> HttpResponse:
    """On to the console; a line on top goes on saying that set-up is not finished."""
    request.session[LATER] = True
    return redirect("console")


def line(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """Name, languages, time zone."""
    context = {
        "here": "setup",
        "line": this.line(),
        "known": settings.LANGUAGES,
        "drafts": [code for code, one in settings.TRANSLATIONS.items() if one.draft],
        "zones": sorted(available_timezones()),
        "problem": problem,
    }
    return render(request, "console/setup_line.html", context, status=status)


def save_line(request: HttpRequest) -> HttpResponse:
    """Keep them, or say what is wrong."""
    name = " ".join(request.POST.get("name", "").split())
    chosen = request.POST.getlist("languages")
    first, zone = request.POST.get("first", ""), request.POST.get("timezone", "")
    spoken = [one for one, _name in settings.LANGUAGES if one in chosen]
    if not 1 <= len(name) <= 80:
        return line(request, _("A line has a name of one to eighty letters."), 422)
    if not spoken:
        return line(request, _("Choose one language at least."), 422)
    if not _is_zone(zone):
        return line(request, _("Choose one of the time zones."), 422)
    spoken.sort(key=lambda one: one != first)  # whoever's language nobody speaks hears the first
    Line.objects.filter(pk=1).update(name=name, languages=spoken, timezone=zone)
    return redirect("setup")


def _is_zone(name: str) -> bool:
    try:
        return name in available_timezones() and bool(ZoneInfo(name))
    except (ValueError, OSError):
        return False


def addresses(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """Numbers and mail addresses, and whether each was tried."""
    context = {"here": "setup", "line": this.line(), "tried": setup.tried(me(request)), "problem": problem}
    return render(request, "console/setup_addresses.html", context, status=status)


def tried(request: HttpRequest) -> HttpResponse:
    """Which were reached, for the page that waits for it."""
    return render(request, "console/setup_tried.html", {"tried": setup.tried(me(request))})


def add_address(request: HttpRequest) -> HttpResponse:
    """Add a number or a mail address, or say what is wrong with it."""
    channel = request.POST.get("channel", "")
    if channel not in setup.PUBLISHED:
        return addresses(request, _("Choose phone or mail, and one of the line's languages."), 422)
    try:
        value = addressing.checked(channel, request.POST.get("value", ""))
    except ValueError as wrong:
        return addresses(request, str(wrong), 422)
    this.add_address(channel, value)
    return redirect("setup_addresses")
