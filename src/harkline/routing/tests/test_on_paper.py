"""The power was out, and whoever was on duty wrote on paper. Afterwards it is entered."""

from datetime import timedelta

import pytest

from harkline.console import board, scoreboard
from harkline.count import evidence, tally
from harkline.count.columns import columns
from harkline.intake import on_paper
from harkline.intake.models import Attempt, Contact
from harkline.intake.on_paper import Refused, Taken
from harkline.routing import contacts
from harkline.routing import on_paper as entering
from harkline.runtime import clock as clocks

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin(staff):
    return staff("robin", role="supervisor")


def taken(hours=20, **more):
    at = clocks.now() - timedelta(hours=hours)
    return Taken(**{"channel": "phone", "at": at, "language": "fa", "address": "+442079460123", "number": 17, **more})


def test_it_is_in_the_hand_of_whoever_enters_it_and_offered_to_nobody(robin, clock):
    row = Contact.objects.get(pk=entering.enter(robin, taken(flags=["duress", "nonsense"])))
    assert (row.state, row.operator, row.live, row.channel, row.language) == ("in_hand", robin, False, "phone", "fa")
    assert row.flags == ["on_paper", "duress"]
    assert row.risk == 2
    assert row.attempt.arrived_at == row.arrived_at == clocks.now() - timedelta(hours=20)
    assert row.attempt.paper_at == clocks.now()
    assert row.attempt.address.value == "+442079460123"


def test_a_form_is_entered_once(robin, clock):
    entering.enter(robin, taken())
    with pytest.raises(Refused, match="Form 17 was entered already"):
        entering.enter(robin, taken(channel="radio", address=""))
    entering.enter(robin, taken(number=0))
    entering.enter(robin, taken(number=0))  # without a number nobody can tell whether it is the same
    assert Attempt.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"hours": -1}, "still to come"),
        ({"hours": 24 * 61}, "more than 60 days ago"),
        ({"language": "xx"}, "one of the line's languages"),
        ({"channel": "pigeon"}, "Choose a way"),
        ({"number": 10**6}, "six digits"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(robin, clock, wrong, words):
    with pytest.raises(Refused, match=words):
        entering.enter(robin, taken(**wrong))
    assert not Attempt.objects.exists()


def test_figures_count_it_at_its_hour_and_measure_no_wait(robin, clock):
    contact_id = entering.enter(robin, taken(hours=5))
    contacts.wrap_up(contact_id, robin.pk, "counselling", "resolved")
    sheet = scoreboard.sheet(robin, "day", exact=True)
    calls = scoreboard.tally.tally(scoreboard.rows(robin, sheet.period)["calls"], scoreboard.definitions()["calls"])
    assert sheet.on_paper == 1
    assert calls["hour", "7"].counts["answered"] == 1
    assert calls["all", ""].counts["unmeasured"] == 1
    assert calls["all", ""].waits == []
    assert board.calls(robin, "day").offered == 0  # the board shows the service level alone


def test_an_auditor_of_the_open_count_sees_that_it_was_on_paper(robin, clock):
    contact_id = entering.enter(robin, taken())
    contacts.wrap_up(contact_id, robin.pk, "counselling", "resolved")
    clock.forward(hours=24)
    today = clocks.now().date()
    [due] = tally.due(today - timedelta(days=3), today, columns([]))
    assert due.values == (1, 0, 1)
    assert due.kind == "E1"
    assert '"taken":"on paper"' in due.note
    assert "taken" not in evidence.own_record(Attempt(channel="phone", arrived_at=clocks.now()))
    assert on_paper.FLAG in Contact.objects.get(pk=contact_id).flags
