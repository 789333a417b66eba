"""Who did what, for auditors; how somebody opens, for supervisors. Neither shows anything of a case but its alias."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from harkline.audit import chain, heads, view
from harkline.audit.models import Head, Record
from harkline.audit.words import Act, Subject
from harkline.console.views.board import _cell, _Line
from harkline.line import this
from harkline.people.models import Operator
from harkline.people.who import me
from harkline.records import patterns, schedule
from harkline.runtime import clock

MOST = 200
COLUMNS = ("minute", "who", "what", "kind", "of", "case", "reason", "count")
PERIODS = (7, 30, 90)
DAYS = ("day", "who", "cases", "openings", "own", "others", "off_duty", "empty_handed", "hours", "unusual")


def show(request: HttpRequest) -> HttpResponse:
    """The latest records, of one act if one is chosen."""
    act = request.GET.get("act", "")
    rows = _rows(request, act)[:MOST]
    context = {
        "here": "audit",
        "rows": list(_told(me(request), rows)),
        "acts": Act.choices,
        "act": act,
        "heads": [(one.day, heads.grouped(bytes(one.link))) for one in Head.objects.order_by("-day")[:7]],
        "first_key_here": chain.first_key() is not None,
        "zone": this.zone(),
    }
    return render(request, "console/audit.html", context)


def _rows(request: HttpRequest, act: str) -> "Any":
    rows = view.records(me(request).pk)
    return rows.filter(act=act) if act in Act.values else rows


def _told(viewer: Operator, rows: Iterable[Record]) -> Iterator[dict[str, Any]]:
    found = list(rows)
    names: dict[int, str] = dict(Operator.objects.values_list("pk", "name"))
    cases = schedule.aliases(viewer, {row.case for row in found if row.case})
    for row in found:
        of = names.get(int(row.subject), "") if row.kind == Subject.OPERATOR and row.subject.isdecimal() else ""
        yield {
            "minute": row.minute,
            "who": names.get(row.actor, f"{row.actor}") if row.actor else "",
            "what": Act(row.act).label if row.act in Act.values else row.act,
            "kind": Subject(row.kind).label if row.kind in Subject.values else row.kind,
            "of": of or ("" if row.kind == Subject.CASE or len(row.subject) > 40 else row.subject),
            "case": cases.get(row.case, ""),
            "reason": row.reason,
            "count": row.count,
        }


def table(request: HttpRequest) -> StreamingHttpResponse:
    """All of them as a table to download, which is on record itself."""
    chain.record(Act.DOWNLOADED, Subject.AUDIT)
    rows = _rows(request, request.GET.get("act", ""))
    return _csv("audit.csv", COLUMNS, ([one[name] for name in COLUMNS] for one in _told(me(request), rows.iterator())))


def sheet(request: HttpRequest) -> HttpResponse:
    """Where the chain ends now, to be printed, signed and taken away."""
    state = chain.state()
    context = {
        "here": "audit",
        "state": state,
        "link": heads.grouped(state.link) if state else "",
        "now": clock.now(),
        "zone": this.zone(),
    }
    return render(request, "console/audit_sheet.html", context)


def openings(request: HttpRequest) -> HttpResponse:
    """How many cases each operator opened on each day, and what is unusual by a plain rule."""
    length = _length(request)
    context = {
        "here": "openings",
        "days": patterns.recent(me(request), length),
        "names": _names(),
        "length": length,
        "periods": PERIODS,
        "rule": {"many": patterns.OFTEN, "times": patterns.TIMES, "others": patterns.OTHERS},
    }
    return render(request, "console/openings.html", context)


def openings_table(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a table to download."""
    chain.record(Act.DOWNLOADED, Subject.FIGURES, "openings")
    names = _names()
    lines = (
        [
            one.day.isoformat(), names.get(one.operator, one.operator), one.cases, one.openings, one.own, one.others,
            one.off_duty, one.empty_handed, " ".join(map(str, one.hours)), " ".join(one.unusual),
        ]
        for one in patterns.recent(me(request), _length(request))
    )  # fmt: skip
    return _csv("openings.csv", DAYS, lines)


def _length(request: HttpRequest) -> int:
    given = request.GET.get("days", "")
    return int(given) if given.isdecimal() and int(given) in PERIODS else PERIODS[1]


def _names() -> dict[int, str]:
    return dict(Operator.objects.values_list("pk", "name"))


def _csv(name: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    to = csv.writer(_Line())
    lines = (to.writerow([_cell(value) for value in row]) for row in (list(columns), *rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
