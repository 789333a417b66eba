"""Getting in: once by a link, then by passphrase and a second step, and nobody else."""

import base64
import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from harkline.line import this
from harkline.people import invite, keys, operators, vault
from harkline.people.models import Operator, Role
from harkline.seal import envelope, passphrase

pytestmark = pytest.mark.django_db
WORDS = "four calm words here"


@pytest.fixture(autouse=True)
def _line():
    cache.clear()
    this.found("Test line", ["en", "fa"])


@pytest.fixture(scope="module")
def derived():
    return passphrase.Derived("a" * 43, bytes(32))


@pytest.fixture
def team():
    return keys.found_team()


def text(raw):
    return base64.b64encode(raw).decode()


def acceptance(**more):
    _private, public = envelope.generate()
    kdf = json.dumps(passphrase.argon2id(bytes(16)))
    sent = {
        "password": "a" * 43,
        "public": text(public),
        "wrapped": text(bytes(60)),
        "wrapped_by_code": text(bytes(60)),
    }
    return sent | {"kdf": kdf} | more


def code_of(operator):
    seed = vault.open_(
        bytes.fromhex(Authenticator.objects.get(user=operator, type="totp").data["secret"]), "second step"
    )
    return code_from(seed.decode())


def code_from(seed):
    return format_hotp_value(hotp_value(seed, int(time.time()) // 30))


def accepted(client, name="Cedar", role=Role.OPERATOR, **more):
    """Somebody who has followed their link, and is signed in with no second step yet."""
    operator = operators.add(name, role=role)
    link = invite.invite(operator).partition("#")[0]
    assert client.get(link).status_code == 200
    answer = client.post(link, acceptance(**more))
    assert answer.status_code == 302
    operator.refresh_from_db()
    return operator


def with_app(client, operator):
    page = client.get("/account/security/app")
    seed = page.context["form"].secret
    answer = client.post("/account/security/app", {"code": code_from(seed)})
    assert answer.status_code == 302
    return operator


def signs_in(client, username="cedar", password="a" * 43, **more):
    return client.post("/account/sign-in", {"login": username, "password": password}, **more)


def test_a_link_makes_a_key_signs_in_and_is_used_up(client, team):
    operator = operators.add("Cedar")
    link = invite.invite(operator)
    assert client.post(link, acceptance()).status_code == 302
    assert client.session["_auth_user_id"] == str(operator.pk)
    assert keys.waiting_for_grant() == [operator]
    assert client.get(link).status_code == 410
    assert Client().post(link, acceptance()).status_code == 410


def test_the_first_administrators_link_carries_the_team_key(client, team):
    operator = operators.add("Cedar", role=Role.ADMINISTRATOR)
    path = invite.invite(operator, team_keys={1: team}).partition("#")[0]
    client.post(path, acceptance(grants=json.dumps({1: text(bytes(80))})))
    assert keys.grants_of(operator) == {1: bytes(80)}


def test_nobody_grants_themselves_a_key_by_an_ordinary_link(client, team):
    operator = accepted(client, grants=json.dumps({1: text(bytes(80))}))
    assert keys.grants_of(operator) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "short"},
        {"public": text(bytes(32))},
        {"public": "no base64"},
        {"wrapped": text(bytes(59))},
        {"kdf": "{}"},
        {"kdf": "[]"},
        {"kdf": json.dumps(passphrase.argon2id(bytes(16), 1024))},
        {"kdf": json.dumps(passphrase.argon2id(bytes(8)))},
        {"kdf": json.dumps(passphrase.argon2id(bytes(16)) | {"passes": 1})},
        {"kdf": json.dumps(passphrase.pbkdf2("salt", "cedar"))},
        {"wrapped_by_code": ""},
    ],
)
def test_an_unusable_key_leaves_the_link_good(client, wrong):
    link = invite.invite(operators.add("Cedar"))
    assert client.post(link, acceptance(**wrong)).status_code == 422
    assert client.post(link, acceptance()).status_code == 302


