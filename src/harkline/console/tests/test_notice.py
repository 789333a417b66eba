"""The page “Genuine addresses”: seen, signed, closed and opened by those who may."""

from pathlib import Path

import pytest
from django.test import Client

from harkline.console.views import notice
from harkline.line import this
from harkline.line.models import Address
from harkline.notice import door, policy, publish
from harkline.notice.models import Notice, NoticeKey, Proposal
from harkline_verify import check_words

PAGE = "/genuine-addresses"


@pytest.fixture
def enter(staff, signed_in, tmp_path: Path, monkeypatch, clock):
    """``enter("robin", "administrator")``: a browser in which they are signed in."""
    monkeypatch.setattr(check_words, "ROUNDS", 10)
    monkeypatch.setattr(policy, "_present", policy.Policy(folder=tmp_path, page="https://line.example"))

    def come(name: str, role: str = "administrator") -> Client:
        return signed_in(staff(name, role=role))

    return come


def text(client: Client) -> str:
    return client.get(PAGE).content.decode()


def signed(client: Client):
    seen = text(client).partition('name="seen" value="')[2].partition('"')[0]
    return client.post(PAGE, {"seen": seen})


def test_an_administrator_sees_what_would_change_and_signs_it(enter):
    robin = enter("robin")
    assert "Nothing is signed yet" in text(robin)
    assert signed(robin).status_code == 302
    assert "Nothing has changed" in text(robin)
    this.add_address("phone", "+441632960001", "at night")
    shown = text(robin)
    assert "What would change" in shown
    assert "+441632960001" in shown
    signed(robin)
    row = publish.newest()
    assert (row.serial, row.made_by.username) == (2, "robin")
    assert row.check_words in text(robin)


def test_a_list_that_changed_meanwhile_is_shown_once_more(enter):
    robin = enter("robin")
    seen = text(robin).partition('name="seen" value="')[2].partition('"')[0]
    this.add_address("phone", "+441632960001")
    answer = robin.post(PAGE, {"seen": seen})
    assert answer.status_code == 409
    assert "has changed since you looked" in answer.content.decode()
    assert not Notice.objects.exists()


def test_an_address_is_hidden_and_named(enter):
    robin = enter("robin")
    signed(robin)
    pk = Address.objects.get(channel="phone").pk
    robin.post(f"{PAGE}/{pk}", {"label": " by  day ", "language": "fa"})
    row = Address.objects.get(pk=pk)
    assert (row.label, row.language, row.published) == ("by day", "fa", False)
    assert "No longer yours:" in text(robin)
    assert robin.post(f"{PAGE}/{pk}", {"language": "xx"}).status_code == 422
    assert robin.post(f"{PAGE}/999", {}).status_code == 404


def test_closing_at_once_takes_the_line_s_name_and_one_person(enter):
    sam = enter("sam", "supervisor")
    enter("robin")
    answer = sam.post(f"{PAGE}/closing", {"typed": "no"})
    assert answer.status_code == 422
    assert "Nothing was done" in answer.content.decode()
    assert door.state() == door.OPEN
    sam.post(f"{PAGE}/closing", {"typed": "the  line"})
    assert door.state() == door.EMERGENCY
    assert sam.post(f"{PAGE}/standing", {"state": "open", "typed": "The Line"}).status_code == 403


def test_handing_on_takes_a_second_person(enter):
    robin, sam = enter("robin"), enter("sam", "supervisor")
    given = {"state": "succeeded", "since": "2026-06-20", "name": "Others", "page": "https://others.example/notice"}
    assert robin.post(f"{PAGE}/standing", {**given, "typed": "The Line"}).status_code == 302
    row = Proposal.objects.get()
    assert "Waits for a second person" in text(sam)
    assert robin.post(f"{PAGE}/proposals/{row.pk}", {"answer": "agree"}).status_code == 422
    sam.post(f"{PAGE}/proposals/{row.pk}", {"answer": "agree"})
    found = door.standing()
    assert (found.state, found.successor.name, f"{found.since:%Y-%m-%d}") == ("succeeded", "Others", "2026-06-20")
    assert "Others goes on in the line" in text(sam)
    bad = robin.post(f"{PAGE}/standing", {**given, "since": "soon", "typed": "The Line"})
    assert bad.status_code == 422


def test_a_version_is_revoked_and_a_key_changed(enter):
    robin = enter("robin")
    signed(robin)
    assert robin.post(f"{PAGE}/versions/1", {"typed": ""}).status_code == 422
    robin.post(f"{PAGE}/versions/1", {"typed": "The Line", "reason": "seized"})
    assert robin.post(f"{PAGE}/versions/1", {"typed": "The Line"}).status_code == 422
    assert Notice.objects.get(serial=1).reason == "seized"
    robin.post(f"{PAGE}/key", {"typed": "The Line", "why": "stolen"})
    assert NoticeKey.objects.exclude(revocation="").count() == 1
    assert publish.newest().serial == 3


def test_a_lost_key_is_said_and_replaced(enter, tmp_path):
    robin = enter("robin")
    signed(robin)
    for file in tmp_path.glob("keys/notice-*"):
        file.unlink()
    assert "Nothing can be signed:" in text(robin)
    assert robin.post(f"{PAGE}/key", {"typed": "The Line", "why": ""}).status_code == 409
    robin.post(f"{PAGE}/key", {"typed": "The Line", "why": "lost"})
    assert "Nothing can be signed:" not in text(robin)


def test_the_empty_desk_shows_what_everybody_may_know_and_does_nothing(enter, rf, staff):
    signed(enter("robin"))
    this.add_address("phone", "+441632960001")
    Address.objects.filter(channel="email").update(published=False)
    request = rf.get(PAGE)
    request.user = staff("forced", role="administrator")
    request.session = {}
    page = notice.bare(request).content.decode()
    assert publish.newest().check_words in page
    assert "Nothing has changed" in page
    assert "robin" not in page.lower()
    assert notice.not_now(request).status_code == 409
    assert Notice.objects.count() == 1
