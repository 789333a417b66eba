"""Raw mail to values. Pure: no file, no network, no clock; everything that comes out is bounded.

``parse`` answers for whatever bytes it is given. A mail that is refused (``bounds``) or that the standard library cannot
read is *held*: nothing but its flag is known, and the original is kept. It runs inside the jail (``jail``), because refusing
bounds the parser's time but does not make it trustworthy.
"""

import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import errors, utils
from email.message import EmailMessage
from email.parser import BytesParser

from harkline.channels.email import bounds, machine, plain

TEXT = 1024 * 1024  # characters of text shown; the original has the rest
SUBJECT = 500
ADDRESSES = 100
REFERENCES = 50
NAME = 120

POLICY = email.policy.default.clone(max_line_length=998, refold_source="none")
_IDS = re.compile(r"<[^<>\s]{1,250}>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SPOOF = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f/\\\x00-\x1f\x7f]")
_ADDRESS = re.compile(r"[^\s<>@\",;:\\]{1,64}@[^\s<>@\",;:\\]{1,190}")
_REACHED = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_CRYPTO = {
    "multipart/encrypted": "pgp_mime",
    "multipart/signed": "signed",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
}


@dataclass(frozen=True)
class Attachment:
    """A part that is not the text. ``state`` is ``ok`` or ``undecodable`` (then ``body`` is what could be had)."""

    name: str
    media_type: str
    body: bytes
    state: str = "ok"


@dataclass(frozen=True)
class Mail:
    """What a mail says. ``held`` means that nothing was read: see ``flags`` for the word why.

    ``refs`` are message ids with their angle brackets, the nearest last. ``reached`` are the addresses that the mail says it
    was delivered to. ``date`` is ISO 8601 or empty. ``crypto`` is ``pgp_mime``, ``pgp_inline``, ``smime``, ``signed`` or empty.
    ``pgp`` is ``opened`` or ``not_opened`` where something was encrypted and we tried, ``not_tried`` where that came to no end;
    ``signature`` is ``good`` (made by the key that came along), ``not_fitting``, ``other_key``, ``not_checked`` or empty; ``caller_key`` is base64 (``openpgp``).
    Nothing here is to be believed: a mail says of itself what its sender wants.
    """

    held: bool = False
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    reached: tuple[str, ...] = ()
    date: str = ""
    message_id: str = ""
    refs: tuple[str, ...] = ()
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    machine_kind: str = machine.HUMAN
    answerable: bool = False
    crypto: str = ""
    pgp: str = ""
    signature: str = ""
    caller_key: str = ""
    caller_fingerprint: str = ""
    flags: tuple[str, ...] = ()

    @property
    def confidential(self) -> bool:
        """Whether it came encrypted: then nothing of the thread goes back in clear."""
        return bool(self.pgp) or self.crypto in ("pgp_mime", "pgp_inline", "smime")


def held(word: str) -> Mail:
    """A mail that nobody has read, and why."""
    return Mail(held=True, flags=("held", word))


def parse(raw: bytes, envelope_from: str | None = None) -> Mail:
    """Read a mail. Never raises; what cannot be read is held. ``envelope_from`` as in ``machine.kind``."""
    refused = bounds.refusal(raw)
    if refused:
        return held(refused)
    try:
        return _read(BytesParser(policy=POLICY).parsebytes(raw), envelope_from)
    except _Bound as why:
        return held(str(why))
    except RecursionError:
        return held("deep")
    except MemoryError:
        return held("large")
    except Exception:  # whatever the standard library trips over next
        return held("unreadable")


class _Bound(Exception):
    """A limit that shows only while reading."""


def _read(message: EmailMessage, envelope_from: str | None) -> Mail:
    def header(name: str) -> str:
        return _header(message, name)

    parts = list(_leaves(message))
    text, attachments, flags = _content(parts)
    senders = _addresses(message, "from")
    name, sender = senders[0] if senders else ("", "")
    if envelope_from is None and header("return-path").strip() == "<>":
        envelope_from = ""  # from a mailbox: the server that delivered it wrote down the envelope's sender
    kind = machine.kind(
        header, report=_report(message, parts), action=_action(parts), sender=sender, envelope_from=envelope_from
    )
    return Mail(
        subject=_line(header("subject"), SUBJECT),
        sender=sender,
        sender_name=_line(name, NAME),
        reply_to=next((address for _, address in _addresses(message, "reply-to")), ""),
        reached=tuple(dict.fromkeys(address for name in _REACHED for _, address in _addresses(message, name)))[
            :ADDRESSES
        ],
        date=_date(message),
        message_id=next(iter(_IDS.findall(header("message-id"))), ""),
        refs=tuple(dict.fromkeys(_IDS.findall(header("references") + " " + header("in-reply-to"))))[-REFERENCES:],
        text=text,
        attachments=attachments,
        machine_kind=kind,
        answerable=kind == machine.HUMAN
        and not machine.never_answered(header, sender=sender, envelope_from=envelope_from),
        crypto=_crypto(message, text),
        flags=_flags(flags, len(senders), envelope_from),
    )


def _flags(found: list[str], senders: int, envelope_from: str | None) -> tuple[str, ...]:
    signs = {"null_sender": envelope_from == "", "no_sender": senders == 0, "several_senders": senders > 1}
    return tuple(dict.fromkeys([*found, *(word for word, seen in signs.items() if seen)]))


