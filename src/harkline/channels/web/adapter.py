"""The web channel's dealings with intake and routing. What a page says to a caller is said after these have committed."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, OperationalError, transaction

from harkline.channels.web import place, pressure, terms, tokens, wire
from harkline.count import receipts
from harkline.intake import canaries, copies, receive, threads
from harkline.intake.receive import SealedPart
from harkline.routing import lines
from harkline.runtime import bell, clock, timers
from harkline.runtime.together import Together
from harkline.seal import codes

CHANNEL = "web"
SILENT = timedelta(minutes=2)  # without a sign from a page with script, the caller is gone
SILENT_BY_HAND = timedelta(minutes=15)  # without script, somebody has to press "look again"


@dataclass(frozen=True)
class Caller:
    """Who came back with a code. ``private`` opens what was sealed to them; None where the code stayed in their browser."""

    thread_id: str
    public: bytes
    private: bytes | None = None
    quiet: bool = False  # after a safe ending: nothing is shown of the thread for now

    @property
    def silent_after(self) -> timedelta:
        """How long this caller may give no sign before a conversation ends."""
        return SILENT_BY_HAND if self.private else SILENT


def take(
    token: tokens.Token, message: wire.Message, flags: Sequence[str] = (), given: lines.Given | None = None
) -> str:
    """Accept a message that was sent without script, sealed before anything is written; returns its return code.

    Sent twice, it is there once and has the same code. Changed and sent again from the same page, it is added.
    """
    code = tokens.return_code(token)
    _private, public = codes.caller_key(code)
    objects = wire.clear(message)
    key = f"{token.nonce}|{wire.digest(objects)}"
    to = {**receive.recipients(), "caller": public}
    parts = [wire.seal(one, wire.object_id(key, i), to) for i, one in enumerate(objects)]
    trial = message.text.strip() if canaries.is_one(CHANNEL, message.text) else ""
    accept(key, parts, message.language, codes.lookup(code), public, flags, message.involved, given, trial)
    clean(key, objects)
    return code


def clean(key: str, objects: Sequence[wire.Clear]) -> None:
    """Have copies without metadata made of a message's attachments. Not in a flood: a copy takes a third of a second of processor, a
    report a hundredth."""
    if not pressure.wait(pressure.present().over(clock.now().timestamp())):
        copies.later(
            {
                wire.object_id(key, i): copies.File(str(one.meta["name"]), str(one.meta["type"]), one.body)
                for i, one in enumerate(objects)
                if one.purpose == "attachment"
            }
        )


def accept(
    key: str,
    parts: Sequence[SealedPart],
    language: str,
    lookup: bytes,
    public: bytes,
    flags: Sequence[str] = (),
    involved: str | None = None,
    given: lines.Given | None = None,
    trial: str = "",
) -> str:
    """Accept sealed parts for the holder of ``lookup``, once for each ``key``; returns the contact's id. ``trial``: a canary's token.

    Attempt and contact are one transaction, shared with what others send at this moment: the disk is waited for once. Where it fails,
    that somebody tried is recorded alone.
    """
    one = _Sent(key, parts, language, lookup, public, flags, involved, given, trial)
    try:
        try:
            return _together.do(one)
        except IntegrityError:
            # The same message, or another one from the same page, was taken in at this very moment: now it is seen.
            return _together.do(one)
    except OperationalError:
        raise  # locked for long, or no room: nothing can be recorded now
    except Exception:
        with suppress(DatabaseError):
            _attempt(key, language)
        raise


@dataclass(frozen=True)
class _Sent:
    """One message as ``accept`` takes it, and the address at which it came."""

    key: str
    parts: Sequence[SealedPart]
    language: str
    lookup: bytes
    public: bytes
    flags: Sequence[str]
    involved: str | None
    given: lines.Given | None
    trial: str
    address: str = field(default_factory=place.here)

    @property
    def callback(self) -> bool:
        return any(part.purpose == "terms" for part in self.parts)


@transaction.atomic
def _accept(some: Sequence[_Sent]) -> list[str]:
    known = threads.by_lookups([one.lookup for one in some])
    made = receive.messages(CHANNEL, [_arrival(one, known.get(one.lookup)) for one in some])
    return [_after(*pair) for pair in zip(some, made, strict=True)]


def _arrival(one: _Sent, known: threads.ThreadRef | None) -> receive.Arrival:
    told = (("callback", one.callback), ("conflict", one.involved is not None))
    return receive.Arrival(
        one.address,
        one.key,
        one.language,
        one.parts,
        thread_id=known.id if known else None,
        flags=(*(word for word, so in told if so), *one.flags),
        involved=one.involved,
        outcome="callback_requested" if one.callback else "message",
        language_chosen=True,
        lookup=one.lookup,
        caller_public=one.public,
        machine_kind=canaries.KIND if one.trial else "human",
        waiting=not one.trial,
    )


def _after(one: _Sent, made: receive.ContactRef | None) -> str:
    if made and one.trial:
        canaries.arrived(CHANNEL, one.trial, made.attempt_id)
    if made and one.callback:
        _terms(made.id, one.parts, one.given or lines.Given())
    return (made or receive.accepted(CHANNEL, one.key)).id


_together = Together(_accept)


def _terms(contact_id: str, parts: Sequence[SealedPart], given: lines.Given) -> None:
    """In the transaction of the message: a crash leaves both or neither."""
    sealed = next(part.id for part in parts if part.purpose == "terms")
    try:
        lines.record_callback(contact_id, given, terms_id=sealed)
    except lines.WrongTerms:
        lines.record_callback(contact_id, terms.bare(given), terms_id=sealed)


def more(
    caller: Caller, key: str, parts: Sequence[SealedPart], language: str, talk: str = "", flags: Sequence[str] = ()
) -> None:
    """Something more on the thread: into the conversation that is going on, or else a contact of its own."""
    if talk and _open(talk):
        receive.add(caller.thread_id, parts, contact_id=talk)
        for word in flags:
            receive.flag(talk, word)
        stay(caller, talk)
    else:
        _contact(_attempt(key, language), parts, language, caller.thread_id, flags)
        # Another page of the same caller may be open.
        bell.ring("entry", caller.thread_id, f"thread:{caller.thread_id}")


def _attempt(key: str, language: str) -> str:
    tried = receive.attempt(CHANNEL, place.here(), dedupe_key=key, language=language)
    receive.stage(tried.id, "message", language=language, chosen=True)
    return tried.id


def _contact(attempt_id: str, parts: Sequence[SealedPart], language: str, thread_id: str, flags: Sequence[str]) -> str:
    callback = any(part.purpose == "terms" for part in parts)
    row = receive.contact(
        attempt_id,
        parts,
        language=language,
        thread_id=thread_id,
        flags=(*(["callback"] if callback else []), *flags),
    )
    # On a thread that is known, a crash before this line leaves a contact that waits and an attempt without its outcome.
    receive.finish(attempt_id, "callback_requested" if callback else "message")
    return row.id


def team() -> dict[str, str]:
    """The team's public key for browsers that seal: ``{"team:<version>": base64}``."""
    return {name: wire.b64(key) for name, key in receive.recipients().items()}


