"""Conflicts of interest: for whom a thread, its contacts, attempts and sealed objects do not exist.

The one gate. Whatever a signed-in person is shown begins with ``contacts(viewer)``, ``attempts(viewer)`` or another of these
sets, never with a table; a test walks the code and another compares a line with and without what is hidden. ``viewer`` None is
somebody of whom nothing is known (monitoring): whatever anybody is excluded from is hidden from them.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from harkline.intake import policy
from harkline.intake.models import Attempt, Contact, Exclusion, SealedObject, Thread
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.runtime import bell, clock, plainly

EVERYBODY = "*"
ROLE = "role:"


class NobodyLeft(Exception):
    """Nobody who could read it would be left: somebody outside has to be named first."""


def _in_force() -> QuerySet[Exclusion]:
    return Exclusion.objects.filter(lifted_at=None)


def _any() -> bool:
    return bool(plainly.rows("SELECT 1 FROM intake_exclusion WHERE lifted_at IS NULL LIMIT 1"))


def teams(operator: Operator) -> list[str]:
    """The teams to which somebody belongs, as exclusions name them."""
    first = operator.username in policy.present().first_readers
    return [*operator.skills, f"{ROLE}{operator.role}", *([] if first else [EVERYBODY])]


def _mine(viewer: Operator) -> Q:
    return Q(operator_id=viewer.pk) | Q(team__in=teams(viewer))


def hidden(viewer: Operator | None) -> QuerySet[Exclusion, Any]:
    """The ids of the threads that do not exist for a viewer, for a sub-query."""
    rows = _in_force() if viewer is None else _in_force().filter(_mine(viewer))
    return rows.values("thread_id")


def contacts(viewer: Operator | None) -> QuerySet[Contact]:
    """The contacts that exist for a viewer."""
    return Contact.objects.exclude(thread__in=hidden(viewer))


def attempts(viewer: Operator | None) -> QuerySet[Attempt]:
    """The attempts that exist for a viewer: those without a contact, and those of contacts that do."""
    return Attempt.objects.filter(~Q(pk__in=_attempts_hidden(viewer)))


def _attempts_hidden(viewer: Operator | None) -> QuerySet[Contact, Any]:
    return Contact.objects.filter(thread__in=hidden(viewer)).values("attempt_id")


def threads(viewer: Operator | None) -> QuerySet[Thread]:
    """The threads that exist for a viewer."""
    return Thread.objects.exclude(pk__in=hidden(viewer))


def objects(viewer: Operator | None) -> QuerySet[SealedObject]:
    """The sealed objects that exist for a viewer."""
    return SealedObject.objects.exclude(thread__in=hidden(viewer))


def excluded(thread_ids: Iterable[UUID]) -> dict[UUID, frozenset[int]]:
    """For each of these threads from which anybody is excluded: the operators who are."""
    rows = list(_in_force().filter(thread__in=list(thread_ids)).values_list("thread_id", "operator_id", "team"))
    if not rows:
        return {}
    people = [(one.pk, set(teams(one))) for one in Operator.objects.all()]
    found: dict[UUID, set[int]] = {}
    for thread_id, operator_id, team in rows:
        named = {operator_id} if operator_id else {pk for pk, theirs in people if team in theirs}
        found.setdefault(thread_id, set()).update(named)
    return {thread_id: frozenset(pks) for thread_id, pks in found.items()}


def any_from(thread_id: UUID) -> bool:
    """Whether anybody is excluded from a thread."""
    return _in_force().filter(thread=thread_id).exists()


# --- setting and lifting ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Excluded:
    """An exclusion in force. ``by`` is empty where the caller asked for it."""

    id: int
    operator_id: int | None
    operator: str
    team: str
    by: str
    set_at: datetime


def of(thread_ids: Collection[UUID]) -> list[Excluded]:
    """The exclusions of some threads, each once, for those who may see the threads."""
    rows = _in_force().filter(thread__in=thread_ids).select_related("operator", "by").order_by("set_at", "pk")
    shown: dict[tuple[int | None, str], Excluded] = {}
    for row in rows:
        name = row.operator.name if row.operator else ""
        one = Excluded(row.pk, row.operator_id, name, row.team, row.by.name if row.by else "", row.set_at)
        shown.setdefault((row.operator_id, row.team), one)
    return list(shown.values())


def exclude(
    thread_ids: Collection[UUID],
    *,
    operators: Collection[int] = (),
    team: str = "",
    by: Operator | None = None,
    outside: bool = False,
) -> None:
    """From the commit on these threads do not exist for these people, and for whoever belongs to the team now or later.

    Raises NobodyLeft unless ``outside`` says that somebody outside the organisation is told."""
    members = {one.pk for one in Operator.objects.all() if team in one.skills}
    with transaction.atomic():
        now = clock.now()
        Exclusion.objects.bulk_create(
            Exclusion(thread_id=thread_id, operator_id=pk, team=name, by=by, set_at=now)
            for thread_id in thread_ids
            # Who is in the team now stays excluded when they leave it.
            for pk, name in [*((pk, "") for pk in {*operators, *members}), *([(None, team)] if team else [])]
        )
        if not outside and not readers_left(thread_ids):
            raise NobodyLeft


def readers_left(thread_ids: Collection[UUID]) -> list[Operator]:
    """Active colleagues who may read and are excluded from none of these threads."""
    barred: set[int] = set().union(*excluded(thread_ids).values())
    return [one for one in Operator.objects.filter(is_active=True) if may(one, Action.READ) and one.pk not in barred]


def copy(from_: Collection[UUID], to: UUID) -> None:
    """A thread that comes to a case is hidden from whom the case is hidden, and the case's from whom the thread is."""
    rows = list(_in_force().filter(thread__in=[*from_, to]))
    there = {(row.thread_id, row.operator_id, row.team) for row in rows}
    every = {(row.operator_id, row.team): row for row in rows}
    Exclusion.objects.bulk_create(
        Exclusion(thread_id=thread_id, operator_id=who, team=team, by_id=row.by_id, set_at=row.set_at)
        for (who, team), row in every.items()
        for thread_id in [*from_, to]
        if (thread_id, who, team) not in there
    )


