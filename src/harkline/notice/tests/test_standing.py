"""Closing, succession, reopening: who has to agree, and that every version says it."""

from datetime import timedelta

import pytest
from django.test import Client

from harkline.audit.models import Record
from harkline.line import this
from harkline.notice import door, publish, rotate, standing
from harkline.notice.models import NoticeKey, Proposal
from harkline.notice.standing import Asked, Wrong
from harkline.runtime import clock as clocks
from harkline_verify import notice as format_
from harkline_verify.notes import Key
from harkline_verify.trust import Document, Verdict, judge


@pytest.fixture
def two(signing, staff):
    """An administrator and a supervisor, and a list that is signed."""
    publish.sign(None)
    return staff("robin", role="administrator"), staff("sam", role="supervisor")


def front(path: str = "/") -> str:
    return Client().get(path).content.decode()


def test_closing_at_once_takes_one_person_and_is_seen_at_once(two):
    robin, _sam = two
    assert "+442079460123" in front()
    made = standing.propose(robin, Asked(door.EMERGENCY))
    assert (made.serial, door.state()) == (2, door.EMERGENCY)
    for path in ("/", "/write", "/code", "/notice", "/genuine"):
        assert "Do not call, do not write" in front(path), path
    assert "+442079460123" not in front()
    assert "<textarea" not in front("/write")
    assert Client().get("/.well-known/harkline-notice.json").json()["notice"]["standing"]["state"] == "emergency"
    assert "ld+json" not in front()
    assert "Do not call, do not write." in front("/notice.atom")


def test_closing_at_once_does_not_fail_for_want_of_the_key(two, signing):
    for file in signing.keys.glob("notice-*"):
        file.unlink()
    standing.close_at_once(two[0])
    assert door.state() == door.EMERGENCY
    assert "Do not call, do not write" in front()


def test_a_planned_closing_takes_a_second_person_and_holds_from_its_day(two, clock):
    robin, sam = two
    asked = Asked(door.CLOSED, clocks.now() + timedelta(days=7))
    row = standing.propose(robin, asked)
    assert isinstance(row, Proposal)
    assert publish.newest().serial == 1
    with pytest.raises(Wrong, match="Somebody else"):
        standing.agree(robin, row.pk)
    standing.agree(sam, row.pk)
    assert door.state() == door.OPEN
    assert "This line closes on" in front()
    assert "+442079460123" in front()
    clock.forward(days=8)
    assert door.state() == door.CLOSED
    assert "Nobody answers here any more" in front()
    assert "I have a code" in front()
    with pytest.raises(Wrong, match="nothing to agree"):
        standing.agree(sam, row.pk)


def test_who_goes_on_is_named_with_their_list_and_key(two):
    robin, sam = two
    theirs = "others.example/notice+" + str(Key("others.example/notice", 1, bytes(32))).partition("+")[2]
    asked = Asked(door.SUCCEEDED, None, " The  Others ", "https://others.example/notice", theirs)
    standing.agree(sam, standing.propose(robin, asked).pk)
    body = publish.read(publish.newest()).body
    assert body.standing.successor == format_.Successor("The Others", "https://others.example/notice", theirs)
    assert "The Others goes on in our place" in front()
    assert theirs in front()


@pytest.mark.parametrize(
    "asked",
    [
        Asked("nonsense"),
        Asked(door.SUCCEEDED, None, ""),
        Asked(door.SUCCEEDED, None, "Others", "http://others.example"),
        Asked(door.SUCCEEDED, None, "Others", "javascript:alert(1)"),
        Asked(door.SUCCEEDED, None, "Others", "", "no key"),
        Asked(door.OPEN),
    ],
)
def test_what_cannot_be_is_refused_in_words(two, asked):
    with pytest.raises(Wrong):
        standing.propose(two[0], asked)
    with pytest.raises(Wrong):
        standing.propose(two[0], Asked(door.CLOSED, clocks.now() - timedelta(days=1)))


def test_a_line_of_one_can_end(signing, staff):
    robin = staff("robin", role="administrator")
    made = standing.propose(robin, Asked(door.CLOSED))
    assert made.serial == 1
    assert door.state() == door.CLOSED


def test_opening_again_takes_a_second_person_also_after_an_emergency(two):
    robin, sam = two
    standing.close_at_once(robin)
    row = standing.propose(sam, Asked(door.OPEN))
    assert door.state() == door.EMERGENCY
    standing.agree(robin, row.pk)
    assert door.state() == door.OPEN
    assert "+442079460123" in front()


def test_a_proposal_lapses_and_an_emergency_ends_it(two, clock):
    robin, sam = two
    row = standing.propose(robin, Asked(door.CLOSED))
    clock.forward(hours=73)
    assert standing.waiting() is None
    row = standing.propose(robin, Asked(door.CLOSED))
    standing.close_at_once(robin)
    with pytest.raises(Wrong):
        standing.agree(sam, row.pk)
    standing.refuse(sam, standing.propose(robin, Asked(door.OPEN)).pk)
    assert standing.waiting() is None
    assert door.state() == door.EMERGENCY
    assert {"closed", "open"} <= set(Record.objects.filter(act="proposed").values_list("reason", flat=True))


def test_an_address_that_nobody_has_looked_at_is_not_signed_by_closing(two):
    this.add_address("phone", "+441632960001")
    standing.close_at_once(two[0])
    assert "+441632960001" not in publish.newest().note


def test_what_was_begun_before_the_closing_is_still_taken(two):
    """Somebody has the form open: what they wrote is not lost."""
    page = front("/write")
    token = page.partition('name="token" value="')[2].partition('"')[0]
    standing.close_at_once(two[0])
    answer = Client().post("/write", {"token": token, "text": "It happened on Monday.", "language": "en"})
    assert answer.status_code == 200
    assert "It has arrived" in answer.content.decode()


# --- keys ------------------------------------------------------------------------------------------------------------------------------


def verdict(trusted: str):
    document = Document.parse(Client().get("/.well-known/harkline-notice.json").content)
    return judge(document, Key.parse(trusted), clocks.now())


def test_a_new_key_is_believed_by_who_has_the_old_one(signing):
    publish.sign(None)
    old = door.present().key
    for _time in range(2):
        rotate.rotate(None)
    found = verdict(old)
    assert (found.verdict, found.handed_over) == (Verdict.HOLDS, True)
    assert door.present().key != old
    assert len(list(signing.keys.glob("notice-*"))) == 1
    assert NoticeKey.objects.filter(retired_at=None).count() == 1


def test_a_stolen_key_is_believed_by_nobody_any_more(signing):
    publish.sign(None)
    old = door.present().key
    rotate.rotate(None, stolen=True)
    found = verdict(old)
    assert found.verdict == Verdict.REFUSED
    assert verdict(door.present().key).verdict == Verdict.HOLDS


def test_a_lost_key_is_replaced_and_cannot_hand_over(signing):
    publish.sign(None)
    old = door.present().key
    for file in signing.keys.glob("notice-*"):
        file.unlink()
    with pytest.raises(rotate.signing.NoKey):
        rotate.rotate(None)
    rotate.rotate(None, lost=True)
    assert verdict(old).verdict == Verdict.REFUSED
    assert verdict(door.present().key).verdict == Verdict.HOLDS
