"""The made-up weeks: enough to look at, and nothing in them."""

import pytest

from harkline.console import demand, needs
from harkline.demo import history
from harkline.intake.models import Attempt, Contact, SealedObject


@pytest.mark.django_db
def test_eight_weeks_of_nobodys_calls(staff, clock):
    staff("robin")
    history.write(["en", "fa"])
    assert 1500 < Attempt.objects.count() < 2500
    assert not SealedObject.objects.exists()
    assert not Contact.objects.exclude(state="closed").exists()
    phone = demand.forecasts()["phone"]
    assert len(phone.history) >= 54
    assert 18 < phone.whole.usual < 34
    assert needs.waits().number > 0
    assert 12 < needs.talks().mean / 60 < 28
