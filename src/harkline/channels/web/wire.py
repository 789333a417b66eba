"""Between what a browser sends and what is stored. Pure: values in, values out."""

import base64
import binascii
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

from harkline.channels.web.limits import Limits
from harkline.intake.receive import SealedPart
from harkline.seal import envelope

PURPOSES = frozenset({"message", "attachment", "terms"})
FOR_THE_CALLER = frozenset({"message", "attachment"})
TEXT = "text/plain; charset=utf-8"
_FULL = envelope.CHUNK + envelope.TAG
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")


class Malformed(Exception):
    """What arrived is no sealed message of ours; the argument is one fixed word."""


class StaleKey(Exception):
    """Sealed to a team key that has been replaced: the browser must seal again."""


@dataclass(frozen=True)
class File:
    """An attachment as it was sent."""

    name: str
    type: str
    body: bytes


@dataclass(frozen=True)
class Message:
    """What somebody wrote. ``terms`` (safe ways to reply) maps the form's fields to what was filled in; ``involved``: they say that
    somebody of the line is, and perhaps who."""

    text: str
    language: str
    terms: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[File] = ()
    involved: str | None = None


@dataclass(frozen=True)
class Clear:
    """One object that is still to be sealed."""

    purpose: str
    meta: dict[str, Any]
    body: bytes


def clear(message: Message) -> list[Clear]:
    """The message's objects: the text, the terms if there are any, then the attachments."""
    meta: dict[str, Any] = {"type": TEXT, "language": message.language}
    if message.involved:
        meta["involved"] = message.involved
    found = [Clear("message", meta, message.text.encode())] if message.text or message.involved else []
    if message.terms:
        meta = {"type": TEXT, "terms": dict(message.terms)}
        found.append(Clear("terms", meta, terms_text(message.terms).encode()))
    return found + [Clear("attachment", {"name": one.name, "type": one.type}, one.body) for one in message.files]


def terms_text(terms: Mapping[str, str]) -> str:
    """The terms as an operator reads them."""
    return "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in terms.items())


def digest(objects: Iterable[Clear]) -> str:
    """Tells whether the same was sent twice."""
    hashed = blake2b(digest_size=16)
    for one in objects:
        head = json.dumps([one.purpose, one.meta, len(one.body)], sort_keys=True).encode()
        hashed.update(len(head).to_bytes(4, "big") + head + one.body)
    return hashed.hexdigest()


def seal(one: Clear, object_id: str, to: Mapping[str, bytes]) -> SealedPart:
    """Seal an object to the team and, unless it is for the team alone, to the caller."""
    chosen = {name: key for name, key in to.items() if name != "caller" or one.purpose in FOR_THE_CALLER}
    done = envelope.seal(one.meta, one.body, one.purpose, object_id, chosen)
    return SealedPart(object_id, one.purpose, done.chunks, done.wraps, done.size)


def object_id(key: str, position: int) -> str:
    """The same id for the same object of the same sending, so that it is stored once."""
    return str(uuid.uuid5(uuid.UUID(int=0), f"{key}|{position}"))


def safe_name(name: str) -> str:
    """A file name without a path, control characters or marks that turn the writing direction; at most 120 characters."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in last if c.isprintable() and c not in '"<>:|?*')
    return kept.strip(". ")[-120:] or "file"


def safe_type(said: str) -> str:
    """The media type a browser said, if it is one in form."""
    bare = said.partition(";")[0].strip().lower()
    return bare if _TYPE.fullmatch(bare) else "application/octet-stream"


def sealed(description: str, blobs: Mapping[str, bytes], team: Iterable[str], limits: Limits) -> list[SealedPart]:
    """What a browser sealed: a JSON list of ``{id, purpose, size, wraps: {recipient: base64}}``, and for each id the chunks one
    after another. Raises Malformed; StaleKey where it was sealed to another team key than the present one."""
    try:
        rows = json.loads(description)
    except (ValueError, RecursionError) as error:
        raise Malformed("description") from error
    if not isinstance(rows, list) or not 0 < len(rows) <= limits.files + 2:
        raise Malformed("count")
    parts = [_part(row, blobs, frozenset(team)) for row in rows]
    if len({part.id for part in parts}) != len(parts):
        raise Malformed("twice")
    if sum(part.size for part in parts) > limits.total_bytes or any(part.size > limits.each_bytes for part in parts):
        raise Malformed("size")
    return parts


def _part(row: Any, blobs: Mapping[str, bytes], team: frozenset[str]) -> SealedPart:
    try:
        name, purpose, size = str(uuid.UUID(row["id"])), row["purpose"], int(row["size"])
        wraps = {str(to): base64.b64decode(data, validate=True) for to, data in row["wraps"].items()}
    except (TypeError, KeyError, ValueError, AttributeError, binascii.Error) as error:
        raise Malformed("part") from error
    if purpose not in PURPOSES or any(len(data) != envelope.WRAP for data in wraps.values()):
        raise Malformed("part")
    _check_recipients(frozenset(wraps), purpose, team)
    return SealedPart(name, purpose, _chunks(blobs.get(name, b""), size), wraps, size)


def _check_recipients(to: frozenset[str], purpose: str, team: frozenset[str]) -> None:
    caller = frozenset({"caller"}) if purpose in FOR_THE_CALLER else frozenset()
    if to == team | caller:
        return
    if to - caller and all(re.fullmatch(r"team:\d{1,9}", one) for one in to - caller):
        raise StaleKey
    raise Malformed("recipients")


def _chunks(blob: bytes, size: int) -> list[bytes]:
    # The clear text is the body and a description of it, a kilobyte or so; neither can be longer than what arrived.
    if len(blob) <= envelope.TAG or not 0 <= size <= len(blob):
        raise Malformed("chunks")
    return [blob[at : at + _FULL] for at in range(0, len(blob), _FULL)]


def quoted(name: str) -> str:
    """A file name for a header (RFC 8187)."""
    return quote(name, safe="")


def b64(data: bytes) -> str:
    """Bytes for a JSON answer."""
    return base64.b64encode(data).decode()


def unb64(text: str, length: int) -> bytes | None:
    """Exactly so many bytes; None for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if len(data) == length else None
