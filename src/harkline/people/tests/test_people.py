"""Adding people, letting them in once, giving and taking away the team's key."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.contrib.auth.models import AnonymousUser

from harkline.people import invite, kdf, keys, operators, roles
from harkline.people.models import Invitation, Operator, OperatorKey, Role, TeamGrant
from harkline.people.roles import Action
from harkline.runtime import clock
from harkline.seal import envelope, passphrase
from harkline.seal.envelope import Refused

pytestmark = pytest.mark.django_db
WORDS = "four calm words here"


@pytest.fixture
def team():
    return keys.found_team()


def token_of(link):
    return link.partition("#")[0].rpartition("/")[2]


def test_somebody_added_cannot_sign_in_before_accepting():
    cedar = operators.add("  Cedar  Ahmad ", languages=["PS", "en", "ps"], skills=["law "], role=Role.SUPERVISOR)
    assert (cedar.username, cedar.name, cedar.role) == ("cedar.ahmad", "Cedar Ahmad", "supervisor")
    assert (cedar.languages, cedar.skills) == (["ps", "en"], ["law"])
    assert not cedar.has_usable_password()


@pytest.mark.parametrize("name", ["", " . ", "x", "x" * 90])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(ValueError):
        operators.add(name)


def test_a_name_in_any_script_makes_a_username_and_only_one_person_has_it():
    assert operators.add("سرو احمد").username == "سرو.احمد"
    operators.add("Cedar")
    with pytest.raises(ValueError, match="cedar"):
        operators.add("CEDAR")


def test_a_link_lets_in_once_and_for_72_hours(team):
    with clock.using(clock.Wound(datetime(2031, 3, 1, tzinfo=UTC))) as now:
        cedar = operators.add("Cedar")
        link = invite.invite(cedar)
        assert "#" not in link
        now.forward(hours=71)
        found = invite.find(token_of(link))
        assert found.operator == cedar
        assert invite.find(token_of(link)[:-1] + "!") is None
        assert (invite.use(found), invite.use(found)) == (True, False)
        assert invite.find(token_of(link)) is None
        later = invite.invite(cedar)
        now.forward(hours=72)
        assert invite.find(token_of(later)) is None


def test_a_new_link_ends_the_earlier_one():
    cedar = operators.add("Cedar")
    first, second = invite.invite(cedar), invite.invite(cedar)
    assert invite.find(token_of(first)) is None
    assert invite.find(token_of(second))


def test_the_secret_in_a_link_opens_the_team_key_and_the_server_has_no_copy(team):
    link = invite.invite(operators.add("Cedar"), team_keys={1: team})
    row = Invitation.objects.get()
    assert token_of(link).encode() not in bytes(row.token_hash)
    secret = base64.urlsafe_b64decode(link.partition("#")[2] + "=")
    wrapped = bytes(row.wrapped_team_key)
    key = HKDF(SHA256(), length=32, salt=None, info=b"harkline/v1|invitation").derive(secret)
    bound = b"harkline/v1|invitation|" + wrapped[:4]
    assert AESGCM(key).decrypt(wrapped[4:16], wrapped[16:], bound) == team
    assert envelope.public_of(team) == keys.recipients()["team:1"]


def test_what_is_sealed_to_the_team_opens_with_an_operators_grant(team):
    cedar = operators.add("Cedar")
    operators.equip(cedar, WORDS, team)
    assert keys.can_read(cedar)
    key = OperatorKey.objects.get(operator=cedar)
    derived = passphrase.derive(WORDS, kdf.fresh("Cedar"))
    assert cedar.check_password(derived.sign_in)
    assert not cedar.check_password(WORDS)
    private = passphrase.unwrap_private(bytes(key.wrapped_private), derived.unlock, bytes(key.public))
    opened = envelope.unwrap(keys.grants_of(cedar)[1], private, envelope.grant_info(1, cedar.pk))
    assert opened == team
    with pytest.raises(Refused):
        passphrase.unwrap_private(bytes(key.wrapped_private), bytes(32), bytes(key.public))


def test_who_has_a_key_and_no_grant_waits_for_a_colleague(team):
    cedar, willow, auditor = operators.add("Cedar"), operators.add("Willow"), operators.add("Ash", role=Role.AUDITOR)
    for one in (cedar, auditor):
        _private, public = envelope.generate()
        keys.store_operator_key(one, public, bytes(60), passphrase.argon2id(bytes(16)))
    assert keys.waiting_for_grant() == [cedar]
    keys.grant(1, cedar, bytes(80))
    keys.grant(1, cedar, bytes(80))
    assert keys.waiting_for_grant() == []
    with pytest.raises(ValueError):
        keys.grant(1, willow, bytes(80))
    with pytest.raises(ValueError):
        keys.grant(2, cedar, bytes(80))
    with pytest.raises(ValueError):
        keys.grant(1, cedar, bytes(79))


def test_a_new_key_drops_grants_to_the_old_and_a_new_passphrase_keeps_them(team):
    cedar = operators.add("Cedar")
    operators.equip(cedar, WORDS, team)
    keys.rewrap_operator_key(cedar, bytes(60), passphrase.argon2id(bytes(16)))
    assert keys.can_read(cedar)
    keys.store_operator_key(cedar, envelope.generate()[1], bytes(60), passphrase.argon2id(bytes(16)))
    assert not keys.can_read(cedar)


@pytest.mark.parametrize(
    ("public", "wrapped", "kdf"),
    [
        (bytes(32), bytes(60), None),
        (b"k" * 31, bytes(60), None),
        (b"k" * 32, bytes(61), None),
        (b"k" * 32, bytes(60), {"name": "PBKDF2-SHA-256", "iterations": 1, "salt": ""}),
        (b"k" * 32, bytes(60), {"name": "none", "iterations": 600000, "salt": ""}),
        (b"k" * 32, bytes(60), {}),
    ],
)
def test_what_cannot_be_a_key_is_refused(public, wrapped, kdf):
    cedar = operators.add("Cedar")
    with pytest.raises(ValueError):
        keys.store_operator_key(cedar, public, wrapped, passphrase.argon2id(bytes(16)) if kdf is None else kdf)
    assert not OperatorKey.objects.exists()


def reader(name, **more):
    operator = operators.add(name, **more)
    _private, public = envelope.generate()
    keys.store_operator_key(operator, public, bytes(60), passphrase.argon2id(bytes(16)))
    keys.grant(keys.current_team_key().version, operator, bytes(80))
    return operator


def test_the_last_who_can_read_stays_until_a_colleague_can(team):
    cedar = reader("Cedar")
    with pytest.raises(ValueError, match="only one who can read"):
        operators.deactivate(cedar)
    with pytest.raises(ValueError, match="only one who can read"):
        operators.change(cedar, name="Cedar", languages=[], skills=[], role=Role.AUDITOR)
    assert keys.can_read(cedar)
    reader("Willow")
    operators.change(cedar, name="Cedar", languages=[], skills=[], role=Role.AUDITOR)
    assert not keys.can_read(cedar)


def test_a_renewed_team_key_goes_to_those_who_read_and_is_what_callers_are_sealed_to(team):
    cedar, willow = reader("Cedar"), reader("Willow")
    outsider = operators.add("Ash")
    _private, public = envelope.generate()
    keys.renew_team(2, public, {cedar.pk: b"a" * 80})
    assert keys.recipients() == {"team:2": public}
    assert keys.grants_of(cedar) == {1: bytes(80), 2: b"a" * 80}
    assert keys.waiting_for_grant() == [willow]
    for version, given in (
        (2, {cedar.pk: bytes(80)}),
        (4, {cedar.pk: bytes(80)}),
        (3, {}),
        (3, {outsider.pk: bytes(80)}),
    ):
        with pytest.raises(ValueError):
            keys.renew_team(version, public, given)
    with pytest.raises(ValueError):
        keys.renew_team(3, bytes(32), {cedar.pk: bytes(80)})
    assert keys.current_team_key().version == 2


def test_deactivating_ends_links_and_grants_and_every_right(team):
    cedar = reader("Cedar", role=Role.ADMINISTRATOR)
    willow = reader("Willow")
    link = invite.invite(cedar)
    assert roles.may(cedar, Action.PEOPLE)
    operators.deactivate(cedar)
    assert not roles.may(cedar, Action.PEOPLE)
    assert invite.find(token_of(link)) is None
    assert [one.operator for one in TeamGrant.objects.all()] == [willow]
    operators.reactivate(cedar)
    cedar.refresh_from_db()
    assert roles.may(cedar, "people")
    assert keys.waiting_for_grant() == [cedar]


def test_each_role_may_do_what_its_name_says():
    table = {role: {str(action) for action in Action if roles.may(Operator(role=role), action)} for role in Role.values}
    assert table == {
        "operator": {"answer", "read"},
        "supervisor": {"answer", "read", "board", "override", "rota", "renew", "retention", "count", "cards"},
        "administrator": {
            "answer",
            "read",
            "board",
            "count",
            "override",
            "rota",
            "renew",
            "retention",
            "cards",
            "people",
            "line",
            "audit",
        },
        "auditor": {"board", "audit"},
    }
    assert not roles.may(AnonymousUser(), "read")
    with pytest.raises(ValueError):
        roles.may(Operator(), "fly")


def test_an_own_phone_is_kept_boxed():
    cedar = operators.add("Cedar")
    operators.set_own_phone(cedar, "+44 1632 960001")
    kept = Operator.objects.get()
    assert b"960001" not in bytes(kept.own_phone)
    assert operators.own_phone(kept) == "+441632960001"
    for wrong in ("01632960001", "+44", "+44abc1632960"):
        with pytest.raises(ValueError):
            operators.set_own_phone(cedar, wrong)
    operators.set_own_phone(cedar, "")
    assert operators.own_phone(Operator.objects.get()) == ""


def test_changing_somebody_keeps_the_username():
    cedar = operators.add("Cedar")
    operators.change(cedar, name="Cedar Ahmad", languages=["fa"], skills=[], role=Role.SUPERVISOR)
    cedar.refresh_from_db()
    assert (cedar.username, cedar.name, cedar.languages, cedar.role) == ("cedar", "Cedar Ahmad", ["fa"], "supervisor")


def test_a_link_is_good_for_three_days():
    assert timedelta(hours=72) == invite.EXPIRES
