"""Stores mails: attempts, contacts and sealed parts in one transaction, or nothing at all."""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction

from harkline.channels.email import addressing, machine, sent
from harkline.channels.email.addressing import Reached
from harkline.channels.email.evidence_shape import Evidence
from harkline.channels.email.sent import Belonging
from harkline.channels.email.wire import Mail
from harkline.count import evidence as genuine
from harkline.intake import canaries, receive
from harkline.line import this
from harkline.notice import door
from harkline.routing import lines

CHANNEL = "email"
# Flags that whoever takes the contact should see; the rest is sealed with the message.
SHOWN = ("held", "undecodable", "several_senders")


NOTHING = Evidence()


class Kept(NamedTuple):
    """One mail for one address. ``envelope_from`` is None where there was no envelope; ``acknowledge`` if the line wants that."""

    reached: Reached
    raw: bytes
    mail: Mail
    envelope_from: str | None
    acknowledge: bool = False
    evidence: Evidence = NOTHING
    ids: Sequence[str] = ()  # of the attachments as they are sealed, in order


def keep(batch: Sequence[Kept]) -> None:
    """Commit mails in one transaction. The same bytes for the same address count once, whatever their message id says. Raises what
    the database raises: then nothing is kept, and the senders are told to come again."""
    with transaction.atomic(), this.remembered():
        belongings = [sent.of(one.reached, one.mail) for one in batch]
        trials = [_is_trial(one) for one in batch]
        contacts = receive.messages(CHANNEL, list(map(_arrival, batch, belongings, trials)))
        new = [
            (one, where, contact)
            for one, where, contact in zip(batch, belongings, contacts, strict=True)
            if contact is not None
        ]
        sent.came_by({contact.thread_id: one.reached.address for one, where, contact in new if where.thread_id is None})
        lines.came_encrypted([contact.thread_id for one, _where, contact in new if one.mail.confidential])
        for one, where, contact in new:
            if _is_trial(one):
                canaries.arrived(CHANNEL, one.mail.subject, contact.attempt_id)
            else:
                _follow_up(one, where, contact)


def _is_trial(one: Kept) -> bool:
    return canaries.is_one(CHANNEL, one.mail.subject)


def _arrival(one: Kept, where: Belonging, trial: bool) -> receive.Arrival:
    address = one.reached.address
    return receive.Arrival(
        address,
        f"{address.lower()}|{hashlib.sha256(one.raw).hexdigest()}",
        _language(address),
        parts(one.raw, one.mail, one.envelope_from, one.evidence, one.ids),
        thread_id=where.thread_id,
        flags=_flags(one.mail, where.flags),
        machine_kind=canaries.KIND if trial else one.mail.machine_kind,
        waiting=one.mail.machine_kind == machine.HUMAN and not trial,
    )


def _follow_up(one: Kept, where: Belonging, contact: receive.ContactRef) -> None:
    if one.reached.bounce and one.mail.machine_kind == machine.BOUNCE:
        lines.done(str(one.reached.bounce), "failed", "bounced")
    # The envelope's sender is whom an automatic answer goes to (RFC 3834, 4); a Reply-To could name anybody.
    to = one.envelope_from or one.mail.sender
    if one.mail.machine_kind == machine.HUMAN and one.mail.sender:
        receive.remember(contact.id, CHANNEL, one.mail.sender)
    if found := genuine.of_mail(list(one.evidence.facts), dict(one.evidence.keys), hashlib.sha256(one.raw).hexdigest()):
        genuine.keep(contact.attempt_id, *found)
    if one.acknowledge and where.thread_id is None and _may_acknowledge(one.mail, to):
        _acknowledge(contact.thread_id, one.mail, to, contact.language)


def _flags(mail: Mail, more: tuple[str, ...]) -> tuple[str, ...]:
    kind = () if mail.machine_kind == machine.HUMAN else (mail.machine_kind,)
    crypto = (("came_encrypted" if mail.pgp == "opened" else "encrypted"),) if mail.confidential else ()
    return (*(one for one in SHOWN if one in mail.flags), *kind, *crypto, *more)


