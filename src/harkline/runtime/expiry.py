"""What is kept for how long, and who removes it: each package names what it keeps, the retention runs it all.

A rule removes in small steps, so that no transaction lasts; what it has removed is gone whether or not the next step comes.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet


@dataclass(frozen=True)
class Rule:
    """One kind of record. ``days`` by default; ``why`` in a sentence for people. ``count(before)`` says how many would go that are
    older than this moment, of those that exist for a viewer (an operator; EVERYBODY: all); ``remove(before, limit)`` removes some and
    says how many."""

    name: str
    label: Any
    days: int
    why: Any
    count: Callable[[datetime, Any], int]
    remove: Callable[[datetime, int], int]
    records: bool = False  # it puts on record by itself what it removed


class _Everybody:
    """Stands for no viewer from whom anything would be hidden: the retention itself."""


EVERYBODY = _Everybody()
Forgets = Callable[[Collection[UUID]], object]
_rules: dict[str, Rule] = {}
_forgets: list[Forgets] = []
_days: dict[str, int] = {}


def register(rule: Rule) -> Rule:
    """Put a rule among those that the retention runs; a second of the same name replaces the first."""
    _rules[rule.name] = rule
    return rule


def rules() -> list[Rule]:
    """Every rule, in the order in which they were named."""
    return list(_rules.values())


def with_threads(forgets: Forgets) -> Forgets:
    """Register what else is to go with a thread: rows that name it without a foreign key."""
    _forgets.append(forgets)
    return forgets


def forget(thread_ids: Collection[UUID]) -> None:
    """Let everything go that names one of these threads."""
    for forgets in _forgets:
        forgets(thread_ids)


def use(days: Mapping[str, int]) -> None:
    """Put the installation's own periods in force."""
    _days.clear()
    _days.update(days)


def days(name: str) -> int:
    """How many days this kind is kept."""
    return _days.get(name, _rules[name].days)


def before(name: str, now: datetime) -> datetime:
    """What is older than this is to go."""
    return now - timedelta(days=days(name))


Rows = QuerySet[Any]


def rows(
    name: str,
    label: Any,
    days: int,
    why: Any,
    query: Callable[[datetime], Rows],
    hidden: Callable[[Rows, Any], Rows] = lambda rows, _viewer: rows,
) -> Rule:
    """Register a rule of one query: what it finds for a moment is older than that and goes. ``hidden`` takes away the rows that do
    not exist for a viewer."""

    def remove(before: datetime, limit: int) -> int:
        ids = list(query(before).values_list("pk", flat=True)[:limit])
        return query(before).filter(pk__in=ids).delete()[0] if ids else 0

    def count(before: datetime, viewer: Any) -> int:
        return (query(before) if viewer is EVERYBODY else hidden(query(before), viewer)).count()

    return register(Rule(name, label, days, why, count, remove))
