"""What a caller wants of who answers them next: the operator they know, and skills. Kept with the thread, never with a name."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from django.db import transaction

from harkline.intake.models import Contact
from harkline.people.models import Operator
from harkline.routing.models import Wish
from harkline.routing.policy import present
from harkline.runtime import bell, clock


class Wanted(TypedDict, total=False):
    """As ``needs.Waiting`` takes it."""

    skills: frozenset[str]
    prefers: int
    prefers_until: datetime


def of(thread_ids: Collection[UUID]) -> dict[UUID, Wish]:
    """The wishes of these threads."""
    return {row.thread_id: row for row in Wish.objects.filter(thread__in=thread_ids)}


def for_one(wish: Wish | None, contact: Contact, on_duty: Collection[int]) -> Wanted:
    """What of it counts now: nobody waits for an operator who is not on duty, and nobody longer than the line allows."""
    if wish is None:
        return {}
    wanted = Wanted()
    if wish.operator_id in on_duty and wish.operator_id is not None:
        rules = present()
        bound = rules.same_operator if contact.live else rules.same_operator_message
        wanted["prefers"] = wish.operator_id
        wanted["prefers_until"] = contact.waiting_since + timedelta(seconds=bound)
    if wish.skills and _somebody(wish.skills, on_duty):
        wanted["skills"] = frozenset(wish.skills)
    return wanted


def _somebody(skills: Collection[str], on_duty: Collection[int]) -> bool:
    """A skill that nobody on duty has is asked of nobody: somebody is better than no one."""
    people = Operator.objects.filter(pk__in=on_duty).values_list("skills", flat=True)
    return any(set(skills) <= set(one) for one in people)


def same_operator(contact_id: str, operator_id: int, wanted: bool) -> bool:
    """The caller wants this operator again, or no longer. False where the contact is not theirs."""
    return _put(contact_id, operator_id, operator_id=operator_id if wanted else None)


def wants(contact: Contact, operator_id: int) -> bool:
    """Whether the caller wants this operator again."""
    return Wish.objects.filter(thread_id=contact.thread_id, operator_id=operator_id).exists()


def skills(contact_id: str, operator_id: int, names: Collection[str]) -> bool:
    """Whoever answers this caller next should have these skills. False where the contact is not theirs."""
    return _put(contact_id, operator_id, skills=sorted(set(names)))


def _put(contact_id: str, by: int, **values: object) -> bool:
    with transaction.atomic():
        row = Contact.objects.filter(pk=contact_id, operator_id=by, state__in=["in_hand", "wrap_up"]).first()
        if row is None:
            return False
        told = {**values, "recorded_by_id": by, "recorded_at": clock.now()}
        Wish.objects.update_or_create(thread_id=row.thread_id, defaults=told)
        bell.ring("contact", contact_id, "desk", f"thread:{row.thread_id}", "inside")
    return True
