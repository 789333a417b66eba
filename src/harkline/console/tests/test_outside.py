"""What was seen is held against what is expected."""

import pytest

from harkline.console import outside, watching
from harkline.outside import compare
from harkline.outside.models import Observation
from harkline.outside.names import Look
from harkline.routing import alarms

pytestmark = pytest.mark.django_db


def saw(found, kind="mx", expected=None, subject="line.example"):
    compare.record([Look(kind, subject, found, expected, "" if found is not None else "no_answer")])
    return Observation.objects.filter(kind=kind).first()


def test_what_was_seen_first_is_expected_and_a_change_alarms_until_it_is_undone(team_private, clock):
    assert not compare.wrong(saw("10 mx.line.example."))
    row = saw("10 mx.evil.example.")
    [alarm] = alarms.open_()
    assert (alarm.kind, alarm.subject) == ("drift", str(row.pk))
    assert "mail servers (MX), line.example" in watching.lasting()[0].sentence
    saw("10 mx.line.example.")
    assert not alarms.open_()


def test_somebody_takes_the_change_for_the_new_state_if_it_is_what_they_saw(team_private, clock, staff):
    sam = staff("sam", role="administrator")
    saw("old")
    row = saw("new")
    assert not compare.accept(row.pk, "something else", sam)
    assert compare.accept(row.pk, "new", sam)
    assert not compare.accept(row.pk, "new", sam)
    row.refresh_from_db()
    assert (row.expected, row.accepted_by) == ("new", sam)
    assert not alarms.open_()
    assert compare.wrong(saw("old"))


def test_a_page_is_what_this_server_says_and_nobody_can_accept_another(team_private, clock, staff):
    row = saw("link: tel:+1", kind="page", expected="link: tel:+2")
    assert compare.wrong(row)
    assert not compare.accept(row.pk, "link: tel:+1", staff("sam", role="administrator"))
    assert not compare.wrong(saw("link: tel:+3", kind="page", expected="link: tel:+3"))


def test_one_answer_that_fails_is_no_alarm_and_three_are(team_private, clock):
    saw("10 mx.line.example.")
    saw(None)
    saw(None)
    assert not alarms.open_()
    saw(None)
    assert "nobody has answered for a while" in watching.lasting()[0].sentence
    saw("10 mx.line.example.")
    assert not alarms.open_()


def test_look_alikes_are_listed_without_ringing_anybody_and_go_when_they_are_given_up(team_private, clock, staff):
    row = saw("A 192.0.2.7", kind="lookalike", subject="xn--cedrline-36g.example")
    assert not alarms.open_()
    [seen] = outside.alike()
    assert seen.can_accept
    assert seen.subject.startswith("cedаrline.example")
    compare.accept(row.pk, "A 192.0.2.7", staff("sam", role="administrator"))
    assert not outside.alike()[0].can_accept
    saw(None, kind="lookalike", subject="xn--cedrline-36g.example")
    assert Observation.objects.exists()
    saw("", kind="lookalike", subject="xn--cedrline-36g.example")
    assert not Observation.objects.exists()


def test_what_is_looked_at_no_more_is_forgotten_with_its_alarm(team_private, clock):
    saw("old")
    saw("new")
    clock.forward(hours=49)
    compare.forget()
    assert not Observation.objects.exists()
    assert not alarms.open_()


def test_the_page_shows_it_and_only_administrators_accept(staff, signed_in, clock):
    saw("old")
    row = saw("new <b>")
    saw("link: tel:+1", kind="page", expected="link: tel:+2", subject="https://line.example/")
    boss, sam = signed_in(staff("boss", role="administrator")), signed_in(staff("sam", role="supervisor"))
    page = boss.get("/watch").content.decode()
    assert "new &lt;b&gt;" in page
    assert "link: tel:+1" in page
    assert page.count("Accept as the new state:") == 1
    assert "Accept as the new state:" not in sam.get("/watch").content.decode()
    assert boss.post(f"/watch/outside/{row.pk}", {"mark": "0" * 16}).status_code == 409
    assert boss.post(f"/watch/outside/{row.pk}", {"mark": outside.mark(row)}).status_code == 204
    assert not compare.wrong(Observation.objects.get(pk=row.pk))


def test_without_settings_it_says_what_to_set(staff, signed_in):
    assert (
        "nothing is asked of anybody until [outside]"
        in signed_in(staff("sam", role="supervisor")).get("/watch").content.decode()
    )


def test_a_long_line_is_shown_so_that_a_change_in_its_middle_can_be_seen(team_private, clock):
    saw("v=DKIM1; p=" + "A" * 200, kind="dkim")
    saw("v=DKIM1; p=" + "A" * 100 + "B" + "A" * 99, kind="dkim")
    [seen] = outside.seen()
    assert seen.more[0][:46] == seen.less[0][:46]
    assert seen.more != seen.less
    assert max(map(len, [*seen.more, *seen.less])) < 80
