"""The line itself: its name, and the addresses by which it is reached."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.console import cover
from harkline.line import addressing, this

PUBLISHED = ("phone", "email")


def show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The name and the addresses, in the order they were added."""
    context = {
        "here": "line",
        "line": this.line(),
        "channels": [(channel, list(this.addresses(channel))) for channel in PUBLISHED],
        "problem": problem,
        "covers": cover.every(),
    }
    return render(request, "console/line.html", context, status=status)


def rename(request: HttpRequest) -> HttpResponse:
    """Give the line another name."""
    name = " ".join(request.POST.get("name", "").split())
    if not 1 <= len(name) <= 80:
        return show(request, _("A line has a name of one to eighty letters."), 422)
    this.rename(name)
    return redirect("line")


def add(request: HttpRequest) -> HttpResponse:
    """Add an address, or say what is wrong with it."""
    channel, language = request.POST.get("channel", ""), request.POST.get("language", "")
    if channel not in PUBLISHED or language not in ["", *this.line().languages]:
        return show(request, _("Choose phone or mail, and one of the line's languages."), 422)
    try:
        value = addressing.checked(channel, request.POST.get("value", ""))
    except ValueError as wrong:
        return show(request, str(wrong), 422)
    this.add_address(channel, value, " ".join(request.POST.get("label", "").split())[:80], language)
    return redirect("line")


def remove(request: HttpRequest, address_id: int) -> HttpResponse:
    """Stop answering an address. What came through it stays."""
    this.remove_address(address_id)
    return HttpResponse(status=200)
