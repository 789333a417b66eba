"""Staffing over a day that rises and falls, played through call by call: each half-hour by its own calls, and by the modified offered load.

The peer is the usual way, stationary by half-hour (SIPP). Both are reckoned by Erlang A for 80 % within 20 seconds; the simulation knows nothing of Erlang.
"""

import heapq
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from harkline.rota import need
from harkline.rota.erlang import Queue, Target, people, people_without_patience
from harkline.rota.need import Expected, Reckoning

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figures import Sheet

HOURS = (
    0.25,
    0.2,
    0.15,
    0.12,
    0.12,
    0.2,
    0.4,
    0.8,
    1.3,
    1.6,
    1.7,
    1.6,
    1.5,
    1.45,
    1.4,
    1.4,
    1.45,
    1.5,
    1.5,
    1.45,
    1.3,
    1.0,
    0.7,
    0.4,
)
AT_NOON = 100.0  # calls an hour where the profile says 1
HANDLING, PATIENCE, WITHIN, GOAL = 1800.0, 240.0, 20.0, 0.8
DAYS = 250
MISSED = 0.75


def played(staff: list[int], calls: list[float], days: int) -> list[float]:
    """The share answered in time of each half-hour's calls, over many days; first come, first served, a talk is never cut off."""
    draw = random.Random(3)
    offered, in_time = [0] * 48, [0] * 48
    ends: list[float] = []  # of the talks under way
    waiting: list[tuple[float, float, int]] = []  # came, gives up, half-hour
    for day in range(days):
        moments = sorted(
            (day * 86_400 + slot * 1800 + draw.random() * 1800, slot)
            for slot in range(48)
            for _call in range(_poisson(draw, calls[slot]))
        )
        steps = [(day * 86_400 + slot * 1800.0, -1) for slot in range(48)]
        for now, slot in heapq.merge(steps, moments):
            _serve(now, staff, ends, waiting, in_time, draw)
            if slot >= 0:
                offered[slot] += 1
                waiting.append((now, now + draw.expovariate(1 / PATIENCE), slot))
                _serve(now, staff, ends, waiting, in_time, draw)
    return [one / max(all_, 1) for one, all_ in zip(in_time, offered, strict=True)]


def _serve(
    now: float,
    staff: list[int],
    ends: list[float],
    waiting: list[tuple[float, float, int]],
    in_time: list[int],
    draw: random.Random,
) -> None:
    """Whoever becomes free up to now takes the next who still waits."""
    there = staff[int(now // 1800) % 48]
    while True:
        free_at = 0.0
        if ends and len(ends) >= there:
            if ends[0] > now:
                return
            free_at = heapq.heappop(ends)
            if len(ends) >= there:
                continue  # somebody's shift is over
        while waiting and waiting[0][1] < max(free_at, waiting[0][0]):
            waiting.pop(0)
        if not waiting:
            return
        came, _until, slot = waiting.pop(0)
        begins = max(came, free_at)
        in_time[slot] += begins - came <= WITHIN
        heapq.heappush(ends, begins + draw.expovariate(1 / HANDLING))


def _poisson(draw: random.Random, mean: float) -> int:
    count, at = 0, draw.expovariate(1)
    while at < mean:
        count, at = count + 1, at + draw.expovariate(1)
    return count


def main() -> int:
    """Print both; 1 where a check fails."""
    sheet = Sheet("need: a day of up to 170 calls an hour, 30 minutes each, patience 4 minutes, 80 % within 20 s")
    checked = Queue(60 / 3600, 600, 180)
    both = people(checked, Target(0.8, 20)), people_without_patience(checked, 0.8, 20)
    sheet.say(f"60 calls an hour of 10 minutes, patience 3 minutes: Erlang A {both[0]}, Erlang C {both[1]}")
    sheet.bar("Erlang A and C as published, 12 and 14", float(both == (12, 14)), least=1)
    profile = [
        HOURS[slot // 2] + (HOURS[(slot // 2 + 1) % 24] - HOURS[slot // 2]) * (0.25 + 0.5 * (slot % 2))
        for slot in range(48)
    ]
    calls = [one * AT_NOON / 2 for one in profile]
    target = Target(GOAL, WITHIN)
    sipp = [people(Queue(one / 1800, HANDLING, PATIENCE), target) for one in calls]
    how = Reckoning(target=target, handling=HANDLING, patience=PATIENCE, at_least=1, busy_at_most=1.0)
    start = time.perf_counter()
    twice = [
        Expected(datetime(2026, 1, 1, tzinfo=UTC) + number * need.HALF_HOUR, {"en": one})
        for number, one in enumerate(calls * 2)
    ]
    mol = [one.people for one in need.need(twice, how)[48:]]
    sheet.say(f"reckoned in {(time.perf_counter() - start) * 1000:.0f} ms")
    missed = {}
    for name, staff in (("each half-hour by its own calls", sipp), ("modified offered load", mol)):
        shares = played(staff, calls, DAYS)
        missed[name] = sum(one < MISSED for one in shares)
        sheet.say(
            f"{name}: {sum(staff) / 2:.1f} staff-hours, worst half-hour {min(shares):.1%}, below 75 %: {missed[name]} of 48"
        )
    sheet.bar("half-hours below 75 % by the modified load", missed["modified offered load"], most=0)
    sheet.bar(
        "fewer than by each half-hour's own calls",
        missed["modified offered load"] - missed["each half-hour by its own calls"],
        most=-1,
    )
    return sheet.code()


if __name__ == "__main__":
    raise SystemExit(main())
