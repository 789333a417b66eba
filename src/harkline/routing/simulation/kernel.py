"""The simulation itself: arrivals, operators who begin and leave, callers who give up. One function, compiled by numba where that is
installed and slow Python where it is not; the same numbers either way.

Operators are grouped by shape (what they can take), callers by class (what they need, and their risk). Within a class callers are
served in the order of their arrival, within a shape the longest idle comes first: so a decision looks at classes and shapes, never
at people. Ends of contacts lie in a heap.
"""

from collections.abc import Callable
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])
try:
    from numba import njit

    COMPILED = True
except ImportError:
    COMPILED = False


def _fast(function: _F) -> _F:
    """Machine code, where numba is installed."""
    compiled: _F = njit(cache=True)(function) if COMPILED else function
    return compiled


# Which waiting caller an operator gets, and which operator a caller gets.
HIGH = 2  # the risk for which idle operators may be kept
RANDOM_QUEUE, LONGEST_WAIT, RISK_FIRST = 0, 1, 2
LONGEST_IDLE, LEAST_FLEXIBLE = 0, 1

# Where the loop stands, so that it can be left and entered again (progress, interruption).
ARRIVED, BEGUN, ENDED, BUSY, IDLE, DRAWN = 0, 1, 2, 3, 4, 5
NEVER = 1e300
NOT_YET, ANSWERED, GAVE_UP = 0, 1, 2


@_fast
def _push(times: Any, who: Any, size: int, time: float, one: int) -> int:
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if times[up] <= time:
            break
        times[at] = times[up]
        who[at] = who[up]
        at = up
    times[at] = time
    who[at] = one
    return size + 1


@_fast
def _pop(times: Any, who: Any, size: int) -> int:
    size -= 1
    time = times[size]
    one = who[size]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and times[down + 1] < times[down]:
            down += 1
        if times[down] >= time:
            break
        times[at] = times[down]
        who[at] = who[down]
        at = down
    times[at] = time
    who[at] = one
    return size


@_fast
def _operator(
    wanted: int,
    rule: int,
    serves: Any,
    flexible: Any,
    shapes: int,
    idle_head: Any,
    idle_next: Any,
    since: Any,
    gone: Any,
) -> int:
    """The shape whose longest idle operator takes a caller of this class; -1 where nobody can."""
    best, best_flexible, best_since = -1, 0, 0.0
    for shape in range(shapes):
        if not serves[shape][wanted]:
            continue
        one = idle_head[shape]
        while one >= 0 and gone[one]:
            one = idle_next[one]
        idle_head[shape] = one
        if one < 0:
            continue
        flexibility = flexible[shape] if rule == LEAST_FLEXIBLE else 0
        if best < 0 or flexibility < best_flexible or (flexibility == best_flexible and since[one] < best_since):
            best, best_flexible, best_since = shape, flexibility, since[one]
    return best


@_fast
def _caller(
    shape: int,
    rule: int,
    now: float,
    serves: Any,
    risk: Any,
    classes: int,
    head: Any,
    after: Any,
    arrivals: Any,
    patience: Any,
    waits: Any,
    fate: Any,
    draws: Any,
    drawn: int,
) -> int:
    """The class whose first caller this operator takes; -1 where nobody waits. Whoever has given up meanwhile is written off."""
    best, best_risk, best_key, found = -1, -1, 0.0, 0
    for one in range(classes):
        if not serves[shape][one]:
            continue
        first = head[one]
        while first >= 0 and arrivals[first] + patience[first] <= now:
            fate[first] = GAVE_UP
            waits[first] = patience[first]
            first = after[first]
        head[one] = first
        if first < 0:
            continue
        found += 1
        danger = risk[one] if rule == RISK_FIRST else 0
        # A random queue: the k-th that is found replaces the choice with chance 1/k.
        if rule == RANDOM_QUEUE:
            take = draws[(drawn + found) % len(draws)] * found < 1.0
        else:
            take = best < 0 or danger > best_risk or (danger == best_risk and arrivals[first] < best_key)
        if take:
            best, best_risk, best_key = one, danger, arrivals[first]
    return best


