"""The empty desk: what somebody sees who came with their second passphrase. The same pages, drawn from nothing.

Only what is named here is answered, out of the request, the session and what the public may know. Nothing here asks for a contact, a
case, a colleague or a figure; a route that is not named gets an empty page or a plain "no".
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from harkline.console import board, decoy_numbers, decoy_pages, parts
from harkline.console.views import notice, on_paper, prompts, sheets
from harkline.console.views.answers import done
from harkline.console.words import DECLINES, RESTS, WEEKDAYS
from harkline.line import this
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.rota.models import WishKind
from harkline.routing.models import Medium
from harkline.runtime import clock

Answer = Callable[[HttpRequest], HttpResponseBase]
_DUTY = "desk_duty"  # in the session: off, ready or not_ready, since when, and why


def _now(request: HttpRequest) -> dict[str, Any]:
    state, since, reason = request.session.get(_DUTY, ("off", "", ""))
    presence = SimpleNamespace(
        state=state, since=parse_datetime(since or "") or clock.now(), reason=reason, medium="browser"
    )
    shown: Any = SimpleNamespace(state=state, presence=presence, offer=None, contact=None, hand=False)
    return {"now": shown, "declines": DECLINES, "rests": RESTS, "media": Medium.choices, "has_phone": False}


_EMPTY: dict[str, Any] = {
    "rows": [],
    "total": 0,
    "more": 0,
    "mine": [],
    "callbacks": [],
    "colleagues": [],
    "hand_up": False,
}


def _screen(request: HttpRequest) -> HttpResponse:
    return render(request, "console/screen.html", {**_EMPTY, **_now(request), "here": "console"})


def _band(request: HttpRequest) -> HttpResponse:
    return render(request, "console/now.html", _now(request))


def _part(template: str) -> Answer:
    return lambda request: render(request, f"console/{template}.html", _EMPTY)


def _becomes(state: str) -> Answer:
    def change(request: HttpRequest) -> HttpResponse:
        request.session[_DUTY] = (state, clock.now().isoformat(), request.POST.get("reason", "")[:20])
        return done()

    return change


def _nothing_happens(request: HttpRequest) -> HttpResponse:
    return done()


def _shifts(request: HttpRequest) -> HttpResponse:
    context = {
        "week": [(day, []) for day in WEEKDAYS],
        "weekdays": list(enumerate(WEEKDAYS)),
        "people": [me(request)],
        "may_change": may(me(request), Action.ROTA),
        "zone": this.zone(),
        "here": "rota",
    }
    return render(request, "console/shifts.html", context)


def _rota(template: str) -> Answer:
    def show(request: HttpRequest) -> HttpResponse:
        context = {
            "here": "rota",
            "weekdays": list(enumerate(WEEKDAYS)),
            "wish_kinds": WishKind.choices,
            "needs_approval": True,
            "recipients": "{}",
            "can_read": True,
        }
        return render(request, f"console/{template}.html", context)

    return show


def _health(template: str) -> Answer:
    def show(request: HttpRequest) -> HttpResponse:
        found = decoy_pages.parts(_now(request)["now"].state == "ready")
        return render(request, template, {"parts": found, "worst": parts.worst(found), "here": "health"})

    return show


def _board(template: str) -> Answer:
    def show(request: HttpRequest) -> HttpResponse:
        definition = board.definition()
        context = {
            "queues": [],
            "colleagues": [],
            "until": {},
            "period": "day",
            "periods": list(board.PERIODS),
            "calls": SimpleNamespace(offered=0),
            "definition": definition,
            "goal_percent": round(definition.goal * 100),
            "hands": [],
            "alarms": [],
            "adapters": decoy_pages.ways_in(),
            "hole": board.Hole(clock.now(), now=True),  # as the empty rota has it
            "here": "board",
        }
        return render(request, template, context)

    return show


def _line(request: HttpRequest) -> HttpResponse:
    published = [row for row in this.addresses() if row.published]
    channels = [(name, [row for row in published if row.channel == name]) for name in ("phone", "email")]
    return render(
        request, "console/line.html", {"line": this.line(), "channels": channels, "covers": [], "here": "line"}
    )


def _hear(request: HttpRequest) -> HttpResponse:
    match = request.resolver_match
    return prompts.hear(request, **(match.kwargs if match else {}))


def _no_task(request: HttpRequest) -> HttpResponse:
    """The work that a browser does by the way: none."""
    if request.method == "POST":
        return HttpResponse(status=204)
    return JsonResponse({"renewal": None, "version": 1, "seal": [], "compare": [], "left": 0, "says": ""})


def _nothing(request: HttpRequest) -> HttpResponse:
    return render(request, "console/nothing.html", {})


def _no(request: HttpRequest) -> HttpResponse:
    if request.method in ("GET", "HEAD"):
        return render(request, "404.html", status=404)
    return HttpResponse(f"<p>{_('It is not in your hand any more.')}</p>", status=409)


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "403.html", status=403)


@dataclass(frozen=True)
class Route:
    """What somebody must be allowed to do, as on the real page, and the answers by verb."""

    action: Action
    verbs: dict[str, Answer]


ROUTES: dict[str, Route] = {
    "console": Route(Action.ANSWER, {"get": _screen}),
    "now": Route(Action.ANSWER, {"get": _band}),
    "waiting": Route(Action.ANSWER, {"get": _part("waiting")}),
    "mine": Route(Action.ANSWER, {"get": _part("mine")}),
    "callbacks": Route(Action.ANSWER, {"get": _part("callbacks")}),
    "colleagues": Route(Action.ANSWER, {"get": _part("colleagues")}),
    "company": Route(Action.ANSWER, {"get": _part("company")}),
    "duty": Route(Action.ANSWER, {"post": _becomes("ready"), "delete": _becomes("off")}),
    "rest": Route(Action.ANSWER, {"post": _becomes("not_ready"), "delete": _becomes("ready")}),
    "hand": Route(Action.ANSWER, {"post": _nothing_happens, "delete": _nothing_happens}),
    "shifts": Route(Action.ANSWER, {"get": _shifts, "post": lambda _request: redirect("shifts")}),
    "rota": Route(Action.ANSWER, {"get": _rota("rota")}),
    "rota_parts": Route(Action.ANSWER, {"get": _rota("rota_parts")}),
    "handovers": Route(Action.READ, {"get": _rota("handovers")}),
    "handovers_list": Route(Action.READ, {"get": _rota("handovers_list")}),
    "board": Route(Action.BOARD, {"get": _board("console/board.html")}),
    "board_figures": Route(Action.BOARD, {"get": _board("console/board_figures.html")}),
    "resealing": Route(Action.READ, {"get": _no_task, "post": _no_task}),
    "health": Route(Action.ANSWER, {"get": _health("console/health.html")}),
    "health_parts": Route(Action.ANSWER, {"get": _health("console/health_parts.html")}),
    # What callers hear is no secret of theirs.
    "prompts": Route(Action.ANSWER, {"get": prompts.show}),
    "prompt": Route(Action.ANSWER, {"get": _hear}),
    "watch": Route(Action.BOARD, {"get": decoy_pages.watch("console/watch.html")}),
    "watch_list": Route(Action.BOARD, {"get": decoy_pages.watch("console/watch_list.html")}),
    "trial": Route(Action.ROTA, {"post": _nothing_happens}),
    "blocks": Route(Action.BOARD, {"get": decoy_pages.blocks("console/blocks.html")}),
    "blocks_list": Route(Action.BOARD, {"get": decoy_pages.blocks("console/blocks_list.html")}),
    "genuine": Route(Action.OVERRIDE, {"get": notice.bare, "post": notice.not_now}),
    "genuine_closing": Route(Action.OVERRIDE, {"post": notice.not_now}),
    "genuine_standing": Route(Action.LINE, {"post": notice.not_now}),
    "genuine_key": Route(Action.LINE, {"post": notice.not_now}),
    "genuine_address": Route(Action.LINE, {"post": notice.not_now}),
    "genuine_version": Route(Action.LINE, {"post": notice.not_now}),
    "print": Route(Action.ROTA, {"get": sheets.bare}),
    "fallback": Route(Action.ANSWER, {"get": decoy_pages.fallback}),
    "on_paper": Route(Action.ANSWER, {"get": on_paper.show}),
    "openings": Route(Action.BOARD, {"get": decoy_pages.openings}),
    "retention": Route(Action.RETENTION, {"get": decoy_pages.retention}),
    "holds": Route(Action.RETENTION, {"post": decoy_pages.no_such_case}),
    "figures": Route(Action.BOARD, {"get": decoy_numbers.sheet}),
    "wallboard": Route(Action.ANSWER, {"get": decoy_numbers.on_the_wall("console/wallboard.html")}),
    "wall_now": Route(Action.ANSWER, {"get": decoy_numbers.on_the_wall("console/wall_now.html")}),
    "forecast": Route(Action.ROTA, {"get": decoy_numbers.forecast}),
    "back_test": Route(Action.ROTA, {"get": decoy_numbers.back_test}),
    "events": Route(Action.ROTA, {"post": decoy_numbers.no_event}),
    "need": Route(Action.ROTA, {"get": decoy_numbers.need("console/need.html")}),
    "need_reckoned": Route(Action.ROTA, {"get": decoy_numbers.need("console/need_reckoned.html")}),
    "audit": Route(Action.AUDIT, {"get": decoy_pages.records}),
    "claims": Route(Action.COUNT, {"get": decoy_pages.claims}),
    "count_audits": Route(Action.BOARD, {"get": decoy_pages.audits}),
    "line": Route(Action.LINE, {"get": _line, "post": lambda _request: redirect("line")}),
}


def answer(request: HttpRequest, name: str, *, takes_id: bool) -> HttpResponseBase:
    """The empty desk's answer on a route of the console, or on any other that is not named elsewhere."""
    verb = "get" if request.method == "HEAD" else str(request.method).lower()
    route = ROUTES.get(name)
    if route is not None and not may(request.user, route.action):
        return _refused(request)
    found = route.verbs.get(verb) if route else None
    if found is None:
        by_script = bool(request.headers.get("HX-Request")) or "json" in request.headers.get("Accept", "")
        found = _nothing if verb == "get" and not takes_id and not by_script else _no
    return found(request)
