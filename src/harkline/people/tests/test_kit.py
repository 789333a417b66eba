"""The recovery kit: it counts once two pages were typed back, and every team key can be opened with it."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from django.test import Client

from harkline.people import invite, keys, kit, operators
from harkline.people.kit import State
from harkline.people.models import RecoveryKit, RecoveryWrap, Role
from harkline.runtime import clock, timers
from harkline.runtime.models import Timer
from harkline.seal import envelope, shamir, share

pytestmark = pytest.mark.django_db
WORDS = "six calm otters read maps"


class Made:
    """What an administrator's browser makes, and what is on its five pages."""

    def __init__(self, teams):
        self.private, self.public = envelope.generate()
        self.id = share.new_kit()
        self.name = share.name_of(self.id)
        split = shamir.split(self.private, share.THRESHOLD, share.COUNT)
        self.pages = [share.Share(self.id, index, data) for index, data in split.items()]
        self.proofs = {page.index: share.proof(page) for page in self.pages}
        self.wraps = {version: self.seals(private, version) for version, private in teams.items()}

    def seals(self, private, version):
        return envelope.wrap(private, self.public, share.recovery_info(self.name, version))

    def kept(self):
        hashes = {index: hashlib.sha256(proof).digest() for index, proof in self.proofs.items()}
        return kit.make(self.name, self.public, hashes, self.wraps)

    def typed(self, *indexes):
        return kit.typed_back(self.name, {index: self.proofs[index] for index in indexes})


@pytest.fixture
def made(team_private):
    one = Made({1: team_private})
    one.kept()
    return one


def test_a_kit_counts_once_two_pages_were_typed_back(made, clock):
    assert kit.state() == State.UNCONFIRMED
    for wrong in ({}, {1: made.proofs[1]}, {1: made.proofs[1], 2: made.proofs[3]}, {1: b"", 2: b""}):
        with pytest.raises(ValueError, match="two"):
            kit.typed_back(made.name, wrong)
    with pytest.raises(ValueError, match="no such kit"):
        kit.typed_back("lusab-babad", made.proofs)
    assert kit.confirmed() is None
    row = made.typed(2, 5)
    assert (row.confirmed_at, row.last_drill_at) == (clock(), clock())
    assert kit.state() == State.GOOD


def test_the_database_has_no_page_and_nothing_that_opens(made, team_private):
    row = RecoveryKit.objects.get()
    held = json.dumps(row.proofs) + str([bytes(one.wrapped) for one in RecoveryWrap.objects.all()])
    for page in made.pages:
        assert page.data.hex() not in held
        assert share.proof(page).hex() not in held
    info = share.recovery_info(made.name, 1)
    assert envelope.unwrap(kit.wraps(row)[1], made.private, info) == team_private


def test_a_kit_that_cannot_be_is_refused(team_private):
    good = Made({1: team_private})
    hashes = {index: bytes(32) for index in range(1, 6)}
    for name, public, proofs, wraps in (
        ("no name", good.public, hashes, good.wraps),
        (good.name, bytes(32), hashes, good.wraps),
        (good.name, good.public, {1: bytes(32)}, good.wraps),
        (good.name, good.public, hashes, {}),
        (good.name, good.public, hashes, {1: good.wraps[1], 2: bytes(80)}),
    ):
        with pytest.raises(ValueError):
            kit.make(name, public, proofs, wraps)
    assert kit.state() == State.NONE


def test_a_new_kit_takes_the_place_of_the_old_one_only_when_it_was_typed_back(made, team_private):
    made.typed(1, 2)
    never, second = Made({1: team_private}), Made({1: team_private})
    never.kept()
    second.kept()
    assert (kit.confirmed().kit, kit.pending().kit) == (made.name, second.name)
    assert kit.state() == State.GOOD
    second.typed(4, 3)
    assert kit.confirmed().kit == second.name
    assert list(RecoveryWrap.objects.values_list("kit__kit", flat=True)) == [second.name]
    with pytest.raises(ValueError, match="no such kit"):
        made.typed(1, 2)


def test_a_year_later_it_asks_for_two_pages_again_and_reminds_every_week(made, clock):
    made.typed(1, 2)
    due = Timer.objects.get(kind=kit.TIMER).due_at
    assert due == clock() + timedelta(days=365)
    clock.forward(days=364)
    assert (timers.run_due(), kit.state()) == (0, State.GOOD)
    clock.forward(days=1)
    assert (timers.run_due(), kit.state()) == (1, State.DRILL_DUE)
    assert Timer.objects.get(kind=kit.TIMER).due_at == clock() + kit.REMIND_AGAIN
    made.typed(3, 4)
    assert kit.state() == State.GOOD
    assert Timer.objects.get(kind=kit.TIMER).due_at == clock() + kit.DRILL_EVERY


