"""The email channel while it runs: receiver, mailbox, jail and relay under one roof."""

import asyncio
import contextlib
import hashlib
import re
import ssl
import time
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from harkline.channels.email import addressing, evidence_jail, keep, keyring, sent
from harkline.channels.email.addressing import Reached
from harkline.channels.email.batch import Batch
from harkline.channels.email.evidence_shape import Came, Evidence
from harkline.channels.email.jail import Jail
from harkline.channels.email.openpgp_jail import OpenPgp
from harkline.channels.email.poller import Poller
from harkline.channels.email.receiver import Blocked, Receiver
from harkline.channels.email.relay import Relay
from harkline.channels.email.resolver import Resolver
from harkline.channels.email.settings import EmailSettings
from harkline.channels.email.wire import Mail
from harkline.intake import copies, receive
from harkline.line import this
from harkline.runtime import clock, db

CHANNEL = "email"
FRESH = 5.0  # seconds for which the line's addresses are believed without asking again
# What makes a mail worth a second look, with the keys at hand.
_OPENPGP = re.compile(rb"(?im)-----BEGIN PGP |application/pgp-|^autocrypt:")
FORGET_EVERY = 24 * 3600.0


class EmailAdapter:
    """Takes mail in and sends replies out. ``relay_tls`` and ``imap_tls`` replace the system's certificates (tests)."""

    def __init__(
        self,
        settings: EmailSettings,
        *,
        relay_tls: ssl.SSLContext | None = None,
        imap_tls: ssl.SSLContext | None = None,
    ) -> None:
        self.settings = settings
        self.ready = asyncio.Event()
        self._jail = Jail()
        self._openpgp = OpenPgp()
        wanted = settings.evidence and evidence_jail.available()
        self._gatherer = evidence_jail.Gatherer(Resolver(settings.resolver)) if wanted else None
        self._batch = Batch()
        self._stopping = asyncio.Event()
        self._receiver: Receiver | None = None
        self._relay = (
            Relay(settings.relay, settings.acknowledgement, relay_tls, self._openpgp) if settings.relay else None
        )
        self._poller = self._polled(imap_tls)
        self._last: datetime | None = None
        self._arriving = 0
        self._ours: tuple[float, list[str]] = (0.0, [])

    def _polled(self, tls: ssl.SSLContext | None) -> Poller | None:
        imap = self.settings.imap
        return Poller(imap, self.take, self._refuse_polled, self.settings.max_size, tls) if imap else None

    async def run(self) -> None:
        """Until stopped or cancelled. Raises OSError for a port that is taken."""
        await self._jail.start()
        try:
            await self._listen()
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(part) for part in self._parts()]
                self.ready.set()
                await self._stopping.wait()
                if self._poller:
                    self._poller.stop()
                    await asyncio.wait(tasks[:1], timeout=5)
                for task in tasks:
                    task.cancel()
        finally:
            await self._close()

    def _parts(self) -> list[Any]:
        parts = [self._poller.run()] if self._poller else []
        return [*parts, *([self._relay.run()] if self._relay else []), self._forget()]

    async def _listen(self) -> None:
        ours = await self._addresses()
        self._receiver = Receiver(
            self,
            smtp=self.settings.smtp,
            lmtp=self.settings.lmtp,
            name=addressing.domain(ours[0]) if ours else "localhost",
            max_size=self.settings.max_size,
            connections=self.settings.connections,
            tls=self._certificate(),
        )
        await self._receiver.start()

    def _certificate(self) -> ssl.SSLContext | None:
        if not self.settings.tls_cert:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.settings.tls_cert, self.settings.tls_key)
        return context

    async def stop(self) -> None:
        """Let ``run`` return. A mail whose storing was not acknowledged comes again."""
        self._stopping.set()

    async def _close(self) -> None:
        if self._poller:
            self._poller.stop()
        if self._receiver:
            await self._receiver.stop()
        await self._jail.stop()
        self._stopping.clear()
        self.ready.clear()

    def health(self) -> Mapping[str, Any]:
        """``state`` is ``starting``, ``up`` or ``degraded``, the last with a fixed word as its ``reason``."""
        reason = self._relay.reason if self._relay else ""
        if self._poller and not self._poller.connected:
            reason = "mailbox_not_readable"
        return {
            "state": ("degraded" if reason else "up") if self.ready.is_set() else "starting",
            "reason": reason,
            "last_received": self._last,
            "backlog": self._arriving,
        }

    @property
    def ports(self) -> list[int]:
        """The open ports, SMTP's before LMTP's."""
        return self._receiver.ports if self._receiver else []

    # --- the receiver's store --------------------------------------------------------------------------------------------------

    async def known(self, recipient: str) -> Reached | None:
        """The line's address that a recipient means."""
        return addressing.reached(recipient, await self._addresses())

    async def keep(self, reached: Reached, raw: bytes, came: Came) -> None:
        """Read, seal and commit a mail. Raises Blocked."""
        mail = await self._read(raw, came.envelope_from)
        if await db.run(receive.blocked, CHANNEL, mail.sender or came.envelope_from):
            await self.refuse(reached, "blocked")
            raise Blocked
        await self._keep(reached, raw, mail, came.envelope_from, await self._evidence(raw, came))

    async def refuse(self, reached: Reached, reason: str) -> None:
        """Record that somebody tried."""
        await db.run(keep.refuse, reached, reason, uuid.uuid4().hex)

    # --- the mailbox -----------------------------------------------------------------------------------------------------------

    async def take(self, raw: bytes) -> None:
        """Store a mail from the mailbox, for the address of ours that it says it reached, else for the mailbox's own."""
        mail = await self._read(raw, None)
        if await db.run(receive.blocked, CHANNEL, mail.sender):
            # Nobody waits for an answer here: a sentence to an address that may be forged would be one more mail to a stranger.
            key = hashlib.sha256(raw).hexdigest()
            await db.run(keep.refuse, self._mailbox(await self._addresses()), "blocked", key)
            return
        evidence = await self._evidence(raw, Came())
        ours = await self._addresses()
        found = [one for name in mail.reached if (one := addressing.reached(name, ours))]
        tagged = [one for one in found if one.token or one.bounce]
        await self._keep(next(iter(tagged + found), self._mailbox(ours)), raw, mail, None, evidence)

    async def _refuse_polled(self, key: str) -> None:
        await db.run(keep.refuse, self._mailbox(await self._addresses()), "too_large", key)

    def _mailbox(self, ours: list[str]) -> Reached:
        named = self.settings.imap.address if self.settings.imap else ""
        return Reached(named or (ours[0] if ours else ""))

    # --- both ------------------------------------------------------------------------------------------------------------------

    async def _read(self, raw: bytes, envelope_from: str | None) -> Mail:
        self._arriving += 1
        try:
            mail = await self._jail.read(raw, envelope_from)
            return await self._opened(mail, raw, envelope_from) if keyring.available() else mail
        finally:
            self._arriving -= 1

    async def _opened(self, mail: Mail, raw: bytes, envelope_from: str | None) -> Mail:
        """The mail with what OpenPGP says of it; as it was where that came to nothing, with the original kept in any case."""
        if mail.held or not (mail.crypto.startswith("pgp") or _OPENPGP.search(raw)):
            return mail
        opened = await self._openpgp.read(raw, envelope_from, await db.run(keyring.private_halves))
        return opened or replace(mail, pgp="not_tried" if mail.crypto.startswith("pgp") else "")

    async def _evidence(self, raw: bytes, came: Came) -> Evidence:
        return await self._gatherer.gather(raw, came) if self._gatherer else Evidence()

    async def _keep(
        self, reached: Reached, raw: bytes, mail: Mail, envelope_from: str | None, evidence: Evidence
    ) -> None:
        ids = [str(uuid.uuid4()) for _one in mail.attachments]
        kept = keep.Kept(reached, raw, mail, envelope_from, self.settings.auto_acknowledge, evidence, ids)
        await self._batch.keep(kept)
        copies.later(
            {
                id_: copies.File(one.name, one.media_type, one.body)
                for id_, one in zip(ids, mail.attachments, strict=True)
                if one.state == "ok"
            }
        )
        self._last = clock.now()

    async def _addresses(self) -> list[str]:
        until, ours = self._ours
        if time.monotonic() >= until:
            ours = [one.value for one in await db.run(this.addresses, CHANNEL)]
            self._ours = (time.monotonic() + FRESH, ours)
        return ours

    async def _forget(self) -> None:
        while True:
            with contextlib.suppress(Exception):  # a locked database: tomorrow will do
                await db.run(sent.forget_old)
                await db.run(keyring.renew_due)
            await asyncio.sleep(FORGET_EVERY)
