"""Somebody writes on the web page, without script, and comes back."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from harkline.intake import copies
from harkline.intake.models import Attempt, Contact, SealedObject
from harkline.people import keys
from harkline.routing import lines, presence
from harkline.routing.models import Callback
from harkline.seal import envelope

pytestmark = [pytest.mark.flow, pytest.mark.django_db]
WORDS = "They took my papers.\nI can be reached on Tuesdays. ✓"


class Caller:
    """Somebody with a browser that runs no script and keeps no cookie."""

    def __init__(self) -> None:
        self.client = Client()
        self.page = ""
        self.status = 0
        self.code = ""

    def opens(self, address: str) -> "Caller":
        """Follow a link."""
        return self._see(self.client.get(address, follow=True))

    def sends(self, address: str, **fields: object) -> "Caller":
        """Send the form on the page: its hidden fields and what was filled in."""
        form = next(f for f in re.findall(r"<form.*?</form>", self.page, re.S) if f'action="{address}"' in f)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        return self._see(self.client.post(address, {**hidden, **fields}, follow=True))

    def _see(self, answer) -> "Caller":
        self.page, self.status = answer.content.decode(errors="replace"), answer.status_code
        assert not answer.cookies
        self.answer = answer
        return self

    def writes(self, text: str, **more: object) -> "Caller":
        """Open the form, write, send, and note the code."""
        self.opens("/write").sends("/write", text=text, **more)
        self.code = "".join(re.findall(r'data-group="\d">([A-Z2-7]{4})<', self.page)[:4])
        return self

    def returns(self, code: str = "") -> "Caller":
        """Come back with the code."""
        return self.opens("/code").sends("/code", code=code or self.code)


@pytest.fixture
def caller(monkeypatch: pytest.MonkeyPatch) -> Caller:
    # Copies without metadata are made on a connection of their own, which does not see what these tests take back.
    monkeypatch.setattr(copies, "later", lambda *_given: None)
    return Caller()


def _team_reads(private: bytes, purpose: str) -> list[envelope.Document]:
    found = []
    for row in SealedObject.objects.filter(purpose=purpose).order_by("created_at"):
        chunks = [bytes(c.data) for c in row.chunks.order_by("position")]
        wrapped = bytes(row.wraps.get(recipient="team:1").data)
        found.append(envelope.open_(wrapped, chunks, private, purpose, row.pk, "team:1"))
    return found


def _answer(thread_id: object, text: str) -> None:
    """An operator's browser seals an answer to the team and to the caller."""
    from harkline.intake import receive
    from harkline.intake.models import Thread

    to = {**keys.recipients(), "caller": bytes(Thread.objects.get(pk=thread_id).caller_public)}
    object_id = "7d0f5c0e-0a3e-4b6a-9d4e-3c1f7a1b2c3d"
    done = envelope.seal({"type": "text/plain"}, text.encode(), "reply", object_id, to)
    part = receive.SealedPart(object_id, "reply", done.chunks, done.wraps, done.size, by_caller=False)
    receive.add(str(thread_id), [part])


def test_what_i_write_waits_for_somebody_and_only_the_team_and_i_can_read_it(caller: Caller, team_private: bytes):
    caller.writes(WORDS)
    assert len(caller.code) == 16
    contact = Contact.objects.get()
    assert (contact.channel, contact.state, contact.language) == ("web", "waiting", "en")
    assert Attempt.objects.get().outcome == "message"
    assert _team_reads(team_private, "message")[0].body.decode() == WORDS
    caller.returns()
    assert "They took my papers." in caller.page
    assert "Tuesdays. ✓" in caller.page


def test_i_read_the_answer_and_write_more(caller: Caller, team_private: bytes):
    caller.writes("First.")
    _answer(Contact.objects.get().thread_id, "We can help. Is Tuesday at ten good?")
    caller.returns()
    assert "Is Tuesday at ten good?" in caller.page
    caller.sends("/code/more", text="Ten is good.")
    assert "It has arrived." in caller.page
    assert "Ten is good." in caller.page
    assert Contact.objects.count() == 2
    assert Contact.objects.values("thread").distinct().count() == 1
    assert Attempt.objects.filter(outcome="message").count() == 2


def test_sent_twice_it_is_there_once_and_i_see_the_same_code(caller: Caller, team_private: bytes):
    caller.opens("/write")
    form = caller.page
    caller.sends("/write", text="Only once.")
    first = re.findall(r'data-group="\d">([A-Z2-7]{4})<', caller.page)
    caller.page = form
    caller.sends("/write", text="Only once.")
    assert re.findall(r'data-group="\d">([A-Z2-7]{4})<', caller.page) == first
    assert Contact.objects.count() == Attempt.objects.count() == 1


def test_changed_and_sent_again_from_the_same_page_nothing_is_lost(caller: Caller, team_private: bytes):
    caller.opens("/write")
    form = caller.page
    caller.sends("/write", text="The gate is green.")
    caller.page = form
    caller.sends("/write", text="The gate is green, and locked.")
    assert [d.body.decode() for d in _team_reads(team_private, "message")] == [
        "The gate is green.",
        "The gate is green, and locked.",
    ]
    assert Contact.objects.values("thread").distinct().count() == 1


