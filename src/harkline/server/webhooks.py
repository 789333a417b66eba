"""Posts alarms to the addresses that the chain names: that something is wrong since when, never who or what was said."""

import asyncio
import contextlib
import json
import logging
import urllib.error
import urllib.request

from harkline.routing import outbox
from harkline.routing.outbox import Job
from harkline.runtime import bell, db

log = logging.getLogger(__name__)
CHANNEL = "webhook"
LOOK = 15.0  # seconds between looks when no bell rings
PATIENCE = 15  # seconds
PAUSES = (15, 60, 300, 900)
TRIES = 12


class _Straight(urllib.request.HTTPRedirectHandler):
    """An alarm goes where the settings say, and nowhere else."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Follow none."""


_opener = urllib.request.build_opener(_Straight, urllib.request.ProxyHandler({}))


def post(job: Job) -> str:
    """Post one. Returns nothing where it was taken, else one fixed word. Posted twice it bears the same ``id``."""
    said = {
        "id": job.idempotency_key,
        **{name: job.boxed[name] for name in ("alert", "kind", "since") if name in job.boxed},
    }
    request = urllib.request.Request(  # noqa: S310 (http and https alone, by the settings)
        str(job.boxed["to"]), json.dumps(said).encode(), {"Content-Type": "application/json", "User-Agent": "alarm"}
    )
    try:
        with _opener.open(request, timeout=PATIENCE) as answer:
            return "" if 200 <= answer.status < 300 else "refused"
    except urllib.error.HTTPError:
        return "refused"
    except (OSError, ValueError):
        return "no_connection"


def settle(job: Job, why: str) -> None:
    """Write down what came of it."""
    if not why:
        outbox.done(job.id, "delivered")
    elif job.tries >= TRIES:
        outbox.done(job.id, "failed", why)
    else:
        outbox.retry(job.id, PAUSES[min(job.tries, len(PAUSES)) - 1], why)


async def send_due() -> None:
    """Post all that is due."""
    for job in await db.run(outbox.take_due, CHANNEL, 5):
        await db.run(settle, job, await asyncio.to_thread(post, job))


async def run() -> None:
    """Until cancelled."""
    rung, loop = asyncio.Event(), asyncio.get_running_loop()

    def heard(ring: bell.Ring) -> None:
        if ring.kind == "outbound":
            with contextlib.suppress(RuntimeError):  # the loop is closing
                loop.call_soon_threadsafe(rung.set)

    end = bell.subscribe(heard)
    try:
        while True:
            rung.clear()
            try:
                await send_due()
            except Exception:
                log.exception("alarms could not be posted")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK)
    finally:
        end()
