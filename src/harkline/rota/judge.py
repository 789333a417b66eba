"""Which rules somebody's shifts break, each one named. Pure: values in, ``Broken`` out; hours are those of the wall clock.

What adjoins the period (the rota before, the rota after) is passed in with it, so that rest and days in a row hold across the
border; only what touches the period is reported.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

DAY = timedelta(days=1)
FOUR_WEEKS = 28
NIGHT = 3 * 60  # minutes between 23:00 and 06:00 that make a night shift (the night of Directive 2003/88/EC, art. 2)


@dataclass(frozen=True)
class Limits:
    """The rules that hold for one person. ``windows``: ``(weekday, opens, closes)`` in minutes, none for any hour; ``leave``: first
    and last days."""

    planned: bool = True
    rest: int = 11 * 60
    days_in_row: int = 5
    days_off: int = 2
    nights: int = 8
    weekends: int = 2
    week_least: int = 0
    week_most: int = 40 * 60
    from_date: date | None = None
    to_date: date | None = None
    windows: Sequence[tuple[int, int, int]] = ()
    leave: Sequence[tuple[date, date]] = ()


@dataclass(frozen=True, order=True)
class Turn:
    """One shift of one person."""

    day: date
    starts: time
    minutes: int
    on_call: bool = field(default=False, compare=False)

    @property
    def begins(self) -> datetime:
        """By the wall clock, naive."""
        return datetime.combine(self.day, self.starts)

    @property
    def ends(self) -> datetime:
        """By the wall clock, naive."""
        return self.begins + timedelta(minutes=self.minutes)


@dataclass(frozen=True, order=True)
class Broken:
    """One rule that is broken. ``days`` are the days concerned, ``have`` and ``limit`` in the rule's own unit (minutes, days, …)."""

    operator: int
    days: tuple[date, ...]
    rule: str
    have: int = 0
    limit: int = 0


def is_night(starts: time, minutes: int) -> bool:
    """Whether three hours of the shift lie between 23:00 and 06:00."""
    begins = starts.hour * 60 + starts.minute
    ends = begins + minutes
    nights = ((-60, 360), (1380, 1800), (2820, 3240))
    return sum(max(0, min(ends, to) - max(begins, since)) for since, to in nights) >= NIGHT


Rule = Callable[[int, Limits, list[Turn]], Iterator[Broken]]


def broken(operator: int, limits: Limits, turns: Iterable[Turn], first: date, last: date) -> list[Broken]:
    """Every rule that this person's shifts break on the days ``first`` … ``last``, the earliest day first."""
    mine = sorted(turns)
    inside = [one for one in mine if first <= one.day <= last]
    found = [one for rule in _EVERYWHERE for one in rule(operator, limits, mine)]
    found += [one for rule in _INSIDE for one in rule(operator, limits, inside)]
    found += _too_little(operator, limits, inside, first, last)
    return sorted({one for one in found if any(first <= day <= last for day in one.days)})


def _not_planned(operator: int, limits: Limits, turns: list[Turn]) -> Iterator[Broken]:
    for one in turns:
        early = limits.from_date is not None and one.day < limits.from_date
        late = limits.to_date is not None and one.day > limits.to_date
        if not limits.planned or early or late:
            yield Broken(operator, (one.day,), "contract")


def _leave(operator: int, limits: Limits, turns: list[Turn]) -> Iterator[Broken]:
    for one in turns:
        for first, last in limits.leave:
            begins, ends = datetime.combine(first, time()), datetime.combine(last + DAY, time())
            if one.begins < ends and one.ends > begins:
                yield Broken(operator, (one.day,), "leave")


def _availability(operator: int, limits: Limits, turns: list[Turn]) -> Iterator[Broken]:
    for one in turns:
        if limits.windows and not available(limits.windows, one):
            yield Broken(operator, (one.day,), "availability")


