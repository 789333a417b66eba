"""When nobody takes a contact: a chain of steps that ends outside the team. Each step is a timer row; none carries content."""

from datetime import timedelta

from django.db import transaction

from harkline.intake import exclusions
from harkline.intake.models import Contact, ContactState
from harkline.people.models import Operator
from harkline.routing import outbox
from harkline.routing.models import Escalation
from harkline.routing.policy import Step, present
from harkline.runtime import bell, clock, timers


def watch(contact_id: str) -> None:
    """Start the chain's clock for a contact that waits; once a contact."""
    chain = present().escalation
    if not chain:
        return
    row = Contact.objects.get(pk=contact_id)
    _made, new = Escalation.objects.get_or_create(contact=row, defaults={"started_at": clock.now()})
    if new:
        timers.set_timer("escalate", contact_id, row.waiting_since + timedelta(seconds=chain[0].after))


def watch_all() -> None:
    """Start it for every contact that waits and has none: after a restart, or a bell that was lost."""
    if not present().escalation:
        return
    waiting = Contact.objects.filter(state=ContactState.WAITING, escalation=None)
    for contact_id in waiting.values_list("pk", flat=True):
        watch(str(contact_id))


@timers.handles("escalate")
def _due(contact_id: str) -> None:
    row = Contact.objects.filter(pk=contact_id, state=ContactState.WAITING).first()
    if row is None:
        return
    escalation = Escalation.objects.get(contact=row)
    chain = present().escalation
    if escalation.step >= len(chain):
        return
    with transaction.atomic():
        _take(row, escalation.step, chain[escalation.step])
        after = escalation.step + 1
        Escalation.objects.filter(pk=escalation.pk).update(
            step=after, ended_at=clock.now() if after >= len(chain) else None
        )
        if after < len(chain):
            timers.set_timer("escalate", contact_id, row.waiting_since + timedelta(seconds=chain[after].after))
        bell.ring("alarm", contact_id, "desk", "inside")


def _take(row: Contact, number: int, step: Step) -> None:
    kind, _colon, to = step.to.partition(":")
    if kind != "team" and not step.outside and exclusions.any_from(row.thread_id):
        return  # the telephone or the mailbox may be that of somebody who must not know
    key = f"escalate:{row.pk}:{number}"
    if kind == "team":
        _call_team(row, to)
    elif kind == "email":
        outbox.queue("email", {"alert": "waiting", "to": to, "channel": row.channel}, idempotency_key=key)
    elif kind == "phone":
        outbox.queue("phone", {"alert": "waiting", "to": to, "contact": str(row.pk)}, idempotency_key=key)
    elif kind == "webhook":
        outbox.queue("webhook", {"alert": "waiting", "to": to, "since": _since(row)}, idempotency_key=key)


def _since(row: Contact) -> str:
    return row.waiting_since.isoformat(timespec="seconds")


def _call_team(row: Contact, team: str) -> None:
    """Those with this skill see the alarm wherever they are signed in, on duty or not."""
    Contact.objects.filter(pk=row.pk).update(flags=[*row.flags, f"team:{team}"])
    barred = exclusions.not_to_be_told([row.thread_id])
    members = [one.pk for one in Operator.objects.filter(is_active=True) if team in one.skills and one.pk not in barred]
    bell.ring("alarm", row.pk, *[f"operator:{pk}" for pk in members], "inside")
    bell.ring("contact", row.pk, "desk", "inside")
