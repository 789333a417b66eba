"""What is due is done, also after a failure."""

import pytest

from harkline.runtime import timers
from harkline.runtime.models import Timer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_timer_runs_once_when_it_is_due(clock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    ran: list[str] = []
    monkeypatch.setitem(timers._handlers, "t", ran.append)
    timers.set_timer("t", 7, clock.at)
    timers.set_timer("t", 8, clock.at.replace(hour=13))
    assert timers.run_due() == 1
    assert timers.run_due() == 0
    assert ran == ["7"]
    assert timers.next_due() == clock.at.replace(hour=13)


def test_one_that_fails_is_tried_again(clock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    ran: list[str] = []

    def fails_once(subject: str) -> None:
        ran.append(subject)
        if len(ran) == 1:
            raise OSError

    monkeypatch.setitem(timers._handlers, "t", fails_once)
    timers.set_timer("t", 1, clock.at)
    assert timers.run_due() == 0
    clock.forward(seconds=6)
    assert timers.run_due() == 1
    assert not Timer.objects.exists()


def test_a_handler_may_set_its_own_timer_anew(clock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def again(subject: str) -> None:
        timers.set_timer("t", subject, clock.at.replace(hour=14))

    monkeypatch.setitem(timers._handlers, "t", again)
    timers.set_timer("t", 1, clock.at)
    assert timers.run_due() == 1
    assert Timer.objects.get().due_at.hour == 14
