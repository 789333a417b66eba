"""Calls held at once: thirty callers bridged to thirty browsers, first in peace, then while pages are asked for at fifty a second.

An under-run is what a browser that gathers 60 ms of sound would have heard as a gap. This program is all the callers and all the
browsers, and takes its share of the same processor: what it counts includes its own delays. The bound: fifty frames a second a leg.
"""

import asyncio
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.harness import Browser, Line, until
from tests.peers import ears
from tests.peers.invite import Caller

from benchmarks.figures import Sheet
from benchmarks.floor import OPERATOR, STEP, Leg, Operators, Voices

PAIRS = 30
HOLD = 10.0
PAGES = 50


def ask(port: int, session: str, rate: float, seconds: float) -> None:
    """Ask for public pages and the console's at this rate; a process of its own."""
    end, due = time.monotonic() + seconds, time.monotonic()
    with Browser(port) as public, Browser(port, session) as console:
        number = 0
        while due < end:
            number += 1
            status, _page = console.get("/console/waiting") if number % 2 else public.get("/write")
            assert status == 200, status
            due += 1 / rate
            time.sleep(max(0.0, due - time.monotonic()))


def listening(callers: list[Caller]) -> int:
    """How many callers hear their operator at this moment."""
    from harkline.line.prompts_audio import from_mulaw

    heard = 0
    for caller in callers:
        caller.media.setblocking(False)
        packets = []
        try:
            while True:
                packets.append(caller.media.recv(2048)[12:])
        except BlockingIOError:
            heard += ears.has_tone(from_mulaw(b"".join(packets[-25:])), OPERATOR)
    return heard


def drained(callers: list[Caller]) -> None:
    """Forget what the sockets hold."""
    listening(callers)


class Held:
    """What happened in one stretch of holding."""

    def __init__(self, legs: list[Leg], start: float, end: float) -> None:
        self.under_runs = sum(leg.under_runs(start, end) for leg in legs)
        frames = [sum(start <= at < end for at in leg.frames) for leg in legs]
        self.least = min(frames) / (end - start) * STEP
        self.gap = max(
            b - a for leg in legs for a, b in zip(leg.frames, leg.frames[1:], strict=False) if start <= a < end
        )


async def held(legs: list[Leg], seconds: float) -> Held:
    start = time.perf_counter()
    await asyncio.sleep(seconds)
    return Held(legs, start, time.perf_counter())


async def floor(line: Line, cookies: dict[str, str], sheet: Sheet) -> None:
    operators, voices = Operators(line, cookies), Voices()
    await asyncio.to_thread(operators.open)
    voices.start()
    for _number in range(PAIRS):
        caller = Caller(line)
        assert await asyncio.to_thread(caller.rings) == 200
        voices.callers.append(caller)
    legs = await operators.answer(PAIRS, within=60)
    bridged = [leg for leg in legs if leg.bridged]
    calm = await held(bridged, HOLD)
    session = next(iter(cookies.values()))
    asking = multiprocessing.get_context("spawn").Process(target=ask, args=(line.web, session, PAGES, HOLD))
    asking.start()
    await asyncio.sleep(0.5)
    busy = await held(bridged, HOLD - 1)
    await asyncio.to_thread(asking.join, 30)
    drained(voices.callers)
    await asyncio.sleep(0.5)
    heard = listening(voices.callers)
    await operators.close()
    voices.stop()
    for name, one in (("in peace", calm), (f"{PAGES} pages/s", busy)):
        sheet.say(
            f"{name}: {one.under_runs} under-runs, longest gap {one.gap * 1000:.0f} ms, worst leg {one.least:.2f} of 50 frames/s"
        )
    sheet.bar("pairs bridged", len(bridged), least=PAIRS)
    sheet.bar("callers who hear their operator", heard, least=PAIRS)
    sheet.bar("under-runs in peace", calm.under_runs, most=0)
    sheet.bar(f"under-runs at {PAGES} pages/s", busy.under_runs, most=0)
    sheet.bar("pages answered", float(asking.exitcode == 0), least=1)


def main() -> int:
    sheet = Sheet(f"{PAIRS} bridged pairs, caller to browser")
    with tempfile.TemporaryDirectory() as folder, Line(Path(folder)) as line:
        line.init(settings=f"[phone]\noffer_seconds = 60\n[sip]\nmax_calls = {PAIRS * 3}")
        line.serve()
        names = line.staff(*(f"Person {number}" for number in range(PAIRS)))
        cookies = line.inside("sessions", usernames=names)
        asyncio.run(floor(line, cookies, sheet))
        until(lambda: line.count("intake_contact", "state IN ('waiting', 'in_hand')") == 0, 15)
        sheet.say(f"server's processor in all: {line.cpu():.1f} s")
    return sheet.code()


if __name__ == "__main__":
    sys.exit(main())
