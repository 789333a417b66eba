"""Pages with script: what they send sealed, what they get back, and what the web channel tells intake and routing."""

import base64
import json
import uuid

import pytest
from django.test import Client

from harkline.channels.web import adapter, checks, tokens, wire
from harkline.intake.models import Attempt, Contact, SealedObject, Thread
from harkline.line.models import Address
from harkline.people import keys
from harkline.people.models import TeamKey
from harkline.routing import lines
from harkline.runtime import clock as clocks
from harkline.seal import codes

pytestmark = [pytest.mark.flow, pytest.mark.django_db]
MESSAGE = wire.Message("Hello.", "en")


def ticket() -> tokens.Token:
    found = tokens.read(tokens.issue())
    assert found
    return found


def by_script(address: str, text: str, token: str, code: str, parts=None, **more: str):
    """Send sealed parts as a page with script does; returns the answer and the parts."""
    _private, public = codes.caller_key(code)
    parts = parts or [
        wire.seal(one, str(uuid.uuid4()), {**keys.recipients(), "caller": public})
        for one in wire.clear(wire.Message(text, "en"))
    ]
    rows = [
        {
            "id": p.id,
            "purpose": p.purpose,
            "size": p.size,
            "wraps": {to: base64.b64encode(w).decode() for to, w in p.wraps.items()},
        }
        for p in parts
    ]
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = {p.id: SimpleUploadedFile("part", b"".join(p.chunks)) for p in parts}
    fields = {
        "token": token,
        "language": "en",
        "lookup": wire.b64(codes.lookup(code)),
        "caller_public": wire.b64(public),
        "parts": json.dumps(rows),
    }
    return Client().post(address, {**fields, **files, **more}), parts


def test_a_code_without_script_is_the_forms_own_and_no_two_forms_share_one(team_private: bytes):
    token = ticket()
    assert tokens.return_code(token) == tokens.return_code(token) != tokens.return_code(ticket())


def test_a_ticket_that_was_changed_is_nobodys():
    assert tokens.read(tokens.issue()[:-1] + "A") is None or tokens.read(tokens.issue()[:-2]) is None
    assert tokens.read("") is None


def test_a_conversation_is_held_for_its_own_thread_alone():
    held = tokens.hold("c", "t")
    assert tokens.held(held, "t") == "c"
    assert tokens.held(held, "other") == ""
    assert tokens.held(tokens.issue(), "t") == ""


def test_sealed_in_the_browser_it_arrives_once_however_often_it_is_sent(team_private: bytes):
    token, code = tokens.issue(), codes.generate()
    first, parts = by_script("/sealed/message", "Hello.", token, code)
    again, _ = by_script("/sealed/message", "", token, code, parts)
    assert first.status_code == again.status_code == 201
    assert Contact.objects.count() == SealedObject.objects.count() == Attempt.objects.count() == 1
    assert adapter.by_code(code)


def test_the_server_sees_neither_text_nor_code(team_private: bytes):
    code = codes.generate()
    by_script("/sealed/message", "Hello.", tokens.issue(), code)
    thread = Thread.objects.get()
    assert codes.lookup(code) not in (bytes(thread.lookup), bytes(thread.handle))
    assert b"Hello." not in b"".join(bytes(c.data) for c in SealedObject.objects.get().chunks.all())


def test_a_stale_page_with_script_is_given_a_new_ticket(team_private: bytes, clock):
    token = tokens.issue()
    clock.forward(hours=13)
    answer, parts = by_script("/sealed/message", "Hello.", token, codes.generate())
    assert answer.status_code == 409
    renewed = answer.json()["token"]
    answer, _ = by_script("/sealed/message", "", renewed, codes.generate(), parts)
    assert answer.status_code == 201


def test_after_a_new_team_key_the_browser_is_told_to_seal_again(team_private: bytes):
    token, code = tokens.issue(), codes.generate()
    _private, public = codes.caller_key(code)
    old = [wire.seal(wire.Clear("message", {}, b"x"), str(uuid.uuid4()), {**keys.recipients(), "caller": public})]
    TeamKey.objects.create(version=2, public=public, created_at=clocks.now())
    answer, _ = by_script("/sealed/message", "", token, code, old)
    assert answer.status_code == 409
    assert list(answer.json()["team"]) == ["team:2"]
    assert not Contact.objects.exists()


