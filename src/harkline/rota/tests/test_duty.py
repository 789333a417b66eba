"""Who is on duty, on usual days and when the clock is put forward or back."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harkline.rota.duty import Shift, next_staffed, on_duty, stretches, until

LONDON = ZoneInfo("Europe/London")
MONDAY, SATURDAY, SUNDAY = 0, 5, 6


def at(text: str, zone: ZoneInfo = LONDON, fold: int = 0) -> datetime:
    """An instant by the wall clock: ``2026-03-29 03:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def shift(weekday: int, starts: str, hours: float, operator: int = 1, **dates: date) -> Shift:
    return Shift(operator, weekday, time.fromisoformat(starts), int(hours * 60), **dates)


def test_a_shift_begins_on_the_minute_and_is_over_on_the_minute() -> None:
    rota = [shift(MONDAY, "09:00", 4)]
    assert on_duty(rota, at("2026-06-01 08:59:59"), LONDON) == set()
    assert on_duty(rota, at("2026-06-01 09:00"), LONDON) == {1}
    assert on_duty(rota, at("2026-06-01 12:59:59"), LONDON) == {1}
    assert on_duty(rota, at("2026-06-01 13:00"), LONDON) == set()


def test_a_night_shift_goes_on_past_midnight_and_past_the_end_of_the_week() -> None:
    rota = [shift(SUNDAY, "22:00", 8)]
    assert on_duty(rota, at("2026-06-01 05:59"), LONDON) == {1}
    assert on_duty(rota, at("2026-06-01 06:00"), LONDON) == set()


def test_a_shift_of_more_than_a_day_is_found_on_its_last_hour() -> None:
    rota = [shift(MONDAY, "09:00", 60)]
    assert on_duty(rota, at("2026-06-03 20:59"), LONDON) == {1}


def test_first_and_last_date_bound_the_day_of_starting() -> None:
    rota = [shift(MONDAY, "22:00", 8, from_date=date(2026, 6, 8), to_date=date(2026, 6, 15))]
    held = [day for day in (1, 8, 15, 22) if on_duty(rota, at(f"2026-06-{day:02} 23:00"), LONDON)]
    assert held == [8, 15]
    assert on_duty(rota, at("2026-06-16 05:00"), LONDON) == {1}


def test_the_hours_are_those_of_the_line_and_not_of_the_reader() -> None:
    rota = [shift(MONDAY, "09:00", 4)]
    kabul = ZoneInfo("Asia/Kabul")
    assert on_duty(rota, at("2026-06-01 09:00", kabul), kabul) == {1}
    assert on_duty(rota, at("2026-06-01 10:00", LONDON), kabul) == set()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        on_duty([shift(MONDAY, "09:00", 4)], datetime(2026, 6, 1, 9), LONDON)


# London: at 01:00 on 29 March 2026 the clock leaps to 02:00; at 02:00 on 25 October 2026 it falls back to 01:00.


def test_a_night_in_spring_is_an_hour_shorter_and_in_autumn_an_hour_longer() -> None:
    rota = [shift(SATURDAY, "22:00", 8)]
    for evening, hours in (("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-06", 8)):
        begins = at(f"{evening} 22:00")
        ends = until(rota, 1, begins, LONDON)
        assert ends is not None
        assert ends - begins == timedelta(hours=hours)


def test_who_starts_at_a_time_that_never_is_starts_at_the_leap() -> None:
    rota = [shift(SUNDAY, "01:30", 4)]
    leap = at("2026-03-29 02:00")
    assert on_duty(rota, leap - timedelta(seconds=1), LONDON) == set()
    assert on_duty(rota, leap, LONDON) == {1}
    assert until(rota, 1, leap, LONDON) == at("2026-03-29 05:30")


def test_who_ends_at_a_time_that_never_is_ends_at_the_leap() -> None:
    rota = [shift(SATURDAY, "22:00", 3.5)]
    leap = at("2026-03-29 02:00")
    assert on_duty(rota, leap - timedelta(seconds=1), LONDON) == {1}
    assert on_duty(rota, leap, LONDON) == set()


