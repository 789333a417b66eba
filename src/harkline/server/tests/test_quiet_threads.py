"""A caller who is overheard or forced says so in the form in quiet words, and after a safe ending the thread shows itself to nobody."""

import base64
import re
from datetime import timedelta

import pytest
from django.test import Client

from harkline.intake.models import Contact, Thread
from harkline.routing import contacts
from harkline.runtime import clock
from harkline.seal import codes

pytestmark = pytest.mark.django_db
SHUT = timedelta(hours=25)


@pytest.fixture
def browser(team_private: bytes) -> Client:
    return Client(headers={"accept-language": "en"})


def token(page: bytes) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.decode())
    assert found
    return found[1]


def writes(browser: Client, **more: str) -> tuple[str, bytes]:
    """Write a message without script; the return code, and the page that shows it."""
    form = browser.get("/write").content
    page = browser.post("/write", {"token": token(form), "text": "Hello.", "language": "en", **more}).content
    shown = re.search(r'name="code" value="([A-Z2-7]{16})"', page.decode())
    assert shown, page
    return shown[1], page


@pytest.mark.parametrize(
    ("answer", "flags", "risk"),
    [("usual", [], 0), ("short", ["listener_present"], 1), ("later", ["duress"], 2), ("nonsense", [], 0)],
)
def test_how_a_caller_wants_to_be_answered_is_a_silent_flag(browser: Client, answer: str, flags: list[str], risk: int):
    form = browser.get("/write").content
    sent = {"token": token(form), "text": "Hello.", "language": "en", "answer": answer}
    page = browser.post("/write", sent)
    row = Contact.objects.get()
    assert (row.flags, row.risk) == (flags, risk)
    assert b"duress" not in page.content
    assert b"listener" not in page.content


def test_the_answer_to_a_forced_caller_is_the_same_page(browser: Client):
    code, usual = writes(browser)
    other, forced = writes(browser, answer="later")

    def without(page: bytes, code: str) -> str:
        groups = codes.shown(code).split()
        return re.sub("|".join([code, *groups]), "*", page.decode())

    assert without(usual, code) == without(forced, other)


def test_who_comes_back_with_the_code_can_say_it_too(browser: Client):
    code, _page = writes(browser)
    thread = browser.post("/code", {"code": code}).content
    browser.post("/code/more", {"code": code, "token": token(thread), "text": "Again.", "answer": "later"})
    assert Contact.objects.order_by("arrived_at").last().flags == ["duress"]  # type: ignore[union-attr]


def test_after_a_safe_ending_the_code_opens_a_page_that_could_be_anybodys(browser: Client):
    code, _page = writes(browser)
    contacts.safe_end(str(Contact.objects.get().pk))
    answer = browser.post("/code", {"code": code})
    assert (answer.status_code, answer["Location"]) == (302, "/away")
    lookup = codes.lookup(code)
    sealed = browser.post("/sealed/thread", {"lookup": base64.b64encode(lookup).decode()})
    assert sealed.status_code == 410
    with clock.using(clock.Wound(clock.now() + SHUT)):
        assert browser.post("/code", {"code": code}).status_code == 200


def test_what_is_written_on_a_hidden_thread_is_taken_in_all_the_same(browser: Client):
    code, _page = writes(browser)
    thread = browser.post("/code", {"code": code}).content
    contacts.safe_end(str(Contact.objects.get().pk))
    answer = browser.post("/code/more", {"code": code, "token": token(thread), "text": "Still here."})
    assert answer["Location"] == "/away"
    assert Contact.objects.count() == 2
    assert Thread.objects.count() == 1
