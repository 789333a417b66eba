"""How many people a day needs, and how many it would need if: demand, talks, patience or promises were other than they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from harkline.console import demand, needs, outlook
from harkline.console.demand import Forecast
from harkline.console.needs import Basis
from harkline.line import this
from harkline.rota import duty, erlang, shifts
from harkline.rota import need as reckoned
from harkline.rota.erlang import Queue, Target
from harkline.rota.need import Expected, HalfHour, Reckoning
from harkline.rota.targets import Targets
from harkline.rota.terms import rules

BESIDE = 3  # people fewer and more whose service is shown


@dataclass(frozen=True)
class Slider:
    """Something that can be moved. ``value`` is a whole number of ``unit``; ``usual`` where it stands by what was measured and promised."""

    name: str
    label: object
    unit: object
    least: int
    most: int
    step: int
    usual: int
    value: int


@dataclass(frozen=True)
class Source:
    """What a day is reckoned from: what was measured, what is forecast, whose shift it is."""

    basis: Basis
    forecasts: Mapping[str, Forecast]
    shifts: list[duty.Shift]


def of_the_line() -> Source:
    """The line's own."""
    return Source(needs.basis(), demand.forecasts(), shifts.all_shifts())


def sliders(asked: Mapping[str, str], basis: Basis) -> list[Slider]:
    """Where each stands: as asked, within its bounds; otherwise as usual."""
    call = basis.targets.call
    table = [
        ("demand", _("Contacts"), _("% of the forecast"), 25, 400, 5, 100),
        ("handling", _("A call takes"), _("minutes"), 1, 90, 1, round(basis.handling.mean / 60)),
        (
            "patience",
            _("Callers wait before they give up"),
            _("seconds, on average"),
            15,
            1800,
            15,
            round(basis.patience.mean),
        ),
        ("goal", _("Answered in time"), _("% of all who call"), 50, 99, 1, round(call.goal * 100)),
        ("within", _("In time means within"), _("seconds"), 5, 300, 5, round(call.within)),
        ("abandons", _("At most give up"), _("% (100: no such promise)"), 1, 100, 1, round((call.abandons or 1) * 100)),
        ("at_least", _("Always on duty"), _("people"), 1, 20, 1, rules().at_least),
    ]
    return [_slider(asked.get(row[0], ""), *row) for row in table]


def _slider(asked: str, name: str, label: object, unit: object, least: int, most: int, step: int, usual: int) -> Slider:
    usual = max(least, min(most, usual))
    try:
        value = max(least, min(most, int(asked)))
    except ValueError:
        value = usual
    return Slider(name, label, unit, least, most, step, usual, value)


@dataclass(frozen=True)
class Answer:
    """What a day needs. ``planned``: people whose shift it is, by half-hour. ``busiest``: the half-hour that needs most; ``beside``: how its
    callers would be served with some people fewer or more: (people, level, abandonment, mean wait in seconds)."""

    rows: list[HalfHour]
    planned: list[int]
    staff_hours: float
    without_patience_hours: float
    planned_hours: float
    short_hours: float
    busiest: HalfHour
    beside: list[tuple[int, float, float, float]]
    languages: list[tuple[str, int, float]]


def day_of(asked: str) -> date:
    """The day that is looked at: as asked if it can be forecast, otherwise tomorrow."""
    try:
        found = date.fromisoformat(asked)
    except ValueError:
        return outlook.today() + timedelta(days=1)
    latest = outlook.today() + timedelta(days=365)
    return max(outlook.today() - timedelta(days=28), min(found, latest))


def answer(on: date, at: Mapping[str, int], source: Source) -> Answer:
    """Reckon a day with the sliders where they stand (``{name: value}``)."""
    zone = this.zone()
    first = datetime.combine(on, time(), zone)
    last = datetime.combine(on + timedelta(days=1), time(), zone)
    how = _reckoning(at, source.basis.targets)
    before = first - timedelta(days=1)
    expected = [_scaled(one, at["demand"] / 100) for one in demand.expected(before, last, source.forecasts)]
    rows = [one for one in reckoned.need(expected, how) if one.begins >= first]
    planned = [len(duty.on_duty(source.shifts, one.begins, zone)) for one in rows]
    busiest = max(rows, key=lambda one: (one.people, one.load))
    return Answer(
        rows,
        planned,
        reckoned.staff_hours(rows),
        sum(max(one.without_patience, how.at_least) for one in rows) / 2,
        sum(planned) / 2,
        sum(max(one.people - there, 0) for one, there in zip(rows, planned, strict=True)) / 2,
        busiest,
        _beside(busiest, how),
        _languages(rows),
    )


def _reckoning(at: Mapping[str, int], usual: Targets) -> Reckoning:
    target = Target(
        at["goal"] / 100,
        at["within"],
        usual.call.count_abandoned,
        at["abandons"] / 100 if at["abandons"] < 100 else None,
    )
    return replace(needs.by(usual, at["handling"] * 60, at["patience"]), target=target, at_least=at["at_least"])


def _scaled(one: Expected, times: float) -> Expected:
    calls = {name: number * times for name, number in one.calls.items()}
    return Expected(one.begins, calls, {name: number * times for name, number in one.messages.items()})


def _beside(busiest: HalfHour, how: Reckoning) -> list[tuple[int, float, float, float]]:
    queue: Queue = how.queue(busiest.load)
    out = []
    for people in range(max(busiest.people - BESIDE, 0), busiest.people + BESIDE + 1):
        found = erlang.erlang_a(queue, people)
        out.append((people, erlang.level(queue, people, how.target.within), found.abandons, found.mean_wait))
    return out


def _languages(rows: list[HalfHour]) -> list[tuple[str, int, float]]:
    """Each language with the most people that any half-hour needs, and the hours in all."""
    names = sorted({name for one in rows for name in one.by_language})
    each = [(name, [one.by_language.get(name, 0) for one in rows]) for name in names]
    return sorted(((name, max(many), sum(many) / 2) for name, many in each), key=lambda row: -row[2])
