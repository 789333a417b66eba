"""What came becomes a forecast, and the forecast a need; nobody learns by it what is hidden from them."""

from datetime import UTC, datetime, timedelta

import pytest

from harkline.console import demand, needs
from harkline.intake import erase, exclusions
from harkline.intake.models import Attempt, Contact, Thread
from harkline.rota import events, targets
from harkline.rota.targets import Targets

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def came(team_private, clock):
    """``came(days_ago, hour, how_many, …)`` puts attempts into the past."""
    keys = iter(range(10**6))

    def put(ago, hour, number=1, channel="phone", language="en", outcome="answered", minute=10, **fields):
        at = NOON.replace(hour=hour, minute=minute) - timedelta(days=ago)
        return Attempt.objects.bulk_create(
            Attempt(
                channel=channel,
                dedupe_key=f"{next(keys)}",
                arrived_at=at,
                ended_at=at + timedelta(seconds=60),
                language=language,
                outcome=outcome,
                **fields,
            )
            for _one in range(number)
        )

    return put


def of_phone():
    return demand.forecasts()["phone"]


def test_a_new_line_has_a_forecast_and_needs_two(team_private, clock):
    rows = needs.over(NOON, NOON + timedelta(days=1))
    assert len(rows) == 48
    assert {one.people for one in rows} == {2}
    assert rows[0].by_language == {"en": 1, "fa": 1}
    assert sum(one.calls for one in rows) == pytest.approx(10, rel=0.01)  # seventy a week
    assert sum(one.messages for one in rows) == pytest.approx(5, rel=0.01)


def test_who_gave_up_counts_and_machines_rehearsals_and_who_was_turned_away_do_not(came):
    came(3, 9, 4, outcome="abandoned", stage="queue")
    came(3, 9, 2, outcome="answered")
    came(3, 9, 5, outcome="rejected")
    came(3, 9, 5, machine_kind="canary")
    came(4, 9)
    day = next(one for one in of_phone().history if one.on == (NOON - timedelta(days=3)).date())
    assert (day.total, day.counts[18]) == (6, 6)


def test_days_are_those_of_the_lines_clock(came):
    from harkline.line.models import Line

    Line.objects.update(timezone="Asia/Kabul")  # UTC+4:30
    came(5, 1)
    came(3, 20, 3)  # 00:40 of the next day there
    day = next(one for one in of_phone().history if one.total == 3)
    assert (day.on, day.counts[1]) == ((NOON - timedelta(days=2)).date(), 3)


def test_what_is_kept_to_the_hour_counts_half_in_either_half(came):
    came(5, 1)
    erase.anonymise(came(3, 9, 4, minute=45))
    day = next(one for one in of_phone().history if one.total == 4)
    assert (day.counts[18], day.counts[19]) == (2, 2)


def test_forecast_and_need_follow_what_comes_by_language(came):
    for ago in range(1, 40):
        came(ago, 9, 20)
        came(ago, 20, 2, language="fa")
    rows = needs.over(NOON + timedelta(hours=12), NOON + timedelta(hours=36))
    nine, twenty = (next(one for one in rows if one.begins.hour == hour) for hour in (9, 20))
    assert nine.people > 4 > twenty.people
    assert nine.calls > 8 * twenty.calls
    assert nine.by_language["en"] > nine.by_language["fa"]


def test_an_event_changes_the_days_it_is_said_for(came):
    tomorrow = (NOON + timedelta(days=1)).date()
    usual = of_phone().whole.total(tomorrow)
    events.add(tomorrow, tomorrow, 3.0, "A report on television")
    assert of_phone().whole.total(tomorrow, of_phone().factor(tomorrow)) == pytest.approx(3 * usual)
    with pytest.raises(ValueError, match="ends before"):
        events.add(tomorrow, tomorrow - timedelta(days=1), 1.0, "x")


def test_what_is_hidden_from_any_colleague_is_in_nobodys_forecast(came, staff):
    came(6, 9)
    row = came(3, 9)[0]
    thread = Thread.objects.create(channel="phone", handle=b"12345", opened_at=NOON)
    Contact.objects.create(
        attempt=row,
        thread=thread,
        channel="phone",
        language="en",
        arrived_at=row.arrived_at,
        waiting_since=row.arrived_at,
    )
    staff("sam")
    exclusions.exclude([thread.pk], operators=[staff("robin").pk], outside=True)
    assert not any(one.total for one in of_phone().history if one.on == row.arrived_at.date())


def test_patience_and_handling_are_measured(came):
    for row in came(2, 9, 10, outcome="abandoned", stage="queue"):
        Attempt.objects.filter(pk=row.pk).update(ended_at=row.arrived_at + timedelta(seconds=300))
    came(2, 9, 30, outcome="abandoned", stage="greeting")  # did not lose patience with the queue
    with targets.using(Targets(patience=100, handling=600)):
        found = needs.basis()
    assert found.patience.number == 10
    assert found.patience.mean == pytest.approx((3000 + 500) / 15)
    assert (found.handling.mean, found.handling.own) == (600, 0)


def test_four_weeks_of_need_are_reckoned_at_once(came):
    came(3, 9, 4)
    first = NOON.replace(hour=0)
    rows = needs.over(first, first + timedelta(days=28))
    assert [one.begins for one in rows] == demand.half_hours(first, first + timedelta(days=28))
