"""Whether a caller may be called back now, by their own terms. Pure: values in, a verdict out.

A safe window is what the clock on the caller's own wall shows. Where that clock skips an hour in spring the hour is never safe;
where it shows an hour twice in autumn both are. Nothing here guesses: what was not said is not allowed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

DAY = 1440  # minutes
MOST_TRIES = 5
LEAST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(days=3)
LONGEST = timedelta(days=60)  # after which terms that were never used have to be asked for again
AHEAD = timedelta(days=22)  # a weekly window that a clock change swallows comes again within three weeks
_FIXED = re.compile(r"UTC([+-])(\d\d):([0-5]\d)")


@dataclass(frozen=True)
class SafeWindow:
    """Weekly: the days (0 is Monday) on which it opens, and minutes from midnight by the caller's clock. One that closes before
    it opens runs past midnight. Raises ValueError for what is no window."""

    days: frozenset[int]
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise ValueError("a safe window needs its days")
        if not (0 <= self.opens < DAY and 0 < self.closes <= DAY) or self.opens == self.closes:
            raise ValueError("a safe window opens and closes within a day")

    @property
    def end(self) -> int:
        """Minutes from the midnight before it opens."""
        return self.closes if self.closes > self.opens else self.closes + DAY


@dataclass(frozen=True)
class Terms:
    """What the server may know of a caller's terms. ``consent`` says who asked for the call: ``caller``, ``other``, or nothing."""

    consent: str
    zone: str
    windows: tuple[SafeWindow, ...]
    expires_at: datetime
    number_given: bool
    tries: int
    pause: timedelta
    first_day: date | None = None  # of the windows' days, by the caller's calendar; both included
    last_day: date | None = None
    state: str = "open"
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Tried:
    """One try. ``over`` is false while it runs."""

    at: datetime
    over: bool = True


@dataclass(frozen=True)
class Verdict:
    """``reason`` is empty where dialling is allowed; ``at`` is then the end of the window, else the first moment at which it will
    be allowed, where there is one."""

    reason: str = ""
    at: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether to dial."""
        return not self.reason


def verdict(
    terms: Terms | None, now: datetime, tries: Sequence[Tried] = (), *, reach: str = "", override: bool = False
) -> Verdict:
    """Whether this caller may be dialled now. ``reach`` is why nobody could be dialled at all (``line_closed``, ``no_trunk``).
    Two people's ``override`` lifts the caller's hours, pause and number of tries; never the want of a number."""
    if terms is None:
        return Verdict("no_terms")
    if refused := _never(terms, tries) or ("" if override else _no_more(terms, now, tries)):
        return Verdict(refused)
    found = Verdict("", closes(terms, now)) if override else _by_hours(terms, now, tries)
    return Verdict(reach) if found.allowed and reach else found


def _never(terms: Terms, tries: Sequence[Tried]) -> str:
    if terms.state != "open":
        return "over"
    if not terms.number_given:
        return "no_number"
    return "" if all(one.over for one in tries) else "under_way"


def _no_more(terms: Terms, now: datetime, tries: Sequence[Tried]) -> str:
    if terms.consent != "caller":
        return "not_asked"
    if not terms.windows:
        return "no_window"
    if now >= terms.expires_at:
        return "expired"
    return "tries_used" if len(tries) >= terms.tries else ""


def _by_hours(terms: Terms, now: datetime, tries: Sequence[Tried]) -> Verdict:
    rested = max((one.at for one in tries), default=now - terms.pause) + terms.pause
    if rested > now:
        at = rested if inside(terms, rested) else opens(terms, rested)
        return Verdict("too_soon", _in_time(terms, at))
    if not inside(terms, now):
        return Verdict("outside", _in_time(terms, opens(terms, now)))
    return Verdict("", closes(terms, now))


def _in_time(terms: Terms, at: datetime | None) -> datetime | None:
    return at if at and at < terms.expires_at else None


# --- the caller's clock ---------------------------------------------------------------------------------------------------------


@cache
def zone(name: str) -> tzinfo:
    """A time zone by its name (``Europe/London``), or so many hours from UTC (``UTC+05:30``). Raises ValueError."""
    if found := _FIXED.fullmatch(name):
        away = timedelta(hours=int(found[2]), minutes=int(found[3]))
        if away > timedelta(hours=14):
            raise ValueError("no clock on earth is as far from UTC")
        return timezone(-away if found[1] == "-" else away)
    if name not in zones():
        raise ValueError("no time zone of this name")
    return ZoneInfo(name)


@cache
def zones() -> frozenset[str]:
    """Every time zone's name."""
    return frozenset(available_timezones())


@cache
def places() -> tuple[str, ...]:
    """The time zones among which somebody chooses: those that are named after a place, and UTC."""
    parts = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(name for name in zones() if name.startswith(parts)))


