"""Where sealed objects lie. Everything is sealed before it is written; nothing here can open anything."""

import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from harkline.intake.models import Chunk, Contact, Purpose, SealedObject, Thread, Wrap
from harkline.people import keys
from harkline.runtime import bell, clock, plainly
from harkline.runtime.secret import keyed
from harkline.seal import envelope

# What the holder of a return code may read again.
FOR_THE_CALLER = {Purpose.MESSAGE, Purpose.ATTACHMENT, Purpose.REPLY}


@dataclass(frozen=True)
class Part:
    """Something in clear, to be sealed now. ``meta`` (name, type, subject, …) is sealed together with ``body``."""

    purpose: str
    meta: Mapping[str, Any]
    body: bytes
    state: str = "ok"
    by_caller: bool = field(default=True)
    id: str = ""  # a new one where it is empty


@dataclass(frozen=True)
class SealedPart:
    """Something sealed elsewhere, in a browser. ``wraps``: recipient → 80 bytes; ``size`` in bytes of clear text."""

    id: str
    purpose: str
    chunks: Sequence[bytes]
    wraps: Mapping[str, bytes]
    size: int
    state: str = "ok"
    by_caller: bool = field(default=True)


def open_thread(channel: str, lookup: bytes | None = None, caller_public: bytes | None = None) -> Thread:
    """A new thread, with the caller's way back where there is one."""
    thread = new_thread(channel, lookup, caller_public)
    thread.save(force_insert=True)
    return thread


def new_thread(channel: str, lookup: bytes | None = None, caller_public: bytes | None = None) -> Thread:
    """One that is not stored yet."""
    return Thread(
        channel=channel,
        handle=secrets.token_bytes(5),
        lookup=keyed("lookup", lookup) if lookup else None,
        caller_public=caller_public,
        opened_at=clock.now(),
    )


def recipients(thread: Thread, purpose: str) -> dict[str, bytes]:
    """To whom an object of this purpose is sealed: the team, and the caller for what they may read again."""
    return _chosen(thread, purpose, keys.recipients())


def _chosen(thread: Thread, purpose: str, team: Mapping[str, bytes]) -> dict[str, bytes]:
    to = dict(team)
    if purpose in FOR_THE_CALLER and thread.caller_public:
        to["caller"] = bytes(thread.caller_public)
    return to


def put(thread: Thread, contact: Contact | None, part: Part | SealedPart) -> str:
    """Store a part inside the present transaction; a sealed part that is here already stays as it is."""
    return put_all(thread, contact, [part])[0]


def put_all(thread: Thread, contact: Contact | None, parts: Iterable[Part | SealedPart]) -> list[str]:
    """Store parts inside the present transaction, all with the same few statements; returns their ids."""
    return put_many([(thread, contact, parts)])


def put_many(given: Iterable[tuple[Thread, Contact | None, Iterable[Part | SealedPart]]]) -> list[str]:
    """The same for parts of several contacts."""
    given = [(thread, contact, list(parts)) for thread, contact, parts in given]
    clear = any(isinstance(part, Part) for *_, parts in given for part in parts)
    team = keys.recipients() if clear else {}
    placed = [
        (thread, contact, _seal(thread, part, team) if isinstance(part, Part) else part)
        for thread, contact, parts in given
        for part in parts
    ]
    rows = {uuid.UUID(part.id): (thread, contact, part) for thread, contact, part in placed}
    there = _there(rows)
    new = {pk: one for pk, one in rows.items() if pk not in there}
    now = clock.now()
    plainly.insert(_row(pk, part, thread, contact, now) for pk, (thread, contact, part) in new.items())
    plainly.insert(
        Chunk(object_id=pk, position=i, data=data)
        for pk, (*_, part) in new.items()
        for i, data in enumerate(part.chunks)
    )
    plainly.insert(
        Wrap(object_id=pk, recipient=who, data=data)
        for pk, (*_, part) in new.items()
        for who, data in part.wraps.items()
    )
    return [str(uuid.UUID(part.id)) for *_, part in placed]


def _there(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    given = [SealedObject._meta.pk.get_db_prep_value(one, connection) for one in ids]
    found = plainly.among("SELECT id FROM intake_sealedobject WHERE id IN", given)
    return {uuid.UUID(str(one)) for one in found}


def _row(pk: uuid.UUID, part: SealedPart, thread: Thread, contact: Contact | None, now: datetime) -> SealedObject:
    return SealedObject(
        id=pk,
        thread=thread,
        contact=contact,
        purpose=Purpose(part.purpose),
        size=part.size,
        state=part.state,
        by_caller=part.by_caller,
        created_at=now,
    )


def _seal(thread: Thread, part: Part, team: Mapping[str, bytes]) -> SealedPart:
    object_id = part.id or str(uuid.uuid4())
    to = _chosen(thread, part.purpose, team)
    sealed = envelope.seal(dict(part.meta), part.body, part.purpose, object_id, to)
    return SealedPart(object_id, part.purpose, sealed.chunks, sealed.wraps, sealed.size, part.state, part.by_caller)


class Recorder:
    """A recording on its way to the store: each full chunk is committed as it comes.

    A crash leaves an object that is not ``complete``; what was committed opens, and says that it is cut off.
    """

    def __init__(self, row: SealedObject, sealer: envelope.Sealer) -> None:
        self.object_id = str(row.pk)
        self._sealer = sealer
        self._position = 0
        self._size = 0

    @classmethod
    def begin(cls, contact: Contact, meta: dict[str, Any]) -> "Recorder":
        """Commit the object's row and wraps, with nothing in it yet."""
        object_id = uuid.uuid4()
        to = recipients(contact.thread, Purpose.RECORDING)
        sealer = envelope.Sealer({"type": "audio/L16", "rate": 8000, **meta}, Purpose.RECORDING, str(object_id), to)
        with transaction.atomic():
            row = SealedObject.objects.create(
                id=object_id,
                thread=contact.thread,
                contact=contact,
                purpose=Purpose.RECORDING,
                complete=False,
                created_at=clock.now(),
            )
            Wrap.objects.bulk_create(Wrap(object=row, recipient=w, data=d) for w, d in sealer.wraps.items())
        return cls(row, sealer)

    def write(self, pcm: bytes) -> None:
        """Take 8 kHz signed 16-bit little-endian mono."""
        self._size += len(pcm)
        self._keep(self._sealer.write(pcm))

    def close(self) -> None:
        """Commit the last chunk: the recording is whole."""
        with transaction.atomic():
            self._keep([self._sealer.finish()])
            SealedObject.objects.filter(pk=self.object_id).update(complete=True, size=self._size)
            bell.ring("entry", self.object_id, "desk", "inside")

    def discard(self) -> None:
        """Whoever was recorded no longer agrees. The wraps go first: without them nothing opens, whatever a crash leaves of the
        chunks. The row stays, and says so."""
        with transaction.atomic():
            SealedObject.objects.filter(pk=self.object_id).update(state="withdrawn", size=0)
            Wrap.objects.filter(object__pk=self.object_id).delete()
        Chunk.objects.filter(object__pk=self.object_id).delete()
        bell.ring("entry", self.object_id, "desk", "inside")

    def _keep(self, chunks: Sequence[bytes]) -> None:
        if not chunks:
            return
        Chunk.objects.bulk_create(
            Chunk(object_id=self.object_id, position=self._position + i, data=c) for i, c in enumerate(chunks)
        )
        self._position += len(chunks)
        SealedObject.objects.filter(pk=self.object_id).update(size=self._size)
