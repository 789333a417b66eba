"""What the command tells whoever sits at the host."""

import pytest

from harkline.records import access, conflict
from harkline.runtime import clock
from harkline.runtime.models import AdapterState
from harkline.server import status

pytestmark = pytest.mark.django_db


def test_it_counts_who_waits(arrives, clock):
    arrives("email", text="words")
    found = status.gather()
    assert (found["waiting"], found["attempts"]) == ({"email": 1}, {"email": {"open": 1}})
    assert "Waiting   email 1" in status.as_text()


def test_what_anybody_is_excluded_from_does_not_count_for_whoever_reads_it(arrives, staff):
    now = clock.now()
    AdapterState.objects.create(name="email", state="up", since=now, seen_at=now, last_received=now)
    before = {**status.gather(), "at": ""}
    before["adapters"]["email"]["last_received"] = None
    case = access.case_of_contact(arrives("email", text="words").id).id
    conflict.exclude(staff("boss", role="supervisor"), case, operators=[staff("robin").pk])
    assert {**status.gather(), "at": ""} == before
