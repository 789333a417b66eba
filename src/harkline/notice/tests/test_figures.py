"""What the public reads of the figures."""

import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import pytest
from django.test import Client

from harkline.count import claims, policy, publish, receipts, sequence
from harkline.count.claims import Asked
from harkline.intake import receive
from harkline.intake.models import Contact

pytestmark = pytest.mark.django_db
PAGES = ("/figures", "/figures/check", "/figures/receipt", "/figures.atom", "/count/checkpoint", "/count/policy")


@pytest.fixture
def counting(team_private: bytes, clock, tmp_path):
    before = policy.present()
    policy.use(policy.Policy(origin="line.example/count", folder=tmp_path))
    sequence.begin()
    publish.write(sequence.log())
    publish.show(sequence.log())
    yield policy.present()
    policy.use(before)


@pytest.fixture
def two_weeks(counting, clock):
    """Twelve people in two weeks; the first was told a receipt, which is returned."""
    told = ""
    for at in range(14):
        if at < 12:
            tried = receive.attempt("web", "/", dedupe_key=f"{at}")
            ref = receive.contact(tried.id, [], language="en", waiting=False)
            receive.finish(tried.id, "message")
            told = told or receipts.issue(tried.id, "4711")
            Contact.objects.filter(pk=ref.id).update(state="closed", kind="counselling", closed_at=clock())
        clock.forward(days=1)
    sequence.make_due()
    claims.make(Asked(0, *claims.span(), "ge", 10), None)
    publish.write(sequence.log())
    publish.show(sequence.log())
    return told


def page(path: str, language: str = "en") -> str:
    answer = Client().get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_line_that_does_not_count_has_none_of_these_pages(team_private: bytes, path):
    assert Client().get(path).status_code == 404
    assert "See the figures" not in page("/")


@pytest.mark.parametrize("path", PAGES)
def test_they_are_there_before_the_first_day_is_entered(counting, path):
    assert page(path)
    assert "See the figures" in page("/")


def test_a_claim_stands_there_with_the_state_of_its_proof(two_weeks, counting):
    said = page("/figures")
    assert "At least 10 entries between" in said
    assert "The proof stands there with it." in said
    assert "our word alone" in said
    assert "Nobody outside confirms this list." in said
    assert "called unprompted, or that none was left out" in said


def test_it_says_when_nothing_new_was_shown_for_too_long(two_weeks, clock):
    assert "36 hours" not in page("/figures")
    clock.forward(hours=37)
    assert "36 hours" in page("/figures")


def test_from_right_to_left_dates_and_foreign_words_keep_their_own_direction(two_weeks):
    said = page("/figures", "fa")
    assert "\u2068A person reached" in said
    assert "دست کم ۱۰ سطر" in said


def test_the_list_of_a_month_has_the_receipt_among_decoys(two_weeks, clock):
    month = f"{clock() - timedelta(days=5):%Y-%m}"
    rows = page(f"/figures/receipts/{month}.txt").splitlines()
    codes = [row.split(" ")[1] for row in rows]
    assert two_weeks in codes
    assert len(codes) >= 16 * 12
    assert Client().get("/figures/receipts/2026-13.txt").status_code == 404


def test_the_feed_is_atom_and_lists_claims(two_weeks):
    feed = ElementTree.fromstring(page("/figures.atom"))
    names = {"a": "http://www.w3.org/2005/Atom"}
    [entry] = feed.findall("a:entry", names)
    assert entry.find("a:title", names).text.startswith("At least 10")
    assert entry.find("a:id", names).text.startswith("tag:line.example,")


def test_the_log_is_served_as_it_lies_there_to_anybody_s_page(two_weeks, counting):
    answer = Client().get("/count/checkpoint")
    assert answer.content == (counting.served / "checkpoint").read_bytes()
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    assert Client().get("/count/tile/entries/000.p/240").status_code in (200, 404)


def test_nothing_else_of_the_folder_is_served(counting):
    for name in (
        "../keys/count.key",
        "..%2fkeys%2fcount.key",
        "tile/0/../../../keys/host.key",
        "tile/0/000.7.new",
        "x",
        "",
    ):
        assert Client().get(f"/count/{name}").status_code == 404, name
