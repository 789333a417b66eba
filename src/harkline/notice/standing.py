"""Closing, handing the line on, opening it again: each is a version of the notice, so it is signed, numbered and told on every channel.

Closing at once takes one person: minutes count, and it can be taken back. Everything else takes a second one, because it sends callers
away or elsewhere. Where nobody else could agree, one person's typed word is enough: a line of one must be able to end.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.notice import publish, rotate, signing
from harkline.notice.models import Notice, Proposal, ProposalState
from harkline.people.models import Operator
from harkline.people.roles import Action, may
from harkline.runtime import bell, clock
from harkline_verify.errors import Refused
from harkline_verify.notes import Key
from harkline_verify.notice import (
    CLOSED,
    EMERGENCY,
    OPEN,
    SUCCEEDED,
    Standing,
    Successor,
    standing_from,
    standing_json,
)

LASTS = timedelta(hours=72)  # in which a second person has to agree
AHEAD = timedelta(days=730)


class Wrong(ValueError):
    """What is asked for cannot be: the text says why."""


@dataclass(frozen=True)
class Asked:
    """A standing as somebody typed it."""

    state: str
    since: datetime | None = None
    name: str = ""
    page: str = ""
    key: str = ""


def of(asked: Asked) -> Standing:
    """The standing that is meant. Raises Wrong in words."""
    now = clock.now().replace(microsecond=0)
    if asked.state == OPEN:
        return Standing()
    if asked.state == EMERGENCY:
        return Standing(EMERGENCY, now)
    if asked.state not in (CLOSED, SUCCEEDED):
        raise Wrong(_("Choose what is to hold."))
    since = (asked.since or now).replace(microsecond=0)
    if not now - timedelta(minutes=5) <= since <= now + AHEAD:
        raise Wrong(_("The day is today, or one within the next two years."))
    return Standing(asked.state, since, _successor(asked) if asked.state == SUCCEEDED else None)


def _successor(asked: Asked) -> Successor:
    name = " ".join(asked.name.split())
    if not 1 <= len(name) <= 120:
        raise Wrong(_("Name the organisation that goes on."))
    parts = urlsplit(asked.page)
    if asked.page and ((parts.scheme != "https" and not parts.netloc.endswith(".onion")) or not parts.hostname):
        raise Wrong(_("The address of their list begins with https://."))
    try:
        key = str(Key.parse(asked.key.strip())) if asked.key.strip() else ""
    except Refused:
        raise Wrong(_("That is no key of a signed list: name, digits and key, with + between.")) from None
    return Successor(name, asked.page.strip(), key)


def seconds(by: Operator) -> list[Operator]:
    """Who else could agree: supervisors and administrators."""
    return [one for one in Operator.objects.filter(is_active=True).exclude(pk=by.pk) if may(one, Action.OVERRIDE)]


def close_at_once(by: Operator | None) -> Notice:
    """Emergency: told on every channel with the next page, call and mail. It does not fail for want of the key: then another one signs,
    which nobody knows yet. Raises publish.Changed, and signing.NoKey where nothing can be signed at all."""
    to = of(Asked(EMERGENCY))
    with transaction.atomic():
        try:
            made = publish.renew(by, to)
        except signing.NoKey:
            rotate.rotate(by, lost=True)
            made = publish.renew(by, to)
        _lapse_others()
        chain.record(Act.SETTINGS_CHANGED, Subject.NOTICE, made.serial, reason="closed_at_once")
    return made


def propose(by: Operator, asked: Asked) -> Notice | Proposal:
    """Ask a second person; publish at once where there is none. Raises Wrong, publish.Changed, signing.NoKey."""
    to = of(asked)
    if asked.state == EMERGENCY:
        return close_at_once(by)
    if to == publish.standing():
        raise Wrong(_("That holds already."))
    if not seconds(by):
        return _put(by, to)
    now = clock.now()
    with transaction.atomic():
        _lapse_others()
        made = Proposal.objects.create(standing=standing_json(to), asked_by=by, asked_at=now, lapses_at=now + LASTS)
        chain.record(Act.PROPOSED, Subject.NOTICE, made.pk, reason=to.state)
        bell.ring("notice", made.pk, "desk")
    return made


def waiting() -> Proposal | None:
    """The proposal that waits; one that nobody agreed to in time lapses."""
    now = clock.now()
    Proposal.objects.filter(state=ProposalState.WAITING, lapses_at__lte=now).update(
        state=ProposalState.LAPSED, decided_at=now
    )
    return Proposal.objects.filter(state=ProposalState.WAITING).select_related("asked_by").first()


def meant(row: Proposal) -> Standing:
    """What a proposal would publish."""
    return standing_from(row.standing)


def agree(by: Operator, proposal_id: int) -> Notice:
    """The second person agrees; it is published at once. Raises Wrong, publish.Changed, signing.NoKey."""
    row = waiting()
    if row is None or row.pk != proposal_id:
        raise Wrong(_("There is nothing to agree to any more."))
    if row.asked_by_id == by.pk:
        raise Wrong(_("Somebody else has to agree: you asked for it yourself."))
    with transaction.atomic():
        _decide(row, by, ProposalState.DONE)
        return _put(by, meant(row))


def refuse(by: Operator, proposal_id: int) -> None:
    """Not agreed to, or taken back. Raises Wrong where it is decided already."""
    row = Proposal.objects.filter(pk=proposal_id).first()
    if row is None:
        raise Wrong(_("There is nothing to agree to any more."))
    with transaction.atomic():
        _decide(row, by, ProposalState.REFUSED)
        chain.record(Act.SETTINGS_CHANGED, Subject.NOTICE, row.pk, reason="refused")


def _decide(row: Proposal, by: Operator, state: str) -> None:
    mine = Proposal.objects.filter(pk=row.pk, state=ProposalState.WAITING)
    if not mine.update(state=state, decided_by=by, decided_at=clock.now()):
        raise Wrong(_("There is nothing to agree to any more."))
    bell.ring("notice", row.pk, "desk")


def _put(by: Operator, to: Standing) -> Notice:
    with transaction.atomic():
        made = publish.renew(by, to)
        chain.record(Act.SETTINGS_CHANGED, Subject.NOTICE, made.serial, reason=f"standing_{to.state}")
    return made


def _lapse_others() -> None:
    """One proposal at a time: what came before is no longer what is meant."""
    Proposal.objects.filter(state=ProposalState.WAITING).update(state=ProposalState.LAPSED, decided_at=clock.now())
