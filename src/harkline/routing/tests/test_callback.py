"""A caller's own terms for being called back, by the clock on their own wall."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harkline.routing import callback
from harkline.routing.callback import SafeWindow, Terms, Tried, verdict

WEEKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))
MORNING = SafeWindow(WEEKDAYS, 10 * 60, 12 * 60)
TERMS = Terms(
    "caller",
    "Europe/London",
    (MORNING,),
    expires_at=datetime(2026, 3, 20, tzinfo=UTC),
    number_given=True,
    tries=3,
    pause=timedelta(hours=4),
)
MONDAY = datetime(2026, 3, 9, tzinfo=UTC)


def at(hour: float, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


def test_in_the_window_the_call_may_be_made_until_it_closes():
    found = verdict(TERMS, at(10.5))
    assert (found.allowed, found.at) == (True, at(12))


@pytest.mark.parametrize(("now", "opens"), [(at(9.9), at(10)), (at(12), at(10, 1)), (at(13, 4), at(10, 7))])
def test_outside_the_window_it_is_refused_and_says_when_the_next_one_opens(now: datetime, opens: datetime):
    assert verdict(TERMS, now) == callback.Verdict("outside", opens)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"consent": ""}, "not_asked"),
        ({"consent": "other"}, "not_asked"),
        ({"number_given": False}, "no_number"),
        ({"windows": ()}, "no_window"),
        ({"expires_at": at(10)}, "expired"),
        ({"tries": 0}, "tries_used"),
        ({"state": "reached"}, "over"),
    ],
)
def test_what_the_caller_did_not_say_is_not_allowed(change: dict, reason: str):
    assert verdict(replace(TERMS, **change), at(10.5)).reason == reason


def test_without_terms_nobody_is_dialled_not_even_by_two():
    assert verdict(None, at(10.5)).reason == verdict(None, at(10.5), override=True).reason == "no_terms"


def test_after_a_try_there_is_a_pause_that_ends_within_a_window():
    assert verdict(TERMS, at(11), [Tried(at(10))]) == callback.Verdict("too_soon", at(10, 1))
    assert verdict(replace(TERMS, pause=timedelta(hours=1)), at(10.5), [Tried(at(10))]).at == at(11)
    assert verdict(TERMS, at(10, 1), [Tried(at(10))]).allowed


def test_tries_are_bounded():
    tried = [Tried(at(10, day)) for day in (-7, -6, -5)]
    assert verdict(TERMS, at(10.5), tried).reason == "tries_used"
    assert verdict(TERMS, at(10.5), tried[1:]).allowed


def test_two_operators_do_not_dial_at_once():
    assert verdict(TERMS, at(10.5), [Tried(at(10.4), over=False)]).reason == "under_way"
    assert verdict(TERMS, at(10.5), [Tried(at(10.4), over=False)], override=True).reason == "under_way"


def test_a_closed_line_says_so_only_where_the_caller_allows_the_call():
    assert verdict(TERMS, at(10.5), reach="no_trunk").reason == "no_trunk"
    assert verdict(TERMS, at(13), reach="no_trunk").reason == "outside"


def test_two_people_may_lift_the_hours_and_never_the_want_of_a_number():
    late = [Tried(at(12.5)), Tried(at(12.6)), Tried(at(12.7))]
    assert verdict(replace(TERMS, consent="other", expires_at=at(0)), at(13), late, override=True).allowed
    assert verdict(replace(TERMS, number_given=False), at(13), override=True).reason == "no_number"


def test_no_window_is_promised_after_the_terms_have_ended():
    assert verdict(replace(TERMS, expires_at=at(9, 1)), at(13)).at is None
    assert verdict(replace(TERMS, last_day=date(2026, 3, 9)), at(13)) == callback.Verdict("outside", None)
    assert verdict(replace(TERMS, first_day=date(2026, 3, 16)), at(10.5)).at == at(10, 7)


def test_a_window_past_midnight_belongs_to_the_day_on_which_it_opens():
    night = replace(TERMS, windows=(SafeWindow(frozenset({0}), 22 * 60, 2 * 60),), last_day=date(2026, 3, 9))
    assert [verdict(night, at(h)).allowed for h in (21.9, 22, 25.9, 26)] == [False, True, True, False]
    assert verdict(night, at(1)).at == at(22)


def test_an_hour_that_the_clock_skips_is_never_safe():
    # On 29 March 2026 clocks in London go from 01:00 to 02:00.
    gone = replace(TERMS, windows=(SafeWindow(frozenset({6}), 60, 120),), expires_at=at(0, 60))
    sunday = datetime(2026, 3, 29, tzinfo=UTC)
    assert not any(callback.inside(gone, sunday + timedelta(minutes=m)) for m in range(1440))
    assert verdict(gone, sunday).at == datetime(2026, 4, 5, 0, 0, tzinfo=UTC)
    half = replace(gone, windows=(SafeWindow(frozenset({6}), 90, 150),))
    assert verdict(half, sunday).at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_clock_known_by_its_distance_alone_is_every_clock_that_it_may_be_by_now():
    # Who said in March that their clock stands with UTC is in London, or in Accra. From the 29th London's is an hour ahead.
    morning = SafeWindow(EVERY_DAY, 8 * 60, 12 * 60)
    told = replace(TERMS, zone="UTC+00:00", windows=(morning,), recorded_at=MONDAY, expires_at=at(0, 60))
    summer = datetime(2026, 3, 30, tzinfo=UTC)
    for begin, allowed in ((MONDAY, (8, 12)), (summer, (8, 11))):
        inside = [h for h in range(24) if callback.inside(told, begin + timedelta(hours=h))]
        assert inside == list(range(*allowed))
    assert verdict(told, summer + timedelta(hours=9)).at == summer + timedelta(hours=11)
    assert verdict(told, summer + timedelta(hours=11.5)).at == summer + timedelta(days=1, hours=8)


def test_an_hour_that_the_clock_shows_twice_is_safe_both_times():
    # On 25 October 2026 clocks in London go from 02:00 back to 01:00.
    twice = replace(TERMS, windows=(SafeWindow(frozenset({6}), 60, 90),), expires_at=at(0, 400))
    sunday = datetime(2026, 10, 25, tzinfo=UTC)
    assert [callback.inside(twice, sunday + timedelta(minutes=m)) for m in (0, 29, 30, 59, 60, 89, 90)] == [
        True, True, False, False, True, True, False,
    ]  # fmt: skip
    assert verdict(twice, sunday + timedelta(minutes=30)).at == sunday + timedelta(minutes=60)


def test_somebody_whose_clock_is_only_known_by_its_distance():
    far = replace(TERMS, zone="UTC+05:30")
    assert verdict(far, at(4.5)).allowed
    assert verdict(far, at(4.4)).at == at(4.5)


@pytest.mark.parametrize("name", ["", "Mars/Base", "../etc/passwd", "UTC+15:00", "UTC+5", "utc+05:30\n"])
def test_a_clock_that_there_is_not_is_refused(name: str):
    with pytest.raises(ValueError, match=r"zone|clock"):
        callback.zone(name)


@pytest.mark.parametrize("given_", [(frozenset(), 0, 60), ({7}, 0, 60), ({0}, 60, 60), ({0}, 0, 1441), ({0}, -1, 60)])
def test_what_is_no_window_is_refused(given_: tuple):
    with pytest.raises(ValueError, match="safe window"):
        SafeWindow(frozenset(given_[0]), *given_[1:])


# --- every zone, every hour -----------------------------------------------------------------------------------------------------

# Clocks that change at midnight, by half an hour, by a whole day (Apia, end of 2011), twice a year, or never.
ZONES = [
    "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Tehran",
    "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Chatham", "Asia/Kabul", "UTC", "UTC-09:30",
]  # fmt: skip
CHANGES = [
    datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 3, 8), datetime(2026, 11, 1), datetime(2026, 4, 4),
    datetime(2026, 9, 5), datetime(2026, 4, 24), datetime(2026, 10, 29), datetime(2011, 12, 29), datetime(2021, 9, 21),
]  # fmt: skip


@st.composite
def windows(draw: st.DrawFn) -> SafeWindow:
    opens, closes = draw(st.integers(0, 1439)), draw(st.integers(1, 1440))
    assume(opens != closes)
    return SafeWindow(draw(st.frozensets(st.integers(0, 6), min_size=1)), opens, closes)


near_a_change = st.builds(
    lambda day, minutes: day.replace(tzinfo=UTC) + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-2880, 2880),
)
some_terms = st.builds(
    lambda zone, found: replace(TERMS, zone=zone, windows=tuple(found), expires_at=datetime(2040, 1, 1, tzinfo=UTC)),
    st.sampled_from(ZONES),
    st.lists(windows(), min_size=1, max_size=3),
)


def on_the_wall(terms: Terms, now: datetime) -> bool:
    """Written another way: by the reading of the clock as a time of day and the name of the day."""
    here = now.astimezone(callback.zone(terms.zone))
    today, yesterday = here.date().weekday(), (here.date() - timedelta(days=1)).weekday()
    reading = time(here.hour, here.minute)
    for one in terms.windows:
        opens = time(one.opens // 60, one.opens % 60)
        before_close = one.closes == 1440 or reading < time(one.closes // 60, one.closes % 60)
        if one.closes > one.opens:
            if today in one.days and reading >= opens and before_close:
                return True
        elif (today in one.days and reading >= opens) or (yesterday in one.days and before_close):
            return True
    return False


@settings(max_examples=300, deadline=None)
@given(some_terms, near_a_change)
def test_what_the_clock_on_the_wall_shows_decides(terms: Terms, now: datetime):
    assert verdict(terms, now).allowed == on_the_wall(terms, now)


@settings(max_examples=120, deadline=None)
@given(some_terms, near_a_change)
def test_the_window_that_is_promised_is_the_next_one(terms: Terms, now: datetime):
    found = verdict(terms, now)
    if found.at is None:
        assert found.allowed  # open for weeks on end
        return
    assert on_the_wall(terms, found.at) != found.allowed
    # Nothing changes before, as far as three days are looked at minute by minute.
    minutes = min(int((found.at - now).total_seconds() // 60), 4320)
    assert all(on_the_wall(terms, now + timedelta(minutes=m)) == found.allowed for m in range(0, minutes, 5))
    assert on_the_wall(terms, found.at - timedelta(minutes=1)) == found.allowed
