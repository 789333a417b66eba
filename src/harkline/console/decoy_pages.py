"""More pages of the empty desk (``console.decoy``): those on which the real ones always say something, a schedule or that all runs.

Drawn out of fixed words, the line's published addresses and the settings; who forces somebody and presses on a name at the top of the page finds what
belongs there.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from harkline.audit.words import Act, Subject
from harkline.console import watching
from harkline.console.parts import Part, translated
from harkline.console.views import audit
from harkline.console.words import CHANNELS
from harkline.count import policy
from harkline.line import this
from harkline.paper import pack
from harkline.people.roles import Action, may
from harkline.people.who import me
from harkline.records import patterns, schedule
from harkline.records.purge import Due
from harkline.routing import alarms
from harkline.runtime import clock, expiry


def ways_in() -> list[Part]:
    """The channels by which a line is reached, and to which nothing has happened."""
    channels = sorted({row.channel for row in this.addresses() if row.published})
    idle = _("Running. Nothing has arrived yet: try it from outside.")
    return [Part(one, "up", str(CHANNELS.get(one, one.capitalize())), idle) for one in channels]


def parts(ready: bool) -> list[Part]:
    """Every part of a line that runs, with nobody's shift in the rota; ``ready``: whether they are on duty."""
    nobody = _("Nobody is ready to answer. Callers are told so, and can leave a message.")
    alone = _("%(number)s on duty, and it is nobody's shift: fill the hole in the shifts.") % {"number": 1}
    return [
        *ways_in(),
        Part("duty", "warning", _("Duty"), alone if ready else nobody),
        Part(
            "keys",
            "up",
            pgettext("of the seal", "Keys"),
            _("Everything that arrives is sealed, and everybody who should can read."),
        ),
        Part("timers", "up", _("Timers"), _("Nothing is overdue.")),
        Part("retention", "up", _("Retention"), _("What is due is removed every night.")),
        Part("outgoing", "up", _("Outgoing"), _("Nothing is stuck.")),
        *translated(),
    ]


def blocks(template: str) -> Any:
    """No number is turned away."""
    return lambda request: render(request, template, {"blocks": [], "here": "blocks"})


def watch(template: str) -> Any:
    """Nothing is wrong; the addresses are the published ones."""

    def show(request: HttpRequest) -> HttpResponse:
        rows = [watching.Tried(row, None, "", False) for row in this.addresses() if row.published]
        act = may(me(request), Action.ROTA)
        told = {
            "lasting": [],
            "ended": [],
            "addresses": rows,
            "steps": alarms.chain(),
            "may_act": act,
            "here": "watch",
        }
        return render(request, template, told)

    return show


def no_such_case(request: HttpRequest) -> HttpResponse:
    """As the real page answers to a name that no case has."""
    return retention(request, _("There is no case of that name."), 422)


def retention(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The schedule, and nothing that goes."""
    context = {
        "here": "retention",
        "kinds": [Due(one.name, one.label, expiry.days(one.name), one.why, 0, 0) for one in expiry.rules()],
        "going": [],
        "held": [],
        "reasons": schedule.REASONS,
        "now": clock.now(),
        "zone": this.zone(),
        "problem": problem,
    }
    return render(request, "console/retention.html", context, status=status)


def openings(request: HttpRequest) -> HttpResponse:
    """Nobody has opened anything."""
    context = {
        "here": "openings",
        "days": [],
        "length": audit.PERIODS[1],
        "periods": audit.PERIODS,
        "rule": {"many": patterns.OFTEN, "times": patterns.TIMES, "others": patterns.OTHERS},
    }
    return render(request, "console/openings.html", context)


def claims(request: HttpRequest) -> HttpResponse:
    """Nothing was claimed, and nothing can be from here."""
    context = {"here": "claims", "on": policy.present().on, "state": None, "zone": this.zone()}
    return render(request, "console/claims.html", context)


def audits(request: HttpRequest) -> HttpResponse:
    """No claim was audited."""
    context = {"here": "audits", "on": policy.present().on, "audits": [], "claims": [], "zone": this.zone()}
    return render(request, "console/audits.html", context)


def records(request: HttpRequest) -> HttpResponse:
    """That they signed in, which they know."""
    name = me(request).name
    row = {"minute": clock.now(), "who": name, "what": Act.SIGNED_IN.label, "kind": Subject.OPERATOR.label, "of": name}
    context = {
        "here": "audit",
        "rows": [{**row, "case": "", "reason": "", "count": 1}],
        "acts": Act.choices,
        "act": "",
        "heads": [],
        "zone": this.zone(),
    }
    return render(request, "console/audit.html", context)


def fallback(request: HttpRequest) -> HttpResponse:
    """No pack was made, and nobody's number is in one."""
    told: dict[str, Any] = {
        "here": "fallback",
        "last": None,
        "stale": True,
        "agreed": False,
        "has_phone": False,
        "may_make": may(me(request), Action.ROTA),
        "without": [],
        "forms": pack.FORMS,
        "most": pack.MOST,
        "zone": this.zone(),
        "problem": "",
    }
    return render(request, "console/fallback.html", told)
