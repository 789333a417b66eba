"""What a rota is made of: contracts and hours, shift patterns, the typed need, the rules."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from harkline.console.words import WEEKDAYS
from harkline.line import this
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.rota import demand, picture, terms
from harkline.rota.models import Leave, LeaveState, Pattern, Wish
from harkline.rota.tables import Problem
from harkline.runtime import bell, clock

LONGEST = 24 * 60


def _minutes(text: str) -> int:
    """``22:30`` in minutes; ``24:00`` too. Raises ValueError."""
    if text == "24:00":
        return LONGEST
    at = time.fromisoformat(text)
    return at.hour * 60 + at.minute


# --- people


def people(request: HttpRequest, problem: str = "", errors: Sequence[Problem] = (), status: int = 200) -> HttpResponse:
    """Who can be planned, by what contract, and what each has asked for."""
    rows = [one for one in Operator.objects.filter(is_active=True).order_by("name") if may(one, Action.ANSWER)]
    nights = picture.nights_before(clock.now().astimezone(this.zone()).date())
    wishes: dict[int, list[Wish]] = {}
    for wish in Wish.objects.order_by("day", "weekday"):
        wishes.setdefault(wish.operator_id, []).append(wish)
    shown = [
        {
            "who": one,
            "contract": terms.contract(one),
            "windows": len(terms.windows(one.pk)),
            "nights": nights.get(one.pk, 0),
            "wishes": wishes.get(one.pk, []),
        }
        for one in rows
    ]
    most = max((nights.get(one.pk, 0) for one in rows), default=0) or 1
    context = {"here": "rota", "rows": shown, "most": most, "problem": problem, "errors": errors}
    return render(request, "console/rota_people.html", context, status=status)


def person(request: HttpRequest, operator_id: int, problem: str = "", status: int = 200) -> HttpResponse:
    """One person's contract and weekly hours."""
    who = get_object_or_404(Operator, pk=operator_id, is_active=True)
    windows = terms.windows(who.pk)
    days = [
        (number, name, [*[(opens, closes) for day, opens, closes in windows if day == number], None, None][:2])
        for number, name in enumerate(WEEKDAYS)
    ]
    context = {
        "here": "rota",
        "who": who,
        "contract": terms.contract(who),
        "days": days,
        "rules": terms.rules(),
        "leaves": Leave.objects.filter(operator=who, state=LeaveState.GRANTED).order_by("-first_day")[:10],
        "wishes": Wish.objects.filter(operator=who).order_by("day", "weekday"),
        "problem": problem,
    }
    return render(request, "console/rota_person.html", context, status=status)


