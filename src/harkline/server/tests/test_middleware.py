"""What every answer carries, and in which language it speaks."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse
from django.utils import translation

from harkline.line import this


def _say(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{translation.get_language()} {reverse('notice:here')}")


def _boom(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a sentence from a caller")


urlpatterns = [
    path(
        "",
        include(
            (
                [
                    path("", _say, name="front"),
                    path("away", _say, name="away"),
                    path("here", _say, name="here"),
                    path("boom", _boom),
                ],
                "notice",
            )
        ),
    ),
    path("desk/", include(([path("here", _say, name="here")], "console"))),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def line():
    return this.found("A line", ["en", "fa"])


def test_a_public_page_sets_no_cookie_and_allows_nothing_from_outside(client: Client):
    answer = client.get("/here")
    assert not answer.cookies
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert policy.endswith("require-trusted-types-for 'script'; trusted-types solver")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "microphone=()" in answer["Permissions-Policy"]
    assert answer["Vary"] == "Accept-Language"


def test_only_signed_in_pages_may_use_the_microphone(client: Client):
    answer = client.get("/desk/here")
    assert "microphone=(self)" in answer["Permissions-Policy"]
    assert "trusted-types default" in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("address", "asked", "language"),
    [
        ("/here", "", "en"),
        ("/here", "fa-IR,fa;q=0.9,en;q=0.5", "fa"),
        ("/here", "de,fr;q=0.5", "en"),
        ("/here?lang=fa", "en", "fa"),
        ("/here?lang=xx", "", "en"),
        ("/here?lang=ar", "", "en"),
    ],
)
def test_the_language_follows_the_address_then_the_browser(client: Client, address: str, asked: str, language: str):
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE=asked)
    assert answer.content.decode() == f"{language} /here"
    assert answer["Content-Language"] == language


def test_a_language_in_the_path_stays_in_every_link(client: Client):
    assert client.get("/fa/here", HTTP_ACCEPT_LANGUAGE="en").content.decode() == "fa /fa/here"
    assert client.get("/here").content.decode() == "en /here"
    assert client.get("/xx/here").status_code == 404


@override_settings(DEBUG=False)
def test_error_pages_are_plain_and_repeat_nothing(client: Client):
    client.raise_request_exception = False
    missing, broken = client.get("/nothing-here?said=something"), client.get("/boom")
    assert missing.status_code == 404
    assert broken.status_code == 500
    for answer in (missing, broken):
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
        assert b"something" not in answer.content.replace(b"Something failed", b"").replace(
            b"sending something", b""
        ).replace(b"sent something", b"")
        assert b"a sentence" not in answer.content
