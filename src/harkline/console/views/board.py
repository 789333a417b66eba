"""The supervisor's board, and the attempts as a table to download."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.console import board, company, desk, hands, parts, watching
from harkline.intake import exclusions
from harkline.line import this
from harkline.people import duress
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.records import access
from harkline.rota import alarms as alarms_of_gaps
from harkline.routing import debrief, policy
from harkline.routing.models import AlarmKind


def show(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    return render(request, "console/board.html", {**_figures(request), "here": "board"})


def figures(request: HttpRequest) -> HttpResponse:
    """What changes on it."""
    return render(request, "console/board_figures.html", _figures(request))


def _figures(request: HttpRequest) -> dict[str, Any]:
    period = request.GET.get("period", "day")
    colleagues = desk.colleagues()
    viewer = me(request)
    alarms = board.alarms(viewer)
    return {
        "queues": board.queues(viewer),
        "colleagues": colleagues,
        "until": board.until(one.id for one in colleagues),
        "hole": board.hole(),
        "period": period if period in board.PERIODS else "day",
        "periods": list(board.PERIODS),
        # Who may not see small counts finds whole weeks on the page of figures.
        "calls": board.calls(viewer, period if period in board.PERIODS else "day")
        if may(viewer, Action.ROTA)
        else None,
        "definition": board.definition(),
        "goal_percent": round(board.definition().goal * 100),
        "hands": hands.up(),
        "talks": company.talks(viewer) if may(viewer, Action.ANSWER) else {},
        "may_come": may(viewer, Action.ANSWER),
        "may_listen": policy.present().listen_in,
        "suspended": duress.open_alarms(viewer),
        "alarms": alarms,
        "line_alarms": [one for one in watching.lasting() if one.row.kind != AlarmKind.GAP],
        "aliases": access.aliases([str(one.contact_id) for one in alarms]),
        "adapters": parts.adapters(viewer),
        "zone": this.zone(),
        "gaps": alarms_of_gaps.open_(),
        "capped": Operator.objects.filter(pk__in=debrief.at_cap(), is_active=True).order_by("name"),
    }


COLUMNS = (
    "arrived_at",
    "channel",
    "language",
    "language_chosen",
    "stage",
    "outcome",
    "reason",
    "presentation",
    "machine_kind",
    "paper_at",
    "accepted_at",
    "ended_at",
    "kind",
    "disposition",
)


class _Line:
    """A file for the csv writer that hands every line straight on."""

    def write(self, line: str) -> str:
        return line


def attempts(request: HttpRequest) -> StreamingHttpResponse:
    """Every attempt that exists for the reader, oldest first: what the server may read of it and nothing else."""
    chain.record(Act.DOWNLOADED, Subject.FIGURES, "attempts")
    response = StreamingHttpResponse(_lines(me(request)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="attempts.csv"'
    return response


def _lines(viewer: Operator) -> Iterator[str]:
    to = csv.writer(_Line())
    yield to.writerow(COLUMNS)
    names = [{"accepted_at": "contact__accepted_at", "kind": "contact__kind", "disposition": "contact__disposition"}]
    fields = [names[0].get(column, column) for column in COLUMNS]
    rows = exclusions.attempts(viewer).order_by("arrived_at", "pk").values_list(*fields)
    for row in rows.iterator(chunk_size=500):
        yield to.writerow([_cell(value) for value in row])


def _cell(value: Any) -> Any:
    """ISO 8601 for moments. No cell begins with what a spreadsheet would run as a formula."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
