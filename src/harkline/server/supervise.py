"""Keeps adapters alive and writes down how they are."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Max

from harkline.intake.models import Attempt
from harkline.runtime import clock, db
from harkline.runtime.models import AdapterState

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
WRITE_EVERY = 5.0


class Adapter(Protocol):
    """What the server supervises. ``run`` returns only when cancelled or stopped; ``health`` has ``state``, ``last_received``
    and ``backlog``."""

    async def run(self) -> None: ...

    async def stop(self) -> None: ...

    def health(self) -> Mapping[str, Any]: ...


class Kept:
    """One adapter under supervision: restarted with back-off when it dies."""

    def __init__(self, name: str, adapter: Adapter) -> None:
        self.name = name
        self.adapter = adapter
        self.restarts = 0
        self.down: str = ""
        self.since = clock.now()
        self._state = ""

    async def run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            started = asyncio.get_running_loop().time()
            try:
                self.down = ""
                await self.adapter.run()
                return
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.exception("adapter %s stopped", self.name)
                self.down = type(error).__name__
            if asyncio.get_running_loop().time() - started > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            self.restarts += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def started(self) -> None:
        """Wait until the adapter listens, or has failed to."""
        while not self.down and self.adapter.health().get("state") == "starting":  # noqa: ASYNC110 - adapters have a state and no event
            await asyncio.sleep(0.02)

    def row(self) -> dict[str, Any]:
        """What is written down: the adapter's own health, or why it is down."""
        health = dict(self.adapter.health())
        state = "down" if self.down else str(health.get("state", "up"))
        if state != self._state:
            self._state, self.since = state, clock.now()
        last = health.get("last_received")
        return {
            "state": state,
            "since": self.since,
            "seen_at": clock.now(),
            "last_received": last if isinstance(last, datetime) else None,
            "backlog": int(health.get("backlog") or 0),
            "restarts": self.restarts,
            "reason": (self.down or str(health.get("reason", "")))[:120],
        }


def write_down(rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep the states where ``harkline status`` and the health page find them."""
    for name, values in rows.items():
        last = values["last_received"] or _last_attempt(name)
        AdapterState.objects.update_or_create(name=name, defaults={**values, "last_received": last})


def _last_attempt(channel: str) -> datetime | None:
    """An adapter that has received nothing since it started goes by what the channel received before."""
    last: datetime | None = Attempt.objects.filter(channel=channel).aggregate(last=Max("arrived_at"))["last"]
    return last


async def watch(kept: list[Kept]) -> None:
    """Write every adapter's state down, now and then."""
    while True:
        try:
            await db.run(write_down, {one.name: one.row() for one in kept})
        except Exception:
            log.exception("the adapters' states could not be written")
        await asyncio.sleep(WRITE_EVERY)
