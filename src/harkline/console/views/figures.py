"""The figures: a page with plots, a table and a documented JSON to download, and the board on the wall."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.console import board, desk, figures_json, plots, scoreboard, wall
from harkline.console.figure_words import GROUPS, MEANINGS
from harkline.console.publish import Shown
from harkline.console.scoreboard import Sheet
from harkline.console.tally import CALLS, MESSAGES
from harkline.line import this
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.rota.targets import present

OUTSIDE = "outside"
MAIN = ("offered", "answered", "abandoned", "short_abandoned", "overflowed", "unanswered")


def _sheet(request: HttpRequest) -> Sheet:
    """Supervisors see small counts, unless they ask for what may be handed out (``view=outside``)."""
    exact = may(request.user, Action.ROTA) and request.GET.get("view") != OUTSIDE
    return scoreboard.sheet(me(request), request.GET.get("period", "week"), exact=exact)


def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "console/figures.html", page(request, _sheet(request)))


def page(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    """What the page says of these figures."""
    by = scoreboard.definitions()
    return {
        "here": "figures",
        "sheet": sheet,
        "may_be_exact": may(request.user, Action.ROTA),
        "weeks": scoreboard.weeks(),
        "periods": list(board.PERIODS),
        "zone": this.zone(),
        "definition": by[CALLS],
        "goal_percent": round(by[CALLS].goal * 100),
        "message_hours": round(by[MESSAGES].threshold / 3600),
        "small_cell": present().small_cell,
        "everybody": {kind: groups[0] for kind, groups in sheet.groups.items()},
        "tables": [(kind, _tables(sheet, kind)) for kind in (CALLS, MESSAGES)],
        "columns": [(name, MEANINGS[name][0]) for name in MAIN],
        "meanings": [(name, *words) for name, words in MEANINGS.items()],
        "hours": plots.by_hour(*_three(sheet)) if sheet.hours else None,
        "waits": _waits(sheet),
    }


def _tables(sheet: Sheet, kind: str) -> list[tuple[str, Any, list[Any]]]:
    rows = sheet.groups[kind]
    return [
        (group, GROUPS[group], [one for one in rows if one.group == group])
        for group in GROUPS
        if group != "all" and any(one.group == group for one in rows)
    ]


def _three(sheet: Sheet) -> tuple[list[float], list[float], list[float]]:
    rows = sheet.hours
    return [one.attempts for one in rows], [one.needed for one in rows], [one.duty for one in rows]


def _waits(sheet: Sheet) -> dict[str, Any] | None:
    if sheet.waits is None or not any(sheet.waits):
        return None
    labels = [*(_edge(one) for one in scoreboard.EDGES), f"> {_edge(scoreboard.EDGES[-1])}"]
    return {"plot": plots.distribution(sheet.waits, labels), "rows": list(zip(labels, sheet.waits, strict=True))}


def _edge(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def table(request: HttpRequest) -> HttpResponse:
    """A line for each group. What is hidden says so."""
    sheet = _sheet(request)
    chain.record(Act.DOWNLOADED, Subject.FIGURES, "figures")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="figures.csv"'
    document = figures_json.document(sheet)
    columns = figures_json.COLUMNS
    to = csv.writer(response)
    to.writerow(["from", "until", *columns])
    for one in document["groups"]:
        cells = ["hidden" if one[name] is None and name in MEANINGS else one[name] for name in columns]
        to.writerow([document["period"]["from"], document["period"]["until"], *cells])
    return response


def as_json(request: HttpRequest) -> HttpResponse:
    """docs/reference/figures-json.md."""
    sheet = _sheet(request)
    chain.record(Act.DOWNLOADED, Subject.FIGURES, "figures")
    response = JsonResponse(figures_json.document(sheet), json_dumps_params={"indent": 1})
    response["Content-Disposition"] = 'attachment; filename="figures.json"'
    return response


def wallboard(request: HttpRequest) -> HttpResponse:
    """The board on the wall."""
    return render(request, "console/wallboard.html", {**_now(), "here": "wallboard"})


def wall_now(request: HttpRequest) -> HttpResponse:
    """What changes on it."""
    return render(request, "console/wall_now.html", _now())


def _now() -> dict[str, Any]:
    states = [one.state for one in desk.colleagues()]
    return wall_page(wall.queues(), wall.today(), states, board.hole())


def wall_page(queues: list[board.Queue], today: Shown, states: list[str], hole: board.Hole | None) -> dict[str, Any]:
    """What the wall says of these."""
    by = board.definition()
    return {
        "queues": queues,
        "today": today,
        "ready": states.count("idle"),
        "busy": states.count("busy"),
        "resting": states.count("not_ready"),
        "hole": hole,
        "zone": this.zone(),
        "definition": by,
        "goal_percent": round(by.goal * 100),
        "small_cell": present().small_cell,
    }
