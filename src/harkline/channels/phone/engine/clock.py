"""The one clock of the engine: every 20 ms, for every leg."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from harkline.channels.phone.engine.legs import Leg

log = logging.getLogger(__name__)

STEP = 0.02
GIVE_UP = 0.2  # further behind than this, the missed ticks are skipped: sound that is late is worthless


async def run(legs: Callable[[], Iterable[Leg]]) -> None:
    """Tick for ever. A leg that fails is logged and silenced; the others do not notice."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due += STEP
        late = loop.time() - due
        if late > GIVE_UP:
            due = loop.time()
        await asyncio.sleep(max(0.0, -late))
        for leg in list(legs()):
            _tick(leg)


def _tick(leg: Leg) -> None:
    try:
        leg.tick()
    except Exception as failure:
        log.error("a leg's audio failed: %s", type(failure).__name__)
        leg.playing, leg.recording = False, False
