"""A caller's way back: by return code on the web, by reply token in mail, by twelve digits on the phone."""

import base64
import binascii
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from harkline.intake.models import Attempt, Contact, Purpose, Thread, Wrap
from harkline.runtime import bell, clock, plainly
from harkline.runtime.secret import keyed

QUIET = timedelta(
    hours=24
)  # long enough for whoever forces somebody to lose interest, short enough that a caller is not shut out


@dataclass(frozen=True)
class ThreadRef:
    """A thread. ``caller_public`` is the key to which replies are sealed, where the caller has a code."""

    id: str
    channel: str
    caller_public: bytes | None
    quiet: bool = False


@dataclass(frozen=True)
class Item:
    """One object that the holder of the return code may read again; the wrap opens with the code alone. ``size`` is in bytes.
    ``chunks`` may be the first alone, which opens as far as it goes (``envelope.open_(…, allow_cut=True)``)."""

    object_id: str
    purpose: str
    by_caller: bool
    at: datetime
    size: int
    wrap: bytes
    chunks: Sequence[bytes]


def _ref(row: Thread | None) -> ThreadRef | None:
    if row is None:
        return None
    return ThreadRef(str(row.pk), row.channel, bytes(row.caller_public) if row.caller_public else None, _is_quiet(row))


def _is_quiet(row: Thread) -> bool:
    return row.quiet_until is not None and row.quiet_until > clock.now()


def quiet(thread_id: str, for_: timedelta = QUIET) -> None:
    """Show nothing of a thread to whoever comes with its code, for a while. What is written on it is still taken in."""
    Thread.objects.filter(pk=thread_id).update(quiet_until=clock.now() + for_)
    bell.ring("entry", thread_id, f"thread:{thread_id}")


def by_lookup(lookup: bytes) -> ThreadRef | None:
    """The thread of a return code's look-up value; the same work whether it exists or not."""
    return _ref(Thread.objects.filter(lookup=keyed("lookup", lookup)).first())


def by_lookups(lookups: Collection[bytes]) -> dict[bytes, ThreadRef]:
    """The threads of several look-up values, by these; one statement where nobody has been here, two for however many have."""
    kept = {keyed("lookup", one): one for one in lookups}
    # Nearly always nobody has been here before.
    if not plainly.among("SELECT 1 FROM intake_thread WHERE lookup IN", kept):
        return {}
    rows = {kept[bytes(row.lookup or b"")]: _ref(row) for row in Thread.objects.filter(lookup__in=kept)}
    return {one: ref for one, ref in rows.items() if ref}


def _mac(handle: bytes) -> bytes:
    return keyed("reply", handle)[:5]


def token(thread_id: str) -> str:
    """16 lower-case base32 characters for a reply address: the random handle and a 40-bit MAC. They tell nothing."""
    handle = bytes(Thread.objects.values_list("handle", flat=True).get(pk=thread_id))
    return base64.b32encode(handle + _mac(handle)).decode().lower()


def by_token(text: str) -> ThreadRef | None:
    """The thread of a reply token; None for anything else."""
    try:
        raw = base64.b32decode(text.upper())
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 10 or not hmac.compare_digest(_mac(raw[:5]), raw[5:]):
        return None
    return _ref(Thread.objects.filter(handle=raw[:5]).first())


def give_phone_code(attempt_id: str, digits: str) -> None:
    """Remember the 12 digits that were spoken to a caller. They tell an operator which case it is, and open nothing."""
    Attempt.objects.filter(pk=attempt_id).update(return_code=keyed("phone", digits.encode()))


def by_phone_code(digits: str) -> ThreadRef | None:
    """The thread of a call whose code this is."""
    row = Contact.objects.filter(attempt__return_code=keyed("phone", digits.encode())).select_related("thread").first()
    return _ref(row.thread if row else None)


def returned(thread_id: str) -> list[Item]:
    """What was said and answered, oldest first. Of an attachment the first chunk only, which has its name: see ``item``."""
    wraps = (
        Wrap.objects.filter(object__thread_id=thread_id, recipient="caller")
        .select_related("object")
        .order_by("object__created_at", "pk")
    )
    return [_item(wrap, 1 if wrap.object.purpose == Purpose.ATTACHMENT else None) for wrap in wraps]


def item(thread_id: str, object_id: str) -> Item | None:
    """One object of the thread, whole; None where the holder of the code has no such object."""
    wrap = (
        Wrap.objects.filter(object__thread_id=thread_id, object__pk=object_id, recipient="caller")
        .select_related("object")
        .first()
    )
    return _item(wrap, None) if wrap else None


def _item(wrap: Wrap, first: int | None) -> Item:
    row = wrap.object
    chunks = [bytes(one.data) for one in row.chunks.order_by("position")[:first]]
    return Item(str(row.pk), row.purpose, row.by_caller, row.created_at, row.size, bytes(wrap.data), chunks)


def live_contact(thread_id: str) -> str | None:
    """The thread's contact that waits or is in hand now."""
    row = Contact.objects.filter(thread_id=thread_id, state__in=["waiting", "in_hand"]).order_by("-arrived_at").first()
    return str(row.pk) if row else None
