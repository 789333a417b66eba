"""A mail address that is turned away for a time is told so by its own mail server."""

import asyncio
import smtplib

import pytest
from tests.peers.mail import CALLER, Line, attempts, contacts, letter, send, taking_mail

from harkline.intake import repeat
from harkline.intake.models import Contact
from harkline.people.models import Operator
from harkline.runtime import clock, db

pytestmark = pytest.mark.flow


async def test_a_blocked_sender_reads_why_and_is_counted(mail_line: Line) -> None:
    def block() -> None:
        robin = Operator.objects.create(username="robin", name="Robin", joined_at=clock.now())
        repeat.block(Contact.objects.get().pk, robin, "threats")

    async with taking_mail(mail_line):
        await asyncio.to_thread(send, mail_line.smtp, letter("one"))
        await contacts(mail_line)
        await db.run(block)
        with pytest.raises(smtplib.SMTPDataError, match="ends by itself"):
            await asyncio.to_thread(send, mail_line.smtp, letter("two", sender=CALLER.upper()))
    assert ("rejected", "blocked") in await attempts()
    assert await db.run(Contact.objects.count) == 1
