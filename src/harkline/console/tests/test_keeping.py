"""Pages of what is kept, what was done, and how somebody opens."""

import csv
import io
import re

import pytest

from harkline.audit import chain, view
from harkline.audit.models import Record
from harkline.intake import repeat, threads
from harkline.intake.models import Contact
from harkline.records import access, conflict, filing, guard, holds, joining, purge, schedule
from harkline.routing import offers
from harkline.runtime import uptime

pytestmark = pytest.mark.django_db
CHANGING = re.compile(r'csrf[^"]*"[^"]*"[^"]*"|X-CSRFToken[^}]*}')


@pytest.fixture
def boss(staff, signed_in):
    operator = staff("boss", role="supervisor")
    client = signed_in(operator)
    client.operator = operator
    return client


@pytest.fixture
def case(arrives, clock):
    """A closed contact's case: its id and alias."""
    ref = arrives("web", text="something")
    filing.file_pending()
    Contact.objects.filter(pk=ref.id).update(state="closed", closed_at=clock.at)
    view = access.case_of_contact(ref.id)
    return view.id, view.alias


def test_the_page_says_which_case_goes_when(boss, case, clock):
    assert case[1] not in boss.get("/retention").content.decode()
    clock.forward(days=70)
    said = boss.get("/retention").content.decode()
    assert case[1] in said
    assert "2026-08-30" in said  # ninety days after the first of June
    clock.forward(days=25)
    assert "tonight" in boss.get("/retention").content.decode()


def test_a_hold_is_placed_and_needs_another_person_to_be_lifted(boss, case, staff, signed_in):
    answer = boss.post("/retention/holds", {"do": "place", "alias": case[1].lower(), "reason": "inquiry"})
    assert answer.status_code == 302
    assert "an inquiry is under way" in boss.get("/retention").content.decode()
    assert boss.post("/retention/holds", {"do": "lift", "alias": case[1]}).status_code == 409
    boss.post("/retention/holds", {"do": "ask", "alias": case[1]})
    assert boss.post("/retention/holds", {"do": "lift", "alias": case[1]}).status_code == 409
    other = signed_in(staff("other", role="supervisor"))
    assert other.post("/retention/holds", {"do": "lift", "alias": case[1]}).status_code == 302
    assert "No case is held." in boss.get("/retention").content.decode()


@pytest.mark.parametrize(
    ("given", "code"),
    [({"alias": "Nowhere 1", "do": "place"}, 422), ({"do": "place", "reason": "whim"}, 422), ({"do": "burn"}, 409)],
)
def test_a_wrong_hold_changes_nothing(boss, case, given, code):
    assert boss.post("/retention/holds", {"alias": case[1], **given}).status_code == code
    assert not schedule.held(boss.operator)


def test_who_is_excluded_from_a_case_sees_neither_its_end_nor_its_hold(boss, case, staff, signed_in, clock):
    other = staff("other", role="supervisor")
    holds.place(boss.operator, case[0], "court")
    access.open_(boss.operator, access.entries(boss.operator, case[0])[0].id)
    conflict.exclude(boss.operator, case[0], operators=[other.pk])
    theirs = signed_in(other)
    assert case[1] in boss.get("/retention").content.decode()
    assert case[1] not in theirs.get("/retention").content.decode()
    assert theirs.post("/retention/holds", {"do": "ask", "alias": case[1]}).status_code == 422
    assert "Nobody has opened anything" in theirs.get("/openings").content.decode()
    assert "Nobody has opened anything" not in boss.get("/openings").content.decode()


def test_counts_of_what_goes_leave_out_what_is_hidden(boss, case, staff, clock):
    other = staff("other", role="supervisor")
    clock.forward(days=70)
    before = {one.name: one.soon for one in purge.all_due(other)}
    assert (before["content"], before["attempts"]) == (1, 0)
    conflict.exclude(boss.operator, case[0], operators=[other.pk])
    assert {one.name for one in purge.all_due(other) if one.now or one.soon} == set()
    assert {one.name: one.soon for one in purge.all_due(boss.operator)} == before


