"""Somebody has left: what was sealed before is sealed anew by those who stay, and no record is lost by it."""

import json
import uuid
from base64 import b64encode

import pytest

from harkline.intake.models import SealedObject, Wrap
from harkline.people import kdf, keys, operators
from harkline.people.models import TeamGrant
from harkline.records import access, conflict, filing, reseal
from harkline.records.models import Entry
from harkline.seal import envelope
from harkline.seal.envelope import Refused

pytestmark = pytest.mark.django_db


class Browser:
    """A colleague's browser, with the keys that it was given."""

    def __init__(self, operator, teams):
        self.operator, self.teams = operator, teams
        keys.store_operator_key(operator, envelope.generate()[1], bytes(60), kdf.fresh(operator.username))
        for version in teams:
            keys.grant(version, operator, bytes(80))

    def key_of(self, task, who):
        return envelope.unwrap(
            task.wraps[who], self.teams[int(who[5:])], envelope.wrap_info(task.purpose, task.object_id, who)
        )

    def wrap(self, task, key=None):
        newest = max(self.teams)
        key = key or self.key_of(task, max(task.wraps))
        info = envelope.wrap_info(task.purpose, task.object_id, f"team:{newest}")
        return envelope.wrap(key, envelope.public_of(self.teams[newest]), info)

    def seals(self):
        tasks = reseal.to_seal(self.operator)
        return reseal.seal(self.operator, {uuid.UUID(one.object_id): self.wrap(one) for one in tasks})

    def compares(self):
        found = {True: [], False: []}
        for one in reseal.to_compare(self.operator):
            newest = f"team:{max(self.teams)}"
            older = next(who for who in one.wraps if who != newest)
            found[self.key_of(one, newest) == self.key_of(one, older)].append(uuid.UUID(one.object_id))
        return reseal.agree(self.operator, found[True]), reseal.differ(self.operator, found[False])


@pytest.fixture
def two(staff, arrives, team_private):
    """Two who stay and one who left after thirty letters; the team's key is at its second version."""
    for n in range(30):
        arrives("email", text=f"letter {n}")
    first = {1: team_private}
    ash, birch, gone = (Browser(staff(name, role="supervisor"), dict(first)) for name in ("ash", "birch", "gone"))
    operators.deactivate(gone.operator)
    assert keys.renewal_due()
    private, public = envelope.generate()
    keys.renew_team(2, public, {one.operator.pk: bytes(80) for one in (ash, birch)})
    ash.teams[2] = birch.teams[2] = private
    return ash, birch


def wraps(recipient):
    return Wrap.objects.filter(recipient=recipient).count()


def test_old_records_are_sealed_anew_by_one_browser_and_settled_by_another(two, team_private):
    ash, birch = two
    assert not keys.renewal_due()
    assert str(reseal.progress(ash.operator)) == "0 of 30 records re-sealed."
    assert [ash.seals(), ash.seals(), ash.seals()] == [25, 5, 0]
    assert (wraps("team:1"), wraps("team:2")) == (30, 30)
    assert ash.compares() == (0, 0)  # nobody settles what they did themselves
    assert [birch.compares(), birch.compares()] == [(25, 0), (5, 0)]
    assert (wraps("team:1"), wraps("team:2")) == (0, 30)
    assert reseal.progress(None) == reseal.Progress(30, 30)
    for row in Wrap.objects.select_related("object"):
        chunks = [bytes(one.data) for one in row.object.chunks.order_by("position")]
        opened = envelope.open_(bytes(row.data), chunks, ash.teams[2], "message", row.object_id, "team:2")
        assert opened.body.startswith(b"letter ")
        with pytest.raises(Refused):
            envelope.open_(bytes(row.data), chunks, team_private, "message", row.object_id, "team:2")
        assert row.sealed_by is None


def test_a_browser_with_a_fault_loses_no_record(two):
    ash, birch = two
    tasks = reseal.to_seal(ash.operator)[:2]
    wrong = {uuid.UUID(one.object_id): ash.wrap(one, key=b"?" * 32) for one in tasks}
    assert reseal.seal(ash.operator, wrong) == 2
    assert birch.compares() == (0, 2)
    assert (wraps("team:1"), wraps("team:2")) == (30, 0)
    assert birch.seals() == 25


