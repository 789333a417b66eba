"""Who is on duty at an instant: weekly shifts in the line's time zone.

Shifts are spoken of by the wall clock, and this is what happens when the clock is put forward or back:

- A shift begins when the wall clock first shows its start, and ends when the wall clock last shows its end. Where an hour
  happens twice, somebody who ends in it stays for the second one and somebody who starts in it comes for the first.
- A start or an end that the wall clock leaps over means the moment of the leap. A shift that lies inside the leap does not happen.
- Between its start and its end a shift lasts as long as it lasts: a night shift has an hour more in autumn and one less in spring.

So shifts that adjoin on paper adjoin in fact, whatever the clock does: there is never a hole between them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
# How many weeks ahead a shift that has begun by its dates is looked for; a week can fall into a leap of the clock.
WEEKS_AHEAD = 3


@dataclass(frozen=True)
class Shift:
    """Every week on ``weekday`` (0 is Monday) from ``starts`` for ``minutes`` by the wall clock, past midnight if need be.
    ``from_date`` and ``to_date``: the first and the last day on which it may start; None is without end."""

    operator: int
    weekday: int
    starts: time
    minutes: int
    from_date: date | None = None
    to_date: date | None = None


@dataclass(frozen=True, order=True)
class Stretch:
    """One occurrence of a shift, from an instant up to but not including another, both in UTC."""

    begins: datetime
    ends: datetime
    operator: int


def on_duty(shifts: Iterable[Shift], at: datetime, zone: tzinfo) -> set[int]:
    """Operators whose shift it is at the instant ``at`` (aware). Raises ValueError for a naive one."""
    return {stretch.operator for stretch in _around(shifts, at, zone) if stretch.begins <= at < stretch.ends}


def next_staffed(shifts: Iterable[Shift], at: datetime, zone: tzinfo) -> datetime | None:
    """The earliest instant from ``at`` on when it is somebody's shift: ``at`` itself if it is now, None if never again."""
    rows = list(shifts)
    if on_duty(rows, at, zone):
        return at
    return min((begins for shift in rows if (begins := _next_start(shift, at, zone))), default=None)


def until(shifts: Iterable[Shift], operator: int, at: datetime, zone: tzinfo) -> datetime | None:
    """When the operator's duty ends, shifts that adjoin or overlap taken together; None when they are not on duty at ``at``.
    Shifts without any break, round the week, are followed for one week."""
    mine = [shift for shift in shifts if shift.operator == operator]
    if not on_duty(mine, at, zone):
        return None
    end = at
    while end - at < WEEK and (further := _furthest(mine, end, zone)):
        end = further
    return end


def stretches(shifts: Iterable[Shift], first: datetime, last: datetime, zone: tzinfo) -> list[Stretch]:
    """What happens of the shifts between two instants, earliest first: a page of the rota."""
    rows = list(shifts)
    # As early as the longest shift can have begun that is still under way, and a day for what the clock does.
    back = max((timedelta(minutes=shift.minutes) // DAY for shift in rows), default=0) + 2
    days = list(_days(first.astimezone(zone).date() - back * DAY, last.astimezone(zone).date() + DAY))
    found = (_stretch(shift, day, zone) for shift in rows for day in _starting(shift, days))
    return sorted(one for one in found if one and one.begins < last and one.ends > first)


def without(shifts: Iterable[Shift], periods: Iterable[tuple[date, date]]) -> list[Shift]:
    """The shifts without those that start within the periods (first and last day, both included): where a rota was published, the
    weekly shifts do not hold."""
    left = list(shifts)
    for first, last in periods:
        left = [part for shift in left for part in _cut(shift, first, last)]
    return left


def _cut(shift: Shift, first: date, last: date) -> Iterator[Shift]:
    if (shift.to_date and shift.to_date < first) or (shift.from_date and shift.from_date > last):
        yield shift
        return
    if shift.from_date is None or shift.from_date < first:
        yield replace(shift, to_date=first - DAY)
    if shift.to_date is None or shift.to_date > last:
        yield replace(shift, from_date=last + DAY)


def _furthest(shifts: list[Shift], at: datetime, zone: tzinfo) -> datetime | None:
    return max((one.ends for one in _around(shifts, at, zone) if one.begins <= at < one.ends), default=None)


def _around(shifts: Iterable[Shift], at: datetime, zone: tzinfo) -> Iterator[Stretch]:
    """Every occurrence that can hold ``at``: what started as many days ago as it lasts, and a day for what the clock does."""
    if at.tzinfo is None:
        raise ValueError("a naive time names no instant")
    today = at.astimezone(zone).date()
    for shift in shifts:
        back = timedelta(minutes=shift.minutes) // DAY + 2
        for day in _starting(shift, _days(today - back * DAY, today + DAY)):
            if stretch := _stretch(shift, day, zone):
                yield stretch


def _next_start(shift: Shift, at: datetime, zone: tzinfo) -> datetime | None:
    first = max(at.astimezone(zone).date() - DAY, shift.from_date or date.min)
    for day in _starting(shift, _days(first, first + WEEKS_AHEAD * WEEK)):
        if (stretch := _stretch(shift, day, zone)) and stretch.begins > at:
            return stretch.begins
    return None


def _starting(shift: Shift, days: Iterable[date]) -> Iterator[date]:
    for day in days:
        early = shift.from_date is not None and day < shift.from_date
        late = shift.to_date is not None and day > shift.to_date
        if day.weekday() == shift.weekday and not early and not late:
            yield day


def _days(first: date, last: date) -> Iterator[date]:
    return (first + offset * DAY for offset in range((last - first).days + 1))


def _stretch(shift: Shift, day: date, zone: tzinfo) -> Stretch | None:
    """The occurrence that starts on ``day``; None when the clock leaps over the whole of it."""
    starts = datetime.combine(day, shift.starts)
    begins = _instant(starts, zone, last=False)
    ends = _instant(starts + timedelta(minutes=shift.minutes), zone, last=True)
    return Stretch(begins, ends, shift.operator) if begins < ends else None


def happens(shift: Shift, day: date, zone: tzinfo) -> Stretch | None:
    """The occurrence that starts on a day; None where the clock leaps over the whole of it, or the shift is not on that day."""
    return next((one for each in _starting(shift, [day]) if (one := _stretch(shift, each, zone))), None)


def _instant(wall: datetime, zone: tzinfo, *, last: bool) -> datetime:
    """When the wall clock shows ``wall``, for the first or the last time; the moment of the leap where it never does."""
    before = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if after < before:  # a time that never is: fold tells the offsets on either side of the leap apart (PEP 495)
        return _leap(after, before, zone)
    return after if last else before


def _leap(early: datetime, late: datetime, zone: tzinfo) -> datetime:
    """The instant between the two, to the second, at which the offset changes."""
    early, late = early.replace(microsecond=0), late.replace(microsecond=0)
    old = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        middle = middle if middle > early else early + timedelta(seconds=1)
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == old else (early, middle)
    return late
