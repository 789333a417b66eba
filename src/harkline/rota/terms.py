"""The rules of this line, and what they come to for one person: contract, hours, leave."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.rota.cover import counts_as
from harkline.rota.judge import Limits
from harkline.rota.models import Availability, Contract, Leave, LeaveState, Rules
from harkline.runtime import bell

Window = tuple[int, int, int]


def rules() -> Rules:
    """The rules in force; the usual ones where nobody has changed them."""
    return Rules.objects.filter(pk=1).first() or Rules(pk=1)


def abilities(operators: Iterable[int]) -> dict[int, list[str]]:
    """For which needs each of these people counts (``rota.cover``)."""
    rows = Operator.objects.filter(pk__in=operators).values_list("pk", "languages", "skills")
    return {pk: counts_as(languages, skills) for pk, languages, skills in rows}


def change_rules(values: Mapping[str, Any]) -> None:
    """Put other rules in force, by the names of their fields."""
    with transaction.atomic():
        Rules.objects.update_or_create(pk=1, defaults=dict(values))
        bell.ring("rota", "rules", "desk", "inside")
        chain.record(Act.SETTINGS_CHANGED, Subject.ROTA, "rules")


def people() -> list[Operator]:
    """Who can be put on a rota: active people who may answer, whose contract does not say otherwise."""
    rows = Operator.objects.filter(is_active=True).select_related("contract").order_by("name", "pk")
    return [one for one in rows if may(one, Action.ANSWER) and is_planned(one)]


def is_planned(operator: Operator) -> bool:
    """Whether their contract lets them be planned; who has none is."""
    contract = getattr(operator, "contract", None)
    return contract is None or bool(contract.planned)


def contract(operator: Operator) -> Contract:
    """Somebody's contract; the usual one where nothing was agreed."""
    return Contract.objects.filter(operator=operator).first() or Contract(operator=operator)


def windows(operator_id: int) -> list[Window]:
    """The weekly hours in which somebody can work."""
    rows = Availability.objects.filter(operator_id=operator_id).order_by("weekday", "opens")
    return list(rows.values_list("weekday", "opens", "closes"))


def agree(operator: Operator, values: Mapping[str, Any], hours: Iterable[Window]) -> None:
    """Write down what somebody agreed to work, and when they can."""
    with transaction.atomic():
        Contract.objects.update_or_create(operator=operator, defaults=dict(values))
        set_windows(operator, hours)


def set_windows(operator: Operator, hours: Iterable[Window]) -> None:
    """Replace somebody's weekly hours."""
    with transaction.atomic():
        Availability.objects.filter(operator=operator).delete()
        Availability.objects.bulk_create(
            Availability(operator=operator, weekday=day, opens=opens, closes=closes)
            for day, opens, closes in dict.fromkeys(hours)
        )
        bell.ring("rota", "people", "desk", "inside")


def limits(operators: Iterable[Operator], first: date, last: date) -> dict[int, Limits]:
    """What holds for each of these people between two days, in four queries."""
    ids = [one.pk for one in operators]
    agreed = {row.operator_id: row for row in Contract.objects.filter(operator__in=ids)}
    hours: dict[int, list[Window]] = {}
    for row in Availability.objects.filter(operator__in=ids):
        hours.setdefault(row.operator_id, []).append((row.weekday, row.opens, row.closes))
    away: dict[int, list[tuple[date, date]]] = {}
    for leave in Leave.objects.filter(
        operator__in=ids, state=LeaveState.GRANTED, first_day__lte=last, last_day__gte=first
    ):
        away.setdefault(leave.operator_id, []).append((leave.first_day, leave.last_day))
    line = rules()
    return {
        pk: _limits(line, agreed.get(pk) or Contract(), tuple(hours.get(pk, ())), tuple(away.get(pk, ()))) for pk in ids
    }


def _limits(line: Rules, one: Contract, hours: tuple[Window, ...], away: tuple[tuple[date, date], ...]) -> Limits:
    return Limits(
        planned=one.planned,
        rest=line.rest_minutes,
        days_in_row=line.days_in_row,
        days_off=line.days_off,
        nights=line.nights if one.nights is None else one.nights,
        weekends=line.weekends if one.weekends is None else one.weekends,
        week_least=one.week_least,
        week_most=one.week_most,
        from_date=one.from_date,
        to_date=one.to_date,
        windows=hours,
        leave=away,
    )
