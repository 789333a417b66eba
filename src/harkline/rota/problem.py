"""A draft as the engine takes it (``rota.plan.terms``), and the engine's answer as rows."""

from datetime import date, datetime, time, timedelta
from math import ceil

from harkline.line import this
from harkline.people.models import Operator
from harkline.rota import cover, demand, judge, picture, terms
from harkline.rota.models import Assignment, Pattern, Rota, WishKind
from harkline.rota.plan.terms import Fixed, Person, Problem, Request, ShiftType, SlotNeed
from harkline.rota.plan.terms import Rota as Found
from harkline.runtime import clock

DAY = timedelta(days=1)
FOUR_WEEKS = 28  # days
BEFORE = 27  # days of the rota before that the rules look at
HALF = 30  # minutes
# What it costs, for one half-hour: somebody missing, somebody missing of a language, fewer than the line's rule wants, one too many.
MISSING, LANGUAGE, LEAST, SURPLUS = 50.0, 60.0, 500.0, 1.0
WISH = 8.0  # for one that is wished a little
NIGHT = 20.0  # a night beyond one's fair share
CHANGE = 15.0  # a day changed in a repair


def of(rota: Rota, *, repair: bool = False) -> Problem:
    """The problem that a draft is."""
    people = terms.people()
    rows = list(rota.assignments.all())
    patterns = list(Pattern.objects.filter(active=True))
    limits = terms.limits(people, rota.first_day, rota.last_day + DAY)
    return Problem(
        days=rota.days,
        shifts=tuple(_shift(one) for one in patterns),
        people=tuple(_people(rota, people, limits, patterns)),
        slot_needs=tuple(_needs(rota)),
        requests=tuple(_requests(rota, {one.code for one in patterns}, {one.pk for one in people})),
        fixed=tuple(_fixed(rota, rows, {one.code for one in patterns}, {one.pk for one in people})),
        first_weekday=rota.first_day.weekday(),
        night_weight=NIGHT,
        unchanged=_unchanged(rota, rows, people, patterns) if repair else {},
        change_weight=CHANGE if repair else 0.0,
    )


def rows_of(rota: Rota, found: Found) -> list[tuple[int, date, Pattern]]:
    """What the engine found, as rows for ``rotas.fill``."""
    patterns = {one.code: one for one in Pattern.objects.filter(active=True)}
    return [
        (int(name), rota.first_day + number * DAY, patterns[code])
        for name, line in found.items()
        for number, code in enumerate(line)
        if code in patterns
    ]


def _shift(one: Pattern) -> ShiftType:
    starts = one.starts.hour * 60 + one.starts.minute
    return ShiftType(one.code, starts, one.minutes, night=judge.is_night(one.starts, one.minutes))


def _people(
    rota: Rota, people: list[Operator], limits: dict[int, judge.Limits], patterns: list[Pattern]
) -> list[Person]:
    before, fair = _before(rota), _fair_nights(rota, people, limits)
    return [_person(rota, one, limits[one.pk], patterns, before.get(one.pk, {}), fair[one.pk]) for one in people]


def _person(
    rota: Rota, who: Operator, limits: judge.Limits, patterns: list[Pattern], before: dict[date, str], fair: int
) -> Person:
    away = {number for number in range(rota.days) if _is_away(limits, rota.first_day + number * DAY)}
    known = {one.code for one in patterns}
    at_night = {one.code for one in patterns if judge.is_night(one.starts, one.minutes)}
    past = [before.get(rota.first_day - number * DAY) for number in range(BEFORE, 0, -1)]
    return Person(
        name=str(who.pk),
        min_minutes=int(limits.week_least * (rota.days - len(away)) / 7) if rota.days >= 7 else 0,
        max_minutes=int(limits.week_most * rota.days / 7),
        rest=limits.rest,
        max_days_in_row=limits.days_in_row,
        min_days_off=limits.days_off,
        max_weekends=_left(rota, limits.weekends, {_saturday(day) for day in before if day.weekday() >= 5}),
        max_nights=_left(rota, limits.nights, {day for day, code in before.items() if code in at_night}),
        fair_nights=fair,
        days_off=frozenset(away),
        unavailable=frozenset(_impossible(rota, limits, patterns)),
        languages=frozenset(who.languages),
        skills=frozenset(who.skills),
        before=tuple(code if code in known else None for code in past) if before else (),
    )


