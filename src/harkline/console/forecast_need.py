"""The forecast as a need that a rota can be made for."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from harkline.console import needs
from harkline.line import this
from harkline.rota import demand
from harkline.rota.cover import ANY, Need


@demand.source("forecast")
def forecast(first: date, days: int) -> Need:
    """What the forecast says is needed, half-hour by half-hour; half-hours that the clock shows twice need the larger number."""
    zone = this.zone()
    begins, ends = (datetime.combine(day, time(), zone) for day in (first, first + timedelta(days=days)))
    table: dict[tuple[date, int], dict[str, int]] = {}
    for row in needs.over(begins, ends):
        local = row.begins.astimezone(zone)
        cell = table.setdefault((local.date(), local.hour * 2 + local.minute // 30), {})
        for language, number in {ANY: row.people, **row.by_language}.items():
            cell[language] = max(cell.get(language, 0), number)
    return lambda day, half_hour: table.get((day, half_hour), _NOTHING)


_NOTHING: Mapping[str, int] = {}
