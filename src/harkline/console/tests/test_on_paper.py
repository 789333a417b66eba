"""The form for what was taken on paper."""

import pytest

from harkline.intake.models import Attempt, Contact

pytestmark = pytest.mark.django_db
FORM = {
    "number": "23",
    "at": "2026-06-01T03:15",
    "way": "phone|+442079460123",
    "language": "fa",
    "flag": ["callback"],
    "risk": "1",
}


@pytest.fixture
def robin(staff, signed_in):
    return signed_in(staff("robin", "fa"))


def test_it_leads_to_the_contact_where_what_was_said_is_written(robin, clock):
    answer = robin.post("/on-paper", FORM)
    row = Contact.objects.get()
    assert answer.headers["Location"] == f"/contacts/{row.pk}"
    page = robin.get(f"/contacts/{row.pk}").content.decode()
    assert "taken on paper" in page
    assert "Terms for calling back" in page
    assert f"/contacts/{row.pk}/wrap-up" in page


def test_what_is_wrong_is_said_and_what_was_typed_stays(robin, clock):
    answer = robin.post("/on-paper", {**FORM, "at": "2026-06-02T03:15"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "still to come" in page
    assert 'value="23"' in page
    assert 'value="2026-06-02T03:15"' in page
    assert not Attempt.objects.exists()
    for bad in ({"at": "yesterday"}, {"number": "x1"}, {"way": "pigeon"}):
        assert robin.post("/on-paper", {**FORM, **bad}).status_code == 422
