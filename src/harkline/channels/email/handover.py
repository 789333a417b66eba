"""Hands one mail to the relay by SMTP, and says what became of it. Blocking: runs in a thread."""

import contextlib
import re
import smtplib
import ssl
from dataclasses import dataclass

from harkline.channels.email import addressing
from harkline.channels.email.compose import Outgoing
from harkline.channels.email.settings import RelaySettings

SILENCE = 60.0  # seconds without an answer
_STOP = re.compile(rb"(?m)^\.")


@dataclass(frozen=True)
class Result:
    """``state`` is ``accepted``, ``failed``, ``unknown`` or ``retry``; ``reason`` is a fixed word."""

    state: str
    reason: str = ""


def hand_over(out: Outgoing, relay: RelaySettings, tls: ssl.SSLContext | None = None) -> Result:
    """Try once. ``unknown`` means that the relay had all of the mail and did not say whether it took it: sending that again
    might send it twice, so a person decides."""
    try:
        smtp = _connect(relay, addressing.domain(_author(out)), tls or ssl.create_default_context())
    except smtplib.SMTPAuthenticationError:
        return Result("retry", "login_refused")
    except (smtplib.SMTPNotSupportedError, ssl.SSLError):
        return Result("retry", "no_encryption")
    except (OSError, smtplib.SMTPException):
        return Result("retry", "no_connection")
    try:
        return _transact(smtp, out)
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtp.quit()


def _author(out: Outgoing) -> str:
    """Our address; the message id bears its domain where the envelope has none."""
    return out.envelope_from or out.message_id.strip("<>")


def _connect(relay: RelaySettings, name: str, tls: ssl.SSLContext) -> smtplib.SMTP:
    """``name`` is what we call ourselves: the address's domain and never the host's own name."""
    if relay.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, name, timeout=SILENCE, context=tls)
    else:
        smtp = smtplib.SMTP(relay.host, relay.port, name, timeout=SILENCE)
    try:
        if relay.security == "starttls":
            smtp.starttls(context=tls)
        smtp.ehlo_or_helo_if_needed()
        if relay.user and relay.password_file:
            smtp.login(relay.user, relay.password_file.read_text(encoding="utf-8").strip())
    except BaseException:
        smtp.close()
        raise
    return smtp


def _transact(smtp: smtplib.SMTP, out: Outgoing) -> Result:
    try:
        if out.utf8 and not smtp.has_extn("smtputf8"):
            return Result("failed", "address_not_supported")
        smtp.mail(out.envelope_from, ["SMTPUTF8"] if out.utf8 else [])  # a refusal shows at the next command
        code, _words = smtp.rcpt(out.to)
        if code not in (250, 251):
            return _refusal(code, "no_such_recipient")
        code, _words = smtp.docmd("DATA")
        if code != 354:
            return _refusal(code, "refused")
    except (OSError, smtplib.SMTPException):
        return Result("retry", "no_connection")
    return _body(smtp, out.raw)


def _body(smtp: smtplib.SMTP, raw: bytes) -> Result:
    try:
        smtp.send(_STOP.sub(b"..", raw) + b".\r\n")
        code, _words = smtp.getreply()
    except (OSError, smtplib.SMTPException):
        return Result("unknown", "no_answer")
    return Result("accepted") if code == 250 else _refusal(code, "refused")


def _refusal(code: int, word: str) -> Result:
    return Result("failed", word) if 500 <= code < 600 else Result("retry", "later")
