"""APRS messages (APRS Protocol Reference 1.0.1, chapter 14): bytes ↔ values. Pure; reading never raises."""

import re
from dataclasses import dataclass

TEXT = 67  # bytes of a message
STATUS = 62
FORBIDDEN = "|~{"  # have a meaning of their own within a message
_FORM = re.compile(rb":([^:]{1,9}):(.*)", re.DOTALL)
_ANSWER = re.compile(rb"(ack|rej)([A-Za-z0-9]{1,5})(?:\}[A-Za-z0-9]{0,5})?[\s\x00]*")
_NUMBER = re.compile(rb"\{([A-Za-z0-9]{1,5}(?:\}[A-Za-z0-9]{0,5})?)[\s\x00]*\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Message:
    """A text for ``to``. ``number`` is empty where no acknowledgement is wanted; with a reply-ack it is all that stood there
    (``AB}CD``), and ``acks`` what it acknowledges of ours. ``readable``: the text was UTF-8, which ASCII is."""

    to: str
    text: str
    number: str = ""
    acks: str = ""
    readable: bool = True


@dataclass(frozen=True)
class Answer:
    """The other station has a message of ours, or refuses it."""

    to: str
    number: str
    taken: bool = True


def read(info: bytes) -> Message | Answer | None:
    """What an AX.25 information field says, if it is a message or an answer to one."""
    found = _FORM.match(info)
    if found is None:
        return None
    to = found[1].decode("latin-1").strip().upper()
    answer = _ANSWER.fullmatch(found[2])
    if answer:
        return Answer(to, answer[2].decode(), answer[1] == b"ack")
    return _message(to, found[2])


def _message(to: str, body: bytes) -> Message:
    numbered = _NUMBER.search(body)
    number = numbered[1].decode() if numbered else ""
    text = (body[: numbered.start()] if numbered else body).rstrip(b"\r\n\x00")
    acks = number.partition("}")[2]
    try:
        return Message(to, text.decode(), number, acks)
    except UnicodeDecodeError:
        return Message(to, text.decode("latin-1"), number, acks, readable=False)


def message(to: str, text: str, number: str = "") -> bytes:
    """The information field of a message. Raises ValueError for what does not fit."""
    if not fits(text):
        raise ValueError("a message has at most 67 bytes, and none of | ~ {")
    return _to(to) + text.encode() + (b"{" + number.encode() if number else b"")


def fits(text: str) -> bool:
    """Whether a text can be one message."""
    plain = not set(text) & set(FORBIDDEN) and not _CONTROL.search(text)
    return plain and 0 < len(text.encode(errors="replace")) <= TEXT


def acknowledgement(to: str, number: str, taken: bool = True) -> bytes:
    """The answer to a numbered message, with the number as it came: that is what every station understands."""
    return _to(to) + (b"ack" if taken else b"rej") + number.encode()


def status(text: str) -> bytes:
    """A station's status, which is shown to whoever looks at that station. Raises ValueError for what does not fit."""
    if not 0 < len(text.encode()) <= STATUS or _CONTROL.search(text) or set(text) & set("|~"):
        raise ValueError("a status has at most 62 bytes, and none of | ~")
    return b">" + text.encode()


def _to(call_sign: str) -> bytes:
    if not 0 < len(call_sign) <= 9 or not call_sign.isascii():
        raise ValueError("an addressee has at most nine characters")
    return f":{call_sign:<9}:".encode()
