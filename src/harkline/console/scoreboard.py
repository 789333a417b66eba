"""The figures of a period, from the line's rows: what was offered and answered, when, and with how many people on duty."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from harkline.console import board, demand, needs, publish, tally
from harkline.console.figures import Definition
from harkline.console.publish import Shown
from harkline.console.tally import CALLS, MESSAGES, Row, Tally, Worst
from harkline.intake.models import Outcome
from harkline.line import this
from harkline.people.models import Operator
from harkline.rota import pooled
from harkline.rota.models import Duty
from harkline.rota.targets import present
from harkline.runtime import clock

WEEKS = 12
HOUR = timedelta(hours=1)
EDGES = (10, 20, 30, 60, 120, 300, 600, 1800)  # seconds, of the distribution of waits
LEAST_OFFERED = 30  # of which an effective capacity is reckoned


@dataclass(frozen=True)
class Period:
    """From an instant up to but not including another."""

    word: str
    first: datetime
    last: datetime


def period(word: str, *, whole_weeks: bool) -> Period:
    """``day``, ``week`` or ``month`` until now; or a whole week of the line's calendar by its Monday, ``2026-05-25``.

    Who is shown no small counts gets whole weeks alone (``whole_weeks``), the last one where they ask for another: two periods that
    overlap would show the difference between them."""
    now = clock.now()
    if not whole_weeks and word in board.PERIODS:
        return Period(word, now - board.PERIODS[word], now)
    chosen = next((one for one in weeks() if one.isoformat() == word), None)
    if chosen is None and not whole_weeks:
        return Period("day", now - board.PERIODS["day"], now)
    monday = chosen or weeks()[0]
    return Period(monday.isoformat(), _midnight(monday), _midnight(monday + timedelta(days=7)))


def weeks() -> list[date]:
    """The Mondays of the last whole weeks, the newest first."""
    today = clock.now().astimezone(this.zone()).date()
    this_monday = today - timedelta(days=today.weekday())
    return [this_monday - timedelta(days=7 * back) for back in range(1, WEEKS + 1)]


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), this.zone())


def definitions() -> dict[str, Definition]:
    """What a service level counts: of calls as promised, of messages whether they were read in the promised hours."""
    calls = board.definition()
    return {CALLS: calls, MESSAGES: Definition(calls.goal, present().answer_messages, True, 0.0)}


def rows(viewer: Operator | None, within: Period) -> dict[str, list[Row]]:
    """The attempts of a period as far as they exist for a viewer, calls that have ended and all messages."""
    zone = this.zone()
    found = demand.counted(viewer).filter(arrived_at__gte=within.first, arrived_at__lt=within.last)
    columns = (
        "channel",
        "language",
        "arrived_at",
        "ended_at",
        "outcome",
        "stage",
        "contact__accepted_at",
        "contact__state",
    )
    out: dict[str, list[Row]] = {CALLS: [], MESSAGES: []}
    for channel, language, at, ended, outcome, stage, accepted, state in found.values_list(*columns).iterator():
        hour = at.astimezone(zone).hour
        if channel in demand.LIVE:
            if outcome:
                # Of an answered call that lost its contact the end is known and not the answer.
                until = accepted or (None if outcome == Outcome.ANSWERED else ended)
                waited = (until - at).total_seconds() if until else None
                out[CALLS].append(Row(channel, language, hour, outcome, stage, waited))
        else:
            out[MESSAGES].append(_message(channel, language, hour, at, outcome, stage, accepted, state))
    return out


def _message(
    channel: str,
    language: str,
    hour: int,
    at: datetime,
    outcome: str,
    stage: str,
    accepted: datetime | None,
    state: str | None,
) -> Row:
    """A message is answered once somebody has taken it. One whose contact was removed was dealt with long ago."""
    if outcome in ("abandoned", "short_abandoned") or not outcome:
        return Row(channel, language, hour, "abandoned" if outcome else "", stage)
    if accepted:
        return Row(channel, language, hour, "answered", stage, (accepted - at).total_seconds())
    return Row(channel, language, hour, "open" if state == "waiting" else "answered", stage)


@dataclass(frozen=True)
class Hour:
    """An hour of the day, on the average of a period's days: attempts, people needed, people on duty."""

    hour: int
    attempts: float
    needed: float
    duty: float


@dataclass(frozen=True)
class Sheet:
    """All figures of a period. ``exact``: with small counts, for supervisors. ``effective``: how many fully pooled people would have lost as few
    callers, over how many were on duty; None where too little is known. ``on_paper``: how many of them were taken on paper."""

    period: Period
    exact: bool
    groups: dict[str, list[Shown]]
    worst: Worst | None
    effective: float | None
    hours: list[Hour]
    waits: list[int] | None
    on_duty: float
    on_paper: int = 0


