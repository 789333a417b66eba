"""The one way in. Every channel records the attempt here first, and hands over the contact when there is one.

Each function is one transaction and safe to call twice: an adapter acknowledges the network after it returns, and a crash
before the acknowledgement makes the network send again.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from harkline.intake import exclusions, store
from harkline.intake.models import (
    RISK_OF,
    Attempt,
    Contact,
    ContactState,
    Outcome,
    SealedObject,
    Stage,
    Thread,
)
from harkline.intake.repeat import blocked, remember
from harkline.intake.store import Part, Recorder, SealedPart
from harkline.line import this
from harkline.people import keys
from harkline.runtime import bell, clock, plainly, room
from harkline.runtime.secret import keyed

__all__ = [
    "Arrival",
    "AttemptRef",
    "ContactRef",
    "Part",
    "Recorder",
    "SealedPart",
    "accepted",
    "add",
    "attempt",
    "blocked",
    "contact",
    "finish",
    "flag",
    "messages",
    "place",
    "recipients",
    "recorder",
    "remember",
    "said",
    "stage",
    "waiting",
]


@dataclass(frozen=True)
class AttemptRef:
    """A recorded attempt. ``address`` is None where nobody of ours was called."""

    id: str
    new: bool
    address: str | None


@dataclass(frozen=True)
class ContactRef:
    """An accepted contact."""

    id: str
    thread_id: str
    channel: str
    language: str
    state: str
    new: bool = False
    flags: tuple[str, ...] = field(default=())
    live: bool = False
    attempt_id: str = ""


def attempt(
    channel: str,
    address_value: str,
    *,
    dedupe_key: str,
    presentation: str = "",
    language: str = "",
    machine_kind: str = "human",
) -> AttemptRef:
    """Record that somebody tries to reach the line, once for each ``dedupe_key``; only a keyed hash of it is kept."""
    address = this.address(channel, address_value)
    row, new = Attempt.objects.get_or_create(
        channel=channel,
        dedupe_key=_dedupe(channel, dedupe_key),
        defaults={
            "address": address,
            "arrived_at": clock.now(),
            "presentation": presentation,
            "language": language,
            "machine_kind": machine_kind,
        },
    )
    if new:
        bell.ring("attempt", row.pk, "desk", "inside")
    return AttemptRef(str(row.pk), new, address.value if address else None)


def _dedupe(channel: str, key: str) -> str:
    return keyed("dedupe", f"{channel}|{key}".encode()).hex()


def stage(attempt_id: str, name: str, *, language: str = "", chosen: bool | None = None) -> None:
    """Write down how far the attempt has come, and the language where it is known."""
    changes: dict[str, Any] = {"stage": Stage(name)}
    if language:
        changes["language"] = language
    if chosen is not None:
        changes["language_chosen"] = chosen
    Attempt.objects.filter(pk=attempt_id, outcome="").update(**changes)


def finish(attempt_id: str, outcome: str, reason: str = "") -> bool:
    """End the attempt. The first outcome stands: returns False where there was one already."""
    ended = Attempt.objects.filter(pk=attempt_id, outcome="").update(
        outcome=Outcome(outcome), ended_at=clock.now(), reason=reason
    )
    if ended:
        bell.ring("attempt", attempt_id, "desk", "inside")
    return bool(ended)


def contact(
    attempt_id: str,
    parts: Iterable[Part | SealedPart],
    *,
    language: str,
    live: bool = False,
    thread_id: str | None = None,
    flags: Sequence[str] = (),
    risk: int = 0,
    lookup: bytes | None = None,
    caller_public: bytes | None = None,
    waiting: bool = True,
) -> ContactRef:
    """Accept the attempt's contact, exactly once, with what it brought, sealed. ``waiting=False`` files it without offering it
    (a bounce, a list's mail). Raises ``Attempt.DoesNotExist`` for an attempt that was not recorded."""
    parts = list(parts)
    try:
        with transaction.atomic():
            return _accept(
                attempt_id, parts, language, live, thread_id, list(flags), risk, lookup, caller_public, waiting
            )
    except IntegrityError:
        # Somebody accepted the same attempt a moment earlier.
        return _ref(Contact.objects.get(attempt_id=attempt_id))


def _accept(
    attempt_id: str,
    parts: list[Part | SealedPart],
    language: str,
    live: bool,
    thread_id: str | None,
    flags: list[str],
    risk: int,
    lookup: bytes | None,
    caller_public: bytes | None,
    waiting: bool,
) -> ContactRef:
    tried = Attempt.objects.get(pk=attempt_id)
    if there := Contact.objects.filter(attempt=tried).first():
        return _ref(there)
    thread = Thread.objects.get(pk=thread_id) if thread_id else store.open_thread(tried.channel, lookup, caller_public)
    now = clock.now()
    row = Contact.objects.create(
        attempt=tried,
        thread=thread,
        channel=tried.channel,
        language=language,
        live=live,
        risk=_risk(risk, flags),
        flags=flags,
        state=ContactState.WAITING if waiting else ContactState.CLOSED,
        arrived_at=tried.arrived_at,
        waiting_since=now,
        closed_at=None if waiting else now,
    )
    store.put_all(thread, row, parts)
    stage(attempt_id, Stage.QUEUE, language=language)
    bell.ring("contact", row.pk, "desk", "inside")
    return _ref(row, new=True)


@dataclass(frozen=True)
class Arrival:
    """A message that came whole, with all that ``attempt`` and ``contact`` take. ``involved``: the caller says that somebody of the line
    is, and perhaps who; None where they do not."""

    address: str
    dedupe_key: str
    language: str
    parts: Sequence[Part | SealedPart]
    thread_id: str | None = None
    flags: Sequence[str] = ()
    machine_kind: str = "human"
    waiting: bool = True
    outcome: str = "message"
    language_chosen: bool = False
    lookup: bytes | None = None
    caller_public: bytes | None = None
    involved: str | None = None


def messages(channel: str, arrivals: Sequence[Arrival]) -> list[ContactRef | None]:
    """Attempt, contact and outcome of many messages in one transaction, with the same few statements for all; None for one that
    is here already."""
    room.refuse_if_scarce()
    now, keys_ = clock.now(), [_dedupe(channel, one.dedupe_key) for one in arrivals]
    # No savepoint of its own where a transaction is open: it stands or falls with that one.
    with transaction.atomic(savepoint=False):
        statement = "SELECT dedupe_key FROM intake_attempt WHERE channel = %s AND dedupe_key IN"
        there = set(plainly.among(statement, keys_, channel))
        new = {key: one for key, one in zip(keys_, arrivals, strict=True) if key not in there}
        tried = [_message_attempt(channel, key, one, now) for key, one in new.items()]
        threads = _threads(channel, list(new.values()))
        rows = [_message(*one, now) for one in zip(tried, threads, new.values(), strict=True)]
        plainly.insert(tried)
        plainly.insert(rows)
        store.put_many(zip(threads, rows, (one.parts for one in new.values()), strict=True))
        for row, one in zip(rows, new.values(), strict=True):
            # Before any bell: whoever is involved hears none.
            if one.involved is not None:
                exclusions.by_caller([row.thread_id], one.involved)
        for row in rows:
            bell.ring("attempt", row.attempt_id, "desk", "inside")
            bell.ring("contact", row.pk, "desk", "inside")
    found = dict(zip(new, rows, strict=True))
    # The same message twice in one batch: the first is new.
    return [_ref(found.pop(key), new=True) if key in found else None for key in keys_]


def accepted(channel: str, dedupe_key: str) -> ContactRef:
    """The contact of an attempt that was accepted before. Raises ``Contact.DoesNotExist``."""
    return _ref(Contact.objects.get(attempt__channel=channel, attempt__dedupe_key=_dedupe(channel, dedupe_key)))


def _threads(channel: str, arrivals: Sequence[Arrival]) -> list[Thread]:
    named = [one.thread_id for one in arrivals if one.thread_id]
    known = Thread.objects.in_bulk(named) if named else {}
    made = [
        known[uuid.UUID(one.thread_id)] if one.thread_id else store.new_thread(channel, one.lookup, one.caller_public)
        for one in arrivals
    ]
    plainly.insert(one for one in made if one.pk not in known)
    return made


def _message_attempt(channel: str, key: str, one: Arrival, now: datetime) -> Attempt:
    return Attempt(
        channel=channel,
        dedupe_key=key,
        address=this.address(channel, one.address),
        arrived_at=now,
        ended_at=now,
        stage=Stage.QUEUE,
        outcome=Outcome(one.outcome),
        language=one.language,
        language_chosen=one.language_chosen,
        machine_kind=one.machine_kind,
    )


def _message(tried: Attempt, thread: Thread, one: Arrival, now: datetime) -> Contact:
    return Contact(
        attempt=tried,
        thread=thread,
        channel=tried.channel,
        language=one.language,
        flags=list(one.flags),
        risk=_risk(0, one.flags),
        state=ContactState.WAITING if one.waiting else ContactState.CLOSED,
        arrived_at=now,
        waiting_since=now,
        closed_at=None if one.waiting else now,
    )


def add(thread_id: str, parts: Iterable[Part | SealedPart], *, contact_id: str | None = None) -> list[str]:
    """Put more on a thread: returns the new objects' ids, and those of parts that were there already."""
    parts = list(parts)
    try:
        return _add(thread_id, parts, contact_id)
    except IntegrityError:
        # Somebody put the same parts there a moment earlier: now they are seen.
        return _add(thread_id, parts, contact_id)


def _add(thread_id: str, parts: list[Part | SealedPart], contact_id: str | None) -> list[str]:
    with transaction.atomic():
        thread = Thread.objects.get(pk=thread_id)
        row = Contact.objects.get(pk=contact_id) if contact_id else None
        ids = store.put_all(thread, row, parts)
        bell.ring("entry", thread_id, "desk", f"thread:{thread_id}", "inside")
    return ids


def recipients() -> dict[str, bytes]:
    """To whom a browser seals what it sends, besides the caller: ``{"team:<version>": X25519 public key}``."""
    return keys.recipients()


def recorder(contact_id: str, meta: Mapping[str, Any] | None = None) -> Recorder:
    """Begin a recording that is sealed as it is written."""
    row = Contact.objects.select_related("thread").get(pk=contact_id)
    return store.Recorder.begin(row, dict(meta or {}))


def flag(contact_id: str, word: str) -> None:
    """Add one of the fixed words to a contact's flags. Some of them raise its risk, and with it its place in the waiting list."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().get(pk=contact_id)
        if word not in row.flags:
            row.flags = [*row.flags, word]
            row.risk = _risk(row.risk, row.flags)
            row.save(update_fields=["flags", "risk"])
            bell.ring("contact", contact_id, "desk", "inside")


def unflag(contact_id: str, word: str) -> None:
    """Take one of the fixed words back. The risk stays: only a person lowers it."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().get(pk=contact_id)
        if word in row.flags:
            row.flags = [one for one in row.flags if one != word]
            row.save(update_fields=["flags"])
            bell.ring("contact", contact_id, "desk", "inside")


def _risk(said: int, flags: Sequence[str]) -> int:
    """The higher of what was said and what the flags say."""
    return max([said, *(RISK_OF.get(word, 0) for word in flags)])


def waiting() -> list[ContactRef]:
    """The waiting list, oldest first."""
    rows = Contact.objects.filter(state=ContactState.WAITING).order_by("waiting_since")
    return [_ref(row) for row in rows]


def find(contact_id: str) -> ContactRef | None:
    """The contact, or None."""
    row = Contact.objects.filter(pk=contact_id).first()
    return _ref(row) if row else None


def said(contact_id: str) -> bool:
    """Whether the caller has left anything in the contact: a text, a file, a recording."""
    return SealedObject.objects.filter(contact_id=contact_id, by_caller=True).exists()


def place(contact_id: str) -> tuple[int, int | None]:
    """A live contact's place in the queue from 1, and an honest wait in seconds: the median of the last 20 waits of the last
    two hours on this channel and language, None where fewer than five are known."""
    row = Contact.objects.get(pk=contact_id)
    ahead = Contact.objects.filter(
        state=ContactState.WAITING, live=True, language=row.language, waiting_since__lt=row.waiting_since
    ).count()
    return ahead + 1, _median_wait(row.channel, row.language, clock.now())


def _median_wait(channel: str, language: str, now: datetime) -> int | None:
    rows = Contact.objects.filter(channel=channel, language=language, live=True, accepted_at__isnull=False)
    recent = rows.order_by("-accepted_at").values_list("arrived_at", "accepted_at")[:20]
    waits = sorted((end - start).total_seconds() for start, end in recent if end and (now - end).total_seconds() < 7200)
    return round(waits[len(waits) // 2]) if len(waits) >= 5 else None


def _ref(row: Contact, new: bool = False) -> ContactRef:
    return ContactRef(
        str(row.pk),
        str(row.thread_id),
        row.channel,
        row.language,
        row.state,
        new,
        tuple(row.flags),
        row.live,
        str(row.attempt_id),
    )


def is_uuid(text: str) -> bool:
    """Whether a text from outside is an id of ours in form."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
