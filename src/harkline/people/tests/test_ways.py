"""Two ways at least to open one's key, and no telling from outside whose key is opened how, or whether there is such a name."""

import base64

import pytest
from django.core.cache import cache
from django.test import Client

from harkline.line import this
from harkline.people import invite, kdf, keys, operators, vault, ways
from harkline.people.models import OperatorKey, Unlocker
from harkline.people.tests.test_sign_in import acceptance, accepted, signs_in, text, with_app
from harkline.seal import envelope, passphrase

pytestmark = pytest.mark.django_db
CLOSED = bytes(60)


@pytest.fixture(autouse=True)
def _line():
    cache.clear()
    this.found("Test line", ["en"])
    keys.found_team()


@pytest.fixture
def cedar(client):
    return with_app(client, accepted(client))


def asks(name, client=None):
    return (client or Client()).post("/account/derivation", {"username": name}).json()


def make_old(operator):
    old = passphrase.pbkdf2(vault.line_salt(), operator.username)
    OperatorKey.objects.filter(operator=operator).update(kdf=old)
    return old


def test_a_name_that_nobody_has_is_answered_like_one_that_somebody_has(cedar):
    OperatorKey.objects.filter(operator=cedar).update(kdf=kdf.fresh("cedar"))
    known, unknown = asks("Cedar"), asks("nobody")
    assert known["kdf"]["name"] == unknown["kdf"]["name"] == "argon2id"
    assert {**known["kdf"], "salt": ""} == {**unknown["kdf"], "salt": ""}
    assert len(base64.b64decode(unknown["kdf"]["salt"])) == len(base64.b64decode(known["kdf"]["salt"])) == 16
    assert known["kdf"]["salt"] != unknown["kdf"]["salt"]
    assert asks("nobody") == asks("  NOBODY ") == unknown
    assert known["next"] is unknown["next"] is None


def test_where_half_the_keys_are_from_before_half_the_invented_ones_seem_so(cedar):
    for name in ("Willow", "Birch", "Ash"):
        accepted(Client(), name)
    for old in ("cedar", "willow"):
        make_old(OperatorKey.objects.get(operator__username=old).operator)
    invented = [asks(f"name{n}") for n in range(60)]
    old = [one for one in invented if one["kdf"]["name"] == passphrase.PBKDF2]
    assert 12 < len(old) < 48
    assert set(asks("cedar")["kdf"]) == set(old[0]["kdf"])
    assert old[0]["next"]["name"] == asks("cedar")["next"]["name"] == "argon2id"
    assert [asks(f"name{n}") for n in range(60)] == invented


def test_a_key_from_before_opens_and_is_closed_anew_at_the_next_passphrase(client, cedar):
    make_old(cedar)
    other = Client()
    assert signs_in(other).status_code == 302
    sent = {"present": "a" * 43, "password": "n" * 43, "wrapped": text(b"w" * 60), "kdf": acceptance()["kdf"]}
    assert client.post("/account/passphrase/upgrade", sent | {"present": "b" * 43}).status_code == 409
    assert client.post("/account/passphrase/upgrade", sent | {"present": ""}).status_code == 400
    assert client.post("/account/passphrase/upgrade", sent).status_code == 204
    key = OperatorKey.objects.get(operator=cedar)
    assert (key.kdf["name"], bytes(key.wrapped_private)) == ("argon2id", b"w" * 60)
    assert client.get("/account/keys").json()["next"] is None
    assert signs_in(Client(), password="n" * 43).status_code == 302
    assert client.post("/account/passphrase/upgrade", sent).status_code == 400  # there is nothing to upgrade any more


def test_an_invitation_is_not_accepted_with_one_way_alone(client):
    link = invite.invite(operators.add("Cedar"))
    assert client.post(link, acceptance(wrapped_by_code="")).status_code == 422
    assert not OperatorKey.objects.exists()
    client.post(link, acceptance())
    assert [one["kind"] for one in ways.told(operators.Operator.objects.get())] == ["code"]


def test_somebody_from_before_is_asked_for_a_second_way_at_the_next_sign_in(client, cedar):
    Unlocker.objects.all().delete()
    session = client.session
    session.pop("two_ways", None)
    session.save()
    assert client.get("/account/people").url == "/account/ways"
    assert client.get("/console", headers={"hx-request": "true"})["HX-Redirect"] == "/account/ways"
    assert client.get("/account/ways").context["needs_one"]
    assert client.post("/account/ways", {"kind": "code", "wrapped": text(CLOSED)}).status_code == 302
    assert client.get("/account/people").status_code == 200


def test_the_last_way_beside_the_passphrase_stays(client, cedar):
    code = Unlocker.objects.get()
    client.post(f"/account/ways/{code.pk}/remove")
    assert Unlocker.objects.filter(pk=code.pk).exists()
    with pytest.raises(ValueError, match="another way"):
        ways.drop(code)


def test_a_new_printed_code_takes_the_place_of_the_old(client, cedar):
    for closed in (b"1" * 60, b"2" * 60):
        client.post("/account/ways", {"kind": "code", "wrapped": text(closed)})
    assert bytes(Unlocker.objects.get().wrapped) == b"2" * 60


def test_nobody_keeps_a_way_by_a_passkey_that_is_not_theirs(client, cedar):
    sent = {"kind": "passkey", "wrapped": text(CLOSED)}
    assert client.post("/account/ways", sent).status_code == 422
    assert client.post("/account/ways", sent | {"passkey": "1"}).status_code == 422
    willow = Client()
    with_app(willow, accepted(willow, "Willow"))
    assert willow.post(f"/account/ways/{Unlocker.objects.get(operator=cedar).pk}/remove").status_code == 404


def test_who_has_the_paper_keeps_the_key_and_the_grants_by_a_new_link(client, cedar):
    public = envelope.generate()[1]
    keys.store_operator_key(cedar, public, CLOSED, kdf.fresh("cedar"))
    ways.keep(cedar, "code", b"c" * 60)
    keys.grant(1, cedar, bytes(80))
    link = invite.invite(cedar)
    shown = Client().get(link).context["kept"]
    assert base64.b64decode(shown["wrapped"]) == b"c" * 60
    Client().post(link, acceptance(public=text(public)))
    assert keys.grants_of(cedar) == {1: bytes(80)}
    Client().post(invite.invite(cedar), acceptance())
    assert keys.grants_of(cedar) == {}


def test_a_passphrase_is_changed_without_the_present_one_only_after_showing_who_one_is(client, cedar):
    sent = {"password": "n" * 43, "wrapped": text(CLOSED), "kdf": acceptance()["kdf"]}
    session = client.session
    session["stepped_up"] = {}
    session.save()
    assert client.post("/account/passphrase", sent).status_code == 422
    assert client.post("/account/again", {"password": "a" * 43}).status_code == 302
    assert client.post("/account/passphrase", sent).status_code == 302