def test_my_terms_for_a_call_back_are_for_the_team_alone(caller: Caller, team_private: bytes):
    caller.writes(
        "Please ring.", number="+44 20 7946 0999", safe_window="weekdays 10 to 12", who_may_answer="nobody else"
    )
    contact = Contact.objects.get()
    assert contact.flags == ["callback"]
    assert Attempt.objects.get().outcome == "callback_requested"
    terms = _team_reads(team_private, "terms")[0]
    assert terms.meta["terms"]["safe_window"] == "weekdays 10 to 12"
    assert b"+44 20 7946 0999" in terms.body
    row = SealedObject.objects.get(purpose="terms")
    assert [w.recipient for w in row.wraps.all()] == ["team:1"]
    held = Callback.objects.get()
    # No safe window was named that a machine understands: nobody is called before somebody has asked.
    assert (held.terms, held.number_given, held.safe_windows) == (row, True, [])


def test_a_mistake_in_the_hours_loses_nothing_and_nobody_rings(caller: Caller, team_private: bytes):
    caller.writes(
        "Please ring.",
        number="+44 20 7946 0999",
        asked="me",
        day="1",
        opens="late",
        closes="12:00",
        shown="+1 555 0100",
    )
    held = Callback.objects.get()
    assert (held.callback_consent, held.safe_windows, held.shown) == ("caller", [], None)
    assert _team_reads(team_private, "message")[0].body == b"Please ring."


def test_files_arrive_whole_and_i_can_take_them_back(caller: Caller, team_private: bytes):
    body = bytes(range(256)) * 1000
    caller.writes("With a file.", attachments=SimpleUploadedFile('../../"a photo".jpg', body, "image/jpeg"))
    sent = _team_reads(team_private, "attachment")[0]
    assert sent.body == body
    assert sent.meta == {"name": "a photo.jpg", "type": "image/jpeg"}
    caller.returns()
    assert "a photo.jpg" in caller.page
    wanted = re.search(r'name="file" value="([0-9a-f-]{36})"', caller.page)
    caller.sends("/code/file", file=wanted[1])
    assert caller.answer.content == body
    assert caller.answer["Content-Type"] == "application/octet-stream"
    assert "sandbox" in caller.answer["Content-Security-Policy"]
    assert caller.answer["Content-Disposition"] == "attachment; filename*=UTF-8''a%20photo.jpg"


def test_an_empty_form_is_refused_kindly_and_counted(caller: Caller, team_private: bytes):
    caller.opens("/write").sends("/write", text="  \n ")
    assert caller.status == 422
    assert "There is nothing to send yet" in caller.page
    assert [(a.outcome, a.reason) for a in Attempt.objects.all()] == [("rejected", "empty")]
    assert not Contact.objects.exists()


@pytest.mark.parametrize("size", [11, 38])
def test_too_much_is_refused_and_my_text_is_still_there(caller: Caller, team_private: bytes, size: int):
    big = SimpleUploadedFile("big.bin", b"0" * (size * 1024 * 1024), "application/octet-stream")
    caller.opens("/write").sends("/write", text="Do not lose this.", attachments=big)
    assert caller.status == 422
    assert "Do not lose this." in caller.page
    assert "25 MB" in caller.page
    assert not Contact.objects.exists()
    assert Attempt.objects.get().reason == "large"


def test_a_page_that_lay_open_all_night_keeps_my_text(caller: Caller, team_private: bytes, clock):
    caller.opens("/write")
    clock.forward(hours=13)
    caller.sends("/write", text="Written slowly.")
    assert caller.status == 422
    assert "Written slowly." in caller.page
    assert Attempt.objects.get().reason == "stale"
    caller.sends("/write", text="Written slowly.")
    assert Contact.objects.count() == 1


def test_a_form_that_is_not_ours_is_refused(caller: Caller, team_private: bytes):
    caller.opens("/write").sends("/write", text="Hello.", token="made-up:token")
    assert caller.status == 422
    assert not Contact.objects.exists()


def test_wrong_codes_get_the_same_words_and_lock_nobody_out(caller: Caller, team_private: bytes):
    caller.writes("Mine.")
    answers = []
    for wrong in ("AAAA BBBB CCCC DDDD", "nonsense", "", "A" * 40):
        caller.returns(wrong)
        if not wrong:
            continue
        assert caller.status == 422
        answers.append(caller.page)
    assert len(set(answers)) == 1
    assert Attempt.objects.filter(outcome="rejected", reason="wrong_code").count() >= 3
    caller.returns()
    assert "Mine." in caller.page


def test_the_code_may_be_typed_in_any_way(caller: Caller, team_private: bytes):
    caller.writes("Mine.")
    code = caller.code
    caller.returns(" - ".join(code[i : i + 4] for i in range(0, 16, 4)).lower().replace("o", "0").replace("i", "1"))
    assert "Mine." in caller.page


