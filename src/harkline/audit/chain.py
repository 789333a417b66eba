"""Write a record onto the chain, in the transaction of what it records.

The state is one row that every writer locks until its transaction ends (SQLite has one writer at a time anyway), so two writers
never take the same place. To keep clear of deadlocks on PostgreSQL, ``record`` comes last among the locks that a transaction takes.
A crash leaves both what was done and its record, or neither.

The key of the next record lies in the database, boxed under the host key; the one before is overwritten (``secure_delete``). Old
copies of the row live on in the write-ahead log until it is truncated, which ``server`` does every hour, and in backups. Who finds
one can write anew what came after it. That is why the daily head leaves the host: docs/explanation/audit.md.
"""

import re
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from harkline.audit import actor, links
from harkline.audit.models import Ratchet, Record
from harkline.audit.words import Act, Subject
from harkline.runtime import clock, secret
from harkline.seal import box
from harkline.seal.envelope import Refused

_SUBJECT = re.compile(r"[A-Za-z0-9:._-]{0,120}")
_WORD = re.compile(r"[a-z0-9_]{0,40}")


class _Present:
    """Stands for whoever acts in this request."""


PRESENT = _Present()


def record(
    act: str,
    kind: str,
    subject: object = "",
    *,
    case: object = "",
    reason: str = "",
    count: int = 1,
    actor_id: int | _Present | None = PRESENT,
) -> int:
    """Append one record; returns its sequence. Call it in the transaction of what it records, after everything else there.

    ``act`` and ``kind`` are words of ``audit.words``; ``subject`` a primary key; ``case`` the id of the case that it belongs to,
    so that whoever the case excludes is not shown it; ``reason`` a word (letters, digits, underscores). ``actor_id`` is an operator's
    pk, None for the system, and by default whoever is signed in. Raises ValueError for anything that is not a word or an id:
    what people wrote has no place here.
    """
    by = actor.present() if isinstance(actor_id, _Present) else actor_id
    minute = clock.now().replace(second=0, microsecond=0)
    row = links.Row(
        0,
        minute,
        by,
        Act(act),
        Subject(kind),
        _fits(_SUBJECT, subject),
        _fits(_SUBJECT, case),
        _fits(_WORD, reason),
        count,
    )
    with transaction.atomic():
        return _append(_state(), row)


def _fits(form: re.Pattern[str], value: object) -> str:
    text = str(value)
    if not form.fullmatch(text):
        raise ValueError("a record holds fixed words and ids")
    return text


def _append(state: Ratchet, row: links.Row) -> int:
    key, sequence = _open(state.key), state.sequence + 1
    row = replace(row, sequence=sequence)
    link = links.link(bytes(state.link), row)
    Record.objects.create(
        sequence=sequence,
        minute=row.minute,
        actor=row.actor,
        act=row.act,
        kind=row.kind,
        subject=row.subject,
        case=row.case,
        reason=row.reason,
        count=row.count,
        link=link,
        mac=links.mac(key, link),
    )
    state.sequence, state.link, state.key = sequence, link, _close(links.ratchet(key))
    state.save(update_fields=["sequence", "link", "key"])
    return sequence


def _state() -> Ratchet:
    """The chain's state, locked; begun with a fresh key where there is none."""
    found = Ratchet.objects.select_for_update().filter(pk=1).first()
    if found:
        return found
    first = secrets.token_bytes(32)
    begun = {"link": links.NOTHING, "before": links.NOTHING, "key": _close(first), "first": _close(first)}
    Ratchet.objects.get_or_create(pk=1, defaults=begun)
    return Ratchet.objects.select_for_update().get(pk=1)


def _close(key: bytes) -> bytes:
    return box.box(secret.keyed("audit", b""), key, "audit")


def _open(boxed: bytes | memoryview) -> bytes:
    return box.unbox(secret.keyed("audit", b""), bytes(boxed), "audit")


def first_key() -> bytes | None:
    """The key of the first record while it is still on this host; None once it has been taken away, or before the first record."""
    row = Ratchet.objects.filter(pk=1).first()
    return _open(row.first) if row and row.first else None


def forget_first_key() -> None:
    """It is in safe hands now: whoever breaks in later does not find it here."""
    with transaction.atomic():
        if Ratchet.objects.filter(pk=1).exclude(first=b"").update(first=b""):
            record(Act.KEY_TAKEN, Subject.AUDIT)


def purge(older_than: timedelta) -> int:
    """Take away records older than this (a year at least), from the beginning; returns how many. What is taken is recorded with
    the link at which it ended, so that the rest can still be proven. One old record stays, and proves the purge's right."""
    before = clock.now() - max(older_than, links.LEAST) - timedelta(minutes=1)
    with transaction.atomic():
        state = _state()
        last = _last_to_go(before)
        if last is None:
            return 0
        gone: int = Record.objects.filter(sequence__lte=last.sequence).delete()[0]
        state.start, state.before = last.sequence, bytes(last.link)
        state.save(update_fields=["start", "before"])
        record(
            Act.PURGED, Subject.AUDIT, links.purge_subject(state.start, bytes(state.before)), count=gone, actor_id=None
        )
    return gone


def _last_to_go(before: datetime) -> Record | None:
    # By place and not by time: a clock that once stood in the past has written records that only look old.
    young = Record.objects.filter(minute__gte=before).order_by("sequence").first()
    return Record.objects.filter(sequence=young.sequence - 2).first() if young else None


def state() -> links.State | None:
    """Where the chain begins and ends; None before the first record. ``key`` is None under another host's key."""
    row = Ratchet.objects.filter(pk=1).first()
    if row is None:
        return None
    try:
        key: bytes | None = _open(row.key)
    except Refused:
        key = None
    return links.State(row.start, bytes(row.before), row.sequence, bytes(row.link), key)
