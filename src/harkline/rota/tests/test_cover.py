"""Gaps, and the rules that somebody's shifts break: pure values."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from harkline.rota import cover, duty, ical
from harkline.rota.judge import Broken, Limits, Turn, broken, is_night

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 6, 1)
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stretch(begins: str, ends: str, operator: int = 1) -> duty.Stretch:
    return duty.Stretch(at(begins), at(ends), operator)


def two_of_anybody(_day: date, _half: int) -> dict[str, int]:
    return {cover.ANY: 2}


def test_a_gap_is_as_long_as_somebody_is_missing_and_as_deep_as_its_worst_moment() -> None:
    there = [stretch("2026-06-01 08:00", "2026-06-01 12:00"), stretch("2026-06-01 08:00", "2026-06-01 10:15", 2)]
    found = cover.gaps(there, {}, two_of_anybody, at("2026-06-01 08:00"), at("2026-06-01 13:00"), UTC)
    assert found == [cover.Gap(at("2026-06-01 10:15"), at("2026-06-01 13:00"), cover.ANY, 0, 2)]
    assert cover.missing_hours(found) == 1.75 + 2


def test_somebody_who_speaks_two_languages_counts_for_both_and_once_in_all() -> None:
    def need(_day: date, _half: int) -> dict[str, int]:
        return {cover.ANY: 1, "fa": 1, "ps": 1}

    there = [stretch("2026-06-01 08:00", "2026-06-01 09:00")]
    span = (at("2026-06-01 08:00"), at("2026-06-01 09:00"), UTC)
    assert cover.gaps(there, {1: ["fa", "ps"]}, need, *span) == []
    assert [one.language for one in cover.gaps(there, {1: ["fa"]}, need, *span)] == ["ps"]


def test_shifts_of_one_person_that_overlap_are_one_person() -> None:
    there = [stretch("2026-06-01 08:00", "2026-06-01 10:00"), stretch("2026-06-01 09:00", "2026-06-01 11:00")]
    found = cover.gaps(there, {}, two_of_anybody, at("2026-06-01 09:00"), at("2026-06-01 10:00"), UTC)
    assert [(one.have, one.need) for one in found] == [(1, 2)]


def test_the_hour_that_happens_twice_is_needed_twice_and_the_one_that_is_leapt_over_never() -> None:
    def at_one(_day: date, half: int) -> dict[str, int]:
        return {cover.ANY: 1 if half == 2 else 0}

    autumn = cover.gaps([], {}, at_one, at("2026-10-24 23:00"), at("2026-10-25 12:00"), LONDON)
    assert [one.ends - one.begins for one in autumn] == [HOUR / 2, HOUR / 2]
    assert cover.gaps([], {}, at_one, at("2026-03-29 00:00"), at("2026-03-29 12:00"), LONDON) == []


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 300), st.integers(1, 200)), max_size=12))
def test_the_gaps_are_where_counting_minute_by_minute_finds_too_few(rows: list[tuple[int, int, int]]) -> None:
    start = at("2026-06-01 00:00")
    minute = timedelta(minutes=1)
    there = [duty.Stretch(start + a * minute, start + (a + n) * minute, who) for who, a, n in rows]
    found = cover.gaps(there, {}, two_of_anybody, start, start + 360 * minute, UTC)
    for number in range(360):
        moment = start + number * minute
        few = len({one.operator for one in there if one.begins <= moment < one.ends}) < 2
        assert few == any(gap.begins <= moment < gap.ends for gap in found)


# --- rules


def turn(day: int, starts: str, hours: float = 8) -> Turn:
    return Turn(MONDAY + timedelta(days=day), time.fromisoformat(starts), int(hours * 60))


def rules_of(turns: list[Turn], days: int = 28, **limits: object) -> list[str]:
    return [one.rule for one in broken(1, Limits(**limits), turns, MONDAY, MONDAY + timedelta(days=days - 1))]


def test_each_rule_is_named_and_holds_on_its_edge() -> None:
    assert rules_of([turn(0, "14:00"), turn(1, "09:00")]) == []  # eleven hours
    assert rules_of([turn(0, "14:00"), turn(1, "08:59")]) == ["rest"]
    assert rules_of([turn(0, "22:00"), turn(1, "05:00")]) == ["overlap"]
    assert rules_of([turn(day, "09:00", 4) for day in range(5)]) == []
    assert rules_of([turn(day, "09:00", 4) for day in range(6)]) == ["days_in_row"]
    assert rules_of([turn(0, "09:00"), turn(2, "09:00")]) == ["days_off"]
    assert rules_of([turn(0, "09:00"), turn(3, "09:00")]) == []
    assert rules_of([turn(0, "09:00")], week_most=7 * 60) == ["week_most"]
    assert rules_of([turn(0, "22:00"), turn(1, "22:00"), turn(2, "22:00")], nights=2) == ["nights"]
    assert rules_of([turn(5, "09:00"), turn(12, "09:00"), turn(19, "09:00")], weekends=2) == ["weekends"]
    assert rules_of([turn(0, "09:00")], planned=False) == ["contract"]
    assert rules_of([turn(0, "09:00")], from_date=MONDAY + timedelta(days=1)) == ["contract"]


def test_a_night_that_reaches_into_somebodys_leave_breaks_it() -> None:
    leave = [(MONDAY + timedelta(days=1), MONDAY + timedelta(days=3))]
    assert rules_of([turn(0, "22:00")], leave=leave) == ["leave"]
    assert rules_of([turn(0, "14:00")], leave=leave) == []


def test_hours_in_which_somebody_can_work_adjoin_past_midnight() -> None:
    evenings = [(0, 18 * 60, 0), (1, 0, 6 * 60)]  # Monday 18:00 to midnight, Tuesday to 06:00
    assert rules_of([turn(0, "22:00")], windows=evenings) == []
    assert rules_of([turn(0, "22:00", 9)], windows=evenings) == ["availability"]
    assert rules_of([turn(7, "16:00")], windows=[(0, 22 * 60, 6 * 60)]) == ["availability"]


def test_what_comes_before_the_period_counts_and_is_not_reported_by_itself() -> None:
    assert rules_of([turn(day, "09:00", 4) for day in range(-5, 0)]) == []
    assert rules_of([turn(day, "09:00", 4) for day in range(-5, 1)]) == ["days_in_row"]
    assert rules_of([turn(day, "09:00", 4) for day in range(-8, -1)]) == []


def test_too_little_work_in_a_whole_week_and_leave_shortens_it() -> None:
    assert broken(1, Limits(week_least=600), [turn(0, "09:00")], MONDAY, MONDAY + timedelta(days=6)) == [
        Broken(1, (MONDAY,), "week_least", 480, 600)
    ]
    away = [(MONDAY + timedelta(days=5), MONDAY + timedelta(days=6))]
    assert broken(1, Limits(week_least=600, leave=away), [turn(0, "09:00")], MONDAY, MONDAY + timedelta(days=6)) == []


def test_a_night_is_three_hours_between_eleven_and_six() -> None:
    assert is_night(time(22), 480)
    assert is_night(time(0), 180)
    assert not is_night(time(18), 7 * 60)
    assert is_night(time(3), 8 * 60)
    assert not is_night(time(4), 8 * 60)


def test_weekly_shifts_do_not_hold_where_a_rota_was_published() -> None:
    weekly = duty.Shift(1, 0, time(9), 60)
    left = duty.without([weekly], [(MONDAY, MONDAY + timedelta(days=13))])
    held = [
        day
        for day in range(-7, 29, 7)
        if duty.on_duty(left, datetime.combine(MONDAY + timedelta(days=day), time(9), UTC), UTC)
    ]
    assert held == [-7, 14, 21, 28]
    assert duty.without([weekly], []) == [weekly]


# --- calendars


@given(st.text(max_size=300))
def test_a_folded_line_unfolds_to_itself_in_pieces_of_75_octets(text: str) -> None:
    line = ical.escaped(text)
    pieces = ical.folded(line).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert "\n" not in line


def test_what_a_calendar_takes_for_its_own_signs_is_escaped() -> None:
    assert ical.escaped("a,b;c\\d\r\ne\x07") == "a\\,b\\;c\\\\d\\ne"