def test_a_shift_inside_the_leap_does_not_happen() -> None:
    rota = [shift(SUNDAY, "01:10", 0.5)]
    leap = at("2026-03-29 02:00")
    assert stretches(rota, leap - timedelta(days=1), leap + timedelta(days=1), LONDON) == []
    assert next_staffed(rota, leap, LONDON) == at("2026-04-05 01:10")


def test_who_starts_in_the_hour_that_happens_twice_comes_for_the_first() -> None:
    rota = [shift(SUNDAY, "01:30", 4)]
    assert on_duty(rota, at("2026-10-25 01:29"), LONDON) == set()
    assert on_duty(rota, at("2026-10-25 01:30"), LONDON) == {1}
    assert on_duty(rota, at("2026-10-25 01:00", fold=1), LONDON) == {1}


def test_who_ends_in_the_hour_that_happens_twice_stays_for_the_second() -> None:
    rota = [shift(SATURDAY, "22:00", 3.5)]
    assert on_duty(rota, at("2026-10-25 01:45"), LONDON) == {1}
    assert on_duty(rota, at("2026-10-25 01:29", fold=1), LONDON) == {1}
    assert on_duty(rota, at("2026-10-25 01:30", fold=1), LONDON) == set()


def test_a_whole_day_can_be_leapt_over() -> None:
    apia = ZoneInfo("Pacific/Apia")  # there was no Friday 30 December 2011
    rota = [shift(4, "09:00", 8)]
    assert next_staffed(rota, at("2011-12-29 12:00", apia), apia) == at("2012-01-06 09:00", apia)


def test_a_leap_of_half_an_hour() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # 4 October 2026: 02:00 leaps to 02:30
    rota = [shift(SUNDAY, "02:10", 1)]
    assert next_staffed(rota, at("2026-10-04 01:00", lord_howe), lord_howe) == at("2026-10-04 02:30", lord_howe)


def test_the_next_staffed_hour() -> None:
    rota = [shift(MONDAY, "09:00", 4), shift(3, "18:00", 4, operator=2)]
    assert next_staffed(rota, at("2026-06-01 10:00"), LONDON) == at("2026-06-01 10:00")
    assert next_staffed(rota, at("2026-06-01 13:00"), LONDON) == at("2026-06-04 18:00")
    assert next_staffed([], at("2026-06-01 13:00"), LONDON) is None


def test_a_rota_that_begins_months_ahead_is_found_and_one_that_is_over_is_not() -> None:
    later = [shift(MONDAY, "09:00", 4, from_date=date(2026, 12, 1))]
    assert next_staffed(later, at("2026-06-01 13:00"), LONDON) == at("2026-12-07 09:00")
    over = [shift(MONDAY, "09:00", 4, to_date=date(2026, 5, 1))]
    assert next_staffed(over, at("2026-06-01 13:00"), LONDON) is None


def test_shifts_that_adjoin_are_one_stretch_of_duty() -> None:
    rota = [shift(MONDAY, "09:00", 4), shift(MONDAY, "13:00", 4), shift(MONDAY, "17:00", 4, operator=2)]
    assert until(rota, 1, at("2026-06-01 10:00"), LONDON) == at("2026-06-01 17:00")
    assert until(rota, 2, at("2026-06-01 10:00"), LONDON) is None


def test_somebody_always_on_duty_is_followed_for_a_week() -> None:
    rota = [shift(day, "00:00", 24) for day in range(7)]
    end = until(rota, 1, at("2026-06-01 10:00"), LONDON)
    assert end is not None
    assert end - at("2026-06-01 10:00") >= timedelta(days=7)


# What holds in every zone, on every day.

# Summer time by an hour, by half an hour, by two; "winter time"; midnight leaps; none; a skipped day (2011).
ZONES = ["Europe/London", "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Casablanca", "Asia/Beirut"]
ZONES += ["America/St_Johns", "Asia/Kabul", "Asia/Tehran", "America/New_York", "Pacific/Apia"]

zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
minutes = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))


