"""Something is wrong with the line itself: who is rung, in which order, and that somebody outside the team is."""

from datetime import time

import pytest

from harkline.people.models import Role
from harkline.rota import shifts
from harkline.routing import alarms, presence, watch
from harkline.routing.models import Alarm, Outbound
from harkline.routing.policy import Policy, Step, using
from harkline.runtime import clock as clocks
from harkline.runtime import timers
from harkline.runtime.models import AdapterState

pytestmark = pytest.mark.django_db(transaction=True)

CHAIN = Policy(
    answer_target=60,
    alarms=[
        Step(0, "email:team@line.example"),
        Step(120, "phone:+442079460155"),
        Step(300, "webhook:https://other.example/", outside=True),
    ],
)


def rung() -> list[str]:
    """The channels by which the chain was rung, in order."""
    return list(Outbound.objects.order_by("created_at", "pk").values_list("channel", flat=True))


def looks() -> None:
    """One round of the server, long enough after the last."""
    watch._last.clear()
    watch._woke.clear()
    watch.look()
    timers.run_due()


def test_the_chain_goes_on_until_somebody_sees_to_it(team_private, staff, clock) -> None:
    with using(CHAIN):
        one = alarms.raise_("adapter", "phone")
        assert alarms.raise_("adapter", "phone") == one
        timers.run_due()
        assert rung() == ["email"]
        clock.forward(seconds=119)
        timers.run_due()
        assert rung() == ["email"]
        clock.forward(seconds=1)
        timers.run_due()
        assert rung() == ["email", "phone"]
        assert alarms.acknowledge(one.pk, step=1)
        assert not alarms.acknowledge(one.pk, by=staff("robin"))
        clock.forward(minutes=50)
        timers.run_due()
        assert rung() == ["email", "phone"]


def test_the_last_step_is_outside_and_is_repeated_for_as_long_as_nobody_answers(team_private, clock) -> None:
    with using(CHAIN):
        alarms.raise_("canary", 1)
        for _step in range(3):
            timers.run_due()
            clock.forward(seconds=300)
        assert rung() == ["email", "phone", "webhook"]
        for _turn in range(2):
            clock.forward(minutes=15)
            timers.run_due()
        assert rung() == ["email", "phone", "webhook", "webhook", "webhook"]


def test_whoever_saw_to_it_may_have_been_kept_from_it(team_private, staff, clock) -> None:
    with using(CHAIN):
        one = alarms.raise_("adapter", "email")
        timers.run_due()
        alarms.acknowledge(one.pk, by=staff("robin"))
        clock.forward(minutes=61)
        for _turn in range(3):
            timers.run_due()
            clock.forward(seconds=1)
        assert Alarm.objects.get().acknowledged_at is None
        assert rung() == ["email", "phone", "webhook"]


def test_what_is_right_again_rings_nobody_any_more_and_may_be_alarmed_anew(team_private, clock) -> None:
    with using(CHAIN):
        first = alarms.raise_("queue", "call:en")
        assert alarms.end("queue", "call:en")
        assert not alarms.end("queue", "call:en")
        clock.forward(hours=1)
        timers.run_due()
        assert rung() == []
        assert alarms.raise_("queue", "call:en") != first


def test_without_steps_of_its_own_the_escalation_chain_is_taken(team_private, clock) -> None:
    with using(Policy(escalation=[Step(30, "phone:+442079460155", outside=True)])):
        alarms.raise_("adapter", "web")
        clock.forward(seconds=30)
        timers.run_due()
        assert rung() == ["phone"]


def test_a_shift_at_three_in_the_morning_to_which_nobody_comes(staff, clock) -> None:
    robin, sam = staff("robin", "fa"), staff("sam", "en")
    for day in range(7):
        shifts.add(sam.pk, day, time(0), 24 * 60)
    presence.sign_on(sam.pk)
    clock.forward(hours=14, minutes=50)  # Tuesday, ten to three
    now = clocks.now()
    shifts.add(robin.pk, now.weekday(), time(3), 240)
    with using(CHAIN):
        looks()
        clock.forward(minutes=11)
        looks()
        assert not Alarm.objects.exists()  # a minute late is not absent
        clock.forward(seconds=61)
        looks()
        assert list(Alarm.objects.values_list("kind", "subject")) == [("nobody", "fa")]
        assert rung() == ["email"]
        presence.sign_on(robin.pk)
        looks()
        assert alarms.open_().count() == 0


