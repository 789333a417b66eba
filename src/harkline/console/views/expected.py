"""The forecast, the need with its what-if, and the events that supervisors say are coming."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harkline.console import demand, needs, outlook, plots, what_if
from harkline.console.demand import Forecast
from harkline.line import this
from harkline.line.models import Channel
from harkline.people.who import me
from harkline.rota import events, special
from harkline.rota.models import Event
from harkline.rota.targets import present

NOTE = 80  # characters


def show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The forecast of one channel: two weeks by days, one day by half-hours."""
    context = forecast_page(request, demand.forecasts(), list(Event.objects.order_by("first_day", "pk")))
    return render(request, "console/forecast.html", {**context, "problem": problem}, status=status)


def _chosen(request: HttpRequest, found: Mapping[str, Forecast]) -> Forecast:
    return found.get(request.GET.get("channel", ""), found[Channel.PHONE])


def forecast_page(request: HttpRequest, found: Mapping[str, Forecast], coming: Sequence[Event]) -> dict[str, Any]:
    """What the page says of these forecasts and events."""
    one = _chosen(request, found)
    on = what_if.day_of(request.GET.get("day", ""))
    ahead, slots = outlook.days(one), outlook.slots(one, on)
    targets = present()
    return {
        "here": "forecast",
        "part": "forecast",
        "one": one,
        "channels": list(found),
        "assumed": targets.calls_a_week if one.channel in demand.LIVE else targets.messages_a_week,
        "days": ahead,
        "days_plot": _days_plot([each.compared for each in ahead]),
        "on": on,
        "slots": slots,
        "slots_plot": plots.day(*zip(*((slot.meant, slot.low, slot.high) for slot in slots), strict=True)),
        "languages": outlook.languages(one),
        "events": coming,
        "change": round((one.whole.level - 1) * 100),
        "holidays": targets.country,
        "holidays_known": special.known(),
        "said": request.POST,
    }


def _days_plot(days: Iterable[Any], *, came: bool = False) -> plots.Plot:
    rows = list(days)
    return plots.days(
        [one.meant for one in rows],
        [one.low for one in rows],
        [one.high for one in rows],
        [f"{one.on.day:02}.{one.on.month:02}." for one in rows],
        [one.came for one in rows] if came else (),
    )


def back_test(request: HttpRequest) -> HttpResponse:
    """How good the forecast would have been."""
    return render(request, "console/back_test.html", back_test_page(request, demand.forecasts()))


def back_test_page(request: HttpRequest, found: Mapping[str, Forecast]) -> dict[str, Any]:
    """What the page says of these forecasts."""
    one = _chosen(request, found)
    quiet = sum(name not in demand.LIVE for name in found)
    score = outlook.score(one, demand.prior_of(one.channel, quiet).a_day)
    return {
        "here": "forecast",
        "part": "back_test",
        "one": one,
        "channels": list(found),
        "score": score,
        "least": outlook.LEAST_HISTORY,
        "plot": _days_plot(score.last, came=True) if score else None,
    }


def table(request: HttpRequest) -> HttpResponse:
    """Four weeks by half-hour, channel and language."""
    rows = outlook.rows(list(demand.forecasts().values()))
    return _csv("forecast", ["half_hour", "time_zone", "channel", "language", "mean", "p10", "p90"], rows)


def _csv(name: str, columns: list[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    to = csv.writer(response)
    to.writerow(columns)
    to.writerows(rows)
    return response


def need(request: HttpRequest) -> HttpResponse:
    """The whole page, with the sliders."""
    return render(request, "console/need.html", need_page(request, what_if.of_the_line()))


def need_reckoned(request: HttpRequest) -> HttpResponse:
    """What changes when a slider is moved."""
    return render(request, "console/need_reckoned.html", need_page(request, what_if.of_the_line()))


def need_page(request: HttpRequest, source: what_if.Source) -> dict[str, Any]:
    """What the page says, reckoned from this."""
    on = what_if.day_of(request.GET.get("day", ""))
    standing = what_if.sliders(request.GET, source.basis)
    found = what_if.answer(on, {one.name: one.value for one in standing}, source)
    return {
        "here": "forecast",
        "part": "need",
        "on": on,
        "sliders": standing,
        "moved": any(one.value != one.usual for one in standing),
        "basis": source.basis,
        "answer": found,
        "rows": list(zip(found.rows, found.planned, strict=True)),
        "zone": this.zone(),
        "within": next(one.value for one in standing if one.name == "within"),
        "plot": plots.need(
            [one.people for one in found.rows], [one.without_patience for one in found.rows], found.planned
        ),
    }


def need_table(request: HttpRequest) -> HttpResponse:
    """Four weeks by half-hour, as it is measured and promised."""
    zone = this.zone()
    first = datetime.combine(outlook.today(), time(), zone)
    rows = needs.over(first, first + timedelta(days=outlook.DOWNLOADED))
    names = sorted({name for one in rows for name in one.by_language})
    columns = ["begins", "calls", "messages", "load_erlangs", "people", "people_erlang_c", "level", "abandonment"]
    body = (
        [
            one.begins.astimezone(zone).isoformat(timespec="minutes"),
            f"{one.calls:.4f}",
            f"{one.messages:.4f}",
            f"{one.load:.4f}",
            one.people,
            one.without_patience,
            f"{one.level:.4f}",
            f"{one.abandons:.4f}",
            *(one.by_language.get(name, 0) for name in names),
        ]
        for one in rows
    )
    return _csv("need", [*columns, *(f"people_{name}" for name in names)], body)


def add_event(request: HttpRequest) -> HttpResponseBase:
    """Say that something is coming."""
    said = request.POST
    try:
        first = date.fromisoformat(said.get("first", ""))
        last = date.fromisoformat(said.get("last", "") or said.get("first", ""))
        percent = int(said.get("percent", ""))
        note, channel = said.get("note", "").strip(), said.get("channel", "")
        if not note or (channel and channel not in Channel.values):
            raise ValueError
        events.add(first, last, percent / 100, note[:NOTE], channel=channel, by=me(request))
    except ValueError:
        wrong = _("Say what is coming, its first and last day in this order, and from 0 to 2000 per cent of usual.")
        return show(request, wrong, 422)
    return redirect("forecast")


def remove_event(request: HttpRequest, event_id: int) -> HttpResponseBase:
    """Take an event back."""
    events.remove(event_id)
    return redirect("forecast")
