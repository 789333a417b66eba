"""Waits and staffing against published values, against one another, and against a queue that is played through."""

import heapq
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harkline.rota.erlang import (
    Queue,
    Target,
    erlang_a,
    erlang_b,
    erlang_c,
    level,
    people,
    people_without_patience,
)

HOUR = 3600
queues = st.builds(Queue, st.floats(0.1 / HOUR, 200 / HOUR), st.floats(60, 3000), st.floats(20, 2000))


def test_the_tables_of_erlang_b_and_c():
    assert erlang_b(10, 10) == pytest.approx(0.2146, abs=1e-4)
    assert erlang_b(2, 5) == pytest.approx(0.0367, abs=1e-4)
    assert erlang_c(8, 10) == pytest.approx(0.4092, abs=1e-4)
    assert erlang_c(8, 8) == 1


def test_sixty_calls_of_ten_minutes_need_twelve_people_and_fourteen_by_erlang_c():
    queue = Queue(60 / HOUR, 600, 180)
    assert people(queue, Target(0.8, 20)) == 12
    assert people_without_patience(queue, 0.8, 20) == 14


def test_who_never_gives_up_waits_as_erlang_c_says():
    patient = Queue(8 / 600, 600, 1e9)
    assert erlang_a(patient, 10).waits == pytest.approx(erlang_c(8, 10), rel=1e-4)


def test_a_queue_that_is_played_through_agrees():
    queue, n, within = Queue(60 / HOUR, 600, 180), 12, 20
    served, gone, offered = _played(queue, n, within, 60_000)
    assert gone / offered == pytest.approx(erlang_a(queue, n).abandons, abs=0.006)
    assert served / offered == pytest.approx(level(queue, n, within), abs=0.012)


def _played(queue, n, within, calls):
    """First come, first served, each with a patience of their own."""
    draw = random.Random(7)
    free = [0.0] * n
    at = served = gone = 0.0
    for _call in range(calls):
        at += draw.expovariate(queue.arrivals)
        patience, begins = draw.expovariate(1 / queue.patience), max(at, free[0])
        if begins - at > patience:
            gone += 1
            continue
        heapq.heapreplace(free, begins + draw.expovariate(1 / queue.handling))
        served += begins - at <= within
    return served, gone, calls


@given(queues, st.integers(0, 40), st.floats(1, 300))
@settings(max_examples=60, deadline=None)
def test_one_more_person_never_serves_worse(queue, n, within):
    assert level(queue, n + 1, within) >= level(queue, n, within) - 1e-9
    assert erlang_a(queue, n + 1).abandons <= erlang_a(queue, n).abandons + 1e-9


@given(queues)
@settings(max_examples=40, deadline=None)
def test_the_fewest_people_keep_the_target_and_one_less_does_not(queue):
    target = Target(0.8, 20, abandons=0.05)
    n = people(queue, target)
    assert target.kept(queue, n)
    assert n == 0 or not target.kept(queue, n - 1)


def test_what_counts_changes_what_is_needed():
    queue = Queue(60 / HOUR, 600, 60)
    assert people(queue, Target(0.9, 20, count_abandoned=False)) < people(queue, Target(0.9, 20))
    assert people(queue, Target(0.5, 20, abandons=0.01)) > people(queue, Target(0.5, 20))


def test_nobody_calls_and_nobody_is_there():
    silent = Queue(0, 600, 180)
    assert (people(silent, Target()), level(silent, 0, 20), erlang_a(silent, 3).busy) == (0, 1, 0)
    assert erlang_a(Queue(1 / 60, 600, 180), 0).abandons == pytest.approx(1)
    assert level(Queue(1e-9, 60, 180), 400, 20) == pytest.approx(1)
