"""The daily run, in small steps, each a transaction: it never keeps callers waiting, and a crash loses nothing but time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.records import guard
from harkline.runtime import clock, expiry

LIMIT = 200
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Due:
    """One kind: how long it is kept, why, how many go now and how many within the next thirty days (or when a hold ends)."""

    name: str
    label: Any
    days: int
    why: Any
    now: int
    soon: int


def step() -> bool:
    """Do one small part of what is due; False when nothing is left, or when the clock is not to be trusted."""
    if not guard.look(force=True):
        return False
    now = clock.now()
    for rule in expiry.rules():
        with transaction.atomic():
            done = rule.remove(expiry.before(rule.name, now), LIMIT)
            if done and not rule.records:
                chain.record(Act.PURGED, Subject.RETENTION, rule.name, count=done, actor_id=None)
        if done:
            return True
    return False


def all_due(viewer: Any = expiry.EVERYBODY) -> list[Due]:
    """The whole schedule with what would go, as far as it exists for a viewer."""
    now = clock.now()
    return [_due(rule, now, viewer) for rule in expiry.rules()]


def _due(rule: expiry.Rule, now: datetime, viewer: Any) -> Due:
    days = expiry.days(rule.name)
    before = expiry.before(rule.name, now)
    return Due(rule.name, rule.label, days, rule.why, rule.count(before, viewer), rule.count(before + MONTH, viewer))
