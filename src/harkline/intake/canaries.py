"""Canaries: the line tries each of its own addresses by the real path and knows when the machinery does not answer.

A canary carries a token that nobody else can know. Whoever takes in an attempt asks here whether it is one; such an attempt is marked
(``machine_kind``), offered to nobody and left out of every figure. A crash anywhere leaves a row whose time runs out: it has failed.
"""

import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from harkline.intake.models import Attempt, Canary, Outcome
from harkline.line import this
from harkline.line.models import Address, Channel
from harkline.runtime import bell, clock, timers
from harkline.runtime.secret import keyed

KIND = "canary"  # of an attempt
LATE, UNANSWERED, NOT_SENT = "late", "not_answered", "not_sent"
KEYS = 10  # digits: by telephone behind a #, by radio behind plain words
_WORD = re.compile(r"[a-z2-7]{26}")
PATIENCE = {
    Channel.PHONE: timedelta(minutes=2),
    Channel.WEB: timedelta(minutes=5),
    Channel.EMAIL: timedelta(minutes=30),
    Channel.RADIO: timedelta(minutes=5),
}

NOW = "canary_now"
Tell = Callable[[Canary], None]
_tells: list[Tell] = []
_asked: list[int] = []


@dataclass(frozen=True)
class Sent:
    """A canary that is to go out. ``token`` is in no row."""

    id: str
    channel: str
    address: str
    token: str


def tells(fn: Tell) -> Tell:
    """Register who is called, in the same transaction, when a canary has ended, well or not."""
    _tells.append(fn)
    return fn


def begin(address_id: int) -> Sent:
    """Write down that an address is about to be tried. Raises ``Address.DoesNotExist``."""
    address = Address.objects.get(pk=address_id, active=True)
    now = clock.now()
    token = _digits() if address.channel in (Channel.PHONE, Channel.RADIO) else _word()
    with transaction.atomic():
        due = now + PATIENCE[Channel(address.channel)]
        row = Canary.objects.create(address=address, token=_mark(address.channel, token), sent_at=now, due_at=due)
        timers.set_timer(KIND, row.pk, due)
    return Sent(str(row.pk), address.channel, address.value, token)


def _digits() -> str:
    """No 9: a canary that is not recognised must not count as somebody who is overheard."""
    return "".join(secrets.choice("01345678") for _ in range(KEYS))


def _word() -> str:
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def _mark(channel: str, token: str) -> bytes:
    return keyed(KIND, f"{channel}|{token}".encode())


def expected(channel: str) -> bool:
    """Whether a canary is on its way on this channel: only then is anything looked at more closely."""
    return Canary.objects.filter(address__channel=channel, ended_at=None, arrived_at=None).exists()


def is_one(channel: str, text: str) -> bool:
    """Whether a text (a subject, a message) is the token of a canary that is on its way."""
    text = text.strip()
    return bool(_WORD.fullmatch(text)) and _waiting(channel, text) is not None


def _waiting(channel: str, token: str) -> Canary | None:
    rows = Canary.objects.filter(token=_mark(channel, token), ended_at=None, arrived_at=None)
    return rows.select_related("address").first()


def arrived(channel: str, token: str, attempt_id: str) -> bool:
    """This attempt carries this token: mark it as what it is. False for a token that is unknown, late, or was used before."""
    row = _waiting(channel, token.strip())
    if row is None:
        return False
    with transaction.atomic():
        mine = Canary.objects.filter(pk=row.pk, arrived_at=None, ended_at=None)
        if not mine.update(arrived_at=clock.now(), attempt_id=attempt_id):
            return False
        Attempt.objects.filter(pk=attempt_id).update(machine_kind=KIND)
        Attempt.objects.filter(pk=attempt_id, outcome="").update(outcome=Outcome.ANSWERED, ended_at=clock.now())
        if channel == Channel.EMAIL:
            # Nothing comes back of a mail: that it was recorded and sealed is the answer.
            _end(row.pk, answered=True)
    return True


def answered(canary_id: str) -> bool:
    """The sender has its answer: the greeting was heard, the page gave a return code. Counts only where the attempt was recorded too."""
    row = Canary.objects.get(pk=canary_id)
    return _end(canary_id, answered=True) if row.arrived_at else failed(canary_id, UNANSWERED)


def failed(canary_id: str, reason: str) -> bool:
    """It came to nothing. ``reason`` is a fixed word."""
    return _end(canary_id, answered=False, reason=reason)


def _end(canary_id: UUID | str, *, answered: bool, reason: str = "") -> bool:
    now = clock.now()
    with transaction.atomic():
        mine = Canary.objects.filter(pk=canary_id, ended_at=None)
        if not mine.update(ended_at=now, answered_at=now if answered else None, reason=reason[:20]):
            return False
        timers.cancel_timer(KIND, canary_id)
        row = Canary.objects.select_related("address").get(pk=canary_id)
        for tell in _tells:
            tell(row)
        bell.ring(KIND, canary_id, "desk", "inside")
    return True


@timers.handles(KIND)
def _due(canary_id: str) -> None:
    failed(canary_id, LATE)


def ask(address_id: int) -> None:
    """Somebody wants to see an address tried now."""
    timers.set_timer(NOW, address_id, clock.now())


@timers.handles(NOW)
def _asked_for(address_id: str) -> None:
    _asked.append(int(address_id))  # the round that tries them runs in this process; a crash before it forgets the wish


def due(every: timedelta, since: datetime) -> list[int]:
    """The addresses whose turn it is, those first that somebody asked for. One that was never tried waits a whole turn from ``since``,
    when the server began. No turn at all (``every`` is nothing): only what was asked for."""
    now = clock.now()
    asked = list(dict.fromkeys(_asked))
    _asked.clear()
    return asked + [one for one in _in_turn(now, every, since) if one not in asked] if every else asked


def _in_turn(now: datetime, every: timedelta, since: datetime) -> list[int]:
    last = dict(Canary.objects.values_list("address_id").annotate(last=Max("sent_at")))
    wanted = [one for channel in PATIENCE for one in this.addresses(channel)]
    return [one.pk for one in wanted if max(last.get(one.pk, since), since - every) + every <= now]


def latest() -> dict[int, Canary]:
    """By address, the newest canary that has ended."""
    rows = Canary.objects.exclude(ended_at=None).order_by("ended_at").select_related("address")
    return {row.address_id: row for row in rows.filter(sent_at__gte=clock.now() - timedelta(days=40))}
