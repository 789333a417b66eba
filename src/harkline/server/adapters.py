"""Which adapters the settings ask for, and routing's policy from the same settings."""

import asyncio
from collections.abc import Sequence

from django.db import connection

from harkline.channels.email.adapter import EmailAdapter
from harkline.channels.email.settings import Bind, EmailSettings, ImapSettings, RelaySettings
from harkline.channels.web.adapter import WebChannel
from harkline.routing import policy
from harkline.server.asgi import App
from harkline.server.config import Settings
from harkline.server.supervise import Adapter, Kept


def use_policy(settings: Settings) -> None:
    """Put routing's seconds and rules in force."""
    level = settings.service_level
    policy.use(
        policy.Policy(
            offer_seconds=settings.phone.offer_seconds,
            answer_target=settings.phone.answer_target_seconds,
            escalation=[policy.Step(one.after_seconds, str(one.to), one.outside) for one in settings.escalation],
            service_level=policy.ServiceLevel(
                level.goal_percent / 100,
                level.threshold_seconds,
                level.count_abandoned,
                settings.phone.short_abandon_seconds,
            ),
        )
    )


def build(settings: Settings) -> dict[str, Adapter]:
    """The adapters by name; the pages are no adapter."""
    adapters: dict[str, Adapter] = {"web": WebChannel()}
    if settings.smtp.bind or settings.smtp.lmtp or settings.imap.server:
        adapters["email"] = EmailAdapter(_email(settings))
    return adapters


def _email(settings: Settings) -> EmailSettings:
    smtp, imap, relay = settings.smtp, settings.imap, settings.relay
    return EmailSettings(
        smtp=Bind(*smtp.bind) if smtp.bind else None,
        lmtp=Bind(*smtp.lmtp) if smtp.lmtp else None,
        imap=ImapSettings(
            host=imap.server.host,
            port=imap.server.port,
            user=imap.username,
            password_file=imap.password_file,
            security=imap.security,
            folder=imap.folder,
            address=imap.address or "",
        )
        if imap.server
        else None,
        relay=RelaySettings(
            host=relay.server.host,
            port=relay.server.port,
            user=relay.username,
            password_file=relay.password_file,
            security=relay.security,
        )
        if relay.server
        else None,
        auto_acknowledge=settings.auto_acknowledge.on,
        acknowledgement=settings.auto_acknowledge.text,
        max_size=smtp.max_megabytes * 1024 * 1024,
    )


def audio(kept: Sequence[Kept]) -> App | None:
    """The operators' audio socket, where there is a phone."""
    return None


def listeners() -> "list[asyncio.Task[None]]":
    """On PostgreSQL, one connection that listens for bells of every process."""
    if connection.vendor != "postgresql":
        return []
    from harkline.server import pg_bell

    return [asyncio.create_task(pg_bell.run(), name="bell")]
