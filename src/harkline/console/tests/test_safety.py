"""A caller who cannot speak freely, as the operator's screen has it."""

import pytest
from django.test import Client

from harkline.console import cover
from harkline.intake import receive
from harkline.intake.models import Contact
from harkline.line import this
from harkline.line.models import Cover
from harkline.people import operators
from harkline.people.models import Operator
from harkline.routing import offers, presence

pytestmark = pytest.mark.django_db
PHRASE = "say hello to the grey cat"


@pytest.fixture(autouse=True)
def one_step(settings):
    settings.SECOND_STEP = False


@pytest.fixture
def operator(team_private: bytes) -> Operator:
    made = operators.add("Robin", languages=["en"], role="administrator")
    presence.sign_on(made.pk, "browser")
    return made


@pytest.fixture
def desk(operator: Operator) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(operator)
    return client


@pytest.fixture
def held(operator: Operator) -> Contact:
    """A caller whom the operator has in hand."""
    tried = receive.attempt("web", "/", dedupe_key="somebody")
    ref = receive.contact(tried.id, [], language="en", live=True)
    assert offers.claim(ref.id, operator.pk)
    return Contact.objects.get(pk=ref.id)


def head(desk: Client, held: Contact) -> str:
    return desk.get(f"/contacts/{held.pk}/head").content.decode()


def test_one_key_marks_a_caller_as_forced_and_the_card_is_there(desk: Client, held: Contact):
    assert "Talk about" not in head(desk, held)
    assert desk.post(f"/contacts/{held.pk}/marks/duress").status_code == 204
    held.refresh_from_db()
    assert (held.flags, held.risk) == (["duress"], 2)
    assert "They are being forced" in head(desk, held)
    assert desk.delete(f"/contacts/{held.pk}/marks/duress").status_code == 204
    held.refresh_from_db()
    assert (held.flags, held.risk) == ([], 2)


def test_only_these_two_can_be_marked(desk: Client, held: Contact):
    assert desk.post(f"/contacts/{held.pk}/marks/safe_ending").status_code == 400


def test_the_safe_ending_ends_it_and_offers_no_call_back(desk: Client, held: Contact):
    assert desk.delete(f"/contacts/{held.pk}/safely").status_code == 204
    held.refresh_from_db()
    assert held.state == "wrap_up"
    assert "safe_ending" in held.flags
    assert held.thread.quiet_until
    page = desk.get(f"/contacts/{held.pk}", headers={"hx-request": "true"}).content.decode()
    assert "callback_agreed" not in page
    sent = {"kind": "counselling", "disposition": "callback_agreed", "callback_at": "2030-01-01T10:00"}
    assert desk.post(f"/contacts/{held.pk}/wrap-up", sent).status_code == 422


def test_the_line_has_topics_of_its_own_in_each_language(desk: Client, held: Contact):
    assert desk.post("/line/cover/en", {"topics": "the weather\n\n a  cake ", "phrase": PHRASE}).status_code == 302
    assert cover.words("en") == cover.Words("en", ["the weather", "a cake"], PHRASE)
    assert PHRASE.encode() not in bytes(Cover.objects.get().phrase)
    assert PHRASE in desk.get(f"/contacts/{held.pk}/case").content.decode()
    assert desk.post("/line/cover/xx", {"topics": ""}).status_code == 400


def test_until_somebody_writes_them_there_are_supplied_ones():
    this.found("Line", ["en", "fr"])
    assert len(cover.words("en").topics) == 3
    assert cover.words("fr").topics != cover.words("en").topics
