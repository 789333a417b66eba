"""The figures of a period: who sees which counts, what each counts, and the JSON that is documented."""

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fastjsonschema
import pytest
from django.urls import reverse

from harkline.console import scoreboard, tally
from harkline.console.figure_words import MEANINGS
from harkline.console.figures import Definition
from harkline.console.tally import COUNTS, Row
from harkline.intake import exclusions
from harkline.intake.models import Attempt, Contact, Thread
from harkline.rota.models import Duty

DOCS = Path(__file__).parents[4] / "docs" / "reference"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday
USUAL = Definition(goal=0.8, threshold=20, count_abandoned=True, short_abandon=10)


@pytest.fixture(autouse=True)
def one_step(settings):
    settings.SECOND_STEP = False


@pytest.fixture
def came(team_private, clock):
    """``came(5, waited=4, …)`` puts five attempts an hour ago; with an ``operator`` they were answered."""
    keys = iter(range(10**6))

    def put(
        number=1, *, ago=1.0, waited=4.0, channel="phone", language="en", outcome="answered", stage="queue", **more
    ):
        at = NOON - timedelta(hours=ago)
        rows = []
        for _one in range(number):
            end = at + timedelta(seconds=waited)
            row = Attempt.objects.create(
                channel=channel,
                dedupe_key=f"{next(keys)}",
                arrived_at=at,
                ended_at=end,
                language=language,
                outcome=outcome,
                stage=stage,
                **more,
            )
            if outcome in ("answered", "message"):
                thread = Thread.objects.create(channel=channel, handle=next(keys).to_bytes(5), opened_at=at)
                Contact.objects.create(
                    attempt=row, thread=thread, channel=channel, language=language, live=channel == "phone", arrived_at=at,
                    waiting_since=at, accepted_at=end if outcome == "answered" else None,
                    state="closed" if outcome == "answered" else "waiting",
                )  # fmt: skip
            rows.append(row)
        return rows

    return put


def everybody(sheet, kind="calls"):
    return sheet.groups[kind][0]


@pytest.mark.django_db
def test_abandoned_calls_are_told_apart_by_where_they_ended(came, staff):
    boss = staff("boss", role="supervisor")
    came(6)
    came(2, waited=90)
    came(3, outcome="abandoned", waited=40)
    came(1, outcome="abandoned", waited=15, stage="greeting")
    came(2, outcome="short_abandoned", waited=3)
    came(1, outcome="overflowed", waited=120)
    came(7, outcome="rejected")
    came(7, machine_kind="canary")
    found = everybody(scoreboard.sheet(boss, "day", exact=True))
    counts = found.counts
    assert (counts["offered"], counts["in_time"], counts["late"], counts["overflowed"]) == (13, 6, 2, 1)
    assert (counts["abandoned_queue"], counts["abandoned_greeting"], counts["short_abandoned"]) == (3, 1, 2)
    assert found.level == pytest.approx(6 / 13)
    assert (found.median, found.longest) == (15, 120)


@pytest.mark.django_db
def test_messages_are_answered_once_somebody_has_taken_them(came, staff):
    came(3, channel="email", outcome="message")
    came(2, channel="web", waited=3600)
    Attempt.objects.filter(channel="web").update(outcome="message")
    counts = everybody(scoreboard.sheet(staff("boss", role="supervisor"), "day", exact=True), "messages").counts
    assert (counts["offered"], counts["answered"], counts["open"]) == (5, 2, 3)


@pytest.mark.django_db
def test_people_on_duty_are_counted_by_the_hour(came, staff):
    boss = staff("boss", role="supervisor")
    Duty.objects.create(operator=boss, started_at=NOON - timedelta(hours=2), ended_at=NOON - timedelta(hours=1))
    Duty.objects.create(operator=staff("robin"), started_at=NOON - timedelta(minutes=90))
    hours = scoreboard.sheet(boss, "day", exact=True).hours
    assert [hours[at].duty for at in (9, 10, 11)] == [0, 1.5, 1]
    assert hours[10].needed >= 2


