"""Simulated callers who mail: over SMTP, and with a mailbox of their own to which replies come."""

import asyncio
import random
import smtplib
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any

from aiosmtpd.smtp import SMTP

from harkline.demo.story import Letter

LONGEST = 30.0  # seconds for one delivery


class Mailbox:
    """Everybody's mailbox: the relay to which the line hands its replies, on a free port of loopback."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[tuple[str, EmailMessage]] = asyncio.Queue()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        """Take a reply."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        for address in envelope.rcpt_tos:
            self._arrived.put_nowait((address.lower(), mail))
        return "250 OK"

    async def __aenter__(self) -> "Mailbox":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="mail.example", loop=loop), "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_reason: object) -> None:
        self._server.close()

    @property
    def port(self) -> int:
        """Where the relay listens."""
        return int(self._server.sockets[0].getsockname()[1])

    async def next(self) -> tuple[str, EmailMessage]:
        """The next reply, and to whom."""
        return await self._arrived.get()


def letter(one: Letter, to: str) -> EmailMessage:
    """The first mail."""
    return _mail(one.sender, to, one.subject, one.text)


def answer(reply: EmailMessage, sender: str, text: str) -> EmailMessage:
    """What the caller sends back, as any mail program would: to Reply-To, with references, the reply quoted below."""
    to = parseaddr(str(reply["Reply-To"] or reply["From"]))[1]
    subject = str(reply["Subject"] or "")
    body = reply.get_body(("plain",))
    quoted = "\n".join(f"> {line}" for line in (body.get_content() if body else "").splitlines())
    mail = _mail(
        sender, to, subject if subject.lower().startswith("re:") else f"Re: {subject}", f"{text}\n\n{quoted}\n"
    )
    if reply["Message-ID"]:
        mail["In-Reply-To"] = str(reply["Message-ID"])
        mail["References"] = " ".join(filter(None, [str(reply["References"] or ""), str(reply["Message-ID"])]))
    return mail


def _mail(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"], mail["Message-ID"] = formatdate(localtime=False), make_msgid(domain="mail.example")
    mail.set_content(text)
    return mail


async def send(server: tuple[str, int], mail: EmailMessage) -> None:
    """Hand it in. Raises OSError or smtplib.SMTPException where the line did not take it."""

    def deliver() -> None:
        with smtplib.SMTP(*server, timeout=LONGEST) as smtp:
            smtp.send_message(mail)

    await asyncio.to_thread(deliver)


async def live(server: tuple[str, int], letters: list[Letter], mailbox: Mailbox, pace: float) -> AsyncIterator[str]:
    """Answer whatever replies come, each caller as often as they have something to say; yields the language of who answered."""
    left = {one.sender: list(one.answers) for one in letters}
    languages = {one.sender: one.language for one in letters}
    while True:
        to, reply = await mailbox.next()
        if left.get(to):
            await asyncio.sleep(pace * random.uniform(0.5, 1.0))  # noqa: S311 (a pause)
            await send(server, answer(reply, to, left[to].pop(0)))
            yield languages[to]
