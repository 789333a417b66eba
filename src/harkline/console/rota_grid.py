"""A rota as its page shows it: rows of cells, what is wrong, how it is shared out, and two of them side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from harkline.console import rota_words
from harkline.people.models import Operator
from harkline.rota import cover, demand, judge, picture, rotas, solves, terms
from harkline.rota.models import AcceptedHole, Assignment, Pattern, Rota, RotaState
from harkline.runtime.apart import listed

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """One person on one day."""

    operator: Operator
    day: date
    code: str
    title: str  # read aloud, and shown when pointed at
    look: str  # classes: night, pinned, on_call, leave, wish_off, wish_work


@dataclass(frozen=True)
class Wrong:
    """A broken rule as the page says it."""

    operator: int
    days: str  # ISO, separated by spaces: which cells are marked
    first: date
    sentence: str


@dataclass(frozen=True)
class Hole:
    """A hole as the page says it."""

    key: str
    when: str
    what: str
    days: str
    accepted_by: str = ""


def everything(rota: Rota) -> dict[str, Any]:
    """The whole page."""
    solve = solves.latest(rota)
    return {**cells(rota), **checks(rota), "solve": solve, "SECONDS": solves.SECONDS, "engine": solves.missing()}


def cells(rota: Rota) -> dict[str, Any]:
    """The grid, by person, and the same by day for narrow screens."""
    days = [rota.first_day + number * DAY for number in range(rota.days)]
    rows, people = list(rota.assignments.select_related("pattern")), picture.roster(rota)
    there = {(row.operator_id, row.day): row for row in rows}
    wished = {(pk, day): wish for pk, list_ in picture.wishes(rota).items() for day, wish in list_}
    limits = terms.limits(people, rota.first_day, rota.last_day)
    names = {one.code: one.name for one in Pattern.objects.all()}
    table = [
        (
            one,
            [
                _cell(one, day, there.get((one.pk, day)), wished.get((one.pk, day)), limits[one.pk], names)
                for day in days
            ],
        )
        for one in people
    ]
    by_day = [(day, [cell for _one, line in table for cell in line if cell.day == day and cell.code]) for day in days]
    return {
        "rota": rota,
        "days": days,
        "table": table,
        "by_day": by_day,
        "people": people,
        "patterns": list(Pattern.objects.filter(active=True)),
        "may_change": rota.state == RotaState.DRAFT,
    }


def _cell(
    who: Operator, day: date, row: Assignment | None, wish: Any, limits: judge.Limits, names: dict[str, str]
) -> Cell:
    away = any(first <= day <= last for first, last in limits.leave)
    look = ["leave"] if away else []
    said = [_("on leave")] if away else []
    if wish:
        look.append(f"wish_{wish.kind}")
        said.append(_("wishes: %s") % f"{wish.get_kind_display()} {wish.code}".strip())
    if row:
        look += [name for name in ("pinned", "on_call") if getattr(row, name)]
        look += ["night"] if judge.is_night(row.starts, row.minutes) else []
        said = [*_spoken(row, names), *said]
    return Cell(
        who,
        day,
        row.code if row else "",
        listed([who.name, rota_words.day(day), *(said or [_("off")])]),
        " ".join(look),
    )


def _spoken(row: Assignment, names: dict[str, str]) -> list[str]:
    ends = (judge.Turn(row.day, row.starts, row.minutes).ends).time()
    said = [names.get(row.code, row.code), f"{row.starts:%H:%M}–{ends:%H:%M}"]
    return said + ([_("on call")] if row.on_call else []) + ([_("pinned")] if row.pinned else [])


def checks(rota: Rota) -> dict[str, Any]:
    """What is wrong with it, and how it is shared out."""
    rows = list(rota.assignments.all())
    found, broken = picture.gaps(rota, rows), picture.broken(rota)
    names = dict(Operator.objects.values_list("pk", "name"))
    shares = picture.shares(rota)
    accepted = list(AcceptedHole.objects.filter(rota=rota).select_related("accepted_by").order_by("begins"))
    kept = {(one.language, one.begins, one.ends) for one in accepted}
    return {
        "rota": rota,
        "holes": holes(rota, [one for one in found if (one.language, one.begins, one.ends) not in kept]),
        "wrong": [wrong(one, names[one.operator]) for one in broken],
        "shares": shares,
        "most_nights": max((one.nights + one.before for one in shares), default=0) or 1,
        "may_change": rota.state == RotaState.DRAFT,
        "missing_hours": round(cover.missing_hours(found), 1),
        "needed_hours": round(cover.demanded(demand.of(rota), rota.first_day, rota.days)),
        "accepted": accepted,
    }


def wrong(one: judge.Broken, name: str) -> Wrong:
    """A broken rule in words."""
    days = " ".join(day.isoformat() for day in one.days)
    return Wrong(one.operator, days, one.days[0], rota_words.broken(one, name))


def holes(rota: Rota, found: Iterable[cover.Gap]) -> list[Hole]:
    """Each hole in words."""
    return [
        Hole(rotas.key(one), rota_words.span(one.begins, one.ends), rota_words.hole(one), _days(one)) for one in found
    ]


def _days(one: cover.Gap) -> str:
    first, last = localtime(one.begins).date(), localtime(one.ends - timedelta(seconds=1)).date()
    return " ".join((first + number * DAY).isoformat() for number in range((last - first).days + 1))


def compared(one: Rota, other: Rota) -> dict[str, Any]:
    """Figures of both, and where they differ."""
    left, right = _figures(one), _figures(other)
    return {
        "figures": [(label, a, b) for (label, a), (_label, b) in zip(left, right, strict=True)],
        "changes": rotas.differences(one, other),
        "holes": holes(other, picture.gaps(other)),
        "solve": solves.latest(other),
        "may_take": other.state == RotaState.DRAFT,
        "wrong": [wrong(each, name) for each, name in _new(one, other)],
    }


def _new(one: Rota, other: Rota) -> list[tuple[judge.Broken, str]]:
    """The rules that the second breaks and the first does not."""
    before = set(picture.broken(one))
    names = dict(Operator.objects.values_list("pk", "name"))
    return [(each, names[each.operator]) for each in picture.broken(other) if each not in before]


def _figures(rota: Rota) -> list[tuple[str, str]]:
    found, shares = picture.gaps(rota), picture.shares(rota)
    wishes, nights = sum(one.wishes for one in shares), [one.nights for one in shares if one.shifts]
    return [
        (_("Shifts"), str(sum(one.shifts for one in shares))),
        (_("Holes"), str(len(found))),
        (_("Person-hours missing"), f"{cover.missing_hours(found):.1f}"),
        (_("Broken rules"), str(len(picture.broken(rota)))),
        (_("Wishes met"), f"{sum(one.met for one in shares)} / {wishes}"),
        (_("Nights, fewest and most"), f"{min(nights, default=0)} – {max(nights, default=0)}"),
    ]
