"""What the first page says, and when."""

from datetime import timedelta

import pytest
from django.test import Client

from harkline.intake.models import Contact
from harkline.line import radio, this
from harkline.notice import elsewhere
from harkline.notice import now as told
from harkline.routing import presence
from harkline.runtime import clock as clocks

pytestmark = pytest.mark.django_db


def test_an_empty_desk_is_told_as_it_is(team_private: bytes):
    page = Client().get("/").content.decode()
    assert "Nobody is here at this moment" in page
    assert "Somebody will be here from" not in page


def test_it_names_the_languages_of_who_is_here_and_of_who_is_not(team_private: bytes, staff):
    presence.sign_on(staff("robin", "fa").pk)
    found = told.now()
    assert [one.code for one in found.here] == ["fa"]
    assert [one.code for one in found.absent] == ["en"]


def test_the_wait_is_told_only_where_it_is_known(team_private: bytes, arrives, clock):
    def answered(after: int) -> None:
        ref = arrives("phone")
        Contact.objects.filter(pk=ref.id).update(accepted_at=clocks.now() + timedelta(seconds=after))

    for after in (10, 20, 90):
        answered(after)
    assert told.usual_wait() is None
    for after in (100, 200):
        answered(after)
    assert told.usual_wait() == 2
    clock.forward(hours=3)
    assert told.usual_wait() is None


def test_an_address_that_is_not_published_is_not_shown(team_private: bytes):
    hidden = this.add_address("phone", "+442079460777")
    hidden.published = False
    hidden.save(update_fields=["published"])
    page = Client().get("/").content.decode()
    assert "+442079460123" in page
    assert "+442079460777" not in page


@pytest.fixture
def led():
    """Leads callers elsewhere, for one test."""
    before = elsewhere.present()
    elsewhere.use(elsewhere.Elsewhere("https://weather.example/", "The night line takes calls.", "+442079460555"))
    yield
    elsewhere.use(before)


def test_while_nobody_is_here_the_backup_line_is_named(team_private: bytes, staff, led):
    assert "The night line takes calls." in Client().get("/").content.decode()
    presence.sign_on(staff("robin", "en").pk)
    assert "+442079460555" not in Client().get("/").content.decode()


def test_the_harmless_page_names_nobody_and_goes_on(team_private: bytes, led):
    answer = Client().get("/away")
    page = answer.content.decode()
    assert "The Line" not in page
    assert '<meta http-equiv="refresh" content="0; url=https://weather.example/">' in page
    assert not answer.cookies


def test_the_page_is_there_in_each_of_the_lines_languages(team_private: bytes):
    page = Client().get("/fa/").content.decode()
    assert '<html lang="fa" dir="rtl">' in page
    assert 'href="/fa/write"' in page
    assert 'href="/en/"' in page


def test_it_costs_the_database_little(team_private: bytes, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        Client().get("/")


def test_it_says_that_radio_by_data_is_public(team_private: bytes):
    radio.add_station("X0LINE", 145_500_000, "amateur")
    assert "anybody in the world can read it" not in Client().get("/").content.decode()
    radio.add_station("X0LINE-1", 144_800_000, "amateur", data=True)
    page = Client().get("/").content.decode()
    assert "X0LINE-1 144.800 MHz" in page
    assert page.count("anybody in the world can read it") == 1