@st.composite
def rotas(draw: st.DrawFn) -> list[Shift]:
    rows = draw(st.integers(1, 4))
    return [
        Shift(draw(st.integers(1, 2)), draw(st.integers(0, 6)), draw(minutes), draw(st.integers(1, 2000)))
        for _ in range(rows)
    ]


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """An instant within a day of one where the zone's clock is put forward or back, if it ever is."""
    zone, start = draw(zones), draw(instants)
    days = [start + timedelta(days=day) for day in range(400)]
    changes = [
        day for day, then in pairwise(days) if day.astimezone(zone).utcoffset() != then.astimezone(zone).utcoffset()
    ]
    return zone, (changes or days)[0] + timedelta(minutes=draw(st.integers(-1440, 2880)))


@st.composite
def rounds(draw: st.DrawFn) -> list[Shift]:
    """A week without a hole on paper: shifts that adjoin, the last one ending where the first began."""
    cuts = sorted(draw(st.sets(st.integers(0, 7 * 1440 - 1), min_size=1, max_size=12)))
    ends = [*cuts[1:], cuts[0] + 7 * 1440]
    return [
        Shift(number, start // 1440, time(start % 1440 // 60, start % 60), end - start)
        for number, (start, end) in enumerate(zip(cuts, ends, strict=True))
    ]


@given(rounds(), near_a_change())
@example(
    [Shift(1, day, time(1, 30), 1440) for day in range(7)],
    (LONDON, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
)
def test_a_rota_without_a_hole_on_paper_has_none_in_fact(rota: list[Shift], when: tuple[ZoneInfo, datetime]) -> None:
    zone, instant = when
    assert on_duty(rota, instant, zone)


def shown(wall: datetime, row: Shift) -> bool:
    """Whether the wall clock shows a time of this shift, counted in minutes of the week."""
    minute = wall.weekday() * 1440 + wall.hour * 60 + wall.minute
    return (minute - row.weekday * 1440 - row.starts.hour * 60 - row.starts.minute) % 10080 < row.minutes


@given(rotas(), near_a_change())
def test_where_the_clock_is_left_alone_it_is_the_wall_clock_that_counts(
    rota: list[Shift], when: tuple[ZoneInfo, datetime]
) -> None:
    zone, instant = when
    local = instant.astimezone(zone)
    offsets = {(instant + timedelta(hours=hour)).astimezone(zone).utcoffset() for hour in range(-60, 60)}
    if len(offsets) == 1:
        assert on_duty(rota, instant, zone) == {row.operator for row in rota if shown(local, row)}


@given(rotas(), near_a_change())
def test_whoever_the_wall_clock_names_is_on_duty_even_when_it_changes(
    rota: list[Shift], when: tuple[ZoneInfo, datetime]
) -> None:
    zone, instant = when
    named = {row.operator for row in rota if shown(instant.astimezone(zone), row)}
    assert named <= on_duty(rota, instant, zone)


@given(rotas(), near_a_change())
def test_duty_lasts_until_it_ends_and_not_a_moment_longer(rota: list[Shift], when: tuple[ZoneInfo, datetime]) -> None:
    zone, instant = when
    for operator in (1, 2):
        end = until(rota, operator, instant, zone)
        assert (end is not None) is (operator in on_duty(rota, instant, zone))
        if end is not None:
            assert operator in on_duty(rota, end - timedelta(microseconds=1), zone)
            assert operator not in on_duty(rota, end, zone) or end - instant >= timedelta(days=7)


@given(rotas(), near_a_change())
def test_nobody_is_on_duty_before_the_next_staffed_hour(rota: list[Shift], when: tuple[ZoneInfo, datetime]) -> None:
    zone, instant = when
    following = next_staffed(rota, instant, zone)
    assert following is not None
    assert on_duty(rota, following, zone)
    between = (following - instant) / 7
    assert not any(on_duty(rota, instant + step * between, zone) for step in range(7) if between)


def test_a_page_of_the_rota_shows_every_shift_and_the_night_shift_that_is_still_under_way() -> None:
    rota = [shift(SUNDAY, "22:00", 8), shift(MONDAY, "06:00", 8, operator=2), shift(MONDAY, "14:00", 8, operator=3)]
    shown = stretches(rota, at("2026-06-01 01:00"), at("2026-06-02 01:00"), LONDON)
    assert [one.operator for one in shown] == [1, 2, 3]
