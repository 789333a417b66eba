"""What came, and what is expected to come: the line's attempts as days of half-hours, and the forecast from them.

Counted is whoever tried, answered or not: no machine's mail, no rehearsal of the line's own, nobody who was turned away. What is hidden
from any colleague (``intake.exclusions``) is left out for all of them, so that everybody sees the same forecast and nobody learns by
it. Forecasts are made for whole days of the line's time zone and kept in memory for some minutes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from harkline.intake import exclusions
from harkline.intake.erase import GONE
from harkline.intake.models import Attempt, Outcome
from harkline.line import this
from harkline.line.models import Channel
from harkline.people.models import Operator
from harkline.rota import daily, events, forecast
from harkline.rota.forecast import SLOTS, Day, Model, Prior
from harkline.rota.need import HALF_HOUR, Expected
from harkline.rota.special import Days
from harkline.rota.targets import present
from harkline.runtime import clock

LIVE = (Channel.PHONE,)  # whoever comes this way waits for an answer; all others leave a message
HUMAN = "human"
LEARNT_FROM = timedelta(days=400)
KEPT = timedelta(minutes=10)
OTHER = ""  # callers who left before they had a language


def counted(viewer: Operator | None) -> QuerySet[Attempt]:
    """The attempts that the figures and the forecast count, as far as they exist for a viewer."""
    return exclusions.attempts(viewer).filter(machine_kind=HUMAN).exclude(outcome=Outcome.REJECTED)


@dataclass(frozen=True)
class Forecast:
    """What is expected on one channel: in all, and by language. ``history``: the days it was learnt from. ``smoothed``: whether the day's
    total is forecast by exponential smoothing, which then won a back-test on this line's own past."""

    channel: str
    history: Sequence[Day]
    whole: Model
    languages: Mapping[str, Model]
    days: Days
    smoothed: bool

    def factor(self, on: date) -> float:
        """Of a special day; 1 on a usual one."""
        return self.days.factor(on, self.whole.learnt)


@dataclass
class _Held:
    key: tuple[object, ...]
    at: datetime
    found: Mapping[str, Forecast]


_held: _Held | None = None


def forecasts() -> Mapping[str, Forecast]:
    """The forecast of every channel by which anything can come, from everything up to yesterday."""
    global _held
    today, line, now = clock.now().astimezone(this.zone()).date(), this.line(), clock.now()
    marks = {channel: events.days(channel) for channel in channels()}
    key = (today, line.timezone, line.opened_at, tuple(line.languages), tuple(marks.items()), present(), *_ends())
    if _held is None or _held.key != key or not timedelta() <= now - _held.at < KEPT:
        _held = _Held(key, now, _forecasts(marks, line.languages, today))
    return _held.found


def _ends() -> list[object]:
    """The first and the last attempt: another line, or one that was brought back from a backup, is forecast anew."""
    rows = counted(None).values_list("pk", flat=True)
    return [rows.order_by(way).first() for way in ("arrived_at", "-arrived_at")]


def channels() -> list[str]:
    """The channels that have an address, and those by which somebody came."""
    published = {row.channel for row in this.addresses()} | {Channel.PHONE, Channel.WEB}
    return [name for name in Channel.values if name in published]


def _forecasts(marks: Mapping[str, Days], languages: Sequence[str], today: date) -> dict[str, Forecast]:
    counts, first = _counts(today)
    quiet = [name for name in marks if name not in LIVE]
    return {
        channel: _forecast(channel, counts.get(channel, {}), days, languages, (first, today), len(quiet))
        for channel, days in marks.items()
    }


Counts = dict[str, dict[date, list[float]]]  # language → day → half-hours


