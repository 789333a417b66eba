"""How many are needed, half-hour by half-hour and language by language: typed by hand, or from a source that registers here."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.line import this
from harkline.rota import terms
from harkline.rota.cover import ANY, SKILL
from harkline.rota.cover import Need as NeedFn
from harkline.rota.models import Need, Rota, RotaState
from harkline.runtime import bell

HALF_HOURS = 48
MOST = 999
# Gives the need of a period, from a first day for so many days. It may be asked for any day of it, and gives 0 for none.
Source = Callable[[date, int], NeedFn]
_sources: dict[str, Source] = {}


def source(name: str) -> Callable[[Source], Source]:
    """Register where a need can come from, under the name that a rota keeps."""

    def register(fn: Source) -> Source:
        _sources[name] = fn
        return fn

    return register


def names() -> list[str]:
    """What a rota can be made for: ``typed`` first."""
    return list(_sources)


@source("typed")
def typed(first: date, days: int) -> NeedFn:
    """The table that was typed by hand; nowhere less than the line's rule wants on duty."""
    table, least = _table(), terms.rules().at_least

    def need(day: date, half_hour: int) -> Mapping[str, int]:
        cell = table.get((day.weekday(), half_hour), {})
        return {**cell, ANY: max(cell.get(ANY, 0), least)}

    return need


def _table() -> dict[tuple[int, int], dict[str, int]]:
    spoken = set(this.line().languages)
    table: dict[tuple[int, int], dict[str, int]] = {}
    for row in Need.objects.all():
        if row.language == ANY or row.language in spoken:
            table.setdefault((row.weekday, row.half_hour), {})[row.language] = row.number
    return table


def of(rota: Rota) -> NeedFn:
    """The need that a rota is held against: its source's, and the skills that the rules want on duty wherever anybody is needed. A
    source that is gone counts as the typed one."""
    found, skills = _sources.get(rota.need_from, typed)(rota.first_day, rota.days), _skills()

    def need(day: date, half_hour: int) -> Mapping[str, int]:
        wanted = found(day, half_hour)
        return {**wanted, **skills} if wanted.get(ANY) else wanted

    return need


def _skills() -> dict[str, int]:
    return {SKILL + skill: number for skill, number in terms.rules().skills.items()}


def in_force(first: date, days: int) -> NeedFn:
    """What alarms go by, so that they stay rare enough to be heeded: on the days of a published rota nobody speaks a language that
    is needed, or fewer are there than the line's rule wants; on others that nobody is there at all."""
    last = first + timedelta(days=days - 1)
    rows = [one for one in Rota.objects.filter(state=RotaState.PUBLISHED, first_day__lte=last) if one.last_day >= first]
    published, least = [(row.first_day, row.last_day, of(row)) for row in rows], terms.rules().at_least

    def need(day: date, half_hour: int) -> Mapping[str, int]:
        for since, to, theirs in published:
            if since <= day <= to:
                return {
                    language: min(number, max(1, least) if language == ANY else 1)
                    for language, number in theirs(day, half_hour).items()
                }
        return {ANY: 1}

    return need


def table(language: str) -> list[list[int]]:
    """The typed numbers of one language: seven days of 48 half-hours."""
    rows = {(row.weekday, row.half_hour): row.number for row in Need.objects.filter(language=language)}
    return [[rows.get((day, half), 0) for half in range(HALF_HOURS)] for day in range(7)]


def put(language: str, numbers: Mapping[tuple[int, int], int]) -> None:
    """Type numbers by (weekday, half-hour); 0 takes one away. Raises ValueError for what is none."""
    known = {ANY, *this.line().languages}
    if language not in known or any(not 0 <= number <= MOST for number in numbers.values()):
        raise ValueError(language)
    rows = [Need(weekday=day, half_hour=half, language=language, number=n) for (day, half), n in numbers.items() if n]
    with transaction.atomic():
        gone = Need.objects.filter(language=language)
        gone = gone.filter(pk__in=[row.pk for row in gone if (row.weekday, row.half_hour) in numbers])
        gone.delete()
        Need.objects.bulk_create(rows)
        bell.ring("rota", "need", "desk", "inside")
        chain.record(Act.SETTINGS_CHANGED, Subject.ROTA, "need")
