"""How somebody opens, without what: by operator and day, for a supervisor's eye. Reckons with values; two functions read the tables."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

from django.db.models.functions import Coalesce

from harkline.audit import view
from harkline.audit.words import Act
from harkline.intake import exclusions
from harkline.line import this
from harkline.people.models import Operator
from harkline.records.models import CaseThread
from harkline.rota.models import Duty
from harkline.runtime import clock

MINUTE = timedelta(minutes=1)
OFTEN, TIMES = 10, 3  # as many cases in a day, and as many times one's usual number
OTHERS = 5


@dataclass(frozen=True)
class Opened:
    """One opening: by whom, in which minute (aware), which case."""

    operator: int
    minute: datetime
    case: str


@dataclass(frozen=True)
class Stretch:
    """A time in which an operator was on duty, or had a contact in hand. ``ends`` None: still."""

    operator: int
    begins: datetime
    ends: datetime | None


@dataclass(frozen=True)
class Day:
    """One operator's day. ``own``: cases of which they have, or had, a contact. ``unusual``: words of the plain rule below."""

    day: date
    operator: int
    cases: int
    openings: int
    own: int
    others: int
    off_duty: int
    empty_handed: int
    hours: Sequence[int]
    unusual: Sequence[str] = field(default=())


def days(
    opened: Iterable[Opened],
    duties: Collection[Stretch],
    in_hand: Collection[Stretch],
    own: Collection[tuple[int, str]],
    zone: tzinfo,
) -> list[Day]:
    """Every operator's days, newest first. Unusual is: opened off duty; five and more cases of others, being more than one's own;
    ten and more cases, being three times as many as on one's usual day."""
    found: dict[tuple[date, int], list[Opened]] = defaultdict(list)
    for one in opened:
        found[one.minute.astimezone(zone).date(), one.operator].append(one)
    counted = [_day(key, rows, duties, in_hand, set(own), zone) for key, rows in found.items()]
    usual = {who: median(one.cases for one in counted if one.operator == who) for _day_, who in found}
    judged = [_judged(one, usual[one.operator]) for one in counted]
    return sorted(judged, key=lambda one: (-one.day.toordinal(), one.operator))


def _day(
    key: tuple[date, int],
    rows: list[Opened],
    duties: Collection[Stretch],
    in_hand: Collection[Stretch],
    own: set[tuple[int, str]],
    zone: tzinfo,
) -> Day:
    cases = {one.case for one in rows}
    mine = {case for case in cases if (key[1], case) in own}
    return Day(
        *key,
        cases=len(cases),
        openings=len(rows),
        own=len(mine),
        others=len(cases) - len(mine),
        off_duty=sum(not _within(one, duties) for one in rows),
        empty_handed=sum(not _within(one, in_hand) for one in rows),
        hours=sorted({one.minute.astimezone(zone).hour for one in rows}),
    )


def _within(one: Opened, stretches: Iterable[Stretch]) -> bool:
    # An opening is known to the minute: what began within it counts.
    return any(
        stretch.operator == one.operator
        and stretch.begins < one.minute + MINUTE
        and (stretch.ends is None or stretch.ends >= one.minute)
        for stretch in stretches
    )


def _judged(one: Day, usual: float) -> Day:
    words = [
        *(["off_duty"] if one.off_duty else []),
        *(["others"] if one.others >= OTHERS and one.others > one.own else []),
        *(["many"] if one.cases >= OFTEN and one.cases > TIMES * usual else []),
    ]
    return Day(**{**one.__dict__, "unusual": tuple(words)})


def recent(viewer: Operator, length: int) -> list[Day]:
    """The last ``length`` days, without the cases that do not exist for this viewer."""
    since = clock.now() - timedelta(days=length)
    rows = view.records(viewer.pk).filter(act=Act.OPENED, minute__gte=since, actor__isnull=False)
    opened = [Opened(who, minute, case) for who, minute, case in rows.values_list("actor", "minute", "case") if who]
    own = CaseThread.objects.filter(
        case__in={one.case for one in opened if one.case}, thread__contacts__operator__isnull=False
    ).values_list("thread__contacts__operator_id", "case_id")
    return days(opened, _duties(since), _in_hand(viewer, since), {(who, str(case)) for who, case in own}, this.zone())


def _duties(since: datetime) -> list[Stretch]:
    rows = Duty.objects.exclude(ended_at__lt=since)
    return [Stretch(*row) for row in rows.values_list("operator_id", "started_at", "ended_at")]


def _in_hand(viewer: Operator, since: datetime) -> list[Stretch]:
    rows = exclusions.contacts(viewer).filter(operator__isnull=False)
    # What was taken on paper has no moment of acceptance; it was in hand since it was entered.
    rows = rows.annotate(since=Coalesce("accepted_at", "waiting_since"))
    rows = rows.exclude(closed_at__lt=since)
    return [
        Stretch(who, begins, ends)
        for who, begins, ends in rows.values_list("operator_id", "since", "closed_at")
        if who and begins
    ]
