"""From a call that arrives to the bell on a hundred open consoles; from an operator's key to the caller's voice in their ear.

The bound for the bell: bells that come close together are gathered for 50 ms, so no console may hear much later than that. The peer
for the bridge: the same engine, bare, without routing and pages, needed 96 ms from ring to bridge.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.harness import Line
from tests.peers.invite import Caller

from benchmarks.figures import Sheet, quantile, spread
from benchmarks.floor import Bells, Operators, Voices

CONSOLES = 100
CALLS = 16
GAP = 0.05
BARE_ENGINE = 0.096


def bells(line: Line, sessions: list[str], calls: list[Caller]) -> tuple[list[float], int]:
    """Seconds from each INVITE to the bell at each console, and how many bells were never heard."""
    consoles, sent, waits = Bells(line, sessions), [], []
    time.sleep(1)
    for caller in calls:
        before = len(consoles.heard)
        start = time.perf_counter()
        assert caller.rings() == 200
        time.sleep(0.6)
        first = {}
        for at, console, kind, _id in consoles.heard[before:]:
            if kind == "attempt":
                first.setdefault(console, at - start)
        sent.append(start)
        waits += first.values()
    consoles.stop()
    return waits, len(calls) * len(sessions) - len(waits)


async def bridge(line: Line, operators: Operators, callers: list[Caller]) -> list[float]:
    """Seconds from the operator's key to the caller's tone, call after call."""
    voices = Voices()
    voices.callers = callers
    voices.start()
    await asyncio.to_thread(operators.open)
    legs = await operators.answer(len(callers), within=40)
    await operators.close()
    voices.stop()
    return [leg.bridged - leg.answered for leg in legs if leg.bridged]


def main() -> int:
    sheet = Sheet(f"Ring to bell with {CONSOLES} consoles open; answer to bridged")
    with tempfile.TemporaryDirectory() as folder, Line(Path(folder)) as line:
        line.init(settings="[phone]\noffer_seconds = 60\n[sip]\nmax_calls = 120")
        line.serve()
        names = line.staff(*(f"Person {number}" for number in range(CONSOLES)))
        cookies = line.inside("sessions", usernames=names)
        callers = [Caller(line) for _ in range(CALLS)]
        waits, missed = bells(line, list(cookies.values()), callers)
        bridged = asyncio.run(bridge(line, Operators(line, cookies), callers))
    sheet.say(f"INVITE → bell on a console ({len(waits)} bells): {spread(waits)}")
    sheet.say(f"median {quantile(waits, 0.5) / GAP:.1f} of the {GAP * 1000:.0f} ms in which bells gather")
    sheet.bar("ring → bell, p99", quantile(waits, 0.99) * 1000, most=250, unit=" ms")
    sheet.bar("bells never heard", missed, most=0)
    sheet.say(f"answer → the caller's voice ({len(bridged)} calls): {spread(bridged)}")
    sheet.say(f"median {quantile(bridged, 0.5) / BARE_ENGINE:.1f} of the bare engine's {BARE_ENGINE * 1000:.0f} ms")
    sheet.bar("answer → bridged, p95", quantile(bridged, 0.95) * 1000, most=300, unit=" ms")
    sheet.bar("calls bridged", len(bridged), least=CALLS)
    return sheet.code()


if __name__ == "__main__":
    sys.exit(main())
