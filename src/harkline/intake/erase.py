"""Removing what was said: the keys first, then everything else, so that nothing that is half removed can still be read.

Rows that point at a thread, a contact or a sealed object go with it, whichever package they belong to: they are found by
their foreign keys, so that a new table cannot be forgotten. What points without a foreign key is registered with ``runtime.expiry``.
"""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from harkline.intake import figures
from harkline.intake.models import Attempt, Chunk, Contact, SealedObject, Thread, Wrap
from harkline.runtime import expiry
from harkline.runtime.models import Timer

GONE = "gone:"  # begins the dedupe key of an attempt that leads nowhere any more
_SLICE = 500  # parameters of one statement


def shred(objects: "models.QuerySet[SealedObject]") -> int:
    """Delete the keys of these objects: from the commit on nobody opens them. Returns how many objects lost theirs."""
    with transaction.atomic():
        ids = list(objects.values_list("pk", flat=True))
        for some in _slices(ids):
            Wrap.objects.filter(object__in=some).delete()
    return len(ids)


def unreadable(objects: "models.QuerySet[SealedObject]") -> "models.QuerySet[SealedObject]":
    """Those whose keys are gone."""
    return objects.filter(~Exists(Wrap.objects.filter(object=OuterRef("pk"))))


def readable(objects: "models.QuerySet[SealedObject]") -> "models.QuerySet[SealedObject]":
    """Those that still have a key."""
    return objects.filter(Exists(Wrap.objects.filter(object=OuterRef("pk"))))


def empty(objects: "models.QuerySet[SealedObject]", limit: int) -> int:
    """Delete up to ``limit`` chunks of unreadable objects; returns how many."""
    ids = list(Chunk.objects.filter(object__in=objects).values_list("pk", flat=True)[:limit])
    for some in _slices(ids):
        Chunk.objects.filter(pk__in=some).delete()
    return len(ids)


def objects(ids: Collection[UUID]) -> None:
    """Remove sealed objects whose keys are gone, and what points at them."""
    with transaction.atomic():
        _remove(_pointing(SealedObject, ids))


def threads(ids: Collection[UUID]) -> None:
    """Remove whole threads: contacts, objects, entries, calls back, replies. What is counted stays as counts by day; the attempts
    stay without a way to anybody."""
    with transaction.atomic():
        contacts = list(Contact.objects.filter(thread__in=ids).select_related("attempt"))
        for one in contacts:
            figures.count_contact(one)
        expiry.forget(ids)
        Timer.objects.filter(subject__in=[str(one.pk) for one in contacts]).delete()
        _remove(_pointing(Thread, ids))
        anonymise([one.attempt for one in contacts])


def anonymise(attempts: Iterable[Attempt]) -> int:
    """Cut an attempt off: its key and its return code go, its time is kept to the hour. It counts in the figures as before."""
    number = 0
    for one in attempts:
        number += Attempt.objects.filter(pk=one.pk).update(
            dedupe_key=f"{GONE}{secrets.token_hex(16)}",
            return_code=None,
            ended_at=None,
            arrived_at=one.arrived_at.replace(minute=0, second=0, microsecond=0),
        )
    return number


def lonely(before: datetime) -> "models.QuerySet[Attempt]":
    """Attempts that came to no contact, or lost it, and still lead somewhere."""
    return Attempt.objects.filter(arrived_at__lt=before, contact=None).exclude(dedupe_key__startswith=GONE)


Found = dict[type[models.Model], set[Any]]


def _pointing(model: type[models.Model], ids: Collection[Any]) -> Found:
    """Everything that points at these rows, directly or over other rows, and they themselves. Where a pointer may be empty and is
    made so, the row stays."""
    found: Found = defaultdict(set)
    todo: list[tuple[type[models.Model], set[Any]]] = [(model, set(ids))]
    while todo:
        at, new = todo.pop()
        new = new - found[at]
        found[at] |= new
        for relation in at._meta.related_objects:
            pointing: Any = relation.related_model
            for some in _slices(new):
                rows = pointing._base_manager.filter(**{f"{relation.field.name}__in": some})
                if relation.on_delete is models.SET_NULL:
                    rows.update(**{relation.field.name: None})
                elif pks := set(rows.values_list("pk", flat=True)):
                    todo.append((pointing, pks))
    return found


def _remove(found: Found) -> None:
    """Delete the rows, those that point before those that are pointed at."""
    left = {model: pks for model, pks in found.items() if pks}
    while left:
        free = [model for model in left if not _pointed_at(model, left)]
        if not free:
            raise RuntimeError("tables point at one another in a circle")
        for model in free:
            for some in _slices(left.pop(model)):
                rows = model._base_manager.filter(pk__in=some)
                rows._raw_delete(rows.db)  # the collector would stop at PROTECT


def _pointed_at(model: type[models.Model], left: Found) -> bool:
    return any(
        relation.related_model in left and relation.related_model is not model
        for relation in model._meta.related_objects
        if relation.on_delete is not models.SET_NULL
    )


def _slices(ids: Iterable[Any]) -> Iterable[list[Any]]:
    every = list(ids)
    return (every[at : at + _SLICE] for at in range(0, len(every), _SLICE))