def _leaves(message: EmailMessage, depth: int = 0, count: list[int] | None = None) -> Iterator[EmailMessage]:
    """The parts that hold something, in order. A mail within a mail is one part."""
    count = [0] if count is None else count
    count[0] += 1
    if depth > bounds.DEPTH:
        raise _Bound("deep")
    if count[0] > 2 * bounds.PARTS:
        raise _Bound("many_parts")
    payload = message.get_payload()
    if isinstance(payload, list) and message.get_content_maintype() == "multipart":
        for part in payload:
            yield from _leaves(part, depth + 1, count)  # type: ignore[arg-type]
    else:
        yield message


def _content(parts: list[EmailMessage]) -> tuple[str, tuple[Attachment, ...], list[str]]:
    """The text, the attachments, and flags. HTML is read only where there is no plain text."""
    kinds: dict[str, list[EmailMessage]] = {"plain": [], "html": [], "": []}
    for part in parts:
        kinds[_text_kind(part)].append(part)
    flags = []
    text = "\n\n".join(filter(None, (_text(part).strip("\r\n") for part in kinds["plain"])))
    if not text.strip() and kinds["html"]:
        flags.append("html")
        text = "\n\n".join(plain.from_html(_text(part)) for part in kinds["html"])
    if len(text) > TEXT:
        flags.append("text_cut")
    attachments = tuple(_attachment(part) for part in kinds[""])
    if any(one.state != "ok" for one in attachments):
        flags.append("undecodable")
    return printable(text)[:TEXT], attachments, flags


def _text_kind(part: EmailMessage) -> str:
    if part.get_content_maintype() == "multipart":
        return "plain"  # its boundary is missing: what is there is shown
    if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment" or _filename(part):
        return ""
    return {"plain": "plain", "html": "html"}.get(part.get_content_subtype(), "")


def _text(part: EmailMessage) -> str:
    """A text part decoded: as UTF-8 if it is that, else as it says, else byte by byte."""
    body = payload(part)
    said = part.get_content_charset("utf-8")
    if "utf-7" not in said.lower():
        for charset, how in (("utf-8", "strict"), (said, "replace")):
            try:
                return body.decode(charset, how)
            except (LookupError, UnicodeError, ValueError):
                continue
    return body.decode("latin-1")


def printable(text: str) -> str:
    """Line ends are LF; NUL and lone surrogates, which neither JSON nor a database takes, are replaced."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode("utf-8")


def payload(part: EmailMessage) -> bytes:
    """A part's bytes, decoded from their transfer encoding."""
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _attachment(part: EmailMessage) -> Attachment:
    kind = part.get_content_type()
    state = "ok"
    try:
        body = _inner(part) if kind.startswith("message/") and part.is_multipart() else payload(part)
    except Exception:  # the original has it; the console says that this copy could not be made
        body, state = b"", "undecodable"
    if any(isinstance(one, errors.InvalidBase64LengthDefect) for one in part.defects):
        state = "undecodable"
    return Attachment(_filename(part) or _unnamed(kind), _line(kind, NAME), body, state)


def _inner(part: EmailMessage) -> bytes:
    """A mail within a mail, or the fields of a report."""
    payload = part.get_payload()
    return b"\n".join(one.as_bytes() for one in payload)  # type: ignore[union-attr]


def _filename(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or ""
    except Exception:  # a name that cannot be read is no name
        return ""
    return _line(_SPOOF.sub("_", name), NAME).lstrip(".")


def _unnamed(kind: str) -> str:
    return "message.eml" if kind == "message/rfc822" else "part"


def _header(message: EmailMessage, name: str) -> str:
    """A header's value as text, decoded where possible and raw where not; empty where there is none."""
    try:
        return str(message.get(name, ""))
    except Exception:  # the standard library raises on some malformed values
        return next((str(value) for key, value in message.raw_items() if key.lower() == name), "")


def _addresses(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    """Pairs of display name and address."""
    try:
        found = [(one.display_name, one.addr_spec) for value in message.get_all(name, []) for one in value.addresses]
    except Exception:  # as above
        found = utils.getaddresses([str(value) for key, value in message.raw_items() if key.lower() == name])
    pairs = [(printable(str(who or "")), printable(str(address))) for who, address in found]
    return [(who, address) for who, address in pairs if _ADDRESS.fullmatch(address)][:ADDRESSES]


def _date(message: EmailMessage) -> str:
    try:
        when = message["date"].datetime
        return str(when.isoformat()) if when else ""
    except Exception:  # none, or none that can be read
        return ""


def _line(value: str, limit: int) -> str:
    return printable(_CONTROL.sub(" ", value)).strip()[:limit]


def _report(message: EmailMessage, parts: list[EmailMessage]) -> str:
    """The kind of report (RFC 6522), also where the mail forgets to name it."""
    if message.get_content_type() != "multipart/report":
        return ""
    kinds = {part.get_content_type() for part in parts}
    named = str(message.get_param("report-type", "")).lower()
    return named or ("delivery-status" if "message/delivery-status" in kinds else "")


def _action(parts: list[EmailMessage]) -> str:
    """The first Action field of a delivery report (RFC 3464, 2.3.3)."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            found = re.search(rb"(?im)^action:[ \t]*([a-z]+)", _attachment(part).body)
            return found[1].decode().lower() if found else ""
    return ""


def _crypto(message: EmailMessage, text: str) -> str:
    if "-----BEGIN PGP MESSAGE-----" in text:
        return "pgp_inline"
    return _CRYPTO.get(message.get_content_type(), "")