def test_an_operator_who_lets_an_offer_pass_is_alarmed_until_they_are_ready_again(staff, clock) -> None:
    robin = staff("robin")
    presence.sign_on(robin.pk)
    presence.not_ready(robin.pk, "silent")
    with using(CHAIN):
        looks()
        assert list(alarms.open_().values_list("kind", "subject")) == [("silent", str(robin.pk))]
        presence.ready(robin.pk)
        looks()
        assert not alarms.open_()


def test_a_way_in_that_is_down_for_a_minute(team_private, clock) -> None:
    now = clocks.now()
    row = AdapterState.objects.create(name="phone", state="down", since=now, seen_at=now)
    with using(CHAIN):
        looks()
        assert not alarms.open_()
        clock.forward(seconds=60)
        AdapterState.objects.update(seen_at=clocks.now())
        looks()
        assert list(alarms.open_().values_list("kind", "subject")) == [("adapter", "phone")]
        AdapterState.objects.filter(pk=row.pk).update(state="up", since=clocks.now())
        looks()
        assert not alarms.open_()
        clock.forward(minutes=5)  # it says that it is up, and has said nothing for five minutes
        looks()
        assert alarms.open_().count() == 1


def test_somebody_waits_longer_than_the_target(arrives, clock) -> None:
    arrives("phone", language="fa")
    with using(CHAIN):
        looks()
        clock.forward(seconds=61)
        looks()
        assert list(alarms.open_().values_list("kind", "subject")) == [("queue", "call:fa")]


def test_whoever_is_kept_from_a_case_learns_nothing_by_an_alarm(arrives, staff, clock) -> None:
    from harkline.intake import exclusions

    robin, lead = staff("robin"), staff("lee", role=Role.SUPERVISOR)
    found = arrives("email", text="It is about Robin.")
    exclusions.exclude([found.thread_id], operators=[robin.pk], by=lead, outside=True)
    with using(CHAIN):
        clock.forward(hours=100)
        looks()
        assert not alarms.open_()


def test_an_alarm_says_what_kind_and_since_when_and_nothing_else(team_private, clock) -> None:
    from harkline.routing import outbox

    with using(CHAIN):
        alarms.raise_("nobody", "fa")
        timers.run_due()
        (job,) = outbox.take_due("email")
        assert set(job.boxed) == {"alert", "to", "alarm", "step", "kind", "since"}
        assert job.boxed["since"] == (clocks.now()).isoformat(timespec="seconds")


def test_a_gap_in_the_rota_is_told_to_the_chain_until_somebody_sees_to_it(team_private, staff, clock) -> None:
    from datetime import timedelta

    from harkline.rota import alarms as gaps
    from harkline.rota.models import GapAlarm

    now = clocks.now()
    lee = staff("lee", role=Role.SUPERVISOR)
    shifts.add(lee.pk, now.weekday(), time(0), 24 * 60)
    presence.sign_on(lee.pk)
    timers.cancel_timer(gaps.TIMER, "")  # what it would find by itself is tried elsewhere
    gap = GapAlarm.objects.create(
        language="fa",
        begins=now + timedelta(hours=2),
        ends=now + timedelta(hours=4),
        hours=2,
        have=0,
        need=1,
        raised_at=now,
    )
    with using(CHAIN):
        looks()
        assert list(alarms.open_().values_list("kind", "subject")) == [("gap", str(gap.pk))]
        assert rung() == ["email"]
        gaps.acknowledge(gap.pk, lee)
        looks()
        assert not alarms.open_()


def test_after_a_sleep_nothing_is_said_of_ways_in_that_had_no_time_to_speak(team_private, clock) -> None:
    now = clocks.now()
    for name in ("phone", "email"):
        AdapterState.objects.create(name=name, state="up", since=now, seen_at=now)
    looks()
    clock.forward(hours=5)
    watch.look()
    assert not Alarm.objects.exists()
    AdapterState.objects.filter(name="phone").update(seen_at=clocks.now())
    for _step in range(7):
        clock.forward(seconds=10)
        AdapterState.objects.filter(name="phone").update(seen_at=clocks.now())
        watch.look()
    assert list(Alarm.objects.values_list("kind", "subject")) == [("adapter", "email")]
    clock.forward(hours=5)
    watch.look()
    assert not Alarm.objects.exclude(subject="email").exists()
    assert Alarm.objects.filter(subject="email", ended_at=None).exists()
