"""Stores what was heard: attempt, contact and sealed parts in one transaction, or nothing at all. Nothing is acknowledged before."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from harkline.channels.radio.aprs import marks
from harkline.channels.radio.aprs.frames import Heard
from harkline.channels.radio.aprs.models import HeardMessage, RadioThread
from harkline.channels.radio.aprs.wire import Message
from harkline.intake import canaries, receive, threads
from harkline.line import radio, this
from harkline.runtime import clock

CHANNEL = "radio"
FLAG = "on_air"  # of a contact: it came as data over the air, and is answered so
# A station repeats a numbered message for hours until it hears an acknowledgement; one without a number comes twice only by two ways.
AGAIN = timedelta(hours=4)
BY_ANOTHER_WAY = timedelta(seconds=60)
TOGETHER = timedelta(hours=24)  # so long what a call sign sends belongs to one thread


@dataclass(frozen=True)
class Taken:
    """What came of a message. ``taken`` is false for a call sign that is turned away; ``new`` is false for one that is here already."""

    taken: bool
    new: bool


def take(heard: Heard, said: Message, raw: bytes, ours: str) -> Taken:
    """Store a message for us, once. Raises what the database raises: then nothing is kept, and the other station sends it again."""
    mark = marks.message(heard.source, said.number, said.text)
    now = clock.now()
    with transaction.atomic():
        before = HeardMessage.objects.select_for_update().filter(mark=mark).first()
        if before and before.heard_at > now - (AGAIN if said.number else BY_ANOTHER_WAY):
            return Taken(before.taken, new=False)
        key = f"{mark.hex()}|{now.isoformat()}"
        blocked = receive.blocked(CHANNEL, heard.source)
        thread = None if blocked else _store(heard, said, raw, ours, key)
        if blocked:
            _refuse(ours, key)
        values = {"heard_at": now, "taken": not blocked, "thread": thread}
        HeardMessage.objects.update_or_create(mark=mark, defaults=values)
    return Taken(not blocked, new=True)


def _refuse(ours: str, key: str) -> None:
    tried = receive.attempt(CHANNEL, address(ours), dedupe_key=key)
    receive.finish(tried.id, "rejected", "blocked")


def _store(heard: Heard, said: Message, raw: bytes, ours: str, key: str) -> str:
    """Into the contact that waits or is in hand, or else a contact of its own. Returns the thread."""
    known = RadioThread.objects.filter(mark=marks.station(heard.source)).first()
    thread = str(known.thread) if known and known.heard_at > clock.now() - TOGETHER else None
    open_ = threads.live_contact(thread) if thread else None
    if thread and open_:
        # What somebody sends in several messages is one contact, and one attempt in every figure.
        receive.add(thread, parts(heard, said, raw), contact_id=open_)
        if not said.readable:
            receive.flag(open_, "undecodable")
    else:
        thread = _contact(heard, said, raw, ours, key, thread)
    remember(heard.source, thread)
    return thread


def _contact(heard: Heard, said: Message, raw: bytes, ours: str, key: str, thread: str | None) -> str:
    flags = (FLAG,) if said.readable else (FLAG, "undecodable")
    [made] = receive.messages(CHANNEL, [_arrival(ours, key, parts(heard, said, raw), flags, thread)])
    assert made  # the key has the moment in it
    receive.remember(made.id, CHANNEL, heard.source)
    return made.thread_id


def hold(raw: bytes, ours: str) -> None:
    """A frame that names us as its addressee and cannot be read: it waits for a person, whole."""
    key = marks.message("", "", raw.hex()).hex()
    part = receive.Part("original", {"type": "application/octet-stream", "name": "frame.ax25"}, raw, "held")
    with transaction.atomic():
        # The same bytes again on the same day are the same frame, heard by another way.
        day = clock.now().date().isoformat()
        receive.messages(CHANNEL, [_arrival(ours, f"{key}|{day}", [part], (FLAG, "held"), None)])


def _arrival(
    ours: str, key: str, given: list[receive.Part], flags: tuple[str, ...], thread: str | None
) -> receive.Arrival:
    return receive.Arrival(address(ours), key, _language(ours), given, thread_id=thread, flags=flags)


def parts(heard: Heard, said: Message, raw: bytes) -> list[receive.Part]:
    """What is sealed of a message: also who says that they sent it, and by which stations it came."""
    about = {
        "type": "text/plain",
        "from": heard.source,
        "number": said.number,
        "via": list(heard.via),
        "gate": heard.gate,
        "heard": clock.now().isoformat(timespec="minutes"),
    }
    found = [
        receive.Part("message", about, said.text.encode(), "ok" if said.readable else "undecodable"),
        receive.Part("handle", {"kind": CHANNEL, "name": "", "gate": heard.gate}, heard.source.encode()),
    ]
    if said.readable:
        return found
    kind = {"type": "application/octet-stream", "name": "frame.ax25"}
    return [*found, receive.Part("original", kind, raw, "undecodable")]


def remember(call_sign: str, thread: str) -> None:
    """What this call sign sends next belongs to this thread."""
    values = {"thread": thread, "heard_at": clock.now()}
    RadioThread.objects.update_or_create(mark=marks.station(call_sign), defaults=values)


def trial(text: str, ours: str) -> bool:
    """Whether a message of our own that came back is the line's own trial; if so, it is recorded as that."""
    token = text.rpartition(" ")[2]
    if not canaries.expected(CHANNEL):
        return False
    with transaction.atomic():
        tried = receive.attempt(CHANNEL, address(ours), dedupe_key=f"trial|{uuid.uuid4()}", machine_kind=canaries.KIND)
        if canaries.arrived(CHANNEL, token, tried.id):
            return True
        transaction.set_rollback(True)
    return False


def address(ours: str) -> str:
    """The line's address that is this call sign; the call sign itself where none is published."""
    return next((one.address.value for one in radio.stations(data=True) if one.call_sign == ours), ours)


def _language(ours: str) -> str:
    row = this.address(CHANNEL, address(ours))
    return row.language if row and row.language else (this.line().languages or ["en"])[0]
