"""A caller says that somebody of the line is involved, with script and without it."""

import base64
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from harkline.channels.web import adapter, tokens, wire
from harkline.intake import exclusions, receive
from harkline.intake.models import Contact
from harkline.runtime import bell
from harkline.seal import codes, envelope

pytestmark = pytest.mark.django_db


def test_a_message_is_kept_from_whom_it_names_before_any_bell_rings(staff, django_capture_on_commit_callbacks):
    robin, sam = staff("robin"), staff("sam")
    heard: list[bell.Ring] = []
    end = bell.subscribe(heard.append)
    with django_capture_on_commit_callbacks(execute=True):
        message = wire.Message("It happened at night.", "en", involved="Robin, I believe")
        adapter.take(tokens.read(tokens.issue()), message)
    end()
    assert [exclusions.contacts(one).count() for one in (robin, sam)] == [0, 1]
    assert "conflict" in Contact.objects.get().flags
    assert {ring.but for ring in heard if ring.to == "desk"} == {frozenset({robin.pk})}


def test_a_message_that_was_sealed_in_the_browser_is_kept_from_them_too(staff, team_private):
    robin, sam = staff("robin"), staff("sam")
    code = codes.generate()
    public, object_id = codes.caller_key(code)[1], str(uuid.uuid4())
    sealed = envelope.seal(
        {}, b"It happened at night.", "message", object_id, {**receive.recipients(), "caller": public}
    )
    part = {
        "id": object_id,
        "purpose": "message",
        "size": sealed.size,
        "wraps": {who: base64.b64encode(wrap).decode() for who, wrap in sealed.wraps.items()},
    }
    from json import dumps

    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = Client().post(
        reverse("write:sealed_message"),
        {
            "token": tokens.issue(),
            "language": "en",
            "lookup": base64.b64encode(codes.lookup(code)).decode(),
            "caller_public": base64.b64encode(public).decode(),
            "parts": dumps([part]),
            object_id: SimpleUploadedFile("part", b"".join(sealed.chunks)),
            "involved_who": "robin",
        },
    )
    assert answer.status_code == 201
    assert [exclusions.contacts(one).count() for one in (robin, sam)] == [0, 1]


def test_the_page_asks_and_nothing_is_said_of_who_works_here(client, staff):
    staff("robin")
    page = client.get(reverse("write:write")).content.decode()
    assert 'name="involved_who"' in page
    assert "Robin" not in page
