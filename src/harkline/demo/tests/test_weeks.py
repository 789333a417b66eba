"""The demonstration's rota keeps its own rules and has nobody missing."""

from datetime import timedelta

import pytest

from harkline.demo import weeks
from harkline.rota import alarms, picture, shifts


@pytest.mark.django_db
def test_five_weeks_without_a_broken_rule_and_two_at_any_hour(staff, clock):
    staff("boss", role="supervisor")
    rota = weeks.publish()
    assert picture.broken(rota) == []
    assert [one.begins for one in picture.gaps(rota)] == [picture.bounds(rota)[0]]  # before its first morning
    for hours in range(12, 24 * 30, 7):
        assert len(shifts.planned(clock() + timedelta(hours=hours))) >= 2
    assert alarms.gaps() == []
