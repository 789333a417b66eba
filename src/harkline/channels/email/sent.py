"""What we sent, and whom a mail that comes back belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from uuid import UUID

from django.db.models import Q, QuerySet

from harkline.channels.email.addressing import Reached
from harkline.channels.email.models import SentMail, ThreadAddress
from harkline.channels.email.wire import Mail
from harkline.intake import threads
from harkline.runtime import clock, fleeting
from harkline.runtime.secret import keyed

KEPT = timedelta(days=180)
ACKNOWLEDGED_ONCE_IN = timedelta(days=7)  # RFC 3834, 2: not again to the same sender for some days


@dataclass(frozen=True)
class Belonging:
    """The thread of a mail, None for a new one; ``flags`` say what the reader should know about it."""

    thread_id: str | None
    flags: tuple[str, ...] = ()


def of(reached: Reached, mail: Mail) -> Belonging:
    """Where a mail belongs: by the job that bounced, by reply token, or by a message of ours that it answers *and* the sender to
    whom that went. Never by subject, and never by sender alone: a From line is a claim."""
    if reached.bounce and (bounced := SentMail.objects.filter(pk=reached.bounce).first()) and bounced.thread:
        return Belonging(str(bounced.thread))
    thread = threads.by_token(reached.token) if reached.token else None
    if thread:
        return Belonging(thread.id, () if _wrote_to(thread.id, mail.sender) else ("other_sender",))
    return _by_reference(mail)


def _by_reference(mail: Mail) -> Belonging:
    ids = [_message(one) for one in mail.refs]
    rows = SentMail.objects.filter(Q(message__in=ids) | Q(recipient=_person(mail.sender))).exclude(thread=None)
    hinted = False
    for row in rows.order_by("-sent_at")[:100]:
        if bytes(row.message) in ids and bytes(row.recipient) == _person(mail.sender):
            return Belonging(str(row.thread))
        hinted = True
    return Belonging(None, ("possible_match",) if hinted else ())


def _wrote_to(thread_id: str, sender: str) -> bool:
    """Whether the sender is one whom we wrote to in this thread."""
    return _to(sender).filter(thread=thread_id).exists()


def remember(job: UUID, message_id: str, to: str, thread_id: str | None, automatic: bool = False) -> None:
    """Write down, before it goes, what is going. A crash in between leaves a row for a mail that was never sent: harmless."""
    SentMail.objects.update_or_create(
        pk=job,
        defaults={
            "message": _message(message_id),
            "recipient": _person(to),
            "thread": thread_id,
            "automatic": automatic,
            "sent_at": clock.now(),
        },
    )


def was_acknowledged(sender: str) -> bool:
    """Whether the sender had an automatic answer lately."""
    return _to(sender).filter(automatic=True, sent_at__gte=clock.now() - ACKNOWLEDGED_ONCE_IN).exists()


def forget_old() -> int:
    """Delete what nobody will answer any more."""
    return SentMail.objects.filter(sent_at__lt=clock.now() - KEPT).delete()[0]


def acknowledgement_key(to: str) -> str:
    """One for each sender and week: two mails that arrive together are acknowledged once."""
    week = clock.now().date().toordinal() // ACKNOWLEDGED_ONCE_IN.days
    return f"acknowledge:{_person(to).hex()}:{week}"


def came_by(addresses: Mapping[str, str]) -> None:
    """Remember the address that each thread was begun with."""
    rows = [ThreadAddress(pk=thread, address=address) for thread, address in addresses.items()]
    ThreadAddress.objects.bulk_create(rows, ignore_conflicts=True)


def address_of(thread_id: str | None) -> str | None:
    """The address that a reply in this thread comes from."""
    row = ThreadAddress.objects.filter(pk=thread_id).first() if thread_id else None
    return row.address if row else None


def _to(sender: str) -> "QuerySet[SentMail]":
    return SentMail.objects.filter(recipient=_person(sender))


def _message(message_id: str) -> bytes:
    return keyed("mail message", message_id.encode())[:16]


def _person(address: str) -> bytes:
    """Whoever carries the switched-off host away cannot try addresses on this: the key ends with the power. What is answered
    after a power cut without its reply token is then a possible match, for a person to decide."""
    return blake2b(address.lower().encode(), key=fleeting.key(), person=b"mail person", digest_size=8).digest()
