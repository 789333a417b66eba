"""The loop that makes every hand-over certain: on a bell, and once a second anyway, it runs what is due and offers what waits.

A bell only makes it quick. Whatever a crash left between two stages is found here by its state.
"""

import asyncio
import logging

from harkline.audit import failures
from harkline.intake import handle_key
from harkline.notice import keep
from harkline.records import filing
from harkline.rota import alarms
from harkline.routing import escalation, offers, watch
from harkline.runtime import bell, db, room, timers
from harkline.server import daily

log = logging.getLogger(__name__)

PAUSE = 1.0
GATHER = 0.05  # seconds in which bells gather into one round
REST = 4  # times as long as a round took, nothing is looked at after it, so that pages are answered under load; at most so many seconds:
LONGEST_REST = 0.25
SELDOM = 0.5  # seconds between two rounds of what nobody waits for
WAKES = {"contact", "offer", "presence", "timer", "entry", "duty"}


def round_(whole: bool = True) -> None:
    """One round, each step by itself, so that one that fails does not stop the others. Unless it is ``whole``, only what somebody
    waits for: under a flood of messages the rest would take as much time as their pages."""
    urgent = (look_for_room, timers.run_due, offers.dispatch, escalation.watch_all)
    rest = (filing.file_pending, failures.settle, daily.ensure, alarms.ensure, watch.look, keep.look)
    for step in (*urgent, *rest) if whole else urgent:
        try:
            step()
        except Exception:
            log.exception("reconcile: %s failed", step.__name__)


def look_for_room() -> None:
    """See to the reserve; the health page and ``harkline check`` say that the disk is full."""
    if room.look():
        log.error("the disk is all but full: only calls are taken, in the room that was kept for them")


def begin() -> None:
    """What has to be under way before the first round."""
    try:
        handle_key.watch()
    except OSError:
        log.exception("the key of numbers cannot be kept: callers are not recognised")


async def run() -> None:
    """Run rounds until cancelled."""
    wake = asyncio.Event()
    loop = asyncio.get_running_loop()

    def heard(ring: bell.Ring) -> None:
        if ring.to == "inside" and ring.kind in WAKES:
            loop.call_soon_threadsafe(wake.set)

    end = bell.subscribe(heard)
    try:
        await db.run(begin)
        last = -SELDOM
        while True:
            wake.clear()  # before the round: a bell that rings during it makes another
            if whole := loop.time() - last >= SELDOM:
                last = loop.time()
            begun = loop.time()
            await db.run(round_, whole)
            rested = loop.time() + min(REST * (loop.time() - begun), LONGEST_REST)
            try:
                await asyncio.wait_for(wake.wait(), PAUSE if whole else SELDOM)
                await asyncio.sleep(max(GATHER, rested - loop.time()))
            except TimeoutError:
                continue
    finally:
        end()