def lift(thread_ids: Collection[UUID], operator_id: int | None, team: str) -> int:
    """End the exclusion of somebody or of a team; returns how many rows ended."""
    rows = _in_force().filter(thread__in=thread_ids, team=team, operator=operator_id)
    return rows.update(lifted_at=clock.now())


# --- what the caller says --------------------------------------------------------------------------------------------------------


def named(text: str, people: Mapping[int, Sequence[str]]) -> set[int]:
    """Whom a caller means who says that somebody here is involved: everybody of whose names one part stands in the text. Pure.

    Too many rather than too few: who is excluded by mistake is let in again by whoever is left. So accents do not count, nor do
    two ways to write an Arabic letter; and where words are not written apart, a name is looked for within them."""
    said, whole = set(_words(text)), "".join(_plain(text).split())
    parts = {pk: _words(" ".join(names)) for pk, names in people.items()}
    runs = {pk: ["".join(_plain(one).split()) for one in names] for pk, names in people.items()}
    return {
        pk
        for pk in people
        if said.intersection(parts[pk]) or any(_RUN_ON.search(one) and one in whole for one in [*parts[pk], *runs[pk]])
    }


# Scripts without spaces between words: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
_RUN_ON = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ALIKE = str.maketrans("\u064a\u0649\u0643", "\u06cc\u06cc\u06a9")  # Arabic yeh and kaf as Persian writes them


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE))
    return "".join(one for one in apart if unicodedata.category(one) != "Mn")


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]{2,}", _plain(text))


def by_caller(thread_ids: Collection[UUID], said: str) -> None:
    """The caller says that somebody here is involved, and perhaps who. Without a name that we know, only the first readers see it;
    where none are named in the settings, supervisors and administrators. What was said is not kept."""
    people = {one.pk: [one.name, *re.split(r"[._]", one.username)] for one in Operator.objects.filter(is_active=True)}
    if found := named(said, people):
        exclude(thread_ids, operators=found, outside=True)
    elif policy.present().first_readers:
        exclude(thread_ids, team=EVERYBODY, outside=True)
    else:
        exclude(thread_ids, team=f"{ROLE}operator", outside=True)


# --- bells ------------------------------------------------------------------------------------------------------------------------


def not_to_be_told(thread_ids: Iterable[UUID]) -> frozenset[int]:
    """Who hears no bell of these threads."""
    return frozenset().union(*excluded(thread_ids).values())


def narrows(*kinds: str) -> Callable[[Callable[[UUID], Iterable[UUID]]], None]:
    """Register, for kinds of bells, the function that says to which threads a row belongs: who is excluded from one hears nothing
    of it. Asked only while there is any exclusion at all."""

    def register(threads_of: Callable[[UUID], Iterable[UUID]]) -> None:
        @bell.narrows(*kinds)
        def narrow(id_: str) -> frozenset[int]:
            return not_to_be_told(threads_of(UUID(id_))) if _any() else frozenset()

    return register


@narrows("contact", "alarm", "callback")
def _of_contact(id_: UUID) -> Iterable[UUID]:
    return Contact.objects.filter(pk=id_).values_list("thread_id", flat=True)


@narrows("attempt")
def _of_attempt(id_: UUID) -> Iterable[UUID]:
    return Contact.objects.filter(attempt_id=id_).values_list("thread_id", flat=True)