def sheet(viewer: Operator, word: str, *, exact: bool) -> Sheet:
    """The figures as a reader may see them. Without ``exact`` nothing is counted that is hidden from any colleague, so that two readers
    who compare learn nothing by it."""
    within = period(word, whole_weeks=not exact)
    found = rows(viewer if exact else None, within)
    by = definitions()
    counted = {kind: tally.tally(found[kind], by[kind]) for kind in found}
    limit = None if exact else present().small_cell
    groups = {kind: publish.shown(counted[kind], by[kind], limit) for kind in counted}
    duty = duty_by_hour(within)
    return Sheet(
        within,
        exact,
        groups,
        tally.worst(counted[CALLS], present().small_cell) if exact or _whole(groups[CALLS], "language") else None,
        effective(counted[CALLS], duty, within) if exact or _whole(groups[CALLS], "all") else None,
        hours(found, duty, within) if exact else [],
        _waits(counted[CALLS], limit),
        sum(duty) / 24,
        _on_paper(viewer, within) if exact else 0,
    )


def _on_paper(viewer: Operator, within: Period) -> int:
    of = demand.counted(viewer).filter(arrived_at__gte=within.first, arrived_at__lt=within.last)
    return of.exclude(paper_at=None).count()


def unlearnt(word: str) -> Sheet:
    """The figures of a line that nobody has tried to reach: for the empty desk. Asks no table."""
    by = definitions()
    groups = {kind: publish.shown(tally.tally([], by[kind]), by[kind], None) for kind in (CALLS, MESSAGES)}
    within = period(word, whole_weeks=False)
    none = [Hour(hour, 0.0, 0.0, 0.0) for hour in range(24)]
    return Sheet(within, True, groups, None, None, none, [0] * (len(EDGES) + 1), 0.0)


def _whole(groups: Iterable[Shown], group: str) -> bool:
    """Whether nothing of a group is hidden that an average over it would tell."""
    told = ("offered", "abandoned")
    return all(one.counts[name] is not None for one in groups if one.group in ("all", group) for name in told)


def _waits(found: Tally, limit: int | None) -> list[int] | None:
    bins = tally.histogram(found["all", ""].waits, EDGES)
    return None if limit and any(0 < number < limit for number in bins) else bins


def hours(found: dict[str, list[Row]], duty: Sequence[float], within: Period) -> list[Hour]:
    """Attempts, need and duty by the hour of the day."""
    days = max((within.last - within.first) / timedelta(days=1), 1.0)
    came = [0] * 24
    for row in (*found[CALLS], *found[MESSAGES]):
        came[row.hour] += 1
    needed = needed_by_hour(within)
    return [Hour(hour, came[hour] / days, needed[hour], duty[hour]) for hour in range(24)]


def needed_by_hour(within: Period) -> list[float]:
    """People needed in each hour of the day, by what is forecast for the days of the period."""
    zone = this.zone()
    first = within.first.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    found: list[list[int]] = [[] for _hour in range(24)]
    for one in needs.over(first, within.last):
        found[one.begins.astimezone(zone).hour].append(one.people)
    return [sum(many) / len(many) if many else 0.0 for many in found]


def duty_by_hour(within: Period) -> list[float]:
    """People who were signed on in each hour of the day, on the average of the period's days."""
    zone, now = this.zone(), clock.now()
    seconds, whole = [0.0] * 24, [0.0] * 24
    for start, end in _hours(within.first, min(within.last, now)):
        whole[start.astimezone(zone).hour] += (end - start).total_seconds()
    rows = Duty.objects.filter(started_at__lt=within.last).filter(Q(ended_at=None) | Q(ended_at__gt=within.first))
    for began, ended in rows.values_list("started_at", "ended_at"):
        for start, end in _hours(max(began, within.first), min(ended or now, within.last, now)):
            seconds[start.astimezone(zone).hour] += (end - start).total_seconds()
    return [there / all_ if all_ else 0.0 for there, all_ in zip(seconds, whole, strict=True)]


def _hours(first: datetime, last: datetime) -> Iterable[tuple[datetime, datetime]]:
    """A stretch, cut at the hours."""
    while first < last:
        next_hour = first.replace(minute=0, second=0, microsecond=0) + HOUR
        end = min(next_hour, last)
        yield first, end
        first = end


def effective(found: Tally, duty: Sequence[float], within: Period) -> float | None:
    """The effective capacity of a period; None where too few called or nobody gave up."""
    everybody = found["all", ""].counts
    # Who hung up in the greeting was not lost for want of people.
    lost = everybody["abandoned_queue"] + everybody["abandoned_ringing"]
    if everybody["offered"] < LEAST_OFFERED or not lost:
        return None
    days = max((within.last - within.first) / timedelta(days=1), 1.0)
    offered = [found["hour", str(hour)].counts["offered"] if ("hour", str(hour)) in found else 0 for hour in range(24)]
    basis = needs.basis()
    loads = [pooled.Hour(number / days / 3600, there) for number, there in zip(offered, duty, strict=True)]
    return pooled.effective(loads, lost / days, basis.handling.mean, basis.patience.mean)
