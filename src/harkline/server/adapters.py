"""Which adapters the settings ask for, and routing's policy from the same settings."""

import asyncio
from collections.abc import Sequence

from django.db import connection

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
    return {}


def audio(kept: Sequence[Kept]) -> App | None:
    """The operators' audio socket, where there is a phone."""
    return None


def listeners() -> "list[asyncio.Task[None]]":
    """On PostgreSQL, one connection that listens for bells of every process."""
    if connection.vendor != "postgresql":
        return []
    from harkline.server import pg_bell

    return [asyncio.create_task(pg_bell.run(), name="bell")]
