"""Sends what lies in the outbox: queued, retried, once as far as the network allows, its state always known.

Reasons that an operator may read beside a reply: ``bounced``, ``refused``, ``no_such_recipient``, ``address_not_supported``,
``malformed``, ``gave_up``, ``not_encrypted``, ``key_revoked``, ``key_expired``, ``key_unreadable``, ``key_unusable`` (these five: nothing
was sent), ``no_answer`` (state unknown); while it is being retried ``later``, ``no_connection``,
``no_encryption``, ``login_refused``.
"""

import asyncio
import base64
import contextlib
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from harkline.channels.email import compose, keyring, sent
from harkline.channels.email.handover import Result, hand_over
from harkline.channels.email.openpgp_jail import NotClosed, OpenPgp
from harkline.channels.email.settings import RelaySettings
from harkline.intake import threads
from harkline.line import mail_keys, this
from harkline.notice import door
from harkline.routing import lines
from harkline.runtime import bell, clock, db

log = logging.getLogger(__name__)

CHANNEL = "email"
LOOK = 15.0  # seconds between looks when no bell rings
PAUSES = (15, 60, 300, 900, 3600)  # seconds before each further try; the last one repeats
TRIES = 40  # about a day and a half


@dataclass(frozen=True)
class Prepared:
    """A job composed: ``out`` is ready, or is still to be made of ``clear``, encrypted to ``key``."""

    job: lines.Job
    letter: compose.Letter
    out: compose.Outgoing | None
    clear: bytes = b""
    key: bytes = b""
    signer: bytes | None = None


class Relay:
    """Takes what is due and hands it to the relay, one mail at a time."""

    def __init__(
        self,
        settings: RelaySettings,
        acknowledgement: str = "",
        tls: ssl.SSLContext | None = None,
        openpgp: OpenPgp | None = None,
    ) -> None:
        self.reason = ""
        self._openpgp = openpgp or OpenPgp()
        self._settings, self._text, self._tls = settings, acknowledgement, tls
        self._rung = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled. A crash after the relay took a mail and before that is written down sends it again after the lease,
        with the same message id."""
        loop = asyncio.get_running_loop()

        def heard(ring: bell.Ring) -> None:
            if ring.kind == "outbound":
                with contextlib.suppress(RuntimeError):  # the loop is closing
                    loop.call_soon_threadsafe(self._rung.set)

        end = bell.subscribe(heard)
        try:
            while True:
                self._rung.clear()
                await self.send_due()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._rung.wait(), LOOK)
        finally:
            end()

    async def send_due(self) -> int:
        """Send all that is due; returns how many were tried."""
        tried = 0
        while prepared := await db.run(self._next):
            out = prepared.out or await self._enclosed(prepared)
            result = await asyncio.to_thread(hand_over, out, self._settings, self._tls) if out else NOT_SENT
            self.reason = result.reason if result.reason in ("no_connection", "login_refused", "no_encryption") else ""
            await db.run(settle, prepared.job, result)
            tried += 1
        return tried

    async def _enclosed(self, prepared: Prepared) -> compose.Outgoing | None:
        """The reply, encrypted; None where that was not possible. There is no way from here to a reply in clear."""
        try:
            armoured = await self._openpgp.close(prepared.clear, prepared.key, prepared.signer)
        except NotClosed as why:
            await db.run(lines.done, prepared.job.id, "failed", str(why))
            return None
        return compose.enclosed(prepared.letter, clock.now(), armoured)

    def _next(self) -> Prepared | None:
        """The next job, composed and remembered; one that cannot be composed has failed."""
        while jobs := lines.take_due(CHANNEL, 1):
            try:
                return prepare(jobs[0], self._text)
            except Clear:
                lines.done(jobs[0].id, "failed", "not_encrypted")
            except (ValueError, KeyError, TypeError):
                lines.done(jobs[0].id, "failed", "malformed")
        return None


class Clear(Exception):
    """A reply that must not go in clear, and comes without a key."""


# Settled already: the outbox says why.
NOT_SENT = Result("failed", "not_encrypted")


def settle(job: lines.Job, result: Result) -> None:
    """Write down what became of a job."""
    if result.state != "retry":
        lines.done(job.id, result.state, result.reason)
    elif job.tries >= TRIES:
        lines.done(job.id, "failed", "gave_up")
    else:
        lines.retry(job.id, PAUSES[min(job.tries, len(PAUSES)) - 1], result.reason)


def prepare(job: lines.Job, acknowledgement: str = "") -> Prepared:
    """Compose a job. Its box holds ``to``, ``subject``, ``text`` and ``refs`` (message ids, the one that is answered last); or
    ``automatic`` for an acknowledgement; or ``alert`` for the escalation chain; and ``openpgp_key`` (base64) where the caller's
    key is known. Raises ValueError or KeyError for a box that
    makes no mail, and Clear for one that would go in clear against the caller's wish."""
    boxed = job.boxed
    automatic = bool(boxed.get("automatic"))
    with translation.override(str(boxed.get("language") or this.line().languages[0])):
        subject, text = _words(boxed, acknowledgement)
    letter = _letter(job, subject, text)
    key = base64.b64decode(str(boxed.get("openpgp_key") or ""))
    if not (automatic or "alert" in boxed):
        if key:
            return _to_enclose(job, letter, key)
        if not lines.may_go_in_clear(job.thread_id):
            raise Clear
    make: Callable[[compose.Letter, Any], compose.Outgoing] = (
        compose.acknowledgement if automatic or "alert" in boxed else compose.reply
    )
    out = make(letter, clock.now())
    sent.remember(letter.job, out.message_id, out.to, job.thread_id, automatic)
    return Prepared(job, letter, out)