def test_a_renewed_team_key_must_be_in_the_kit(made, team_private):
    made.typed(1, 2)
    cedar = operators.add("Cedar")
    operators.equip(cedar, WORDS, team_private)
    private, public = envelope.generate()
    grants = {cedar.pk: envelope.wrap(private, bytes(cedar.key.public), envelope.grant_info(2, cedar.pk))}
    for recovery in (None, {"lusab-babad": bytes(80)}, {made.name: bytes(79)}):
        with pytest.raises(ValueError, match="could not open"):
            keys.renew_team(2, public, grants, recovery)
    keys.renew_team(2, public, grants, {made.name: made.seals(private, 2)})
    assert set(kit.wraps(kit.confirmed())) == {1, 2}
    assert kit.state() == State.GOOD


def test_a_version_that_is_not_in_the_kit_is_told_and_can_be_put_in(made, team_private):
    made.typed(1, 2)
    RecoveryWrap.objects.all().delete()
    assert (kit.state(), kit.missing(kit.confirmed())) == (State.INCOMPLETE, [1])
    with pytest.raises(ValueError, match="not the team"):
        kit.add(kit.confirmed(), {7: bytes(80)})
    kit.add(kit.confirmed(), made.wraps)
    assert kit.state() == State.GOOD


def test_where_everything_is_lost_a_new_key_begins_and_no_kit_counts(made, team_private):
    made.typed(1, 2)
    version, private = keys.found_again()
    assert keys.recipients() == {"team:2": envelope.public_of(private)}
    assert (version, kit.state()) == (2, State.NONE)
    assert not Timer.objects.filter(kind=kit.TIMER).exists()
    newer = Made({2: private})
    newer.kept()
    newer.typed(1, 2)
    assert kit.state() == State.GOOD  # nobody could put the lost version in


def test_a_link_carries_every_version_that_was_recovered(made, team_private):
    ash = operators.add("Ash", role=Role.ADMINISTRATOR)
    link = invite.invite(ash, team_keys={1: team_private, 2: bytes(32)})
    row = invite.find(link.rpartition("/")[2].partition("#")[0])
    assert len(bytes(row.wrapped_team_key)) == 2 * 64


def enter(signed_in, name, role, team_private=None):
    row = operators.add(name, role=role)
    if team_private:
        operators.equip(row, WORDS, team_private)
    return signed_in(row), row


def sent(one):
    coded = {index: base64.b64encode(hashlib.sha256(proof).digest()).decode() for index, proof in one.proofs.items()}
    return {
        "kit": one.name,
        "public": base64.b64encode(one.public).decode(),
        "proofs": json.dumps(coded),
        "wraps": json.dumps({version: base64.b64encode(wrap).decode() for version, wrap in one.wraps.items()}),
    }


def test_an_administrator_makes_a_kit_and_types_two_pages(signed_in, team_private):
    ash, row = enter(signed_in, "Ash", Role.ADMINISTRATOR, team_private)
    assert "There is none yet" in ash.get("/account/kit").content.decode()
    one = Made({1: team_private})
    refused = ash.post("/account/kit", sent(one), headers={"accept": "application/json"})
    assert (refused.status_code, "/account/again" in refused.headers["X-Step-Up"]) == (403, True)
    session = ash.session
    session["stepped_up"] = {"operator": row.pk, "at": clock.now().timestamp()}
    session.save()
    for wrong in ({"public": "AA=="}, {"proofs": "{}"}, {"wraps": "[]"}):
        assert ash.post("/account/kit", sent(one) | wrong).status_code in (400, 409)
    assert ash.post("/account/kit", sent(one)).status_code == 204
    assert "does not count yet" in ash.get("/account/kit").content.decode()
    proofs = {index: base64.b64encode(one.proofs[index]).decode() for index in (1, 4)}
    assert ash.post("/account/kit/drill", {"kit": one.name, "proofs": json.dumps({1: proofs[1]})}).status_code == 409
    assert ash.post("/account/kit/drill", {"kit": one.name, "proofs": json.dumps(proofs)}).status_code == 204
    assert "is good" in ash.get("/account/kit").content.decode()
    RecoveryWrap.objects.all().delete()
    assert "cannot open everything" in ash.get("/account/kit").content.decode()
    given = {"kit": one.name, "wraps": sent(one)["wraps"]}
    other, _row = enter(signed_in, "Birch", Role.ADMINISTRATOR)
    assert other.post("/account/kit/wraps", given).status_code == 403
    assert ash.post("/account/kit/wraps", given).status_code == 204
    assert kit.state() == State.GOOD


@pytest.mark.parametrize("path", ["/account/kit", "/account/kit/wraps", "/account/kit/drill"])
def test_nobody_else_comes_near_it(signed_in, team_private, path):
    assert Client().post(path).status_code == 401
    for role in (Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR):
        somebody, _row = enter(signed_in, f"Some {role}", role)
        assert somebody.post(path).status_code == 403
