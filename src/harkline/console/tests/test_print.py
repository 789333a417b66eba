"""The page “Print”: an order is looked at, downloaded, or told what is wrong with it."""

import pytest

from harkline.audit.models import Record
from harkline.notice import policy, publish
from harkline.paper.models import Wording
from harkline.paper.tests import reading
from harkline_verify import check_words

pytestmark = [pytest.mark.django_db, *reading.NEEDS]
ORDER = {"sheet": "poster", "language": ["en", "fa"], "address": ["phone:+442079460123"], "guise": "open", "size": "a4"}


@pytest.fixture
def desk(staff, signed_in):
    return lambda role="supervisor": signed_in(staff(f"{role}.here", role=role))


@pytest.fixture
def signed(team_private, clock, tmp_path, monkeypatch):
    monkeypatch.setattr(check_words, "ROUNDS", 10)
    before = policy.present()
    policy.use(policy.Policy(folder=tmp_path, page="https://line.example"))
    publish.sign(None)
    yield
    policy.use(before)


def test_without_a_signed_notice_there_is_nothing_to_print_and_it_says_why(desk):
    page = desk().get("/print").content.decode()
    assert "There is no signed notice yet" in page


def test_an_order_is_looked_at_page_by_page(desk, signed):
    page = desk().get("/print", ORDER).content.decode()
    assert page.count('<img src="data:image/png;base64,') == 2
    assert 'alt="Page 2"' in page


def test_a_sheet_is_downloaded_under_a_neutral_name_and_that_is_on_record(desk, signed):
    answer = desk().get("/print.pdf", ORDER)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="notice-poster-a4-en-fa.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert Record.objects.get(act="downloaded").reason == "sheet_poster"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"language": []}, "Choose a language"),
        ({"address": []}, "Choose an address"),
        ({"guise": "number", "address": ["email:line@harkline.example"]}, "Choose a telephone number"),
        ({"guise": "own"}, "no neutral words of your own yet in: English, فارسی"),
        ({"sheet": "banner"}, "Choose one of the kinds"),
    ],
)
def test_what_is_wrong_with_an_order_is_said(desk, signed, change, words):
    supervisor = desk()
    for path in ("/print", "/print.pdf"):
        answer = supervisor.get(path, {**ORDER, **change})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_an_administrator_writes_the_words(desk, signed):
    boss = desk("administrator")
    boss.post("/print/words/en", {"neutral": "1", "heading": "  Bicycles ", "text": "Bought\nand sold."})
    row = Wording.objects.get()
    assert (row.language, row.neutral, row.heading, row.text) == ("en", True, "Bicycles", "Bought and sold.")
    assert boss.get("/print.pdf", {**ORDER, "language": ["en"], "guise": "own"}).status_code == 200
    assert boss.post("/print/words/xx", {"heading": "x"}).status_code == 404


def test_without_the_extra_it_says_what_to_install(desk, signed, monkeypatch):
    monkeypatch.setattr("harkline.paper.typeset.find_spec", lambda _name: None)
    answer = desk().get("/print", ORDER)
    assert answer.status_code == 503
    assert "pip install &#x27;harkline[print]&#x27;" in answer.content.decode()


def test_under_duress_the_page_is_there_and_says_nothing_of_the_organisation_s_own(
    staff, signed_in, signed, monkeypatch
):
    Wording.objects.create(language="en", neutral=True, heading="Bicycles", text="Bought and sold.")
    boss = signed_in(staff("boss", role="administrator"))
    monkeypatch.setattr("harkline.people.duress.is_decoy", lambda *_who: True)
    page = boss.get("/print", {**ORDER, "guise": "own"}).content.decode()
    assert "+442079460123" in page
    assert "Bicycles" not in page
    assert "data:image/png" not in page
    assert boss.get("/print.pdf", ORDER).status_code in (200, 404)
    assert not boss.get("/print.pdf", ORDER).content.startswith(b"%PDF-")
    assert "None was made yet" in boss.get("/fallback").content.decode()
    assert "Enter it" in boss.get("/on-paper").content.decode()
    assert boss.post("/on-paper", {}).status_code == 409
