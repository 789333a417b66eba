"""An operator's tab is closed, or their machine dies, while a contact is offered to them or in their hand."""

import pytest
from tests.harness import Line, Stream, until
from tests.peers.invite import Caller

pytestmark = pytest.mark.flow


@pytest.fixture
def staffed(fresh: Line) -> Line:
    with (fresh.data / "harkline.toml").open("a") as file:
        file.write("[phone]\noffer_seconds = 5\n")
    fresh.serve()
    return fresh


def offered(line: Line, state: str) -> list[str]:
    """To whom offers in this state were made, in their order."""
    rows = line.rows(
        "SELECT username FROM routing_offer JOIN people_operator ON people_operator.id = operator_id "
        "WHERE state = ? ORDER BY offered_at",
        state,
    )
    return [username for (username,) in rows]


def test_the_offer_goes_to_the_next_and_the_silent_one_is_not_ready(staffed: Line) -> None:
    first, second = staffed.staff("Robin Hale", "Sam Frost")
    cookies = staffed.inside("sessions", usernames=[first, second])
    with Stream(staffed.web, cookies[second]) as stays:
        with Stream(staffed.web, cookies[first]) as closes:
            staffed.mails("Is anybody there?")
            until(lambda: offered(staffed, "offered"))
            [asked] = offered(staffed, "offered")
            (closes if asked == first else stays).close()
        until(lambda: offered(staffed, "timed_out") == [asked])
        other = second if asked == first else first
        until(lambda: offered(staffed, "offered") == [other])
    state = (
        "SELECT state FROM routing_presence JOIN people_operator ON people_operator.id = operator_id WHERE username = ?"
    )
    assert staffed.rows(state, asked) == [("not_ready",)]


def test_a_caller_whose_operator_stays_silent_is_not_hung_up_on(staffed: Line) -> None:
    [only] = staffed.staff("Robin Hale")
    caller = Caller(staffed)
    assert caller.rings() == 200
    until(lambda: offered(staffed, "timed_out") == [only], within=40)
    assert staffed.count("intake_contact", "channel = 'phone' AND state = 'waiting'") == 1
    assert not caller.was_hung_up_on()
    caller.hangs_up()
    until(lambda: staffed.count("intake_attempt", "outcome = 'abandoned'") == 1)