@pytest.mark.django_db
def test_effective_capacity_says_how_much_of_the_people_is_made_use_of(came, staff):
    boss = staff("boss", role="supervisor")
    Duty.objects.create(operator=boss, started_at=NOON - timedelta(days=2))
    for hour in range(1, 24, 2):
        came(2, ago=hour)
        came(1, ago=hour, outcome="abandoned", waited=60)
    few = scoreboard.sheet(boss, "day", exact=True).effective
    for name in ("robin", "sam"):
        Duty.objects.create(operator=staff(name), started_at=NOON - timedelta(days=2))
    many = scoreboard.sheet(boss, "day", exact=True).effective
    assert 0 < many < few <= 1.5
    assert many == pytest.approx(few / 3, rel=0.01)


def test_the_worst_class_is_held_against_the_average():
    rows = [Row("phone", "en", 1, "answered", "queue", 5.0)] * 18 + [
        Row("phone", "en", 1, "abandoned", "queue", 50.0)
    ] * 2
    rows += [Row("phone", "ps", 1, "answered", "queue", 5.0)] * 6 + [
        Row("phone", "ps", 1, "abandoned", "queue", 50.0)
    ] * 4
    found = tally.worst(tally.tally(rows, USUAL), 5)
    assert (found.language, found.ratio) == ("ps", pytest.approx(0.4 / 0.2))
    assert tally.worst(tally.tally(rows[:20], USUAL), 5) is None


def test_how_long_an_answer_took_that_was_removed_is_in_no_level():
    found = tally.tally([Row("phone", "en", 1, "answered"), Row("phone", "en", 1, "answered", "queue", 30.0)], USUAL)
    assert found["all", ""].counts["unmeasured"] == 1
    assert tally.level(found["all", ""].counts, USUAL) == 0


@pytest.fixture
def last_week(came):
    """A whole calendar week with one small language."""
    came(40, ago=24 * 5)
    came(9, ago=24 * 5, outcome="abandoned", waited=60)
    came(30, ago=24 * 4, language="fa")
    came(2, ago=24 * 4, language="ps")


@pytest.mark.django_db
def test_others_than_supervisors_see_no_small_counts_and_whole_weeks_alone(last_week, staff):
    auditor = staff("ada", role="auditor")
    sheet = scoreboard.sheet(auditor, "day", exact=False)
    assert sheet.period.word == "2026-05-25"
    languages = {one.word: one.counts for one in sheet.groups["calls"] if one.group == "language"}
    assert languages["ps"]["offered"] is None
    assert [one["offered"] for one in languages.values()].count(None) >= 2  # the total would reveal a single one
    assert everybody(sheet).counts["offered"] == 81


@pytest.mark.django_db
def test_an_auditor_gets_the_same_whatever_is_hidden_from_them(client, last_week, staff):
    ada, eve = staff("ada", role="auditor"), staff("eve", role="auditor")
    staff("sam")
    exclusions.exclude([Thread.objects.first().pk], operators=[ada.pk])
    pages = []
    for one in (ada, eve):
        client.force_login(one)
        pages.append(client.get(reverse("figures_table")).content)
    assert pages[0] == pages[1]


@pytest.mark.django_db
def test_pages_and_downloads_by_role(client, last_week, staff):
    boss, ada = staff("boss", role="supervisor"), staff("ada", role="auditor")
    client.force_login(boss)
    page = client.get(reverse("figures") + "?period=2026-05-25").content.decode()
    assert "With small counts" in page
    exact = json.loads(client.get(reverse("figures_json") + "?period=2026-05-25").content)
    handed_out = json.loads(client.get(reverse("figures_json") + "?period=2026-05-25&view=outside").content)
    client.force_login(ada)
    theirs = json.loads(client.get(reverse("figures_json")).content)
    assert (exact["view"], theirs["view"]) == ("supervisor", "outside")
    assert theirs == handed_out
    assert "hidden" in client.get(reverse("figures_table")).content.decode()
    assert client.get(reverse("attempts")).status_code == 403
    assert "Counts by whole weeks" in client.get(reverse("board")).content.decode()