def test_two_browsers_at_once_leave_one_wrap(two):
    ash, birch = two
    [task, *_rest] = reseal.to_seal(ash.operator)
    object_id = uuid.UUID(task.object_id)
    assert reseal.seal(ash.operator, {object_id: ash.wrap(task)}) == 1
    assert reseal.seal(birch.operator, {object_id: birch.wrap(task)}) == 0
    assert reseal.agree(birch.operator, [object_id]) == 1
    assert reseal.agree(birch.operator, [object_id]) == 0
    assert reseal.seal(ash.operator, {object_id: ash.wrap(task)}) == 0  # there is nothing old under it any more


def test_a_third_version_in_the_middle_goes_on_where_the_second_was(two):
    ash, birch = two
    ash.seals()
    private, public = envelope.generate()
    keys.renew_team(3, public, {one.operator.pk: bytes(80) for one in two})
    ash.teams[3] = birch.teams[3] = private
    while birch.seals():
        pass
    while sum(ash.compares()):
        pass
    assert (wraps("team:1"), wraps("team:2"), wraps("team:3")) == (0, 0, 30)


def test_the_only_one_who_reads_settles_alone(two):
    ash, birch = two
    operators.deactivate(birch.operator)
    ash.seals()
    assert ash.compares() == (25, 0)


def test_who_left_and_who_has_no_key_get_nothing_and_give_nothing(two, staff):
    ash, birch = two
    [task, *_rest] = reseal.to_seal(ash.operator)
    stranger, object_id = staff("stranger"), uuid.UUID(task.object_id)
    TeamGrant.objects.filter(operator=birch.operator, team_key__version=2).delete()
    for one in (stranger, birch.operator):
        assert reseal.to_seal(one) == reseal.to_compare(one) == []
        assert reseal.seal(one, {object_id: ash.wrap(task)}) == 0
    reseal.seal(ash.operator, {object_id: ash.wrap(task)})
    assert reseal.agree(stranger, [object_id]) == reseal.differ(birch.operator, [object_id]) == 0


def test_whoever_is_excluded_neither_sees_nor_seals_nor_counts_it(two, staff):
    ash, birch = two
    filing.file_pending()
    case = access.cases(ash.operator).first()
    secret = Entry.objects.get(case=case).object_id
    conflict.exclude(ash.operator, str(case.pk), operators=[birch.operator.pk])
    assert reseal.progress(birch.operator).total == 29
    [task] = reseal._tasks(SealedObject.objects.filter(pk=secret), ["team:1"])
    assert reseal.seal(birch.operator, {secret: birch.wrap(task)}) == 0
    while birch.seals():
        pass
    assert wraps("team:2") == 29
    while ash.seals():
        pass
    assert str(secret) not in {one.object_id for one in reseal.to_compare(birch.operator)}
    assert reseal.agree(birch.operator, [secret]) == reseal.differ(birch.operator, [secret]) == 0


def test_over_http_a_browser_is_told_what_to_do_and_says_what_it_did(two, signed_in):
    ash, birch = two
    at_ash, at_birch = signed_in(ash.operator), signed_in(birch.operator)
    told = at_ash.get("/resealing").json()
    assert (len(told["seal"]), told["compare"], told["left"], told["version"]) == (25, [], 30, 2)
    assert told["says"] == "0 of 30 records re-sealed."
    assert told["renewal"] is None
    [task, *_rest] = reseal.to_seal(ash.operator)
    sent = {"sealed": {task.object_id: b64encode(ash.wrap(task)).decode()}, "same": [], "different": []}
    kind = "application/json"
    assert at_ash.post("/resealing", json.dumps(sent), kind).status_code == 204
    same = {"sealed": {}, "same": [task.object_id], "different": []}
    assert at_birch.post("/resealing", json.dumps(same), kind).status_code == 204
    assert at_birch.get("/resealing").json()["says"] == "1 of 30 records re-sealed."
    for wrong in ("", "[]", "{}", json.dumps(sent | {"same": ["x"]}), json.dumps(sent | {"sealed": {"x": "?"}})):
        assert at_ash.post("/resealing", wrong, kind).status_code == 400


def test_a_supervisor_s_browser_is_asked_for_the_next_key_when_somebody_has_left(two, signed_in, staff):
    ash, birch = two
    operators.deactivate(birch.operator)
    told = signed_in(ash.operator).get("/resealing").json()
    assert told["renewal"]["version"] == 2
    assert [pk for pk, _public in told["renewal"]["readers"]] == [ash.operator.pk]
    assert told["seal"] == []


def test_what_was_given_up_is_not_waited_for(arrives, team_private):
    arrives("email", text="before")
    keys.found_again()
    arrives("email", text="after")
    progress = reseal.progress(None)
    assert progress.done == progress.total > 0
