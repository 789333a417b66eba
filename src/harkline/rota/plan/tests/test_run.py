"""The planning process from the outside: progress, cancel, a problem that makes no sense, a process that is killed, packages that are missing."""

import importlib.util
import os
import signal

import pytest

from harkline.rota.check import check
from harkline.rota.plan import run
from harkline.rota.plan.run import Died, Planning, Unavailable
from harkline.rota.plan.terms import Person, Problem, Progress, Refused, Result, ShiftNeed, ShiftType
from harkline.rota.plan.wire import plain, read

needs_extra = pytest.mark.skipif(not run.available(), reason="the extra rota is missing: pip install 'harkline[rota]'")
SHIFTS = (ShiftType("E", 360), ShiftType("N", 1320, night=True))


def a_team(people=6, days=14):
    team = tuple(Person(f"P{n}", rest=660, max_days_in_row=5, min_days_off=2, max_nights=4) for n in range(people))
    needs = tuple(ShiftNeed(day, one.name, 2, 10.5) for day in range(days) for one in SHIFTS)
    return Problem(days, SHIFTS, team, needs)


@needs_extra
def test_a_plan_tells_how_far_it_is_and_can_be_cancelled():
    with Planning(a_team(people=5), 60, nice=0) as planning:
        events = []
        for event in planning:
            events.append(event)
            if isinstance(event, Progress) and event.objective is not None:
                planning.cancel()
    assert isinstance(events[-1], Result)
    assert events[-1].state in ("cancelled", "optimal")
    assert events[-1].seconds < 50
    assert events[-1].bound <= events[-1].objective
    assert not check(a_team(people=5), events[-1].rota).broken


@needs_extra
def test_a_killed_process_is_told_as_such():
    with Planning(a_team(), 60, nice=0) as planning:
        os.kill(planning.pid, signal.SIGKILL)
        with pytest.raises(Died, match="start it again"):
            list(planning)


@needs_extra
def test_nonsense_is_refused_with_what_to_change():
    with Planning(Problem(7, SHIFTS, ()), 5, nice=0) as planning, pytest.raises(Refused, match="add at least one"):
        list(planning)


def test_without_the_packages_a_clear_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Unavailable, match=r"harkline\[rota\]"):
        Planning(a_team(), 1)


def test_a_problem_comes_through_the_wire_as_it_was():
    team = a_team()
    assert read(Problem, plain(team)) == team


def test_what_is_no_problem_is_refused():
    with pytest.raises(Refused):
        read(Problem, {"days": 3, "weeks": 1})
