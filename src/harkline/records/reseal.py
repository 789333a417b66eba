"""Sealing anew what was sealed to an older team key: done by the browsers of those who hold both, a few at a time.

An object's new wrap is put beside the old ones first. The old ones go once another colleague's browser has opened the new and found the
same key in it, for a browser with a fault must not be able to lose a record. Each step is one compare-and-set on rows: a crash, or
two browsers at once, leave nothing half done, and whoever comes next goes on where they were.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import ngettext

from harkline.intake import exclusions
from harkline.intake.models import SealedObject, Wrap
from harkline.people import keys
from harkline.people.models import Operator, TeamKey
from harkline.seal import envelope

BATCH = 25


@dataclass(frozen=True)
class Task:
    """An object whose wraps (recipient → wrap) a browser is to seal anew, or to compare: then the newest is among them."""

    object_id: str
    purpose: str
    wraps: dict[str, bytes]


@dataclass(frozen=True)
class Progress:
    """How many of the objects that exist for somebody are sealed to the newest team key alone."""

    done: int
    total: int

    def __str__(self) -> str:
        words = {"done": number_format(self.done, force_grouping=True, use_l10n=True), "total": self._total()}
        return (
            ngettext("%(done)s of %(total)s record re-sealed.", "%(done)s of %(total)s records re-sealed.", self.total)
            % words
        )

    def _total(self) -> str:
        return number_format(self.total, force_grouping=True, use_l10n=True)


def to_seal(operator: Operator) -> list[Task]:
    """The next objects that have no wrap for the newest team key, among those that exist for somebody and that they can open."""
    newest, held = _newest(), _held(operator)
    if newest not in held:
        return []
    rows = _behind(operator, [one for one in held if one != newest])
    return _tasks(rows.exclude(wraps__recipient=newest), held)


def to_compare(operator: Operator) -> list[Task]:
    """The next objects that somebody else has sealed anew; one's own too where nobody else can read."""
    newest, held = _newest(), _held(operator)
    if newest not in held:
        return []
    sealed = Wrap.objects.filter(recipient=newest, sealed_by__isnull=False)
    if not keys.is_last_reader(operator):
        sealed = sealed.exclude(sealed_by=operator)
    rows = _behind(operator, [one for one in held if one != newest]).filter(pk__in=sealed.values("object_id"))
    return _tasks(rows, held)


def seal(operator: Operator, wraps: Mapping[UUID, bytes]) -> int:
    """Keep new wraps beside the old; returns how many. One that somebody else was quicker with, or whose object went, is dropped."""
    return sum(_seal(operator, object_id, wrap) for object_id, wrap in wraps.items())


def _seal(operator: Operator, object_id: UUID, wrap: bytes) -> bool:
    newest = _newest()
    if len(wrap) != envelope.WRAP or newest not in _held(operator):
        return False
    try:
        with transaction.atomic():
            rows = exclusions.objects(operator).select_for_update().filter(pk=object_id, wraps__recipient__in=_older())
            if not rows.exists():
                return False
            Wrap.objects.create(object_id=object_id, recipient=newest, data=wrap, sealed_by=operator)
    except IntegrityError:
        return False
    return True


def agree(operator: Operator, object_ids: list[UUID]) -> int:
    """Another browser found the same key in old wrap and new: the old ones go. Returns how many objects are done by it."""
    return sum(_settle(operator, object_id, same=True) for object_id in object_ids)


def differ(operator: Operator, object_ids: list[UUID]) -> int:
    """Another browser did not: the new wrap goes, and the object is sealed anew. Returns how many."""
    return sum(_settle(operator, object_id, same=False) for object_id in object_ids)


def _settle(operator: Operator, object_id: UUID, *, same: bool) -> bool:
    newest = _newest()
    with transaction.atomic():
        row = Wrap.objects.select_for_update().filter(object_id=object_id, recipient=newest).first()
        if row is None or row.sealed_by_id is None or newest not in _held(operator):
            return False
        if row.sealed_by_id == operator.pk and not keys.is_last_reader(operator):
            return False
        if not exclusions.objects(operator).filter(pk=object_id).exists():
            return False
        old = Wrap.objects.filter(object_id=object_id, recipient__in=_older())
        if not same:
            return bool(old.exists() and row.delete()[0])
        old.delete()
        Wrap.objects.filter(pk=row.pk).update(sealed_by=None)
    return True


def progress(viewer: Operator | None) -> Progress:
    """How far it is. What was sealed to keys that are lost, and to no other, counts for nothing: nobody can seal it anew."""
    everything = exclusions.objects(viewer)
    if TeamKey.objects.exclude(lost_at=None).exists():
        openable = [f"team:{one}" for one in TeamKey.objects.filter(lost_at=None).values_list("version", flat=True)]
        everything = everything.filter(pk__in=Wrap.objects.filter(recipient__in=openable).values("object_id"))
    left = everything.filter(pk__in=Wrap.objects.filter(recipient__in=_older()).values("object_id")).count()
    return Progress(everything.count() - left, everything.count())


def _newest() -> str:
    return f"team:{keys.current_team_key().version}"


def _older() -> list[str]:
    versions = TeamKey.objects.order_by("-version").values_list("version", flat=True)[1:]
    return [f"team:{version}" for version in versions]


def _held(operator: Operator) -> list[str]:
    return [f"team:{version}" for version in keys.grants_of(operator)]


def _behind(operator: Operator, recipients: list[str]) -> QuerySet[SealedObject]:
    return exclusions.objects(operator).filter(
        Q(pk__in=Wrap.objects.filter(recipient__in=recipients).values("object_id"))
    )


def _tasks(rows: QuerySet[SealedObject], held: list[str]) -> list[Task]:
    found = []
    for row in rows.order_by("-created_at", "pk").prefetch_related("wraps")[:BATCH]:
        wraps = {one.recipient: bytes(one.data) for one in row.wraps.all() if one.recipient in held}
        found.append(Task(str(row.pk), row.purpose, wraps))
    return found
