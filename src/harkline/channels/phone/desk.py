"""The two doors into the domain, as coroutines: what the telephone asks and tells, and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from harkline.count import evidence
from harkline.intake import canaries, receive, threads
from harkline.intake.receive import AttemptRef, Part, Recorder
from harkline.line import prompts, this
from harkline.routing import lines
from harkline.routing.lines import CallbackRef, Given, InterpreterRef, OfferRef, Seat, Standing
from harkline.runtime import clock, db, room

CHANNEL = "phone"


@dataclass(frozen=True)
class Course:
    """What the course of a call depends on: the languages to offer, or the one that the address has."""

    languages: tuple[str, ...]
    fixed: str


async def numbers() -> list[str]:
    """The line's telephone addresses."""
    return [one.value for one in await db.run(this.addresses, CHANNEL)]


async def course(address: str) -> Course:
    """How a call to this address goes."""

    def read() -> Course:
        row = this.address(CHANNEL, address)
        return Course(tuple(this.line().languages) or ("en",), row.language if row else "")

    return await db.run(read)


async def attempt(address: str, *, key: str, presentation: str) -> AttemptRef:
    """Record that somebody rings. Committed when this returns."""
    return await db.run(receive.attempt, CHANNEL, address, dedupe_key=key, presentation=presentation)


async def make_room() -> bool:
    """The disk is full: give calls the room that is kept for them. False when there is none."""
    return await db.run(room.let_go)


async def stage(attempt_id: str, name: str, *, language: str = "", chosen: bool | None = None) -> None:
    """How far the call has come."""
    await db.run(receive.stage, attempt_id, name, language=language, chosen=chosen)


async def finish(attempt_id: str, outcome: str, reason: str = "") -> None:
    """How the attempt ended, unless that was said before."""
    await db.run(receive.finish, attempt_id, outcome, reason)


async def contact(
    attempt_id: str, language: str, flags: set[str], *, live: bool, waiting: bool = True, number: str = ""
) -> str:
    """Hand the call over to whoever is on duty; returns the contact's id. A number that is shown is sealed with it."""
    parts = [Part("handle", {"kind": CHANNEL}, number.encode())] if number else []

    def put() -> str:
        with transaction.atomic():
            ref = receive.contact(attempt_id, parts, language=language, live=live, flags=sorted(flags), waiting=waiting)
            if number and ref.new:
                receive.remember(ref.id, CHANNEL, number)
        return ref.id

    return await db.run(put)


async def blocked(number: str) -> bool:
    """Whether this number is turned away for a time."""
    return bool(number) and await db.run(receive.blocked, CHANNEL, number)


async def flag(contact_id: str, word: str) -> None:
    """Add a fixed word to the contact."""
    await db.run(receive.flag, contact_id, word)


async def recorder(contact_id: str, about: str, **meta: str) -> Recorder:
    """Begin a recording that is sealed as it is written; ``meta`` is sealed with it."""
    return await db.run(receive.recorder, contact_id, {"about": about, **meta})