def test_without_a_second_step_only_the_page_that_adds_one_opens(client, team):
    accepted(client)
    assert client.get("/account/people").url == "/account/security"
    assert client.post("/account/phone", {"number": ""}).status_code == 403
    assert b"Add a second step first" in client.get("/account/security").content
    assert client.get("/account/ready").context["target"] == "/account/security"


def test_the_demonstration_may_leave_the_second_step_out(client, team, settings):
    settings.SECOND_STEP = False
    accepted(client)
    assert client.get("/account/people").status_code == 200


def test_with_an_app_the_pages_open_and_recovery_codes_are_shown(client, team):
    with_app(client, accepted(client))
    assert client.get("/account/people").status_code == 200
    codes = client.get("/account/security/recovery").context["unused_codes"]
    assert len(codes) == 10


def test_signing_in_takes_passphrase_and_code(client, team):
    operator = with_app(client, accepted(client))
    other = Client()
    answer = signs_in(other, "Cedar")
    assert answer.url == "/account/second-step"
    assert "_auth_user_id" not in other.session
    assert other.get("/account/people").url.startswith("/account/sign-in")
    assert other.post("/account/second-step", {"code": "000000"}).status_code == 200
    cache.clear()
    answer = other.post("/account/second-step", {"code": code_of(operator)})
    assert answer.url == "/account/ready?next=%2Fconsole"
    assert other.session["_auth_user_id"] == str(operator.pk)


def test_a_code_seen_over_a_shoulder_does_not_sign_in_again(client, team, monkeypatch):
    operator = with_app(client, accepted(client))
    # As it is when allauth has forgotten the code and it is still valid.
    monkeypatch.setattr(TOTP, "_mark_code_used", lambda *_: True)
    code = code_of(operator)
    for typed, expected in ((code, 302), (code, 200), (f"{code[:3]} {code[3:]}", 200)):
        other = Client()
        signs_in(other)
        assert other.post("/account/second-step", {"code": typed}).status_code == expected


def test_a_recovery_code_signs_in_once(client, team):
    with_app(client, accepted(client))
    code = client.get("/account/security/recovery").context["unused_codes"][0]
    for expected in (302, 200):
        other = Client()
        signs_in(other)
        assert other.post("/account/second-step", {"code": code}).status_code == expected


def test_a_wrong_passphrase_and_an_unknown_name_get_the_same_answer(client, team):
    accepted(Client())
    wrong, unknown = signs_in(client, password="b" * 43), signs_in(client, "nobody")
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_guessing_slows_that_account_and_neither_others_nor_a_known_browser(client, team):
    accepted(client)
    accepted(Client(), "Willow")
    stranger = Client()
    for i in range(12):
        last = signs_in(stranger, password="b" * 43, headers={"host": f"h{i}.example"})
    assert "Too many" in str(last.context["form"].errors)
    assert "Too many" in str(signs_in(stranger).context["form"].errors)
    assert signs_in(stranger, "willow").status_code == 302
    known = Client()
    known.cookies["known"] = signs_in_cookie("cedar")
    assert signs_in(known).status_code == 302
    forged = Client()
    forged.cookies["known"] = signs_in_cookie("willow")
    assert signs_in(forged).status_code == 200


def signs_in_cookie(username):
    return vault.recognise("known browser", username.encode()).hex()


def test_a_browser_is_remembered_as_known(client, team):
    with_app(client, accepted(client))
    other = Client()
    signs_in(other)
    other.post("/account/second-step", {"code": code_of(Operator.objects.get())})
    assert other.cookies["known"].value == signs_in_cookie("cedar")


def test_no_address_and_no_browser_is_kept(client, team):
    accepted(client)
    signs_in(Client(REMOTE_ADDR="198.51.100.7"), headers={"user-agent": "Lynx", "x-forwarded-for": "198.51.100.8"})
    rows = list(UserSession.objects.values_list("ip", "user_agent"))
    assert rows == [("0.0.0.0", "")] * len(rows)
    assert rows


