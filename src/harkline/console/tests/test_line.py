"""The administrator keeps the line's addresses."""

import pytest

from harkline.line import this

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client, staff, settings):
    settings.SECOND_STEP = False
    client.force_login(staff("boss", role="administrator"))
    return client


def test_a_number_is_added_in_its_normal_form_and_answered(administrator):
    administrator.post("/line/addresses", {"channel": "phone", "value": "+44 (20) 7946-0188", "language": "fa"})
    found = this.address("phone", "+442079460188")
    assert found is not None
    assert found.language == "fa"
    assert "+442079460188" in administrator.get("/line").content.decode()


@pytest.mark.parametrize(
    ("channel", "value"), [("phone", "ring me"), ("email", "nobody"), ("radio", "x"), ("email", "a@b@c.example")]
)
def test_what_is_no_address_is_refused_in_words(administrator, channel, value):
    before = len(this.addresses())
    answer = administrator.post("/line/addresses", {"channel": channel, "value": value})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert len(this.addresses()) == before


def test_an_address_that_is_removed_is_no_longer_ours(administrator):
    row = this.address("phone", "+442079460123")
    assert administrator.delete(f"/line/addresses/{row.pk}").status_code == 200
    assert this.address("phone", "+442079460123") is None


def test_the_line_is_renamed(administrator):
    assert administrator.post("/line", {"name": "  Open   Door "}).status_code == 302
    assert this.line().name == "Open Door"
    assert administrator.post("/line", {"name": ""}).status_code == 422