async def place(contact_id: str) -> tuple[int, int | None]:
    """The place in the queue, and the minutes to wait, where that is known."""
    position, seconds = await db.run(receive.place, contact_id)
    return position, None if seconds is None else -(-seconds // 60)


async def state(contact_id: str) -> str:
    """Where the contact stands."""
    found = await db.run(receive.find, contact_id)
    return found.state if found else "closed"


async def taken(contact_id: str) -> bool:
    """Whether somebody has the contact in hand."""
    return await state(contact_id) == "in_hand"


async def standing(contact_id: str) -> Standing:
    """The contact's state, who has it, and who is beside them."""
    return await db.run(lines.standing, contact_id)


async def seat(contact_id: str, operator_id: int) -> Seat | None:
    """Where an operator belongs in a call."""
    return await db.run(lines.seat, contact_id, operator_id)


async def interpreter(companion_id: str) -> InterpreterRef | None:
    """An interpreter who is to be rung."""
    return await db.run(lines.interpreter, companion_id)


async def companion_joined(companion_id: str) -> bool:
    """Their sound is in the call. False where they are not wanted any more."""
    return await db.run(lines.companion_joined, companion_id)


async def companion_left(companion_id: str, reason: str) -> None:
    """They have gone, or were not reached."""
    await db.run(lines.companion_left, companion_id, reason)


async def hand_over(contact_id: str, operator_id: int) -> bool:
    """A colleague who was asked to take over, and is there, has it from now on."""
    return await db.run(lines.hand_over, contact_id, operator_id)


async def anybody() -> bool:
    """Whether somebody is on duty at all."""
    return await db.run(lines.anybody_on_duty)


async def ended(contact_id: str, outcome: str = "") -> None:
    """The caller is gone."""
    await db.run(lines.ended, contact_id, outcome=outcome)


async def to_message(contact_id: str) -> None:
    """The caller leaves something instead of waiting."""
    await db.run(lines.to_message, contact_id)


async def lost_operator(contact_id: str) -> None:
    """The operator's end broke off."""
    await db.run(lines.lost_operator, contact_id)


async def give_code(attempt_id: str, digits: str) -> None:
    """Remember the return code that is about to be spoken."""
    await db.run(threads.give_phone_code, attempt_id, digits)


async def nobody(language: str) -> bytes:
    """The words that say that nobody is here, and when somebody will be."""

    def speak() -> bytes:
        zone, staffed = this.zone(), lines.next_staffed()
        now = clock.now().astimezone(zone)
        return prompts.nobody(language, now, staffed.astimezone(zone) if staffed else None)

    return await db.run(speak)


async def take_leg(token: str, operator_id: int) -> str | None:
    """The contact to which this browser may bring its audio, once."""
    return await db.run(lines.take_leg, token, operator_id)


async def offer(offer_id: str) -> OfferRef | None:
    """The offer, or None."""
    return await db.run(lines.offer, offer_id)


async def open_offers() -> list[OfferRef]:
    """Offers of calls that wait for an answer."""
    return await db.run(lines.open_offers, CHANNEL)


async def accept_by_phone(offer_id: str) -> bool:
    """The operator pressed 1 on their own phone. False when the offer had ended."""
    return await db.run(lines.accept_by_phone, offer_id)


async def decline_by_phone(offer_id: str, reason: str) -> None:
    """The operator's own phone refused, was busy, or went unanswered."""
    await db.run(lines.decline_by_phone, offer_id, reason)


async def after_a_crash() -> int:
    """Calls, either way, that an earlier life of this process left open are recorded as interrupted; returns how many."""
    return await db.run(lines.callbacks_interrupted) + await db.run(lines.interrupted, CHANNEL)


async def record_terms(contact_id: str, sealed: dict[str, str], given: Given) -> None:
    """Seal what is to be sealed of a caller's terms, and put the rest in force."""

    def put() -> None:
        found = receive.find(contact_id)
        if found is None:
            return
        said = {name: value for name, value in sealed.items() if name != "number"}
        text = "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in said.items())
        part = Part("terms", {"type": "text/plain", "terms": sealed}, text.encode())
        [made] = receive.add(found.thread_id, [part], contact_id=contact_id)
        lines.record_callback(contact_id, given, terms_id=made)

    await db.run(put)


async def here() -> datetime:
    """What the line's own clock shows."""
    return await db.run(lambda: clock.now().astimezone(this.zone()))


async def callback_try(try_id: str) -> CallbackRef | None:
    """A call back that is to be made, or None where it has ended."""
    return await db.run(lines.callback_try, try_id)


async def callback_outcome(try_id: str) -> str:
    """What the operator said came of it, so far."""
    return await db.run(lines.callback_outcome, try_id)


async def callback_dialled(try_id: str) -> bool:
    """Commit that the caller's telephone is about to ring. False where it must not any more."""
    return await db.run(lines.callback_dialled, try_id)


async def callback_answered(try_id: str) -> None:
    """Somebody, or something, picked up."""
    await db.run(lines.callback_answered, try_id)


async def callback_over(try_id: str) -> None:
    """The line is down again."""
    await db.run(lines.callback_over, try_id)


async def callback_finished(try_id: str, outcome: str) -> bool:
    """What came of it. False where that was said already."""
    return await db.run(lines.callback_finished, try_id, outcome)


async def keep_evidence(attempt_id: str, kind: str, said: dict[str, Any]) -> None:
    """Seal by what the call can be shown to be genuine."""
    await db.run(evidence.keep, attempt_id, kind, said)


async def canary_expected() -> bool:
    """Whether the line is just now ringing one of its own numbers."""
    return await db.run(canaries.expected, CHANNEL)


async def canary_arrived(token: str, attempt_id: str) -> bool:
    """Whether the keys of a call are those of a canary; the attempt is marked then."""
    return await db.run(canaries.arrived, CHANNEL, token, attempt_id)
