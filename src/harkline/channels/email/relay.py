"""Sends what lies in the outbox: queued, retried, once as far as the network allows, its state always known.

Reasons that an operator may read beside a reply: ``bounced``, ``refused``, ``no_such_recipient``, ``address_not_supported``,
``malformed``, ``gave_up``, ``no_answer`` (state unknown); while it is being retried ``later``, ``no_connection``,
``no_encryption``, ``login_refused``.
"""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from harkline.channels.email import compose, sent
from harkline.channels.email.handover import Result, hand_over
from harkline.channels.email.settings import RelaySettings
from harkline.intake import threads
from harkline.line import this
from harkline.routing import lines
from harkline.runtime import bell, clock, db

log = logging.getLogger(__name__)

CHANNEL = "email"
LOOK = 15.0  # seconds between looks when no bell rings
PAUSES = (15, 60, 300, 900, 3600)  # seconds before each further try; the last one repeats
TRIES = 40  # about a day and a half


@dataclass(frozen=True)
class Prepared:
    """A job composed."""

    job: lines.Job
    out: compose.Outgoing


class Relay:
    """Takes what is due and hands it to the relay, one mail at a time."""

    def __init__(self, settings: RelaySettings, acknowledgement: str = "", tls: ssl.SSLContext | None = None) -> None:
        self.reason = ""
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
            result = await asyncio.to_thread(hand_over, prepared.out, self._settings, self._tls)
            self.reason = result.reason if result.reason in ("no_connection", "login_refused", "no_encryption") else ""
            await db.run(settle, prepared.job, result)
            tried += 1
        return tried

    def _next(self) -> Prepared | None:
        """The next job, composed and remembered; one that cannot be composed has failed."""
        while jobs := lines.take_due(CHANNEL, 1):
            try:
                return prepare(jobs[0], self._text)
            except (ValueError, KeyError, TypeError):
                lines.done(jobs[0].id, "failed", "malformed")
        return None


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
    ``automatic`` for an acknowledgement; or ``alert`` for the escalation chain. Raises ValueError or KeyError for a box that
    makes no mail."""
    boxed = job.boxed
    automatic = bool(boxed.get("automatic"))
    with translation.override(str(boxed.get("language") or this.line().languages[0])):
        subject, text = _words(boxed, acknowledgement)
    letter = _letter(job, subject, text)
    make: Callable[[compose.Letter, Any], compose.Outgoing] = (
        compose.acknowledgement if automatic or "alert" in boxed else compose.reply
    )
    out = make(letter, clock.now())
    sent.remember(letter.job, out, job.thread_id, automatic)
    return Prepared(job, out)


def _words(boxed: Any, acknowledgement: str) -> tuple[str, str]:
    """Subject and text. Neither says what the line is, nor anything of what was written."""
    if boxed.get("alert") == "head":
        return _("Daily head"), str(boxed["text"])
    if "alert" in boxed:
        return _("Somebody is waiting"), _("Somebody has been waiting for an answer. Please sign in.")
    if boxed.get("automatic"):
        supplied = _("Your mail has arrived. This is an automatic answer; a person will read what you wrote.")
        return _("Your message"), acknowledgement or supplied
    return str(boxed.get("subject") or _("Your message")), str(boxed["text"])


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
    )
