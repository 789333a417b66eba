"""A rota as it stands: who works when, which rules are broken, where its gaps are, how nights and wishes are shared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from harkline.line import this
from harkline.people.models import Operator
from harkline.rota import cover, demand, duty, judge, terms
from harkline.rota.models import Assignment, Rota, RotaState, Wish, WishKind
from harkline.rota.shifts import dated

DAY = timedelta(days=1)
BESIDE = 27  # days before and after that are looked at: nights are counted over four weeks
LOOK_BACK = 84  # days over which nights are counted


@dataclass(frozen=True)
class Share:
    """What one person has of a rota. ``before``: nights in the twelve weeks before it. ``met`` of ``wishes`` are fulfilled."""

    operator: Operator
    shifts: int
    minutes: int
    nights: int
    before: int
    weekends: int
    wishes: int
    met: int


def cells(rota: Rota) -> dict[tuple[int, date], Assignment]:
    """Who works when, by operator and day."""
    return {(row.operator_id, row.day): row for row in rota.assignments.all()}


def roster(rota: Rota) -> list[Operator]:
    """Whom the rota is about: who can be planned, and who stands on it all the same."""
    there = terms.people()
    known = {one.pk for one in there}
    more = Operator.objects.filter(assignments__rota=rota).exclude(pk__in=known).distinct()
    return sorted([*there, *more], key=lambda one: (one.name.casefold(), one.pk))


def stretches(rota: Rota, rows: Iterable[Assignment]) -> list[duty.Stretch]:
    """When the shifts of a rota begin and end; what reaches into its first day from the rota before is among them."""
    begins, ends = bounds(rota)
    mine = [dated(one.operator_id, one.day, one.starts, one.minutes) for one in rows if not one.on_call]
    before = beside(rota, rota.first_day - 3 * DAY, rota.first_day - DAY)
    mine += [dated(one.operator_id, one.day, one.starts, one.minutes) for one in before if not one.on_call]
    return duty.stretches(mine, begins, ends, this.zone())


def bounds(rota: Rota) -> tuple[datetime, datetime]:
    """The instants between which the need of a rota counts: midnight to midnight by the line's clock."""
    zone = this.zone()
    first = datetime.combine(rota.first_day, time(), zone)
    return first.astimezone(UTC), datetime.combine(rota.last_day + DAY, time(), zone).astimezone(UTC)


def beside(rota: Rota, first: date, last: date) -> list[Assignment]:
    """What other rotas say of these days, published ones."""
    rows = Assignment.objects.filter(rota__state=RotaState.PUBLISHED, day__gte=first, day__lte=last)
    return list(rows.exclude(rota=rota).exclude(rota=rota.based_on_id or 0))


def gaps(rota: Rota, rows: Iterable[Assignment] | None = None) -> list[cover.Gap]:
    """Where fewer are on duty than needed, language by language."""
    rows = list(rota.assignments.all()) if rows is None else rows
    found = stretches(rota, rows)
    abilities = terms.abilities({one.operator for one in found})
    return cover.gaps(found, abilities, demand.of(rota), *bounds(rota), this.zone())


def begins(row: Assignment) -> datetime:
    """The instant at which a shift begins."""
    found = duty.happens(dated(row.operator_id, row.day, row.starts, row.minutes), row.day, this.zone())
    return found.begins if found else datetime.combine(row.day, row.starts, this.zone()).astimezone(UTC)


def broken(rota: Rota) -> list[judge.Broken]:
    """Every rule that a rota breaks, the earliest day first."""
    return broken_of(rota, list(rota.assignments.all()), roster(rota))


def broken_of(rota: Rota, rows: Iterable[Assignment], people: Iterable[Operator]) -> list[judge.Broken]:
    """The rules that these rows would break for these people, if they were the rota's."""
    people, first, last = list(people), rota.first_day, rota.last_day
    turns: dict[int, list[judge.Turn]] = {one.pk: [] for one in people}
    around = [*beside(rota, first - BESIDE * DAY, first - DAY), *beside(rota, last + DAY, last + BESIDE * DAY)]
    for row in [*rows, *around]:
        if row.operator_id in turns:
            turns[row.operator_id].append(judge.Turn(row.day, row.starts, row.minutes, row.on_call))
    limits = terms.limits(people, first - BESIDE * DAY, last + BESIDE * DAY)
    return sorted(
        (one for pk, mine in turns.items() for one in judge.broken(pk, limits[pk], mine, first, last)),
        key=lambda one: (one.days, one.operator, one.rule),
    )


def shares(rota: Rota) -> list[Share]:
    """How the rota is shared out, person by person."""
    mine: dict[int, list[Assignment]] = {}
    for row in rota.assignments.all():
        mine.setdefault(row.operator_id, []).append(row)
    before = nights_before(rota.first_day)
    wished = wishes(rota)
    return [
        _share(one, mine.get(one.pk, []), before.get(one.pk, 0), wished.get(one.pk, []), rota) for one in roster(rota)
    ]


def _share(
    operator: Operator, rows: list[Assignment], before: int, wished: list[tuple[date, Wish]], rota: Rota
) -> Share:
    works = [row for row in rows if not row.on_call]
    on = {row.day: row.code for row in works}
    return Share(
        operator,
        len(works),
        sum(row.minutes for row in works),
        sum(judge.is_night(row.starts, row.minutes) for row in works),
        before,
        len({row.day - (row.day.weekday() - 5) * DAY for row in works if row.day.weekday() >= 5}),
        len(wished),
        sum(is_met(wish, on.get(day)) for day, wish in wished),
    )


def nights_before(day: date) -> dict[int, int]:
    """Nights that each has worked in the twelve weeks before a day, as published."""
    rows = Assignment.objects.filter(
        rota__state=RotaState.PUBLISHED, on_call=False, day__lt=day, day__gte=day - LOOK_BACK * DAY
    )
    found: dict[int, int] = {}
    for operator, starts, minutes in rows.values_list("operator_id", "starts", "minutes"):
        found[operator] = found.get(operator, 0) + judge.is_night(starts, minutes)
    return found


def wishes(rota: Rota) -> dict[int, list[tuple[date, Wish]]]:
    """The wishes that fall into a rota, by person, each on its day; one for a weekday on every such day."""
    found: dict[int, list[tuple[date, Wish]]] = {}
    days = [rota.first_day + number * DAY for number in range(rota.days)]
    for wish in Wish.objects.filter(operator__is_active=True):
        for day in days:
            if wish.day == day or (wish.day is None and wish.weekday == day.weekday()):
                found.setdefault(wish.operator_id, []).append((day, wish))
    return found


def is_met(wish: Wish, code: str | None) -> bool:
    """Whether a shift (None: a day off) is what was wished for."""
    same = code is not None and wish.code in ("", code)
    return same if wish.kind == WishKind.WORK else not same