def test_garbage_is_refused_and_counted(team_private: bytes):
    answer = Client().post("/sealed/message", {"token": tokens.issue(), "parts": "[]"})
    assert answer.status_code == 400
    assert Attempt.objects.get().reason == "malformed"
    answer = Client().post("/sealed/thread", {"lookup": wire.b64(bytes(32))})
    assert answer.status_code == 404
    assert Attempt.objects.filter(reason="wrong_code").count() == 1


def test_the_thread_is_handed_out_sealed_and_only_what_is_new(team_private: bytes):
    code = codes.generate()
    by_script("/sealed/message", "Hello.", tokens.issue(), code)
    lookup = wire.b64(codes.lookup(code))
    told = Client().post("/sealed/thread", {"lookup": lookup}).json()
    [item] = told["items"]
    assert item["purpose"] == "message"
    assert item["by_caller"] is True
    again = Client().post("/sealed/thread", {"lookup": lookup, "have": item["id"]}).json()
    assert again["items"] == []
    assert Client().post("/sealed/file", {"lookup": lookup, "file": item["id"]}).content
    assert Client().post("/sealed/file", {"lookup": lookup, "file": str(uuid.uuid4())}).status_code == 404


def test_an_object_of_another_thread_is_not_handed_out(team_private: bytes):
    mine, theirs = codes.generate(), codes.generate()
    by_script("/sealed/message", "Mine.", tokens.issue(), mine)
    _answer, parts = by_script("/sealed/message", "Theirs.", tokens.issue(), theirs)
    got = Client().post("/sealed/file", {"lookup": wire.b64(codes.lookup(mine)), "file": parts[0].id})
    assert got.status_code == 404


def test_what_i_say_in_a_conversation_stays_in_it(team_private: bytes, staff):
    from harkline.routing import presence

    code = codes.generate()
    by_script("/sealed/message", "Hello.", tokens.issue(), code)
    presence.sign_on(staff("robin", "en").pk)
    lookup = wire.b64(codes.lookup(code))
    told = Client().post("/sealed/talk", {"lookup": lookup, "token": tokens.issue(), "language": "en"}).json()
    assert told["talk"]["state"] == "waiting"
    by_script("/sealed/more", "Here I am.", tokens.issue(), code, talk=told["talk_ticket"])
    live = Contact.objects.get(live=True)
    assert SealedObject.objects.filter(contact=live).count() == 1
    assert Contact.objects.count() == 2
    Client().post("/sealed/end", {"lookup": lookup, "talk": told["talk_ticket"]})
    live.refresh_from_db()
    assert (live.state, live.live, live.attempt.outcome) == ("waiting", False, "message")


def test_what_i_wrote_while_i_waited_in_vain_is_not_lost(team_private: bytes, staff):
    from harkline.routing import presence

    code = adapter.take(ticket(), MESSAGE)
    presence.sign_on(staff("robin", "en").pk)
    caller = adapter.by_code(code)
    assert caller
    contact_id = adapter.begin(caller, "k", "en")
    part = wire.seal(
        wire.Clear("message", {}, b"Is nobody there?"),
        str(uuid.uuid4()),
        {**keys.recipients(), "caller": caller.public},
    )
    adapter.more(caller, "k2", [part], "en", contact_id)
    adapter.leave(contact_id)
    left = Contact.objects.get(pk=contact_id)
    assert (left.state, left.live) == ("waiting", False)
    assert left.attempt.outcome == "message"
    assert adapter.talk(contact_id).state == "over"


def test_an_operator_ends_the_conversation(team_private: bytes, staff):
    from harkline.routing import presence

    code = adapter.take(ticket(), MESSAGE)
    presence.sign_on(staff("robin", "en").pk)
    caller = adapter.by_code(code)
    assert caller
    contact_id = adapter.begin(caller, "k", "en")
    lines.register("web", adapter._command)
    assert lines.command(contact_id, "end")
    assert adapter.talk(contact_id).state == "over"


def test_the_checks_say_what_to_do(team_private: bytes):
    assert checks.published(None) == checks.sealable(None) == []
    Address.objects.filter(channel="web").update(active=False)
    assert [found.id for found in checks.published(None)] == ["web.W001"]


def test_without_a_team_key_nothing_can_be_taken(db: None):
    assert [found.id for found in checks.sealable(None)] == ["web.E001"]