def available(windows: Sequence[tuple[int, int, int]], turn: Turn) -> bool:
    """Whether the whole shift lies in somebody's weekly hours, windows that adjoin taken together."""
    at = turn.begins
    opened = sorted(
        (begins, begins + timedelta(minutes=(closes - opens) if closes > opens else closes - opens + 1440))
        for day in (turn.day - DAY, turn.day, turn.day + DAY, turn.day + 2 * DAY)
        for weekday, opens, closes in windows
        if day.weekday() == weekday
        for begins in [datetime.combine(day, time()) + timedelta(minutes=opens)]
    )
    for begins, ends in opened:
        if begins <= at < ends:
            at = ends
    return at >= turn.ends


def _rest(operator: int, limits: Limits, turns: list[Turn]) -> Iterator[Broken]:
    for one, following in pairwise(turns):
        if following.begins < one.ends:
            yield Broken(operator, (one.day, following.day), "overlap")
        elif (pause := (following.begins - one.ends) // timedelta(minutes=1)) < limits.rest:
            yield Broken(operator, (one.day, following.day), "rest", pause, limits.rest)


def _runs(turns: list[Turn]) -> list[list[date]]:
    """Days of work, those in a row together."""
    runs: list[list[date]] = []
    for day in sorted({one.day for one in turns}):
        if runs and day - runs[-1][-1] == DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _days_in_row(operator: int, limits: Limits, turns: list[Turn]) -> Iterator[Broken]:
    for run in _runs(turns):
        if len(run) > limits.days_in_row:
            yield Broken(operator, tuple(run), "days_in_row", len(run), limits.days_in_row)


def _days_off(operator: int, limits: Limits, turns: list[Turn]) -> Iterator[Broken]:
    for run, following in pairwise(_runs(turns)):
        off = (following[0] - run[-1]).days - 1
        if off < limits.days_off:
            yield Broken(operator, (run[-1], following[0]), "days_off", off, limits.days_off)


def _weeks(operator: int, limits: Limits, turns: list[Turn]) -> Iterator[Broken]:
    worked: dict[date, list[Turn]] = {}
    for one in turns:
        worked.setdefault(one.day - one.day.weekday() * DAY, []).append(one)
    for mine in worked.values():
        minutes = sum(one.minutes for one in mine if not one.on_call)
        if minutes > limits.week_most:
            yield Broken(operator, tuple(one.day for one in mine), "week_most", minutes, limits.week_most)


def _nights(operator: int, limits: Limits, turns: list[Turn]) -> Iterator[Broken]:
    days = [one.day for one in turns if is_night(one.starts, one.minutes) and not one.on_call]
    yield from _too_many(operator, "nights", days, limits.nights)


def _weekends(operator: int, limits: Limits, turns: list[Turn]) -> Iterator[Broken]:
    days = sorted({one.day - (one.day.weekday() - 5) * DAY for one in turns if one.day.weekday() >= 5})
    yield from _too_many(operator, "weekends", days, limits.weekends)


def _too_many(operator: int, rule: str, days: list[date], most: int) -> Iterator[Broken]:
    """In any four weeks; the fullest ones are named."""
    windows = [[day for day in days if last - FOUR_WEEKS * DAY < day <= last] for last in days]
    fullest = max(windows, key=len, default=[])
    if len(fullest) > most:
        yield Broken(operator, tuple(fullest), rule, len(fullest), most)


def _too_little(operator: int, limits: Limits, turns: list[Turn], first: date, last: date) -> Iterator[Broken]:
    monday = first + (-first.weekday() % 7) * DAY
    while limits.week_least and limits.planned and monday + 6 * DAY <= last:
        days = [monday + number * DAY for number in range(7)]
        away = sum(any(since <= day <= to for since, to in limits.leave) for day in days)
        least = limits.week_least * (7 - away) // 7
        minutes = sum(one.minutes for one in turns if one.day in days and not one.on_call)
        if minutes < least:
            yield Broken(operator, (monday,), "week_least", minutes, least)
        monday += 7 * DAY


_EVERYWHERE: tuple[Rule, ...] = (_rest, _days_in_row, _days_off, _weeks, _nights, _weekends)
_INSIDE: tuple[Rule, ...] = (_not_planned, _leave, _availability)