def test_records_of_a_hidden_case_do_not_show_whatever_they_are_about(boss, case, arrives, staff, signed_in):
    audrey, robin = staff("audrey", role="auditor"), staff("robin")
    access.open_(boss.operator, access.entries(boss.operator, case[0])[0].id)
    later = arrives("phone", text="later")
    offers.claim(later.id, robin.pk)
    joining.join(robin, later.id, "000000000000")  # a wrong code: a record of a contact, and of no case
    repeat.remember(later.id, "phone", "+442079460123")
    repeat.block(later.id, robin, "threats")
    old = access.case_of_contact(later.id).id
    access.open_(robin, access.entries(robin, old)[0].id)
    threads.give_phone_code(Contact.objects.get(thread__filed__case_id=case[0]).attempt_id, "123456789012")
    assert joining.join(robin, later.id, "123456789012") == case[1]
    shown = _cells(signed_in(audrey))
    assert "opened" in shown
    assert "wrong return code" in shown
    conflict.exclude(boss.operator, case[0], operators=[audrey.pk])
    assert Record.objects.filter(case=old, act="opened").exists()
    assert not view.records(audrey.pk).exclude(kind__in=["operator", "line"]).exists()


def test_after_a_jump_of_the_clock_the_page_asks_and_a_person_confirms(boss, clock, monkeypatch):
    monkeypatch.setattr(uptime, "uptime", lambda: ("one", 5.0))
    guard.look(force=True)
    clock.forward(days=3652)
    assert not guard.look(force=True)
    client = boss
    client.force_login(boss.operator)  # the session ended with the years
    session = client.session
    session["second_step"] = True
    session.save()
    assert "The clock has jumped" in client.get("/retention").content.decode()
    assert client.post("/retention/clock").status_code == 302
    assert guard.suspended() is None
    assert Record.objects.get(act="purge_resumed").actor == boss.operator.pk


def test_an_auditor_sees_who_did_what_and_nobody_else_does(boss, staff, signed_in, case):
    auditor = signed_in(staff("audrey", role="auditor"))
    chain.record("opened", "entry", 1, case=case[0], reason="read", actor_id=boss.operator.pk)
    said = auditor.get("/audit").content.decode()
    assert "Boss" in said
    assert case[1] in said
    assert auditor.get("/audit?act=purged").content.decode().count('<td class="ltr">2026') == 0
    assert boss.get("/audit").status_code == 403
    assert "link: " in auditor.get("/audit/sheet").content.decode()


def test_the_records_of_a_case_do_not_show_for_whom_it_excludes_also_when_it_has_gone(
    boss, case, staff, signed_in, clock, monkeypatch
):
    audrey = staff("audrey", role="auditor")
    theirs, others = signed_in(audrey), signed_in(staff("otis", role="auditor"))
    before = CHANGING.sub("", theirs.get("/audit").content.decode())
    access.open_(boss.operator, access.entries(boss.operator, case[0])[0].id)
    conflict.exclude(boss.operator, case[0], operators=[audrey.pk])
    holds.place(boss.operator, case[0], "court")
    assert CHANGING.sub("", theirs.get("/audit").content.decode()) == before
    assert "legal hold placed" in _cells(others)
    holds.ask_to_lift(boss.operator, case[0])
    holds.lift(staff("other", role="supervisor"), case[0])
    begun = clock.at
    monkeypatch.setattr(uptime, "uptime", lambda: ("one", (clock.at - begun).total_seconds()))
    clock.forward(days=91)
    while purge.step():
        pass
    assert access.case(boss.operator, case[0]) is None
    said = _cells(signed_in(audrey))
    assert "legal hold placed" not in said
    assert "purged" in said
    assert "legal hold placed" in _cells(others)


def _cells(client):
    """The table without the list of acts to choose from."""
    return client.get("/audit").content.decode().partition("<tbody>")[2]


def test_the_table_of_records_is_on_record_itself(staff, signed_in):
    auditor = signed_in(staff("audrey", role="auditor"))
    rows = list(csv.reader(io.StringIO(b"".join(auditor.get("/audit.csv").streaming_content).decode())))
    assert rows[0][:3] == ["minute", "who", "what"]
    assert rows[1][1:4] == ["Audrey", "downloaded", "audit"]


def test_a_supervisor_sees_how_somebody_opens_and_not_what(boss, case, staff, clock):
    entry = access.entries(boss.operator, case[0])[0]
    for _turn in range(3):
        access.open_(boss.operator, entry.id)
    said = boss.get("/openings").content.decode()
    assert "Boss" in said
    assert case[1] not in said
    assert "off duty" in said
    rows = list(csv.reader(io.StringIO(b"".join(boss.get("/openings.csv").streaming_content).decode())))
    assert rows[1] == ["2026-06-01", "Boss", "1", "3", "0", "1", "3", "3", "12", "off_duty"]