def _to_enclose(job: lines.Job, letter: compose.Letter, key: bytes) -> Prepared:
    """What is to be encrypted. Composed once without words, so that a recipient who is no address fails here."""
    compose.enclosed(letter, clock.now(), b"")
    sent.remember(letter.job, compose.message_id(letter.job, letter.address), letter.to, job.thread_id)
    clear = compose.protected(letter, clock.now())
    return Prepared(job, letter, None, clear, key, keyring.signing(letter.address))


def _words(boxed: Any, acknowledgement: str) -> tuple[str, str]:
    """Subject and text. Neither says what the line is, nor anything of what was written."""
    if boxed.get("alert") == "head":
        return _("Daily head"), str(boxed["text"])
    if boxed.get("alert") == "canary":
        return str(boxed["token"]), str(boxed["token"])
    if boxed.get("alert") in ("colleague", "alarm"):
        return _("Please sign in"), _("Something needs you now. Please sign in and look at the page “Alarms”.")
    if boxed.get("alert") == "count":
        return _("Please look"), _(
            "What is shown to the public is not up to date. Please sign in and look at “Health”."
        )
    if "alert" in boxed:
        return _("Somebody is waiting"), _("Somebody has been waiting for an answer. Please sign in.")
    if boxed.get("automatic"):
        supplied = _("Your mail has arrived. This is an automatic answer; a person will read what you wrote.")
        return _("Your message"), _closed() or acknowledgement or supplied
    return str(boxed.get("subject") or _("Your message")), str(boxed["text"])


def _closed() -> str:
    """What an automatic answer says of a line that answers no more; empty while it does. Like every such answer it names nobody: the
    page does."""
    state = door.state()
    if state == door.EMERGENCY:
        return _(
            "This address is closed. Do not write here, and do not use the other ways that you know. This is an automatic answer."
        )
    if state == door.SUCCEEDED:
        return _(
            "Nobody answers at this address any more. Where to turn now is on our page. This is an automatic answer."
        )
    if state == door.CLOSED:
        return _("This address is closed and nobody answers here any more. This is an automatic answer.")
    return ""


def _letter(job: lines.Job, subject: str, text: str) -> compose.Letter:
    refs = tuple(str(one) for one in job.boxed.get("refs", ()))
    address = sent.address_of(job.thread_id) or this.addresses(CHANNEL)[0].value
    return compose.Letter(
        job=UUID(job.id),
        address=address,
        to=str(job.boxed["to"]),
        text=text,
        subject=subject,
        token=threads.token(job.thread_id) if job.thread_id else "",
        in_reply_to=refs[-1] if refs else "",
        references=refs[:-1],
        certificate=bytes(ours.certificate) if (ours := mail_keys.current(address)) else b"",
    )
