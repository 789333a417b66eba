"""Contracts and weekly hours as a table (CSV): downloaded, and read in again as a whole or not at all, every error with its line.

Whoever is not in the table keeps what they have.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.rota import terms
from harkline.rota.tables import SHOWN, Problem, Unreadable, cell, lines_of, written

COLUMNS = (
    "username", "name", "planned", "week_least", "week_most", "nights", "weekends", "from_date", "to_date", "hours",
)  # fmt: skip
NEEDED = ("username", "week_most")
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_WINDOW = re.compile(r"([a-z]{2}) (\d\d):(\d\d)-(\d\d):(\d\d)")
LONGEST = 24 * 60


def download() -> Iterator[str]:
    """Line by line, the heading first. ``hours``: ``mo 08:00-16:30; tu 20:00-24:00``; empty where somebody can at any."""
    return written(COLUMNS, map(_cells, _people()))


def _cells(who: Operator) -> list[object]:
    one = terms.contract(who)
    week = [f"{minutes / 60:g}" for minutes in (one.week_least, one.week_most)]
    limits = ["" if value is None else value for value in (one.nights, one.weekends, one.from_date, one.to_date)]
    return [cell(who.username), cell(who.name), int(one.planned), *week, *limits, _hours(who.pk)]


def upload(raw: bytes) -> int:
    """Write down what the table says; returns for how many people. Raises Unreadable: then nothing has changed."""
    people, found, problems = {one.username.casefold(): one for one in _people()}, {}, []
    for number, line in lines_of(raw, NEEDED):
        try:
            who = people.get(line["username"].casefold())
            if who is None:
                raise ValueError(_("There is nobody with the user name “%s”.") % line["username"])
            if who in found:
                raise ValueError(_("“%s” stands there twice.") % who.username)
            found[who] = _agreed(line)
        except ValueError as error:
            problems.append(Problem(number, str(error)))
    if problems:
        raise Unreadable(problems[:SHOWN])
    with transaction.atomic():
        for who, (values, windows) in found.items():
            terms.agree(who, values, windows)
    return len(found)


def _people() -> list[Operator]:
    rows = Operator.objects.filter(is_active=True).order_by("username")
    return [one for one in rows if may(one, Action.ANSWER)]


def _hours(operator_id: int) -> str:
    return "; ".join(
        f"{DAYS[day]} {_clock(opens)}-{_clock(closes)}" for day, opens, closes in terms.windows(operator_id)
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _agreed(line: Mapping[str, str]) -> tuple[dict[str, Any], list[terms.Window]]:
    try:
        return _values(line), _windows(line.get("hours", ""))
    except ValueError:
        raise ValueError(_("Hours are numbers, days are dates, and a window has a beginning and an end.")) from None


def _values(line: Mapping[str, str]) -> dict[str, Any]:
    least, most = float(line.get("week_least") or 0), float(line["week_most"])
    if not 0 <= least <= most <= 168:
        raise ValueError(line)
    return {
        "planned": line.get("planned", "1") in ("", "1", "yes", "true"),
        "week_least": round(least * 60),
        "week_most": round(most * 60),
        "nights": _number(line.get("nights", ""), 28),
        "weekends": _number(line.get("weekends", ""), 5),
        "from_date": _day(line.get("from_date", "")),
        "to_date": _day(line.get("to_date", "")),
    }


def _number(text: str, most: int) -> int | None:
    if text and not 0 <= int(text) <= most:
        raise ValueError(text)
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _windows(text: str) -> list[terms.Window]:
    found = [_window(one.strip().lower()) for one in text.split(";") if one.strip()]
    if len({(day, opens) for day, opens, _closes in found}) < len(found):
        raise ValueError(text)
    return found


def _window(text: str) -> terms.Window:
    match = _WINDOW.fullmatch(text)
    if match is None:
        raise ValueError(text)
    opens, closes = (int(match[at]) * 60 + int(match[at + 1]) for at in (2, 4))
    if opens > LONGEST or closes > LONGEST or int(match[3]) > 59 or int(match[5]) > 59:
        raise ValueError(text)
    return DAYS.index(match[1]), opens, closes