def minutes(text: str) -> int:
    """``09:30`` as minutes from midnight, ``24:00`` too. Raises ValueError."""
    if not (found := re.fullmatch(r"(\d\d):(\d\d)(?::00)?", text)) or int(found[2]) > 59:
        raise ValueError("a time of day is written as 09:30")
    return int(found[1]) * 60 + int(found[2])


def window(days: Iterable[int], begins: str, ends: str) -> SafeWindow:
    """A safe window as somebody filled it in; one that ends at midnight, or when it begins, lasts to the end of the day.
    Raises ValueError."""
    opens, closes = minutes(begins), minutes(ends)
    return SafeWindow(frozenset(days), opens, DAY if closes in (0, opens) else closes)


def clocks(terms: Terms, now: datetime) -> frozenset[tzinfo]:
    """The caller's clock; where only its distance from UTC is known, every clock that it may be by now. One that stood there when
    the terms were set may have been put forward or back since."""
    here = zone(terms.zone)
    return frozenset(
        {here, *(timezone(away) for one in _kin_of(terms) if (away := now.astimezone(one).utcoffset()) is not None)}
    )


@lru_cache(maxsize=64)
def _kin(fixed: str, at: datetime) -> tuple[tzinfo, ...]:
    """The places whose clock stood so far from UTC at a moment; without Antarctica, where one station goes two hours ahead at once."""
    away = at.astimezone(zone(fixed)).utcoffset()
    inhabited = (zone(name) for name in places() if not name.startswith("Antarctica/"))
    return tuple(one for one in inhabited if at.astimezone(one).utcoffset() == away)


def inside(terms: Terms, now: datetime) -> bool:
    """Whether the caller's clock stands in one of their safe windows, whichever of several clocks it may be."""
    return all(_inside(terms, now.astimezone(one)) for one in clocks(terms, now))


def _inside(terms: Terms, here: datetime) -> bool:
    minute = here.hour * 60 + here.minute
    return any(
        window.opens <= minute + DAY * before < window.end and _on(terms, window, here.date() - timedelta(days=before))
        for window in terms.windows
        for before in (0, 1)
    )


def _on(terms: Terms, window: SafeWindow, day: date) -> bool:
    if (terms.first_day and day < terms.first_day) or (terms.last_day and day > terms.last_day):
        return False
    return day.weekday() in window.days


def opens(terms: Terms, after: datetime) -> datetime | None:
    """The first moment after this at which a window is open that was not, in UTC; None where none will be."""
    begin = after
    if terms.first_day:
        begin = max(begin, _instant(zone(terms.zone), terms.first_day, 0) - timedelta(days=1))
    return next((at for at in _edges(terms, begin) if at > after and inside(terms, at)), None)


def closes(terms: Terms, now: datetime) -> datetime | None:
    """When the window that is open now closes, in UTC; None where none is, or none does for weeks."""
    if not inside(terms, now):
        return None
    return next((at for at in _edges(terms, now) if at > now and not inside(terms, at)), None)


def _edges(terms: Terms, begin: datetime) -> Iterator[datetime]:
    """Every moment at which it can change whether a window is open, in order: windows' ends, and changes of the clock."""
    found: set[datetime] = set()
    first = begin.astimezone(zone(terms.zone)).date() - timedelta(days=2)
    minutes_ = {end for window in terms.windows for end in (window.opens, window.closes)}
    for one in clocks(terms, begin) | clocks(terms, begin + AHEAD):
        found |= set(_changes(one, begin, begin + AHEAD))
        for day in (first + timedelta(days=n) for n in range(AHEAD.days + 4)):
            found |= {_instant(one, day, minute, fold) for minute in minutes_ for fold in (0, 1)}
    found |= {at for one in _kin_of(terms) for at in _changes(one, begin, begin + AHEAD)}
    yield from sorted(at for at in found if at >= begin)


def _kin_of(terms: Terms) -> tuple[tzinfo, ...]:
    if terms.recorded_at is None or not _FIXED.fullmatch(terms.zone):
        return ()
    return _kin(terms.zone, terms.recorded_at.replace(minute=0, second=0, microsecond=0))


def _instant(where: tzinfo, day: date, minute: int, fold: int = 0) -> datetime:
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=where, fold=fold).astimezone(UTC)


def _changes(where: tzinfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """When the clock is put forward or back, to the second."""
    step = timedelta(hours=12)
    at = begin.astimezone(UTC).replace(microsecond=0)
    while at < end:
        if _offset(where, at) != _offset(where, at + step):
            yield _change(where, at, at + step)
        at += step


def _change(where: tzinfo, before: datetime, after: datetime) -> datetime:
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(where, middle) == _offset(where, before):
            before = middle
        else:
            after = middle
    return after


def _offset(where: tzinfo, at: datetime) -> timedelta | None:
    return at.astimezone(where).utcoffset()