@pytest.mark.django_db
def test_the_json_is_as_documented(client, last_week, staff):
    page = (DOCS / "figures-json.md").read_text(encoding="utf-8")
    check = fastjsonschema.compile(json.loads(re.search(r"```json schema\n(.*?)```", page, re.DOTALL)[1]))
    for role, query in (("supervisor", "?period=month"), ("auditor", ""), ("supervisor", "?period=day")):
        client.force_login(staff(f"{role}{len(query)}", role=role))
        answer = client.get(reverse("figures_json") + query)
        check(json.loads(answer.content))
    wrong = json.loads(answer.content)
    wrong["groups"][0]["offered"] = "seven"
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check(wrong)
    example = json.loads(re.search(r"```json example\n(.*?)```", page, re.DOTALL)[1])
    assert check(example)["schema"] == "harkline-figures/1"


@pytest.mark.django_db
def test_the_table_has_a_line_for_each_group(client, last_week, staff):
    client.force_login(staff("boss", role="supervisor"))
    rows = list(csv.DictReader(client.get(reverse("figures_table") + "?period=month").content.decode().splitlines()))
    assert {row["group"] for row in rows} == {"all", "channel", "language", "hour"}
    assert next(row for row in rows if row["kind"] == "calls")["offered"] == "81"


def test_every_count_is_defined_on_the_page_and_in_the_reference():
    page = (DOCS / "figures.md").read_text(encoding="utf-8")
    assert set(MEANINGS) == set(COUNTS)
    for name in COUNTS:
        assert f"| `{name}` |" in page


@pytest.mark.django_db
def test_the_wall_shows_no_small_counts_and_nothing_that_is_hidden_from_somebody(client, came, staff):
    staff("sam")
    client.force_login(staff("robin"))
    came(4)
    assert "Fewer than 5 so far" in client.get(reverse("wall_now")).content.decode()
    hidden = came(1)[0]
    assert "Offered" in client.get(reverse("wall_now")).content.decode()
    exclusions.exclude([hidden.contact.thread_id], operators=[staff("boss").pk])
    assert "Fewer than 5 so far" in client.get(reverse("wall_now")).content.decode()


@pytest.mark.django_db
def test_forecast_need_and_back_test_have_pages_from_the_first_day_on(client, team_private, clock, staff):
    client.force_login(staff("boss", role="supervisor"))
    for name in ("forecast", "need", "back_test", "figures", "wallboard"):
        assert client.get(reverse(name)).status_code == 200, name
    assert "Nothing has come on a whole day yet" in client.get(reverse("forecast")).content.decode()
    moved = client.get(reverse("need_reckoned") + "?demand=400&handling=60&patience=nonsense&day=2026-06-02")
    assert "what if" in moved.content.decode()
    for name in ("forecast_table", "need_table"):
        rows = client.get(reverse(name)).content.decode().splitlines()
        assert len(rows) > 28 * 48


@pytest.mark.django_db
def test_supervisors_say_what_is_coming(client, team_private, clock, staff):
    client.force_login(staff("boss", role="supervisor"))
    said = {"note": "A report on television", "first": "2026-06-03", "percent": "250"}
    assert client.post(reverse("events"), said).status_code == 302
    assert "A report on television" in client.get(reverse("forecast")).content.decode()
    wrong = client.post(reverse("events"), {**said, "last": "2026-06-01"})
    assert (wrong.status_code, "A report on television" in wrong.content.decode()) == (422, True)
    from harkline.rota.models import Event

    client.post(reverse("event", args=[Event.objects.get().pk]))
    assert not Event.objects.exists()
