"""The operator's radio page: logging who was heard, the week on the air, stations and their hours. Who may open what: ``server``."""

import secrets
from datetime import time
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.channels.radio import alphabet, guesses, log, schedule, who
from harkline.channels.radio.words import PROWORDS
from harkline.line import addressing, radio, this
from harkline.line.models import Band, Modulation, Station
from harkline.routing import on_air


def show(request: HttpRequest, problem: str = "", status: int = 200, **typed: str) -> HttpResponse:
    """The page."""
    on, coming = schedule.now_and_next()
    context = {
        "here": "radio",
        "tab": "air",
        "problem": problem,
        "typed": typed,
        "stations": radio.stations(),
        "voices": radio.stations(data=False),
        "languages": this.line().languages,
        "nonce": secrets.token_urlsafe(16),
        "on": on,
        "coming": coming,
        "week": schedule.week(),
        "zone": this.zone(),
        "people": on_air.people(),
        "two_lines": guesses.needed() > 1,
        **fixed(),
    }
    return render(request, "radio/page.html", context, status=status)


def fixed() -> dict[str, Any]:
    """What the page says in any case."""
    return {
        "bands": Band.choices,
        "modulations": Modulation.choices,
        "weekdays": list(range(7)),
        "prowords": PROWORDS,
        "spelled": list({**alphabet.WORDS, **alphabet.FIGURES}.items()),
    }


def empty(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The page as the empty desk shows it: what is published, and nobody."""
    published = [one for one in radio.stations() if one.address.published]
    context = {
        "here": "radio",
        "tab": "air",
        "problem": problem,
        "stations": published,
        "voices": [one for one in published if not one.data],
        "languages": this.line().languages,
        "nonce": secrets.token_urlsafe(16),
        "week": schedule.published(),
        "zone": this.zone(),
        **fixed(),
    }
    return render(request, "radio/page.html", context, status=status)


def empty_log(request: HttpRequest) -> HttpResponse:
    """Nothing is recorded at the empty desk, and a colleague is said to have been quicker."""
    return empty(request, _("Somebody else has taken it."), 409)


def add_contact(request: HttpRequest) -> HttpResponse:
    """Somebody was heard: it is in the hand of who heard it, and the console shows it."""
    station = _station(request.POST.get("station", ""), data=False)
    language, nonce = request.POST.get("language", ""), request.POST.get("nonce", "")
    if station is None or language not in this.line().languages or not 10 <= len(nonce) <= 64:
        raise BadRequest
    try:
        found = log.heard(station, language, who.pk(request), nonce)
    except log.NotTaken:
        return show(request, _("Somebody else has taken it."), 409)
    return redirect("contact", found.id)


def _station(pk: str, *, data: bool | None = None) -> Station | None:
    return next((one for one in radio.stations(data=data) if str(one.pk) == pk), None)


def add_station(request: HttpRequest) -> HttpResponse:
    """One more call sign on a frequency."""
    typed = {name: request.POST.get(name, "") for name in ("call_sign", "frequency", "band", "modulation", "label")}
    if typed["band"] not in Band.values or typed["modulation"] not in Modulation.values:
        return show(request, _("Choose whose rules hold on this frequency, and how it is heard."), 422, **typed)
    try:
        sign, hertz = addressing.parted(f"{typed['call_sign']} {typed['frequency']}")
    except ValueError as wrong:
        return show(request, str(wrong), 422, **typed)
    radio.add_station(
        sign,
        hertz,
        typed["band"],
        modulation=typed["modulation"],
        data=request.POST.get("data") == "1",
        label=" ".join(typed["label"].split())[:80],
    )
    return redirect("radio")


def remove_station(request: HttpRequest, station_id: int) -> HttpResponse:
    """Nobody listens there any more. What came through it stays."""
    this.remove_address(station_id)
    return HttpResponse(status=200)


def add_net(request: HttpRequest) -> HttpResponse:
    """Hours of the week at a station."""
    station = _station(request.POST.get("net_station", ""))
    if station is None:
        raise BadRequest
    try:
        begins = time.fromisoformat(request.POST.get("starts", ""))
        ends = time.fromisoformat(request.POST.get("ends", ""))
        days = sorted({int(one) for one in request.POST.getlist("weekday")})
        operators = [int(one) for one in request.POST.getlist("operator")]
        schedule.add(station, days, begins.replace(tzinfo=None), _minutes(begins, ends), operators)
    except ValueError:
        return show(request, _("Choose a day at least, and from when until when, five minutes or longer."), 422)
    return redirect("radio")


def _minutes(begins: time, ends: time) -> int:
    """From one to the other, over midnight where it has to be; the same time twice is a whole day."""
    return (ends.hour * 60 + ends.minute - begins.hour * 60 - begins.minute - 1) % (24 * 60) + 1


def remove_net(request: HttpRequest, net_id: int) -> HttpResponse:
    """Nobody listens then any more."""
    if net_id not in {one.pk for one in radio.nets()}:
        raise Http404
    radio.remove_net(net_id)
    return HttpResponse(status=200)
