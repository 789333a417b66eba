"""Whoever has to leave at once can, on every public page; an operator's browser is wiped; and what strangers may see names nothing."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

import harkline
from harkline.channels.email.relay import prepare
from harkline.line.models import Line
from harkline.people import discreet, operators
from harkline.people.hasher import DerivedHasher
from harkline.people.sign_in import MFAAdapter
from harkline.routing.lines import Job
from harkline.server.middleware import PUBLIC
from harkline.server.tests.test_authorisation import routes

pytestmark = pytest.mark.django_db
ROOT = Path(harkline.__file__).parent
WORDS = "a" * 43
NAME = "Quill Harbour Line"  # the line's, in these tests
# Words of a cause, in a title or a subject, would tell whoever sees it what the page is for.
CAUSE = re.compile(
    r"hotline|helpline|abus|violen|victim|survivor|whistle|corrupt|crisis|duress|suicid|exit programme|emergenc|harkline",
    re.IGNORECASE,
)


@pytest.fixture
def browser(team_private: bytes, settings) -> Client:
    settings.SECOND_STEP = False
    cache.clear()
    Line.objects.update(name=NAME)
    return Client(headers={"accept-language": "en"}, raise_request_exception=False)


def public() -> list[str]:
    """Every public route of the URL configuration."""
    return [name for name in routes() if name.partition(":")[0] in PUBLIC]


def address(name: str) -> str:
    taken = routes()[name]
    values = {"UUIDConverter": uuid4(), "IntConverter": 1}
    return reverse(name, kwargs={one: values.get(type(kind).__name__, "x") for one, kind in taken.items()})


def pages(browser: Client) -> dict[str, bytes]:
    """What every public address answers to whoever opens it, or sends it an empty form; and the pages of errors."""
    found = {}
    for name in public():
        for verb in ("get", "post"):
            answer = getattr(browser, verb)(address(name))
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                found[f"{verb} {name}"] = b"".join(answer) if answer.streaming else answer.content
    found["404"] = browser.get("/no/such/page").content
    found["500"] = render_to_string("500.html").encode()
    return {name: page for name, page in found.items() if b"<html" in page and "notice:away" not in name}


def test_every_public_page_has_the_way_out_with_and_without_script(browser: Client):
    found = pages(browser)
    assert {
        "get notice:front",
        "get write:write",
        "post write:write",
        "get write:code",
        "post write:code",
    } <= found.keys()
    for name, page in found.items():
        link = re.search(rb'<a class="button" id="quick-exit"[^>]*href="/away"', page)
        assert link, name
        assert b"harkline/public/exit.js" in page, name


def test_a_thread_and_the_code_that_was_just_given_have_it_too(browser: Client):
    form = browser.get("/write").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', form)
    assert token
    sent = browser.post("/write", {"token": token[1], "text": "Hello.", "language": "en"}).content
    code = re.search(rb'name="code" value="([A-Z2-7]{16})"', sent)
    assert code
    thread = browser.post("/code", {"code": code[1].decode()}).content
    for page in (sent, thread):
        assert b'id="quick-exit"' in page


def test_the_way_out_leads_to_a_page_that_names_nothing(browser: Client):
    page = browser.get("/away").content.decode()
    assert NAME not in page
    assert not CAUSE.search(re.sub(r"<[^>]+>", " ", page))


def title(page: bytes) -> str:
    found = re.search(r"<title>(.*?)</title>", page.decode(), re.DOTALL)
    assert found
    return found[1]


def test_no_title_that_a_tab_or_a_history_shows_names_the_line_or_a_cause(browser: Client):
    operator = operators.add("Robin", role="administrator")
    signed_in = Client(headers={"accept-language": "en"})
    signed_in.force_login(operator)
    shown = pages(browser)
    for name in routes():
        if (
            name.partition(":")[0] not in PUBLIC
            and not routes()[name]
            and name not in ("account_logout", "people:wipe")
        ):
            answer = signed_in.get(reverse(name))
            body = b"" if answer.streaming else answer.content
            if b"<title>" in body:
                shown[name] = body
    assert len(shown) > 15
    for name, page in shown.items():
        assert NAME not in title(page), name
        assert not CAUSE.search(title(page)), (name, title(page))


def test_no_template_s_title_names_anything():
    titles = [
        found
        for path in ROOT.rglob("templates/**/*.html")
        for found in re.findall(r"{% block title %}(.*?){% endblock %}|<title>(.*?)</title>", path.read_text("utf-8"))
    ]
    assert len(titles) > 30
    for one in titles:
        text = "".join(one)
        assert "line_name" not in text
        assert not CAUSE.search(text), text


@pytest.mark.parametrize("boxed", [{"alert": "waiting"}, {"alert": "colleague"}, {"automatic": True}, {"text": "Yes."}])
def test_no_mail_that_leaves_names_anything(browser: Client, boxed: dict[str, object]):
    job = Job(str(uuid4()), None, {**boxed, "to": "caller@sender.example"}, 1, "key")
    sent = message_from_bytes(prepare(job).out.raw, policy=default)
    for field in ("Subject", "From", "Reply-To", "Message-ID"):
        assert NAME not in str(sent[field])
        assert not CAUSE.search(str(sent[field] or "").partition("@")[0]), field
    assert NAME not in sent.as_string()


def test_what_an_authenticator_app_shows_is_the_discreet_name(browser: Client):
    discreet.use("Garden club")
    try:
        adapter = MFAAdapter()
        assert adapter.get_totp_issuer() == "Garden club"
    finally:
        discreet.use("")
    assert discreet.name() == "Desk"


def test_no_file_that_is_downloaded_is_named_after_the_line():
    names = [
        name
        for path in ROOT.rglob("*.py")
        if "tests" not in path.parts
        for name in re.findall(r'filename="([^"]+)"', path.read_text("utf-8"))
    ]
    assert "attempts.csv" in names
    assert [name for name in names if CAUSE.search(name)] == []


def test_a_browser_that_is_wiped_is_signed_out_everywhere_and_clears_what_it_keeps(browser: Client):
    operator = operators.add("Robin")
    operator.password = DerivedHasher().encode(WORDS, "salt")
    operator.save()
    here, there = (Client() for _ in range(2))
    for one in (here, there):
        one.post("/account/sign-in", {"login": "robin", "password": WORDS})
        assert one.get("/console").status_code == 200
    answer = here.post("/account/wipe", {"everywhere": "1"}, headers={"accept": "application/json"})
    assert answer.status_code == 204
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert [one.get("/console").status_code for one in (here, there)] == [302, 302]


def test_without_script_the_same_button_leads_away(browser: Client):
    operator = operators.add("Robin")
    here = Client()
    here.force_login(operator)
    answer = here.post("/account/wipe")
    assert (answer.status_code, answer["Location"]) == (302, "/away")
    assert answer["Clear-Site-Data"]
    assert here.get("/console").status_code == 302
