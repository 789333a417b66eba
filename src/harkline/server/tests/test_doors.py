"""Which pages are behind which door, and what is said there."""

from collections.abc import Iterator

import pytest
from django.test import Client

from harkline.line import onion
from harkline.server import doors
from harkline.server.config_onion import Onion

pytestmark = pytest.mark.django_db
PUBLIC, OPERATORS = onion.of(bytes([1] * 32)), onion.of(bytes([2] * 32))


@pytest.fixture
def by_tor(team_private: bytes) -> Iterator[doors.Doors]:
    made = doors.of(Onion(public=PUBLIC, operators=OPERATORS))
    doors.use(made)
    yield made
    doors.use(doors.Doors())


def _comes(door: doors.Door | None, host: str) -> Client:
    return Client(headers={"host": host}, **{"asgi.scope": {doors.KEY: door}})


def test_the_open_network_shows_all_and_names_the_onion_address(by_tor: doors.Doors):
    client = _comes(by_tor.here, "line.example")
    answer = client.get("/write?lang=fa")
    assert answer["Onion-Location"] == f"http://{PUBLIC}/write?lang=fa"
    signing_in = client.get("/account/sign-in")
    assert signing_in.status_code == 200
    assert "Onion-Location" not in signing_in
    assert "Onion-Location" not in client.post("/write", {})


def test_the_public_address_has_no_console(by_tor: doors.Doors):
    client = _comes(by_tor.public, PUBLIC)
    assert client.get("/write").status_code == 200
    assert "Onion-Location" not in client.get("/write")
    for private in ("/console", "/account/sign-in", "/account/"):
        assert client.get(private).status_code == 404


def test_the_operators_address_has_nothing_else(by_tor: doors.Doors):
    client = _comes(by_tor.operators, OPERATORS)
    assert client.get("/account/sign-in").status_code == 200
    assert client.get("/")["Location"] == "/console"
    for public in ("/write", "/code", "/away"):
        assert client.get(public).status_code == 404
    assert client.post("/write", {"text": "x"}).status_code == 404


def test_who_names_the_onion_address_on_the_open_network_sees_no_more(by_tor: doors.Doors):
    assert _comes(by_tor.here, PUBLIC).get("/console").status_code == 404
    assert _comes(by_tor.here, f"{PUBLIC}:8081").get("/write").status_code == 200


def test_the_console_can_be_by_tor_alone(team_private: bytes):
    made = doors.of(Onion(operators=OPERATORS, console_elsewhere=False))
    assert not made.here.console
    # Without an operators' address that would lock everybody out.
    assert doors.of(Onion(console_elsewhere=False)).here.console


def test_a_cookie_comes_back_without_https_and_nothing_asks_for_https(by_tor: doors.Doors, settings):
    settings.SESSION_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    answer = _comes(by_tor.operators, OPERATORS).get("/account/sign-in")
    assert answer.cookies
    assert not any(cookie["secure"] for cookie in answer.cookies.values())
    assert "Strict-Transport-Security" not in answer
    open_ = _comes(by_tor.here, "line.example").get("/account/sign-in")
    assert all(cookie["secure"] for cookie in open_.cookies.values())


@pytest.mark.parametrize(
    ("door", "host", "path", "status"),
    [
        ("public", PUBLIC, "/write", 200),
        ("public", f"{PUBLIC}:80", "/live/thread", 200),
        ("public", OPERATORS, "/write", 421),
        ("public", "line.example", "/write", 421),
        ("public", "", "/write", 421),
        ("public", PUBLIC, "/live/desk", 404),
        ("public", PUBLIC, "/live/audio/x", 404),
        ("operators", OPERATORS, "/live/desk", 200),
        ("operators", OPERATORS, "/live/thread", 404),
        ("here", "whatever.example", "/live/desk", 200),
    ],
)
async def test_a_socket_answers_to_its_own_name_alone(
    by_tor: doors.Doors, door: str, host: str, path: str, status: int
):
    sent = []

    async def pages(scope, receive, send):
        assert scope[doors.KEY] is getattr(by_tor, door)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"host", host.encode())]}
    await doors.guard(pages, getattr(by_tor, door))(scope, None, send)
    assert sent[0]["status"] == status
