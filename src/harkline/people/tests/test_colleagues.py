"""Who may add, change and deactivate colleagues, and who hands on the team's key."""

import base64
import json

import pytest
from django.test import Client

from harkline.line import this
from harkline.people import invite, keys, operators
from harkline.people.models import Operator, Role
from harkline.seal import envelope, passphrase

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _line(settings):
    settings.SECOND_STEP = False
    this.found("Test line", ["en", "fa"])
    keys.found_team()


def signed_in(name, role=Role.OPERATOR, *, key=True, granted=False):
    operator = operators.add(name, role=role)
    operator.set_password("a" * 43)
    operator.save()
    if key:
        keys.store_operator_key(operator, envelope.generate()[1], bytes(60), passphrase.argon2id(bytes(16)))
    if granted:
        keys.grant(1, operator, bytes(80))
    client = Client()
    client.force_login(operator)
    return client, operator


def test_an_administrator_adds_somebody_and_is_shown_the_link_once():
    client, _admin = signed_in("Ash", Role.ADMINISTRATOR)
    given = {"name": "Cedar Ahmad", "role": "operator", "languages": ["en", "fa"], "skills": "law, children"}
    page = client.post("/account/people", given)
    path = page.context["path"]
    assert invite.find(path.rpartition("/")[2]).operator.username == "cedar.ahmad"
    assert Operator.objects.get(username="cedar.ahmad").skills == ["law", "children"]
    assert path not in client.get("/account/people").content.decode()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "Ash"}, {"role": "king"}, {"languages": ["xx"]}])
def test_what_is_wrong_with_a_new_colleague_is_said(wrong):
    client, _admin = signed_in("Ash", Role.ADMINISTRATOR)
    answer = client.post("/account/people", {"name": "Cedar", "role": "operator"} | wrong)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert Operator.objects.count() == 1


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR])
def test_others_change_nobody(role):
    client, _me = signed_in("Cedar", role)
    _client, willow = signed_in("Willow")
    for path in ("people", f"people/{willow.pk}/link", f"people/{willow.pk}/access", f"people/{willow.pk}"):
        assert client.post(f"/account/{path}", {"name": "X Y", "role": "administrator"}).status_code == 403
    willow.refresh_from_db()
    assert (willow.is_active, willow.role, willow.name) == (True, "operator", "Willow")


def test_an_auditor_does_not_see_who_works_here():
    client, _me = signed_in("Cedar", Role.AUDITOR)
    assert client.get("/account/people").status_code == 403


def test_ending_access_ends_the_session_at_once():
    client, admin = signed_in("Ash", Role.ADMINISTRATOR)
    theirs, cedar = signed_in("Cedar")
    assert theirs.get("/account/people").status_code == 200
    client.post(f"/account/people/{cedar.pk}/access")
    assert theirs.get("/account/people").status_code == 302
    assert client.post(f"/account/people/{admin.pk}/access").status_code == 403
    client.post(f"/account/people/{cedar.pk}/access")
    cedar.refresh_from_db()
    assert cedar.is_active


def test_an_administrator_keeps_their_own_role():
    client, admin = signed_in("Ash", Role.ADMINISTRATOR)
    path = f"/account/people/{admin.pk}"
    assert client.post(path, {"name": "Ash", "role": "operator"}).status_code == 403
    assert client.post(path, {"name": "Ash Grey", "role": "administrator"}).status_code == 302
    admin.refresh_from_db()
    assert admin.name == "Ash Grey"


def test_who_can_read_gives_the_key_to_who_waits():
    client, _me = signed_in("Ash", granted=True)
    _theirs, cedar = signed_in("Cedar")
    assert [one["operator"] for one in client.get("/account/people").context["waiting"]] == [cedar]
    wrapped = base64.b64encode(b"w" * 80).decode()
    assert client.post(f"/account/people/{cedar.pk}/grant", {"version": 1, "wrapped": wrapped}).status_code == 204
    assert keys.grants_of(cedar) == {1: b"w" * 80}
    assert client.get("/account/people").context["waiting"] == []


def test_an_administrator_who_can_read_renews_the_key():
    client, admin = signed_in("Ash", Role.ADMINISTRATOR, granted=True)
    theirs, cedar = signed_in("Cedar", granted=True)
    page = client.get("/account/people").context
    assert [pk for pk, _public in page["renewal"]["readers"]] == [admin.pk, cedar.pk]
    wrapped = base64.b64encode(bytes(80)).decode()
    given = {
        "version": 2,
        "public": base64.b64encode(envelope.generate()[1]).decode(),
        "grants": json.dumps({admin.pk: wrapped, cedar.pk: wrapped}),
    }
    assert theirs.post("/account/people/key", given).status_code == 403
    for wrong in ({"grants": "[]"}, {"grants": "{}"}, {"grants": json.dumps({admin.pk: "AA=="})}, {"public": "AA=="}):
        assert client.post("/account/people/key", given | wrong).status_code == 400
    assert client.post("/account/people/key", given).status_code == 204
    assert client.post("/account/people/key", given).status_code == 409
    assert set(keys.grants_of(cedar)) == {1, 2}


def test_the_last_reader_is_not_shut_out_and_the_page_says_why():
    client, _admin = signed_in("Ash", Role.ADMINISTRATOR)
    _theirs, cedar = signed_in("Cedar", granted=True)
    page = client.post(f"/account/people/{cedar.pk}/access", follow=True)
    assert "only one who can read" in page.content.decode()
    cedar.refresh_from_db()
    assert cedar.is_active


def test_nobody_resets_themselves_by_a_link():
    client, admin = signed_in("Ash", Role.ADMINISTRATOR, granted=True)
    assert client.post(f"/account/people/{admin.pk}/link").status_code == 403


def test_who_cannot_read_gives_no_key_and_auditors_get_none():
    client, _me = signed_in("Ash")
    granted, _colleague = signed_in("Willow", granted=True)
    _theirs, cedar = signed_in("Cedar")
    _audits, auditor = signed_in("Birch", Role.AUDITOR)
    given = {"version": 1, "wrapped": base64.b64encode(bytes(80)).decode()}
    assert client.post(f"/account/people/{cedar.pk}/grant", given).status_code == 403
    assert granted.post(f"/account/people/{auditor.pk}/grant", given).status_code == 400
    assert granted.post(f"/account/people/{cedar.pk}/grant", given | {"version": 2}).status_code == 403
    assert granted.post(f"/account/people/{cedar.pk}/grant", given | {"wrapped": "AA=="}).status_code == 400
    assert keys.grants_of(cedar) == keys.grants_of(auditor) == {}


def test_pages_are_in_the_strict_policy_without_inline_script():
    client, _me = signed_in("Ash", Role.ADMINISTRATOR, granted=True)
    signed_in("Cedar")
    for path in ("people", "security", "passphrase", "ready", "security/app"):
        page = client.get(f"/account/{path}", follow=True)
        text = page.content.decode()
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert " style=" not in text
        tags = [one.partition(">")[0] for one in text.split("<script")[1:]]
        assert all('src="' in tag or 'type="application/json"' in tag for tag in tags)
