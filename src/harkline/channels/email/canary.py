"""The line mails one of its own addresses: out through the relay and in again by whatever way mail comes; without a relay, straight to
the receiver."""

import smtplib
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from harkline.channels.email.settings import EmailSettings
from harkline.intake.canaries import Sent
from harkline.routing import lines

PATIENCE = 60  # seconds


def send(settings: EmailSettings, one: Sent) -> str:
    """Send it on its way; that it has come back is seen at intake. Returns nothing, or one fixed word."""
    if settings.relay:
        boxed = {"alert": "canary", "to": one.address, "token": one.token}
        lines.queue("email", boxed, idempotency_key=f"canary:{one.id}")
        return ""
    return _hand_in(settings, one)


def _hand_in(settings: EmailSettings, one: Sent) -> str:
    way = settings.smtp or settings.lmtp
    if way is None:
        return "not_sent"
    kind = smtplib.SMTP if settings.smtp else smtplib.LMTP
    try:
        with kind(way.host, way.port, local_hostname="localhost", timeout=PATIENCE) as session:
            session.send_message(_mail(one), one.address, [one.address])
    except (OSError, smtplib.SMTPException):
        return "not_sent"
    return ""


def _mail(one: Sent) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = mail["To"] = one.address
    mail["Subject"] = one.token
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=one.address.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(one.token)
    return mail
