"""``kill -9``: the server dies at any moment, under callers. (``benchmarks/kills.py`` does it fifty times.)"""

import random

import pytest
from tests import killing
from tests.harness import Line, until

pytestmark = pytest.mark.flow


def test_no_acknowledged_contact_is_lost_and_everything_that_waits_is_offered_again(fresh: Line) -> None:
    outcome = killing.run(fresh, kills=4, rng=random.Random())
    assert outcome.acknowledged > 4
    assert outcome.lost == 0
    assert outcome.stuck == 0
    assert outcome.database == "ok"


def test_an_offer_that_was_open_when_the_server_died_is_made_to_somebody_again(fresh: Line) -> None:
    fresh.staff("Robin Hale", "Sam Frost")
    fresh.serve()
    fresh.mails("Who has me?")
    until(lambda: fresh.count("routing_offer", "state = 'offered'") == 1)
    fresh.kill()
    fresh.serve()
    # Its timer is a row: it runs out after the restart as it would have before, and the other one is asked.
    until(lambda: fresh.count("routing_offer", "state = 'offered'") == 1)
    assert fresh.inside("answer_all", within=40.0) == 0


def test_a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on(fresh: Line) -> None:
    fresh.serve()
    assert "another harkline serve" in fresh.command("serve", code=2)
    assert fresh.mails("Still here.") == 250
