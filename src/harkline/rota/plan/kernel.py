"""The cheapest schedule of one person: dynamic programming over days, states, counters and paid time, compiled by numba.

A resource-constrained shortest path (Irnich and Desaulniers 2005), in which paid time is the innermost axis, so that one step of the loop is a
vector addition and minimum.
"""

from collections.abc import Callable
from typing import Any

import numba  # type: ignore[import-not-found,unused-ignore]
import numpy as np

NEVER = 1e15  # the price of what is forbidden


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
) -> Any:
    """(cost, shift for each day or -1); the cost is NEVER or more where no schedule meets the rules."""
    days, shifts = prices.shape
    states, groups = work.shape
    counters = count.shape[2]
    size = last.shape[1]
    best = np.full((days, groups), NEVER)
    pick = np.full((days, groups), -1, np.int64)
    for d in range(days):
        for t in range(shifts):
            if prices[d, t] < best[d, group[t]]:
                best[d, group[t]] = prices[d, t]
                pick[d, group[t]] = t
    value = np.full((days + 1, states, counters, size), NEVER)
    alive = np.zeros((days + 1, states, counters), np.bool_)
    value[0, 0, 0, 0] = 0.0
    alive[0, 0, 0] = True
    for d in range(days):
        for q in range(states):
            free = off[q] if rest[d] < NEVER else -1
            more = 1 if weekend[d] == 1 or (weekend[d] == 2 and not works[q]) else 0
            for z in range(counters):
                if not alive[d, q, z]:
                    continue
                source = value[d, q, z]
                if free >= 0:
                    low, high = max(least[d], least[d + 1]), min(most[d], most[d + 1])
                    if low <= high:
                        alive[d + 1, free, z] = True
                    target = value[d + 1, free, z]
                    price = rest[d]
                    for u in range(low, high + 1):
                        target[u] = min(target[u], source[u] + price)
                for g in range(groups):
                    price = best[d, g]
                    onward = work[q, g]
                    if price >= NEVER or onward < 0:
                        continue
                    counted = count[more, kind[g], z]
                    if counted < 0:
                        continue
                    k = units[g]
                    low, high = max(least[d], least[d + 1] - k), min(most[d], most[d + 1] - k)
                    if low > high:
                        continue
                    alive[d + 1, onward, counted] = True
                    goal = value[d + 1, onward, counted, k:]
                    for u in range(low, high + 1):
                        goal[u] = min(goal[u], source[u] + price)
    schedule = np.full(days, -1, np.int64)
    cost, q, z, u = NEVER, -1, -1, -1
    for a in range(states):
        for b in range(counters):
            if alive[days, a, b]:
                for c in range(size):
                    x = value[days, a, b, c] + last[b, c]
                    if x < cost:
                        cost, q, z, u = x, a, b, c
    if q < 0:
        return cost, schedule
    for d in range(days - 1, -1, -1):
        # The predecessor is the one whose sum is this very number: the same addition was made on the way forward.
        reached = value[d + 1, q, z, u]
        found = False
        for a in range(states):
            more = 1 if weekend[d] == 1 or (weekend[d] == 2 and not works[a]) else 0
            for b in range(counters):
                if not alive[d, a, b]:
                    continue
                if (
                    off[a] == q
                    and b == z
                    and rest[d] < NEVER
                    and least[d] <= u <= most[d]
                    and value[d, a, b, u] + rest[d] == reached
                ):
                    q, z, found = a, b, True
                    break
                for g in range(groups):
                    before = u - units[g]
                    if (
                        best[d, g] >= NEVER
                        or work[a, g] != q
                        or before < least[d]
                        or before > most[d]
                        or count[more, kind[g], b] != z
                    ):
                        continue
                    if value[d, a, b, before] + best[d, g] == reached:
                        schedule[d] = pick[d, g]
                        q, z, u, found = a, b, before, True
                        break
                if found:
                    break
            if found:
                break
    return cost, schedule


cheapest = compiled(_cheapest)
