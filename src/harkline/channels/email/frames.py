"""What goes through the pipe between the mail receiver and a jailed parser. Pure.

Request: u32 length | u8 kind of envelope | u16 length | envelope sender | raw mail.
Answer:  u32 length | u32 length of JSON | JSON of the mail | attachments' bytes, one after another.
The receiver believes nothing that a jailed parser answers: shapes and sizes are checked again.
"""

import json
import struct
from dataclasses import asdict, fields
from typing import Any

from harkline.channels.email.wire import Attachment, Mail

LIMIT = 64 * 1024 * 1024  # bytes of one frame

_HEAD = struct.Struct(">I")
_ENVELOPE = struct.Struct(">BH")


class Broken(ValueError):
    """What came through the pipe is not an answer."""


def length(head: bytes) -> int:
    """Bytes that follow the first four. Raises ``Broken`` beyond ``LIMIT``."""
    (size,) = _HEAD.unpack(head)
    if size > LIMIT:
        raise Broken
    return int(size)


def framed(body: bytes) -> bytes:
    """With its length before it."""
    return _HEAD.pack(len(body)) + body


def request(raw: bytes, envelope_from: str | None) -> bytes:
    """A mail to read. An envelope sender that is no address is long enough to say so when cut at 1000 bytes."""
    sender = (envelope_from or "").encode("utf-8", "replace")[:1000]
    return framed(_ENVELOPE.pack(envelope_from is not None, len(sender)) + sender + raw)


def requested(body: bytes) -> tuple[bytes, str | None]:
    """The raw mail and its envelope's sender."""
    known, size = _ENVELOPE.unpack_from(body)
    start = _ENVELOPE.size + size
    sender = body[_ENVELOPE.size : start].decode("utf-8", "replace")
    return body[start:], sender if known else None


def answer(mail: Mail) -> bytes:
    """A mail that was read."""
    bodies = [one.body for one in mail.attachments]
    said = asdict(mail) | {
        "attachments": [[one.name, one.media_type, one.state, len(one.body)] for one in mail.attachments]
    }
    text = json.dumps(said).encode()
    return framed(_HEAD.pack(len(text)) + text + b"".join(bodies))


def answered(body: bytes) -> Mail:
    """The mail of an answer. Raises ``Broken`` for anything else."""
    try:
        (size,) = _HEAD.unpack_from(body)
        start = _HEAD.size + size
        said = json.loads(body[_HEAD.size : start])
        return Mail(attachments=_attachments(said.pop("attachments"), body, start), **_checked(said))
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Broken from error


def _attachments(said: list[list[Any]], body: bytes, start: int) -> tuple[Attachment, ...]:
    found = []
    for name, kind, state, size in said:
        if not (isinstance(size, int) and 0 <= size <= len(body) - start and state in ("ok", "undecodable")):
            raise Broken
        found.append(Attachment(str(name), str(kind), body[start : start + size], state))
        start += size
    return tuple(found)


_SHAPES = {one.name: type(one.default) for one in fields(Mail) if one.name != "attachments"}


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    """Every field of the type that it should have, lists as tuples of text."""
    if said.keys() != _SHAPES.keys():
        raise Broken
    for name, kind in _SHAPES.items():
        if kind is tuple:
            said[name] = tuple(str(one) for one in said[name])
        if not isinstance(said[name], kind):
            raise Broken
    return said