def _left(rota: Rota, most: int, worked: set[date]) -> int:
    """What is left of a limit that holds for any four weeks, when the rota before has used some of it."""
    if rota.days >= FOUR_WEEKS:
        return ceil(most * rota.days / FOUR_WEEKS)
    since = rota.first_day - (FOUR_WEEKS - rota.days) * DAY
    return max(0, most - sum(day >= since for day in worked))


def _saturday(day: date) -> date:
    return day - (day.weekday() - 5) * DAY


def _is_away(limits: judge.Limits, day: date) -> bool:
    early = limits.from_date is not None and day < limits.from_date
    late = limits.to_date is not None and day > limits.to_date
    return not limits.planned or early or late or any(first <= day <= last for first, last in limits.leave)


def _impossible(rota: Rota, limits: judge.Limits, patterns: list[Pattern]) -> list[tuple[int, str]]:
    """Shifts that reach into somebody's leave, or lie outside the hours in which they can work."""
    found = []
    for number in range(rota.days):
        for one in patterns:
            turn = judge.Turn(rota.first_day + number * DAY, one.starts, one.minutes)
            reaches = any(
                turn.begins < datetime.combine(last + DAY, time()) and turn.ends > datetime.combine(first, time())
                for first, last in limits.leave
            )
            if reaches or (limits.windows and not judge.available(limits.windows, turn)):
                found.append((number, one.code))
    return found


def _before(rota: Rota) -> dict[int, dict[date, str]]:
    found: dict[int, dict[date, str]] = {}
    for row in picture.beside(rota, rota.first_day - BEFORE * DAY, rota.first_day - DAY):
        found.setdefault(row.operator_id, {})[row.day] = row.code
    return found


def _fair_nights(rota: Rota, people: list[Operator], limits: dict[int, judge.Limits]) -> dict[int, int]:
    """Each one's share of the nights, what they worked in the twelve weeks before taken into account."""
    need, worked = demand.of(rota), picture.nights_before(rota.first_day)
    nights = sum(need(rota.first_day + number * DAY, 6).get(cover.ANY, 0) for number in range(rota.days))
    able = [one.pk for one in people if limits[one.pk].nights]
    share = (nights + sum(worked.get(pk, 0) for pk in able)) / max(1, len(able))
    return {one.pk: max(0, ceil(share - worked.get(one.pk, 0))) for one in people}


def _needs(rota: Rota) -> list[SlotNeed]:
    need, least, found = demand.of(rota), terms.rules().at_least, []
    for number in range(rota.days):
        for half in range(48):
            begins = (number * 48 + half) * HALF
            for language, people in need(rota.first_day + number * DAY, half).items():
                if not people:
                    continue
                if language == cover.ANY:
                    found.append(SlotNeed(begins, begins + HALF, people, MISSING, SURPLUS))
                    found.append(SlotNeed(begins, begins + HALF, min(people, least), LEAST))
                elif language.startswith(cover.SKILL):
                    skill = language.removeprefix(cover.SKILL)
                    found.append(SlotNeed(begins, begins + HALF, people, LANGUAGE, skill=skill))
                else:
                    found.append(SlotNeed(begins, begins + HALF, people, LANGUAGE, language=language))
    return [one for one in found if one.people]


def _requests(rota: Rota, codes: set[str], people: set[int]) -> list[Request]:
    return [
        Request(str(pk), (day - rota.first_day).days, wish.code or None, WISH * wish.weight, wish.kind == WishKind.WORK)
        for pk, list_ in picture.wishes(rota).items()
        for day, wish in list_
        if pk in people and (not wish.code or wish.code in codes)
    ]


def _fixed(rota: Rota, rows: list[Assignment], codes: set[str], people: set[int]) -> list[Fixed]:
    """What was put by hand, who is on call, and what has happened already."""
    today = clock.now().astimezone(this.zone()).date()
    there = {(row.operator_id, row.day): row for row in rows}
    found = []
    for pk in people:
        for number in range(rota.days):
            day = rota.first_day + number * DAY
            row = there.get((pk, day))
            if row and (row.pinned or row.on_call or day < today):
                found.append(Fixed(str(pk), number, row.code if row.code in codes and not row.on_call else None))
            elif day < today:
                found.append(Fixed(str(pk), number, None))
    return found


def _unchanged(
    rota: Rota, rows: list[Assignment], people: list[Operator], patterns: list[Pattern]
) -> dict[str, tuple[str | None, ...]]:
    codes = {one.code for one in patterns}
    there = {(row.operator_id, row.day): row.code for row in rows if not row.on_call and row.code in codes}
    days = [rota.first_day + number * DAY for number in range(rota.days)]
    return {str(one.pk): tuple(there.get((one.pk, day)) for day in days) for one in people}
