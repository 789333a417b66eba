"""The page “Fallback pack”."""

import pytest

from harkline.paper.models import Consent, Pack
from harkline.paper.tests import reading

pytestmark = [pytest.mark.django_db, *reading.NEEDS]


def test_a_supervisor_makes_it_and_it_says_when_the_last_was_made(staff, signed_in, clock):
    supervisor = signed_in(staff("sam", role="supervisor"))
    assert "None was made yet" in supervisor.get("/fallback").content.decode()
    answer = supervisor.post("/fallback", {"forms": "3"})
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert "Form 000003" in reading.text(answer.content)
    assert "Made on 1 Jun 2026, 12:00." in supervisor.get("/fallback").content.decode()
    clock.forward(hours=24 * 15)
    assert "Its rota has run out" in supervisor.get("/fallback").content.decode()
    assert supervisor.post("/fallback", {"forms": "99"}).status_code == 422
    assert Pack.objects.count() == 1


def test_everybody_decides_about_their_own_number(staff, signed_in):
    robin = signed_in(staff("robin"))
    robin.post("/fallback/consent", {"agree": "1"})
    assert Consent.objects.get().operator.username == "robin"
    robin.post("/fallback/consent", {})
    assert not Consent.objects.exists()
    assert "A supervisor makes it." in robin.get("/fallback").content.decode()
