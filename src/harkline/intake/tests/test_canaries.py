"""The line tries its own addresses, and no figure knows of it."""

import uuid
from datetime import timedelta

import pytest

from harkline.intake import canaries, receive
from harkline.intake.models import Attempt, Canary
from harkline.line.models import Address
from harkline.runtime import clock as clocks
from harkline.runtime import timers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def number(team_private) -> Address:
    return Address.objects.get(channel="phone")


def rings(number: Address) -> str:
    return receive.attempt("phone", number.value, dedupe_key=uuid.uuid4().hex).id


def test_a_number_that_answers(number, clock) -> None:
    assert not canaries.expected("phone")
    one = canaries.begin(number.pk)
    assert canaries.expected("phone")
    attempt = rings(number)
    assert canaries.arrived("phone", one.token, attempt)
    assert not canaries.expected("phone")
    assert canaries.answered(one.id)
    row = Attempt.objects.get()
    assert (row.machine_kind, row.outcome) == ("canary", "answered")
    assert canaries.latest()[number.pk].answered_at


def test_a_token_counts_once_and_only_its_own(number, clock) -> None:
    one = canaries.begin(number.pk)
    assert not canaries.arrived("phone", "0" * canaries.KEYS, rings(number))
    assert not canaries.arrived("web", one.token, rings(number))
    assert canaries.arrived("phone", one.token, rings(number))
    assert not canaries.arrived("phone", one.token, rings(number))
    assert Attempt.objects.filter(machine_kind="canary").count() == 1


def test_what_the_sender_heard_is_not_enough(number, clock) -> None:
    one = canaries.begin(number.pk)
    canaries.answered(one.id)
    assert canaries.latest()[number.pk].reason == "not_answered"


def test_nothing_comes_of_it_in_time(number, clock) -> None:
    told: list[Canary] = []
    canaries.tells(told.append)
    try:
        canaries.begin(number.pk)
        clock.forward(minutes=3)
        timers.run_due()
    finally:
        canaries._tells.remove(told.append)
    assert [(row.answered_at, row.reason) for row in told] == [(None, "late")]


def test_an_address_is_alarmed_until_it_answers(number, clock) -> None:
    from harkline.routing.models import Alarm

    canaries.failed(canaries.begin(number.pk).id, "busy")
    assert Alarm.objects.get(ended_at=None).kind == "canary"
    one = canaries.begin(number.pk)
    canaries.arrived("phone", one.token, rings(number))
    canaries.answered(one.id)
    assert not Alarm.objects.filter(ended_at=None).exists()


def test_every_address_has_its_turn(number, clock) -> None:
    began, hour = clocks.now(), timedelta(hours=1)
    assert canaries.due(hour, began) == []
    clock.forward(hours=1)
    assert sorted(canaries.due(hour, began)) == sorted(Address.objects.values_list("pk", flat=True))
    canaries.begin(number.pk)
    assert number.pk not in canaries.due(hour, began)
    assert canaries.due(timedelta(0), began) == []
    canaries.ask(number.pk)
    timers.run_due()
    assert canaries.due(timedelta(0), began) == [number.pk]
    assert canaries.due(timedelta(0), began) == []


def test_words_of_a_caller_are_never_taken_for_one(number, clock) -> None:
    mail = Address.objects.get(channel="email")
    one = canaries.begin(mail.pk)
    assert canaries.is_one("email", f" {one.token}\n")
    for other in ("help", "a" * 26, one.token.upper(), one.token + " please", ""):
        assert not canaries.is_one("email", other)
