"""Whoever tries to reach the line is recorded first, accepted once, and sealed before anything is written."""

import pytest

from harkline.intake import receive, threads
from harkline.intake.models import Attempt, Chunk, Contact, SealedObject
from harkline.seal import envelope

pytestmark = pytest.mark.django_db


def opened(private: bytes, object_id: str, recipient: str = "team:1", allow_cut: bool = False) -> envelope.Document:
    row = SealedObject.objects.get(pk=object_id)
    wrap = bytes(row.wraps.get(recipient=recipient).data)
    chunks = [bytes(c.data) for c in row.chunks.order_by("position")]
    return envelope.open_(wrap, chunks, private, row.purpose, object_id, recipient, allow_cut=allow_cut)


def test_an_attempt_counts_once(team_private: bytes) -> None:
    first = receive.attempt("phone", "+442079460123", dedupe_key="call 1")
    again = receive.attempt("phone", "+442079460123", dedupe_key="call 1")
    assert first.new
    assert not again.new
    assert first.id == again.id
    assert "call 1" not in Attempt.objects.get().dedupe_key


def test_a_number_that_is_not_ours_is_an_attempt_all_the_same(team_private: bytes) -> None:
    tried = receive.attempt("phone", "+442079460999", dedupe_key="x")
    assert tried.address is None
    assert receive.finish(tried.id, "rejected", "unknown_address")
    assert not receive.finish(tried.id, "abandoned")
    assert Attempt.objects.get().outcome == "rejected"


def test_a_contact_is_accepted_exactly_once(arrives, team_private: bytes) -> None:  # type: ignore[no-untyped-def]
    first = arrives("email", text="help me", key="m1")
    again = arrives("email", text="help me", key="m1")
    assert first.new
    assert not again.new
    assert first.id == again.id
    assert SealedObject.objects.count() == 1


def test_what_was_said_opens_with_the_teams_key_alone(arrives, team_private: bytes) -> None:  # type: ignore[no-untyped-def]
    arrives("email", text="the blue door at nine")
    row = SealedObject.objects.get()
    assert b"blue door" not in b"".join(bytes(c.data) for c in Chunk.objects.all())
    assert opened(team_private, str(row.pk)).body == b"the blue door at nine"
    with pytest.raises(envelope.Refused):
        opened(envelope.generate()[0], str(row.pk))


def test_the_holder_of_the_code_reads_their_thread_again(team_private: bytes) -> None:
    private, public = envelope.generate()
    tried = receive.attempt("web", "/", dedupe_key="w")
    parts = [receive.Part("message", {}, b"hello"), receive.Part("handle", {}, b"+442079460111")]
    contact = receive.contact(tried.id, parts, language="en", lookup=b"l" * 32, caller_public=public)
    found = threads.by_lookup(b"l" * 32)
    assert found is not None
    assert found.id == contact.thread_id
    assert threads.by_lookup(b"m" * 32) is None
    [item] = threads.returned(found.id)
    document = envelope.open_(item.wrap, item.chunks, private, item.purpose, item.object_id, "caller")
    assert document.body == b"hello"


def test_a_reply_token_leads_back_and_a_guess_does_not(arrives) -> None:  # type: ignore[no-untyped-def]
    contact = arrives("email", text="one")
    token = threads.token(contact.thread_id)
    assert len(token) == 16
    back = threads.by_token(token.upper())
    assert back is not None
    assert back.id == contact.thread_id
    other = ("b" if token[0] == "a" else "a") + token[1:]
    assert threads.by_token(other) is None
    assert threads.by_token("not a token") is None


def test_a_recording_that_a_crash_cut_off_still_opens(arrives, team_private: bytes) -> None:  # type: ignore[no-untyped-def]
    contact = arrives("phone")
    recording = receive.recorder(contact.id)
    recording.write(b"\x01\x02" * 70_000)
    document = opened(team_private, recording.object_id, allow_cut=True)
    assert not document.complete
    assert len(document.body) >= 65_000
    recording.close()
    whole = opened(team_private, recording.object_id)
    assert whole.complete
    assert whole.body == b"\x01\x02" * 70_000


def test_a_flag_is_put_up_once(arrives) -> None:  # type: ignore[no-untyped-def]
    contact = arrives("phone")
    receive.flag(contact.id, "listener_present")
    receive.flag(contact.id, "listener_present")
    assert Contact.objects.get().flags == ["listener_present"]


def test_callers_are_told_their_place(arrives, clock) -> None:  # type: ignore[no-untyped-def]
    first = arrives("phone")
    clock.forward(seconds=1)
    second = arrives("phone")
    assert receive.place(first.id) == (1, None)
    assert receive.place(second.id) == (2, None)
