"""A rota as a table (CSV): downloaded, and read in again as a whole or not at all, every error with its line."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from harkline.people.models import Operator
from harkline.rota import rotas
from harkline.rota.models import Assignment, Pattern, Rota

COLUMNS = ("day", "username", "name", "shift", "starts", "minutes", "pinned", "on_call")
NEEDED = ("day", "username", "shift")
LARGEST = 2 * 1024 * 1024  # bytes
SHOWN = 20  # errors
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Problem:
    """What is wrong in one line (1 is the heading); line 0: with the whole."""

    line: int
    sentence: str


class Unreadable(Exception):
    """Nothing was read in. ``problems`` names each line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def plain(text: str) -> str:
    """The inverse of ``cell``."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text


def download(rota: Rota) -> Iterator[str]:
    """Line by line, the heading first."""
    rows = rota.assignments.select_related("operator").order_by("day", "starts", "operator__username")
    return written(COLUMNS, map(_cells, rows))


def _cells(row: Assignment) -> list[object]:
    who = (cell(row.operator.username), cell(row.operator.name))
    hours = (f"{row.starts:%H:%M}", row.minutes)
    return [row.day.isoformat(), *who, cell(row.code), *hours, int(row.pinned), int(row.on_call)]


def written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Any table, line by line, the heading first."""
    out = io.StringIO()
    to = csv.writer(out)
    for row in (columns, *rows):
        to.writerow(row)
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def upload(rota: Rota, raw: bytes) -> int:
    """Put the table in the place of everything on the draft; returns how many shifts it has. Raises Unreadable, rotas.Refused: then
    nothing has changed."""
    found = _read(rota, raw)
    with transaction.atomic():
        held = rotas.touch(rota.pk)
        held.assignments.all().delete()
        Assignment.objects.bulk_create(found)
        rotas.rang(rota.pk)
    return len(found)


def _read(rota: Rota, raw: bytes) -> list[Assignment]:
    return _rows(rota, lines_of(raw, NEEDED))


def lines_of(raw: bytes, needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The lines below the heading of any table, each with its number and its cells by the heading's names. Raises Unreadable."""
    if len(raw) > LARGEST:
        raise Unreadable([Problem(0, _("The table is larger than two megabytes."))])
    try:
        text = raw.decode("utf-8-sig")
        lines = csv.DictReader(io.StringIO(text), dialect=_dialect(text), strict=True)
        missing = [name for name in needed if name not in (lines.fieldnames or ())]
        if missing:
            raise Unreadable([Problem(1, _("The heading lacks: %s.") % ", ".join(missing))])
        return [(lines.line_num, {name: _text(value) for name, value in line.items() if name}) for line in lines]
    except UnicodeDecodeError:
        raise Unreadable([Problem(0, _("The table is not UTF-8 text. Save it as “CSV UTF-8”."))]) from None
    except csv.Error as error:
        raise Unreadable([Problem(0, _("This is no table with commas: %s") % error)]) from None


def _text(value: object) -> str:
    # A line that is too short has no text there, one that is too long a list.
    return plain(value) if isinstance(value, str) else ""


def _dialect(text: str) -> type[csv.Dialect]:
    """Spreadsheets of many countries write semicolons."""
    heading = text.partition("\n")[0]

    class Found(csv.excel):
        delimiter = ";" if heading.count(";") > heading.count(",") else ","

    return Found


def _rows(rota: Rota, lines: list[tuple[int, dict[str, str]]]) -> list[Assignment]:
    people = {one.username.casefold(): one for one in Operator.objects.filter(is_active=True)}
    patterns = {one.code: one for one in Pattern.objects.filter(active=True)}
    found: dict[tuple[int, date], Assignment] = {}
    problems: list[Problem] = []
    for number, line in lines:
        try:
            row = _row(rota, line, people, patterns)
            if (row.operator_id, row.day) in found:
                raise ValueError(_("%s has a second shift on this day.") % row.operator.name)
            found[row.operator_id, row.day] = row
        except ValueError as error:
            problems.append(Problem(number, str(error)))
    if problems:
        raise Unreadable(problems[:SHOWN])
    return list(found.values())


def _row(rota: Rota, given: dict[str, str], people: dict[str, Operator], patterns: dict[str, Pattern]) -> Assignment:
    try:
        day = date.fromisoformat(given["day"])
    except ValueError:
        raise ValueError(_("“%s” is no day: write it as 2026-06-01.") % given["day"]) from None
    if not rota.first_day <= day <= rota.last_day:
        raise ValueError(_("%s is not on this rota.") % day)
    who, pattern = people.get(given["username"].casefold()), patterns.get(given["shift"])
    if who is None:
        raise ValueError(_("There is nobody with the user name “%s”.") % given["username"])
    if pattern is None:
        raise ValueError(_("There is no shift “%s”.") % given["shift"])
    flags = {name: given.get(name, "") in ("1", "yes", "true") for name in ("pinned", "on_call")}
    return Assignment(
        rota=rota, operator=who, day=day, pattern=pattern, code=pattern.code, starts=pattern.starts,
        minutes=pattern.minutes, **flags,
    )  # fmt: skip