def agree(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Write it down."""
    who = get_object_or_404(Operator, pk=operator_id, is_active=True)
    try:
        terms.agree(who, _contract(request), _windows(request))
    except (ValueError, IntegrityError):
        said = _("Hours are numbers, days are dates, and a window has a beginning and an end.")
        return person(request, operator_id, said, 422)
    return redirect("rota_people")


def _contract(request: HttpRequest) -> dict[str, Any]:
    post = request.POST

    def number(name: str, most: int) -> int | None:
        text = post.get(name, "").strip()
        if text and not 0 <= int(text) <= most:
            raise ValueError(name)
        return int(text) if text else None

    def day(name: str) -> date | None:
        return date.fromisoformat(post[name]) if post.get(name) else None

    least, most = (float(post.get(name) or default) for name, default in (("week_least", "0"), ("week_most", "40")))
    if not 0 <= least <= most <= 168:
        raise ValueError("hours")
    return {
        "planned": post.get("planned") == "1",
        "week_least": round(least * 60),
        "week_most": round(most * 60),
        "nights": number("nights", 28),
        "weekends": number("weekends", 5),
        "from_date": day("from_date"),
        "to_date": day("to_date"),
    }


def _windows(request: HttpRequest) -> list[terms.Window]:
    found = []
    for number in range(7):
        for turn in ("a", "b"):
            opens, closes = (request.POST.get(f"{name}-{number}-{turn}", "") for name in ("opens", "closes"))
            if bool(opens) != bool(closes):
                raise ValueError("half a window")
            if opens:
                found.append((number, _minutes(opens), _minutes(closes)))
    return found


# --- patterns and rules


def patterns(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The shifts that this line knows, and the rules."""
    context = {
        "here": "rota",
        "patterns": Pattern.objects.filter(active=True),
        "rules": terms.rules(),
        "problem": problem,
        "ready_made": not Pattern.objects.filter(active=True).exists(),
    }
    return render(request, "console/rota_patterns.html", context, status=status)


USUAL = (("E", 6, 8), ("L", 14, 8), ("N", 22, 8))
SHORT = (("A", 0, 4), ("B", 4, 4), ("C", 8, 4), ("D", 12, 4), ("E", 16, 4), ("F", 20, 4))


def add_pattern(request: HttpRequest) -> HttpResponse:
    """Add one, or a ready-made set."""
    if (ready := request.POST.get("ready")) in ("eight", "four"):
        return _ready_made(USUAL if ready == "eight" else SHORT)
    try:
        code, name = request.POST["code"].strip()[:3], " ".join(request.POST["name"].split())[:40]
        starts, ends = (time.fromisoformat(request.POST[one]) for one in ("starts", "ends"))
        minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
        minutes = minutes if minutes > 0 else minutes + LONGEST
        if not code.isalnum() or not name:
            raise ValueError(code)
    except (KeyError, ValueError):
        return patterns(request, _("A shift has a code of one to three letters, a name, a start and an end."), 422)
    with transaction.atomic():
        values = {"name": name, "starts": starts, "minutes": minutes, "active": True}
        Pattern.objects.update_or_create(code=code, defaults=values)
        bell.ring("rota", "patterns", "desk")
    return redirect("rota_patterns")


def _ready_made(rows: tuple[tuple[str, int, int], ...]) -> HttpResponse:
    names = (
        {"E": pgettext("shift", "Early"), "L": pgettext("shift", "Late"), "N": pgettext("shift", "Night")}
        if rows is USUAL
        else {}
    )
    with transaction.atomic():
        for code, hour, length in rows:
            name = str(names.get(code) or f"{hour:02}–{(hour + length) % 24:02}")
            values = {"name": name, "starts": time(hour), "minutes": length * 60, "active": True}
            Pattern.objects.update_or_create(code=code, defaults=values)
    return redirect("rota_patterns")


def remove_pattern(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """No new shift is put on it; rotas that have it keep it."""
    Pattern.objects.filter(pk=pattern_id).update(active=False)
    bell.ring("rota", "patterns", "desk")
    return HttpResponse(status=200)


LIMITS = {
    "at_least": 50,
    "days_in_row": 14,
    "days_off": 7,
    "nights": 28,
    "weekends": 5,
    "debrief_minutes": 240,
    "hard_cap": 50,
}


def rules(request: HttpRequest) -> HttpResponse:
    """Put other rules in force."""
    try:
        values: dict[str, Any] = {name: int(request.POST[name]) for name in LIMITS}
        values["rest_minutes"] = round(float(request.POST["rest_hours"]) * 60)
        if (
            any(not 0 <= values[name] <= most for name, most in LIMITS.items())
            or not 0 <= values["rest_minutes"] <= 2880
        ):
            raise ValueError
        values["skills"] = _skills(request.POST.get("skills", ""))
    except (KeyError, ValueError):
        return patterns(
            request, _("The rules are whole numbers; the rest is in hours; a skill has its number behind a colon."), 422
        )
    values["swaps_need_approval"] = request.POST.get("swaps_need_approval") == "1"
    terms.change_rules(values)
    return redirect(reverse("rota_patterns") + "#rules")


def _skills(text: str) -> dict[str, int]:
    """``first aid: 1``, a line each. Raises ValueError."""
    pairs = [line.rpartition(":") for line in text.splitlines() if line.strip()]
    found = {" ".join(name.split())[:60]: int(number) for name, _colon, number in pairs}
    if any(not name or not 0 <= number <= 50 for name, number in found.items()):
        raise ValueError(text)
    return {name: number for name, number in found.items() if number}


# --- the need


def need(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The typed need of one language, or of anybody: 48 half-hours by seven days."""
    language = request.GET.get("language", "")
    language = language if language in this.line().languages else ""
    numbers = demand.table(language)
    rows = [
        (half, f"{half // 2:02}:{half % 2 * 30:02}", [(day, numbers[day][half]) for day in range(7)])
        for half in range(demand.HALF_HOURS)
    ]
    context = {
        "here": "rota",
        "language": language,
        "languages": this.line().languages,
        "rows": rows,
        "weekdays": list(enumerate(WEEKDAYS)),
        "least": terms.rules().at_least,
        "problem": problem,
        "others": [name for name in demand.names() if name != "typed"],
    }
    return render(request, "console/rota_need.html", context, status=status)


def type_need(request: HttpRequest) -> HttpResponse:
    """Type all of a language's numbers, or the same number for some days and hours."""
    language = request.GET.get("language", "")
    try:
        numbers = _span(request) if request.POST.get("span") == "1" else _typed(request)
        demand.put(language, numbers)
    except (KeyError, ValueError):
        return need(request, _("Numbers from 0 to 999; for a span, days, from, until and how many."), 422)
    return redirect(f"{reverse('rota_need')}?language={language}")


def _typed(request: HttpRequest) -> dict[tuple[int, int], int]:
    return {
        (day, half): int(request.POST.get(f"n-{day}-{half}") or 0)
        for day in range(7)
        for half in range(demand.HALF_HOURS)
    }


def _span(request: HttpRequest) -> dict[tuple[int, int], int]:
    days = [int(one) for one in request.POST.getlist("days")]
    since, to = (_minutes(request.POST[name]) // 30 for name in ("since", "to"))
    number = int(request.POST["number"])
    if not days or any(not 0 <= day <= 6 for day in days):
        raise ValueError("days")
    if to > since:
        return {(day, half): number for day in days for half in range(since, to)}
    evening = {(day, half): number for day in days for half in range(since, demand.HALF_HOURS)}
    return {**evening, **{((day + 1) % 7, half): number for day in days for half in range(to)}}