def reject(reason: str, key: str) -> None:
    """Somebody tried and could not be heard: that counts too. ``reason`` is one fixed word."""
    tried = receive.attempt(CHANNEL, place.here(), dedupe_key=key)
    receive.finish(tried.id, "rejected", reason)


# --- coming back ----------------------------------------------------------------------------------------------------------------


def by_code(typed: str) -> Caller | None:
    """Who holds this code. The same work for a code that cannot be one and for one that nobody has."""
    code = codes.normalise(typed)
    lookup, (private, _public) = codes.lookup(code or "A" * 16), codes.caller_key(code or "A" * 16)
    known = threads.by_lookup(lookup) if code else threads.by_lookup(bytes(32))
    return Caller(known.id, known.caller_public, private, known.quiet) if known and known.caller_public else None


def by_lookup(lookup: bytes | None) -> Caller | None:
    """Who sent the look-up value of a code that stayed in their browser."""
    known = threads.by_lookup(lookup or bytes(32))
    if not (known and lookup and known.caller_public):
        return None
    return Caller(known.id, known.caller_public, quiet=known.quiet)


# --- a conversation -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Talk:
    """A conversation as the caller sees it: ``waiting``, ``in_hand`` or ``over``; the place in the queue and the wait in seconds
    while it waits."""

    state: str
    place: int = 0
    wait: int | None = None


def begin(caller: Caller, key: str, language: str, flags: Sequence[str] = ()) -> str:
    """The caller would talk now: a live contact, which is offered before anything that can wait. Returns its id."""
    tried = receive.attempt(CHANNEL, place.here(), dedupe_key=key, language=language)
    row = receive.contact(tried.id, [], language=language, live=True, thread_id=caller.thread_id, flags=flags)
    stay(caller, row.id)
    return row.id


def stay(caller: Caller, contact_id: str) -> None:
    """The caller gave a sign."""
    timers.set_timer("web_caller_silent", contact_id, clock.now() + caller.silent_after)


def talk(contact_id: str) -> Talk:
    """How the conversation stands."""
    row = receive.find(contact_id)
    if row is None or not row.live or row.state not in ("waiting", "in_hand"):
        return Talk("over")
    if row.state == "in_hand":
        return Talk("in_hand")
    place, wait = receive.place(contact_id)
    return Talk("waiting", place, wait)


def _open(contact_id: str) -> bool:
    return talk(contact_id).state != "over"


def leave(contact_id: str) -> None:
    """The caller has ended the conversation, or is gone. Whoever had it wraps up. If nobody did, what was written in it waits as a
    message; with nothing in it, it is closed as abandoned."""
    timers.cancel_timer("web_caller_silent", contact_id)
    row = receive.find(contact_id)
    if row is None or not _open(contact_id):
        return
    if row.state == "waiting" and receive.said(contact_id):
        lines.to_message(contact_id)
        receive.finish(row.attempt_id, "message")
    else:
        lines.ended(contact_id, outcome="abandoned", stage="queue")


@timers.handles("web_caller_silent")
def _silent(contact_id: str) -> None:
    leave(contact_id)


def _command(contact_id: str, verb: str, detail: Mapping[str, Any]) -> None:
    if verb in ("end", "safe_end"):
        leave(contact_id)


class WebChannel:
    """What the server supervises. The pages themselves are served with all others; this takes commands from the console."""

    def __init__(self) -> None:
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Listen until stopped."""
        lines.register(CHANNEL, _command)
        await self._over.wait()

    async def stop(self) -> None:
        """Let ``run`` return."""
        self._over.set()

    def health(self) -> Mapping[str, Any]:
        """Up as long as pages are served at all."""
        return {"state": "up", "backlog": 0}


def receipt(caller: Caller, chosen: str) -> str:
    """A receipt for the latest that was written on the thread; asked for twice, the one that was told. Raises ``receipts.NotNow``."""
    attempt = receipts.open_attempt(caller.thread_id)
    if not attempt and (told := receipts_of(caller)):
        return told[0].code
    if not attempt:
        raise receipts.TooLate if receipts.offered() else receipts.NotNow
    return receipts.issue(attempt, chosen)


def receipts_of(caller: Caller) -> list[receipts.Given]:
    """The receipts that were told on the thread."""
    return receipts.of_thread(caller.thread_id) if receipts.offered() else []