def test_a_totp_seed_and_recovery_seed_lie_boxed(client, team):
    accepted(client)
    seed = client.get("/account/security/app").context["form"].secret
    client.post("/account/security/app", {"code": code_from(seed)})
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert seed not in kept
    for code in client.get("/account/security/recovery").context["unused_codes"]:
        assert code not in kept


def test_the_last_second_step_cannot_be_removed(client, team):
    with_app(client, accepted(client))
    signs_in_again(client)
    assert client.post("/account/security/app/remove").status_code == 200
    assert Authenticator.objects.filter(type="totp").exists()


def signs_in_again(client):
    client.post("/account/again", {"password": "a" * 43})


def test_a_session_is_ended_from_another(client, team):
    operator = with_app(client, accepted(client))
    other = Client()
    signs_in(other)
    other.post("/account/second-step", {"code": code_of(operator)})
    assert other.get("/account/security").status_code == 200
    mine = client.session.session_key
    (row,) = UserSession.objects.filter(user=operator).exclude(session_key=mine)
    stranger = Client()
    assert stranger.post(f"/account/sessions/{row.pk}/end").status_code == 401
    client.post(f"/account/sessions/{row.pk}/end")
    assert other.get("/account/security").status_code == 302
    assert client.get("/account/security").status_code == 200


def test_nobody_ends_a_colleagues_session(client, team):
    with_app(client, accepted(client))
    victim = Client()
    with_app(victim, accepted(victim, "Willow"))
    row = UserSession.objects.get(session_key=victim.session.session_key)
    assert client.post(f"/account/sessions/{row.pk}/end").status_code == 404


def test_a_new_link_resets_passphrase_second_step_and_sessions(client, team):
    operator = with_app(client, accepted(client))
    operators.equip(operator, WORDS, team)
    link = invite.invite(operator)
    fresh = Client()
    assert fresh.post(link, acceptance(password="c" * 43)).status_code == 302
    assert client.get("/account/security").status_code == 302
    assert not Authenticator.objects.exists()
    assert keys.waiting_for_grant() == [operator]


def test_a_passphrase_is_changed_with_the_present_one_alone(client, team):
    operator = with_app(client, accepted(client))
    new = acceptance(password="d" * 43)
    assert client.post("/account/passphrase", new | {"present": "x" * 43}).status_code == 422
    assert client.post("/account/passphrase", new | {"present": "a" * 43}).status_code == 302
    assert client.get("/account/security").status_code == 200
    operator.refresh_from_db()
    assert operator.check_password("d" * 43)
    assert len(UserSession.objects.all()) == 1


def test_the_keys_are_handed_to_their_operator_alone(client, team):
    assert client.get("/account/keys", headers={"accept": "application/json"}).status_code == 401
    operator = accepted(client)
    answer = client.get("/account/keys").json()
    assert (answer["operator"], answer["username"], answer["grants"]) == (operator.pk, "cedar", {})
    keys.grant(1, operator, bytes(80))
    assert client.get("/account/keys").json()["grants"] == {"1": text(bytes(80))}


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", ""]
)
def test_signing_in_never_leads_away(client, team, target):
    with_app(client, accepted(client))
    assert client.get("/account/ready", {"next": target}).context["target"] == "/console"
    assert client.get("/account/ready", {"next": "/board"}).context["target"] == "/board"


def test_nobody_signs_up_and_no_reset_is_mailed(client):
    for path in ("signup", "sign-up", "password/reset", "email", "signup/", "password/reset/"):
        assert client.get(f"/account/{path}").status_code == 404


def test_what_is_kept_of_a_passphrase_depends_on_host_and_salt(settings):
    cedar = operators.add("Cedar")
    cedar.set_password("a" * 43)
    first = cedar.password
    cedar.set_password("a" * 43)
    assert cedar.password != first
    assert cedar.check_password("a" * 43)
    assert not cedar.check_password("a" * 42 + "b")
    settings.HOST_KEY = bytes(32)
    assert not cedar.check_password("a" * 43)