def test_two_groups_are_asked_back(caller: Caller, team_private: bytes):
    caller.writes("Mine.")
    shown, code = caller.page, caller.code
    caller.sends("/write/kept")
    assert "Two groups" in caller.page
    assert code not in re.sub(r'value="[^"]*"', "", caller.page)
    asked = caller.page
    caller.sends("/write/kept", group1="ZZZZ", group3=code[12:])
    assert "These are not the two groups" in caller.page
    caller.page = asked
    caller.sends("/write/kept", group1=code[4:8].lower(), group3=code[12:])
    assert "You have it right" in caller.page
    caller.page = asked
    caller.sends("/write/kept", show="1")
    assert re.findall(r'data-group="\d">(\w{4})<', caller.page) == re.findall(r'data-group="\d">(\w{4})<', shown)


def test_i_talk_to_somebody_who_is_there(caller: Caller, team_private: bytes, staff: Callable):
    caller.writes("Hello?").returns()
    assert "/code/talk" not in caller.page or "Somebody is here now." not in caller.page
    robin = staff("robin", "en")
    presence.sign_on(robin.pk)
    Contact.objects.update(state="closed")
    caller.returns().sends("/code/talk")
    assert "You are waiting for somebody." in caller.page
    live = Contact.objects.get(live=True)
    Contact.objects.filter(pk=live.pk).update(state="in_hand", operator=robin)
    caller.sends("/code")
    assert "You are now with someone." in caller.page
    caller.sends("/code/more", text="I am here.")
    assert Contact.objects.count() == 2
    assert SealedObject.objects.filter(contact=live).count() == 1
    caller.sends("/code/end")
    assert "The conversation has ended." in caller.page
    live.refresh_from_db()
    assert live.state == "wrap_up"


def test_a_caller_who_gives_no_sign_is_not_kept_in_the_queue(
    caller: Caller, team_private: bytes, staff: Callable, clock
):
    from harkline.runtime import timers

    caller.writes("Hello?")
    presence.sign_on(staff("robin", "en").pk)
    caller.returns().sends("/code/talk")
    clock.forward(minutes=16)
    timers.run_due()
    live = Contact.objects.get(live=True)
    assert live.state == "closed"
    assert live.attempt.outcome == "abandoned"


def test_what_is_said_is_in_no_address_and_no_column(caller: Caller, team_private: bytes):
    caller.writes("canary-sentence", number="+442079460999")
    from django.db import connection

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                text = repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
                assert "canary-sentence" not in text
                assert "79460999" not in text
                assert caller.code not in text


def test_no_two_callers_are_given_the_same_form_or_code(team_private: bytes):
    first, second = Caller().opens("/write"), Caller().opens("/write")
    tickets = [re.search(r'name="token" value="([^"]+)"', one.page)[1] for one in (first, second)]
    assert tickets[0] != tickets[1]
    first.writes("One.")
    second.writes("Two.")
    assert first.code != second.code
    assert second.code not in first.page.replace(" ", "")
    assert "=ticket=" not in first.page + second.page
    assert "=code=" not in first.page + second.page
    assert 'lang="fa"' in Caller().opens("/fa/write").page


def test_the_page_says_whether_somebody_is_here(caller: Caller, team_private: bytes, staff: Callable):
    assert "Nobody is here at this moment" in caller.opens("/").page
    presence.sign_on(staff("robin", "fa").pk)
    assert lines.anybody_on_duty("fa")
    page = caller.opens("/").page
    assert "Somebody is here now" in page
    assert "+442079460123" in page
    assert "line@harkline.example" in page


def _read_back(thread_id: object, text: str) -> None:
    """An operator asks whether what they wrote down is right."""
    from harkline.intake import receive
    from harkline.intake.models import Thread

    to = {**keys.recipients(), "caller": bytes(Thread.objects.get(pk=thread_id).caller_public)}
    object_id = "8d0f5c0e-0a3e-4b6a-9d4e-3c1f7a1b2c3d"
    done = envelope.seal({"type": "text/plain", "read_back": True}, text.encode(), "reply", object_id, to)
    receive.add(
        str(thread_id), [receive.SealedPart(object_id, "reply", done.chunks, done.wraps, done.size, by_caller=False)]
    )


@pytest.mark.parametrize(
    ("record", "said", "flag"),
    [("right", "", "record_confirmed"), ("wrong", "It was a Monday.", "record_corrected")],
)
def test_i_confirm_or_correct_what_was_written_down(
    caller: Caller, team_private: bytes, record: str, said: str, flag: str
):
    caller.writes("It happened on Monday.")
    _read_back(Contact.objects.get().thread_id, "It happened on Tuesday.")
    caller.returns()
    assert "Is it right?" in caller.page
    caller.sends("/code/more", text=said, record=record)
    newest = Contact.objects.order_by("-arrived_at")[0]
    assert flag in newest.flags
    assert _team_reads(team_private, "message")[-1].body.decode() == (said or "This is right.")