def parts(
    raw: bytes,
    mail: Mail,
    envelope_from: str | None,
    evidence: Evidence = NOTHING,
    ids: Sequence[str] = (),
) -> list[receive.Part]:
    """What is sealed of a mail. Whoever wrote it, its subject and its names lie inside the envelopes, never beside them."""
    sender = mail.sender or envelope_from or ""
    found = (
        []
        if mail.held
        else [receive.Part("message", {**_meta(mail), "evidence": list(evidence.facts)}, mail.text.encode())]
    )
    if sender:
        about = {
            "kind": CHANNEL,
            "name": mail.sender_name,
            "reply_to": mail.reply_to,
            "envelope_from": envelope_from or "",
        }
        found.append(receive.Part("handle", about, sender.encode()))
    found += [
        receive.Part("attachment", {"name": one.name, "type": one.media_type}, one.body, one.state, id=id_)
        for one, id_ in zip(mail.attachments, ids or [""] * len(mail.attachments), strict=True)
    ]
    state = "held" if mail.held else "ok"
    original: dict[str, Any] = {
        "type": "message/rfc822",
        "sha256": hashlib.sha256(raw).hexdigest(),
        "flags": list(mail.flags),
    }
    if evidence.facts:
        # Keys are taken out of DNS one day: with them the signatures can still be looked at.
        original |= {"evidence": list(evidence.facts), "dns": dict(evidence.keys)}
    return [*found, receive.Part("original", original, raw, state)]


def _meta(mail: Mail) -> dict[str, Any]:
    """A reply takes ``refs`` with ``message_id`` behind them as its references."""
    return {
        "type": "text/plain",
        "subject": mail.subject,
        "from": mail.sender,
        "name": mail.sender_name,
        "reply_to": mail.reply_to,
        "date": mail.date,
        "message_id": mail.message_id,
        "refs": list(mail.refs),
        "crypto": mail.crypto,
        "openpgp": _openpgp(mail),
        "flags": list(mail.flags),
    }


def _openpgp(mail: Mail) -> dict[str, str]:
    """The caller's key lies here and nowhere else: its bytes name the caller. The operator's browser hands it back with a reply."""
    said = {
        "state": mail.pgp,
        "signature": mail.signature,
        "key": mail.caller_key,
        "fingerprint": mail.caller_fingerprint,
    }
    return {name: value for name, value in said.items() if value}


def _may_acknowledge(mail: Mail, to: str) -> bool:
    """Never to who wrote encrypted: an answer in clear, however empty, says to their mailbox that they did."""
    if mail.confidential:
        return False
    ours = [one.value for one in this.addresses(CHANNEL)]
    # Who heard last week that their mail arrived has not heard that the line is closed.
    told = sent.was_acknowledged(to) and door.state() == door.OPEN
    return mail.answerable and not addressing.reached(to, ours) and not told


def _acknowledge(thread_id: str, mail: Mail, to: str, language: str) -> None:
    refs = [*mail.refs, mail.message_id] if mail.message_id else []
    boxed = {"automatic": True, "to": to, "refs": refs, "language": language}
    key = sent.acknowledgement_key(to)
    if door.state() != door.OPEN:
        key = f"{door.state()}:{key}"  # once a week, too
    lines.queue(CHANNEL, boxed, idempotency_key=key, thread_id=thread_id)


def refuse(reached: Reached, reason: str, key: str) -> None:
    """Record that somebody tried to write and was not heard: that counts too. ``reason`` is one fixed word."""
    with transaction.atomic():
        tried = receive.attempt(CHANNEL, reached.address, dedupe_key=key, language=_language(reached.address))
        receive.finish(tried.id, "rejected", reason)


def _language(address: str) -> str:
    row = this.address(CHANNEL, address)
    return row.language if row and row.language else (this.line().languages or ["en"])[0]
