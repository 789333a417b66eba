"""The cheapest schedule of one person: dynamic programming over days, states, counters and paid time, compiled by numba.

A resource-constrained shortest path (Irnich and Desaulniers 2005), in which paid time is the innermost axis, so that one step of the loop is a
vector addition and minimum.
"""

from collections.abc import Callable
from typing import Any

import numba  # type: ignore[import-not-found,unused-ignore]
import numpy as np

NEVER = 1e15  # the price of what is forbidden
TOO_SMALL = -1e30
ALIVE, DOMINATED = 1, 2


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function in machine code, kept on disk for the next time where there is a place to keep it."""
    try:
        return numba.njit(cache=True, nogil=True)(function)  # type: ignore[no-any-return,unused-ignore]
    except RuntimeError:  # neither the package's folder nor the home can be written
        return numba.njit(nogil=True)(function)  # type: ignore[no-any-return,unused-ignore]


def _cheapest(
    prices: Any,  # [day, shift] what working it costs, NEVER where not possible
    rest: Any,  # [day] what a day off costs, NEVER where not possible
    group: Any,  # [shift] its group: shifts alike but for their price
    off: Any,  # [state] -> state
    work: Any,  # [state, group] -> state
    works: Any,  # [state] whether that day is worked
    units: Any,  # [group] paid time
    kind: Any,  # [group] how it counts
    count: Any,  # [weekend 0 or 1, kind, counter] -> counter
    weekend: Any,  # [day] 1: counts when worked; 2: counts when worked and the day before is not
    least: Any,  # [day] paid time by then, window from
    most: Any,  # [day] and to
    last: Any,  # [counter, paid time] what ending so costs
    below: Any,  # [counter, n] a counter with one less of something, -1 for none
    merged: Any,  # [day, counter] the counter that stands for it: what no limit can stop any more counts alike
    room: Any,  # numbers to work in: a row of paid times for each state and counter that is reached
    known: float,  # a cost that some schedule is known to have, NEVER if none is
) -> Any:
    """(cost, shift for each day or -1); the cost is NEVER or more where no schedule meets the rules, and TOO_SMALL when the room is."""
    days, shifts = prices.shape
    states, groups = work.shape
    counters, size = last.shape
    best = np.full((days, groups), NEVER)
    pick = np.full((days, groups), -1, np.int64)
    for d in range(days):
        for t in range(shifts):
            if prices[d, t] < best[d, group[t]]:
                best[d, group[t]] = prices[d, t]
                pick[d, group[t]] = t
    # Backwards without the counters: what the days to come cost at least.
    ahead = np.full((days + 1, states, size), NEVER)
    for q in range(states):
        for c in range(least[days], most[days] + 1):
            for b in range(counters):
                ahead[days, q, c] = min(ahead[days, q, c], last[b, c])
    for d in range(days - 1, -1, -1):
        for q in range(states):
            source = ahead[d, q]
            for g in range(-1, groups):
                if g < 0:
                    price, onward, k = rest[d], off[q], 0
                else:
                    price, onward, k = best[d, g], work[q, g], units[g]
                if price >= NEVER or onward < 0:
                    continue
                low, high = (
                    max(least[d], least[d + 1] - k),
                    min(most[d], most[d + 1] - k),
                )
                goal = ahead[d + 1, onward, k:]
                for u in range(low, high + 1):
                    source[u] = min(source[u], goal[u] + price)
    limit = known + 1e-7 * (1.0 + abs(known))
    # A row is cleared when it comes alive, and no other is read: the room may be dirty.
    value = room[: len(room) // size * size].reshape((len(room) // size, size))
    life = np.zeros((days + 1, states, counters), np.int8)
    row = np.zeros((days + 1, states, counters), np.int32)
    used = 1
    value[0, :] = NEVER
    value[0, 0] = 0.0
    life[0, 0, 0] = ALIVE
    for d in range(days):
        for q in range(states):
            free = off[q] if rest[d] < NEVER else -1
            more = 1 if weekend[d] == 1 or (weekend[d] == 2 and not works[q]) else 0
            for z in range(counters):
                if life[d, q, z] == 0:
                    continue
                source = value[row[d, q, z]]
                # What cannot end below the known cost leads nowhere.
                hopeful = 0
                for u in range(least[d], most[d] + 1):
                    hopeful += source[u] + ahead[d, q, u] <= limit
                if hopeful == 0:
                    life[d, q, z] = DOMINATED
                    continue
                # What counted less and costs no more can do whatever this one can.
                for n in range(below.shape[1]):
                    y = below[z, n]
                    if y >= 0 and life[d, q, y] != 0:
                        other = value[row[d, q, y]]
                        worse = 0
                        for u in range(least[d], most[d] + 1):
                            worse += other[u] > source[u]
                        if worse == 0:
                            life[d, q, z] = DOMINATED
                            break
                if life[d, q, z] == DOMINATED:
                    continue
                for g in range(-1, groups):
                    if g < 0:
                        price, onward, counted, k = rest[d], free, z, 0
                    else:
                        price, onward, counted, k = (
                            best[d, g],
                            work[q, g],
                            count[more, kind[g], z],
                            units[g],
                        )
                    if price >= NEVER or onward < 0 or counted < 0:
                        continue
                    low, high = (
                        max(least[d], least[d + 1] - k),
                        min(most[d], most[d + 1] - k),
                    )
                    if low > high:
                        continue
                    counted = merged[d + 1, counted]
                    new = life[d + 1, onward, counted] == 0
                    if new:
                        if used == len(value):
                            return TOO_SMALL, np.full(days, -1, np.int64)
                        life[d + 1, onward, counted] = ALIVE
                        row[d + 1, onward, counted] = used
                        used += 1
                    target = value[row[d + 1, onward, counted]]
                    if new:
                        for u in range(least[d + 1], most[d + 1] + 1):
                            target[u] = NEVER
                    goal = target[k:]
                    for u in range(low, high + 1):
                        goal[u] = min(goal[u], source[u] + price)
    schedule = np.full(days, -1, np.int64)
    cost, q, z, u = NEVER, -1, -1, -1
    for a in range(states):
        for b in range(counters):
            if life[days, a, b] != 0:
                for c in range(least[days], most[days] + 1):
                    x = value[row[days, a, b], c] + last[b, c]
                    if x < cost:
                        cost, q, z, u = x, a, b, c
    if q < 0:
        return cost, schedule
    for d in range(days - 1, -1, -1):
        # The day before is the one from which this very number comes: the same addition was made on the way forward.
        reached = value[row[d + 1, q, z], u]
        found = False
        for a in range(states):
            more = 1 if weekend[d] == 1 or (weekend[d] == 2 and not works[a]) else 0
            for b in range(counters):
                if life[d, a, b] != ALIVE:
                    continue
                for g in range(-1, groups):
                    if g < 0:
                        price, onward, counted, k = rest[d], off[a], b, 0
                    else:
                        price, onward, counted, k = (
                            best[d, g],
                            work[a, g],
                            count[more, kind[g], b],
                            units[g],
                        )
                    if price >= NEVER or onward != q or counted < 0 or merged[d + 1, counted] != z:
                        continue
                    if least[d] <= u - k <= most[d] and value[row[d, a, b], u - k] + price == reached:
                        schedule[d] = -1 if g < 0 else pick[d, g]
                        q, z, u, found = a, b, u - k, True
                        break
                if found:
                    break
            if found:
                break
    return cost, schedule


cheapest = compiled(_cheapest)
