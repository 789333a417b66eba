"""Figures, forecast and need at the empty desk: those of a line that nobody has tried to reach. They ask the settings, and no table of callers,
colleagues or shifts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from harkline.console import demand, needs, scoreboard, wall, what_if
from harkline.console.views import expected, figures


def sheet(request: HttpRequest) -> HttpResponse:
    """The figures."""
    empty = scoreboard.unlearnt(request.GET.get("period", "week"))
    return render(request, "console/figures.html", figures.page(request, empty))


def on_the_wall(template: str) -> Callable[[HttpRequest], HttpResponse]:
    """The wallboard, or what changes on it."""

    def show(request: HttpRequest) -> HttpResponse:
        return render(request, template, {**figures.wall_page([], wall.nothing(), [], None), "here": "wallboard"})

    return show


def forecast(request: HttpRequest) -> HttpResponse:
    """The forecast."""
    return render(request, "console/forecast.html", expected.forecast_page(request, demand.unlearnt(), []))


def back_test(request: HttpRequest) -> HttpResponse:
    """The back-test."""
    return render(request, "console/back_test.html", expected.back_test_page(request, demand.unlearnt()))


def need(template: str) -> Callable[[HttpRequest], HttpResponse]:
    """The need, or what changes on it."""

    def show(request: HttpRequest) -> HttpResponse:
        source = what_if.Source(needs.unmeasured(), demand.unlearnt(), [])
        return render(request, template, expected.need_page(request, source))

    return show


def no_event(request: HttpRequest) -> HttpResponse:
    """Nothing is coming."""
    return redirect("forecast")
