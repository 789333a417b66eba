"""Outgoing mail: nothing in it names the host, the software, the operator or the second at which it was written. Pure.

Sources: RFC 5322 (form), RFC 3834 (automatic answers), RFC 6531 (addresses beyond ASCII), RFC 3156 and 9788 (PGP/MIME).
"""

import base64
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b
from uuid import UUID

from harkline.channels.email import addressing, autocrypt

REFERENCES = 20
SUBJECT = 200
NEUTRAL = "..."  # the subject outside, where the true one is encrypted

_ID = re.compile(r"<[^<>\s]{1,250}>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Letter:
    """What a caller is to be sent. ``address`` is the line's, ``to`` the caller's; ``token`` makes the reply address.

    ``in_reply_to`` and ``references`` are message ids with angle brackets; one that is malformed is left out.
    """

    job: UUID
    address: str
    to: str
    text: str
    subject: str
    token: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    certificate: bytes = b""  # our own OpenPGP key, for the Autocrypt header


@dataclass(frozen=True)
class Outgoing:
    """A mail ready for the relay. ``envelope_from`` is empty for what must never be answered by a machine."""

    envelope_from: str
    to: str
    message_id: str
    raw: bytes
    utf8: bool  # needs SMTPUTF8


def reply(letter: Letter, now: datetime) -> Outgoing:
    """A mail from a person of the line. Raises ValueError for a recipient that is no address."""
    return _outgoing(letter, _message(letter, now), addressing.bounce_address(letter.address, letter.job))


def acknowledgement(letter: Letter, now: datetime) -> Outgoing:
    """An automatic answer (RFC 3834): null envelope sender, and marked so that no machine answers it."""
    message = _message(letter, now)
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    return _outgoing(letter, message, "")


def protected(letter: Letter, now: datetime) -> bytes:
    """What is encrypted of a letter: text and the headers that matter, the true subject among them (RFC 9788)."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"] = letter.address, letter.to
    message["Subject"] = _subject(letter)
    message["Date"] = _date(now)
    message["Message-ID"] = message_id(letter.job, letter.address)
    message.set_content(letter.text, cte="quoted-printable")
    message.set_param("protected-headers", "v1")
    message.set_param("hp", "cipher")
    for name in ("From", "To", "Date", "Message-ID"):
        message["HP-Outer"] = f"{name}: {message[name]}"
    message["HP-Outer"] = f"Subject: {NEUTRAL}"
    return message.as_bytes()


def enclosed(letter: Letter, now: datetime, armoured: bytes) -> Outgoing:
    """A reply whose words are in ``armoured`` alone (PGP/MIME, RFC 3156, 4). Its outer subject says nothing. Raises ValueError."""
    message = _headers(letter, now, NEUTRAL)
    version, body = EmailMessage(policy=message.policy), EmailMessage(policy=message.policy)
    version["Content-Type"] = "application/pgp-encrypted"
    version.set_payload("Version: 1\r\n")
    body["Content-Type"] = 'application/octet-stream; name="encrypted.asc"'
    body["Content-Disposition"] = 'inline; filename="encrypted.asc"'
    body.set_payload(armoured.decode("ascii"))
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = 'multipart/encrypted; protocol="application/pgp-encrypted"'
    message.set_payload([version, body])
    return _outgoing(letter, message, addressing.bounce_address(letter.address, letter.job))


def message_id(job: UUID, address: str) -> str:
    """The same job always has the same message id, so that a repeated sending is recognised as one mail."""
    digest = blake2b(job.bytes, digest_size=15, person=b"message-id").digest()
    return f"<{base64.b32encode(digest).decode().lower()}@{addressing.domain(address)}>"


def _message(letter: Letter, now: datetime) -> EmailMessage:
    message = _headers(letter, now, _subject(letter))
    message.set_content(letter.text)
    return message


def _headers(letter: Letter, now: datetime, subject: str) -> EmailMessage:
    message = EmailMessage(policy=_policy(letter))
    message["From"] = letter.address
    message["To"] = letter.to
    if letter.token:
        message["Reply-To"] = addressing.reply_address(letter.address, letter.token)
    message["Subject"] = subject
    message["Date"] = _date(now)
    message["Message-ID"] = message_id(letter.job, letter.address)
    if _ID.fullmatch(letter.in_reply_to):
        message["In-Reply-To"] = letter.in_reply_to
        message["References"] = " ".join(_chain(letter))
    if letter.certificate:
        message["Autocrypt"] = autocrypt.header(letter.address, letter.certificate)
    return message


def _subject(letter: Letter) -> str:
    return _CONTROL.sub(" ", letter.subject)[:SUBJECT]


def _date(now: datetime) -> str:
    return format_datetime(now.replace(second=0, microsecond=0))


def _chain(letter: Letter) -> list[str]:
    """The references, ours last; the first is kept because readers group by it (RFC 5322, 3.6.4)."""
    chain = [one for one in letter.references if _ID.fullmatch(one) and one != letter.in_reply_to]
    return [*(chain[:1] + chain[1:][-(REFERENCES - 2) :]), letter.in_reply_to]


def _policy(letter: Letter) -> "email.policy.EmailPolicy[EmailMessage]":
    return email.policy.SMTP.clone(utf8=not letter.to.isascii())


def _outgoing(letter: Letter, message: EmailMessage, envelope_from: str) -> Outgoing:
    if "@" not in letter.to or any(one in letter.to for one in "\r\n<> ,;"):
        raise ValueError("no address")
    return Outgoing(
        envelope_from=envelope_from,
        to=letter.to,
        message_id=str(message["Message-ID"]),
        raw=message.as_bytes(),
        utf8=not letter.to.isascii(),
    )
