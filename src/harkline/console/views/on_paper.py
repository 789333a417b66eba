"""A contact that was taken on paper is entered: how, when and in which language; what was said is written, sealed, on the next page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.console.words import CHANNELS, FLAGS, RISKS
from harkline.intake import on_paper
from harkline.intake.on_paper import Refused, Taken
from harkline.line import this
from harkline.line.models import Channel
from harkline.people.who import me
from harkline.routing import on_paper as entering
from harkline.runtime import clock


def show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The form, with what was typed where something was wrong."""
    typed = request.POST
    context = {
        "here": "on_paper",
        "ways": _ways(),
        "languages": this.line().languages,
        "flags": [(word, FLAGS[word], word in typed.getlist("flag")) for word in on_paper.SAID],
        "risks": RISKS,
        "zone": this.zone(),
        "typed": typed,
        "latest": clock.now().astimezone(this.zone()).strftime("%Y-%m-%dT%H:%M"),
        "problem": problem,
    }
    return render(request, "console/on_paper.html", context, status=status)


def _ways() -> list[tuple[str, str]]:
    """``channel|address`` with words: the line's own addresses, and each channel for when nobody wrote down which."""
    known = sorted(this.addresses(), key=lambda row: (row.channel != Channel.PHONE, row.pk))
    rows = [(f"{row.channel}|{row.value}", f"{CHANNELS[row.channel]}: {row.value}") for row in known]
    return [*rows, *((f"{word}|", str(label)) for word, label in CHANNELS.items())]


def enter(request: HttpRequest) -> HttpResponse:
    """Enter it, and go on to what was said."""
    try:
        contact_id = entering.enter(me(request), _taken(request))
    except Refused as wrong:
        return show(request, str(wrong), 422)
    return redirect("contact", contact_id)


def _taken(request: HttpRequest) -> Taken:
    given = request.POST
    channel, _bar, address = given.get("way", "").partition("|")
    number, risk = given.get("number", "").strip(), given.get("risk", "0")
    if number and not number.isdecimal():
        raise Refused(_("A form's number is digits only, as printed on it."))
    more: dict[str, Any] = {"number": int(number or 0), "flags": given.getlist("flag")}
    return Taken(
        channel,
        _moment(given.get("at", "")),
        given.get("language", ""),
        address,
        risk=int(risk) if risk in "012" else 0,
        **more,
    )


def _moment(text: str) -> datetime:
    """By the line's clock."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=this.zone())
    except ValueError:
        raise Refused(_("Write the day and the hour at which it was.")) from None