@_fast
def play(
    until: int,
    state: Any,
    arrivals: Any,
    classes: Any,
    patience: Any,
    service: Any,
    draws: Any,
    risk: Any,
    serves: Any,
    flexible: Any,
    shape_of: Any,
    begins: Any,
    ends: Any,
    begin_order: Any,
    end_order: Any,
    queue_rule: int,
    operator_rule: int,
    reserve: int,
    waits: Any,
    fate: Any,
    head: Any,
    tail: Any,
    after: Any,
    idle_head: Any,
    idle_tail: Any,
    idle_next: Any,
    since: Any,
    idle_now: Any,
    gone: Any,
    busy_times: Any,
    busy_who: Any,
) -> int:
    """Go on until so many contacts have arrived; with ``until`` beyond the last, until nobody is left. Returns how many arrived.

    Times are seconds from the beginning. ``serves[shape][class]`` says who can take whom. ``waits`` and ``fate`` are written."""
    contacts, people = len(arrivals), len(shape_of)
    shapes, kinds = len(flexible), len(risk)
    arrived, begun, ended = state[ARRIVED], state[BEGUN], state[ENDED]
    busy, idle, drawn = state[BUSY], state[IDLE], state[DRAWN]
    while True:
        if arrived >= until and until < contacts:
            break
        t_arrival = arrivals[arrived] if arrived < contacts else NEVER
        t_done = busy_times[0] if busy > 0 else NEVER
        t_begin = begins[begin_order[begun]] if begun < people else NEVER
        t_end = ends[end_order[ended]] if ended < people else NEVER
        if t_arrival >= NEVER and t_done >= NEVER and t_begin >= NEVER:
            break
        if t_end < t_arrival and t_end <= t_done and t_end <= t_begin:
            one = end_order[ended]
            ended += 1
            gone[one] = 1
            if idle_now[one]:
                idle_now[one] = 0
                idle -= 1
            continue
        if t_arrival < t_done and t_arrival < t_begin:
            caller = arrived
            arrived += 1
            kind = classes[caller]
            shape = -1
            if idle > 0 and (reserve == 0 or risk[kind] >= HIGH or idle > reserve):
                shape = _operator(kind, operator_rule, serves, flexible, shapes, idle_head, idle_next, since, gone)
            if shape >= 0:
                one = idle_head[shape]
                idle_head[shape] = idle_next[one]
                idle_now[one] = 0
                idle -= 1
                waits[caller] = 0.0
                fate[caller] = ANSWERED
                busy = _push(busy_times, busy_who, busy, t_arrival + service[caller], one)
            else:
                after[caller] = -1
                if head[kind] < 0:
                    head[kind] = caller
                else:
                    after[tail[kind]] = caller
                tail[kind] = caller
            continue
        if t_done <= t_begin:
            now, one = t_done, busy_who[0]
            busy = _pop(busy_times, busy_who, busy)
        else:
            now, one = t_begin, begin_order[begun]
            begun += 1
        if ends[one] <= now:
            continue
        shape = shape_of[one]
        kind = -1
        drawn += kinds
        if idle >= reserve or reserve == 0:
            kind = _caller(
                shape, queue_rule, now, serves, risk, kinds, head, after, arrivals, patience, waits, fate, draws, drawn
            )
        else:
            kind = _caller(
                shape, RISK_FIRST, now, serves, risk, kinds, head, after, arrivals, patience, waits, fate, draws, drawn
            )
            if kind >= 0 and risk[kind] < HIGH:
                kind = -1
        if kind >= 0:
            caller = head[kind]
            head[kind] = after[caller]
            waits[caller] = now - arrivals[caller]
            fate[caller] = ANSWERED
            busy = _push(busy_times, busy_who, busy, now + service[caller], one)
        else:
            since[one] = now
            idle_now[one] = 1
            idle += 1
            idle_next[one] = -1
            if idle_head[shape] < 0:
                idle_head[shape] = one
            else:
                idle_next[idle_tail[shape]] = one
            idle_tail[shape] = one
    if until >= contacts:
        for kind in range(kinds):
            one = head[kind]
            while one >= 0:
                fate[one] = GAVE_UP
                waits[one] = patience[one]
                one = after[one]
            head[kind] = -1
    state[ARRIVED], state[BEGUN], state[ENDED] = arrived, begun, ended
    state[BUSY], state[IDLE], state[DRAWN] = busy, idle, drawn
    return int(arrived)