def _counts(today: date) -> tuple[dict[str, Counts], date]:
    """Half-hours by channel, language and day, and the first whole day of the line."""
    zone = this.zone()
    opened = this.line().opened_at.astimezone(zone).date() + timedelta(days=1)
    since = datetime.combine(today, time(), zone) - LEARNT_FROM
    rows = counted(None).filter(arrived_at__gte=since, arrived_at__lt=datetime.combine(today, time(), zone))
    found: dict[str, Counts] = defaultdict(lambda: defaultdict(lambda: defaultdict(lambda: [0.0] * SLOTS)))
    earliest = opened
    for channel, language, at, key in rows.values_list("channel", "language", "arrived_at", "dedupe_key").iterator():
        day, slot = place(at, zone)
        earliest = min(earliest, day)
        half = found[channel][language][day]
        if key.startswith(GONE):  # kept to the hour: half of it in either half
            half[slot - slot % 2] += 0.5
            half[slot - slot % 2 + 1] += 0.5
        else:
            half[slot] += 1
    # The first day on which anything came may have begun late.
    return found, max(min(opened, earliest + timedelta(days=1)), since.date())


def place(at: datetime, zone: ZoneInfo) -> tuple[date, int]:
    """The day and the half-hour of an instant by the line's wall clock."""
    local = at.astimezone(zone)
    return local.date(), local.hour * 2 + local.minute // 30


def _forecast(
    channel: str,
    counts: Mapping[str, Mapping[date, Sequence[float]]],
    marks: Days,
    languages: Sequence[str],
    between: tuple[date, date],
    quiet: int,
) -> Forecast:
    names = list(dict.fromkeys([*languages, *(name for name in counts if name != OTHER)]))
    parts = {name: _days([counts.get(name, {})], marks, *between) for name in names}
    whole = _days(list(counts.values()), marks, *between)
    prior = prior_of(channel, quiet)
    model, smoothed = daily.improve(whole, prior, forecast.fit(whole, prior))
    return Forecast(channel, whole, model, forecast.split(model, parts), marks, smoothed)


def prior_of(channel: str, quiet: int) -> Prior:
    """What is assumed of a channel before anything came: the settings' numbers; messages in equal parts by each way."""
    targets = present()
    return Prior((targets.calls_a_week if channel in LIVE else targets.messages_a_week / max(quiet, 1)) / 7)


def _days(parts: Sequence[Mapping[date, Sequence[float]]], marks: Days, first: date, after: date) -> list[Day]:
    out = []
    for number in range(max((after - first).days, 0)):
        on = first + timedelta(days=number)
        rows = [part[on] for part in parts if on in part]
        counts = tuple(map(sum, zip(*rows, strict=True))) if rows else (0.0,) * SLOTS
        out.append(Day(on, counts, marks.word(on)))
    return out


def unlearnt() -> dict[str, Forecast]:
    """The forecast of a line of which nothing is known but its settings: for the empty desk."""
    today, names = clock.now().astimezone(this.zone()).date(), channels()
    quiet = [name for name in names if name not in LIVE]
    languages = this.line().languages
    return {name: _forecast(name, {}, Days(), languages, (today, today), len(quiet)) for name in names}


def expected(first: datetime, last: datetime, found: Mapping[str, Forecast] | None = None) -> list[Expected]:
    """Means of every half-hour of the wall clock from ``first`` to ``last`` (aware), by language; by these forecasts, or the line's."""
    zone, found = this.zone(), forecasts() if found is None else found
    calls = [one for name, one in found.items() if name in LIVE]
    messages = [one for name, one in found.items() if name not in LIVE]
    days: dict[tuple[str, date], dict[str, list[float]]] = {}
    out = []
    for begins in half_hours(first, last):
        day, slot = place(begins, zone)
        out.append(Expected(begins, _means(calls, day, slot, days), _means(messages, day, slot, days)))
    return out


def _means(
    sources: Sequence[Forecast], day: date, slot: int, held: dict[tuple[str, date], dict[str, list[float]]]
) -> dict[str, float]:
    out: dict[str, float] = defaultdict(float)
    for one in sources:
        if (one.channel, day) not in held:
            factor = one.factor(day)
            held[one.channel, day] = {name: model.day(day, factor) for name, model in one.languages.items()}
        for name, means in held[one.channel, day].items():
            out[name] += means[slot]
    return dict(out)


def half_hours(first: datetime, last: datetime) -> list[datetime]:
    """The half-hours between two instants, in UTC; they begin on those of the wall clock in every time zone of the present day."""
    count = max(0, -((first - last) // HALF_HOUR))
    return [first.astimezone(UTC) + number * HALF_HOUR for number in range(count)]
