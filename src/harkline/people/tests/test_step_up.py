"""Before something is revealed or handed out, somebody shows once more who they are."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from harkline.people import step_up
from harkline.people.tests.test_sign_in import accepted, code_of, signs_in, with_app
from harkline.people.who import signed_in
from harkline.runtime import clock
from harkline.server.urls import urlpatterns as ours

pytestmark = pytest.mark.django_db
urlpatterns = [*ours, path("reveal", signed_in(step_up.asked(lambda _request: HttpResponse("revealed"))))]
AGAIN = "/account/again?next="


@pytest.fixture(autouse=True)
def _routes(settings):
    cache.clear()
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def operator(client, line_and_team):
    return with_app(client, accepted(client))


@pytest.fixture
def line_and_team():
    from harkline.line import this
    from harkline.people import keys

    this.found("Test line", ["en"])
    return keys.found_team()


def later(minutes):
    return clock.using(clock.Wound(clock.now() + timedelta(minutes=minutes)))


def test_who_has_just_signed_in_is_not_asked(client, operator):
    assert client.get("/reveal").content == b"revealed"


@pytest.mark.parametrize("minutes", [5, 60, -1])
def test_after_five_minutes_and_under_a_clock_set_back_a_page_asks(client, operator, minutes):
    with later(minutes):
        assert client.get("/reveal?contact=7").url == AGAIN + "%2Freveal%3Fcontact%3D7"


def test_the_passphrase_once_more_opens_for_five_minutes(client, operator):
    with later(10):
        asked = client.get("/reveal").url
        assert client.post(asked, {"password": "b" * 43}).status_code == 200
        assert client.get("/reveal").status_code == 302
        assert client.post(asked, {"password": "a" * 43}).url == "/reveal"
        assert client.get("/reveal").content == b"revealed"
    with later(15):
        assert client.get("/reveal").status_code == 302


def test_a_code_does_as_well(client, operator):
    with later(10):
        answer = client.post("/account/second-step/again?next=/reveal", {"code": code_of(operator)})
        assert (answer.status_code, answer.url) == (302, "/reveal")
        assert client.get("/reveal").content == b"revealed"


def test_what_was_being_sent_is_not_kept_and_the_way_back_is_a_page_of_ours(client, operator):
    with later(10):
        fragment = client.post("/reveal", {"number": "secret"}, headers={"hx-request": "true"})
        assert (fragment.status_code, fragment["HX-Redirect"]) == (403, AGAIN + "%2Fconsole")
        page = {"referer": "http://testserver/console/contacts/7", "host": "testserver"}
        assert client.post("/reveal", {"number": "secret"}, headers=page).url == AGAIN + "%2Fconsole%2Fcontacts%2F7"
        script = client.get("/reveal", headers={"accept": "application/json", "referer": "https://elsewhere.example/x"})
        assert script[step_up.HEADER] == AGAIN + "%2Fconsole"
    assert "secret" not in str(dict(client.session))


def test_a_passphrase_without_its_second_step_and_another_operators_do_not_count(client, operator):
    half = Client()
    signs_in(half)
    assert half.get("/reveal").url.startswith("/account/sign-in")
    request = RequestFactory().get("/reveal")
    request.session, request.user = (
        {"stepped_up": {"operator": operator.pk + 1, "at": clock.now().timestamp()}},
        operator,
    )
    assert not step_up.recent(request)
