"""Forecasts: sensible from the first week on, and following what comes."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harkline.rota import daily, forecast, scatter, special
from harkline.rota.forecast import SLOTS, USUAL_SHAPE, Day, Prior, fit, split
from harkline.rota.special import Event

START = date(2026, 3, 2)  # a Monday


def days(count, rate, special_days=(), seed=1):
    """Whole days in Poisson numbers; ``rate(day, slot)``."""
    draw = random.Random(seed)
    out = []
    for number in range(count):
        on = START + timedelta(days=number)
        counts = tuple(float(_poisson(draw, rate(on, slot))) for slot in range(SLOTS))
        out.append(Day(on, counts, "holiday:Rest Day" if number in special_days else ""))
    return out


def _poisson(draw, mean):
    count, time = 0, draw.expovariate(1)
    while time < mean:
        count, time = count + 1, time + draw.expovariate(1)
    return count


def week_and_day(on, slot):
    return 40 * (0.5 if on.weekday() >= 5 else 1.2) * USUAL_SHAPE[slot]


def test_before_anything_came_the_prior_counts():
    model = fit([], Prior(10))
    assert sum(model.day(START)) == pytest.approx(10)
    assert model.day(START)[41] > 3 * model.day(START)[9]  # evening, and towards morning
    low, high = scatter.quantile(10, model.doubt, 0.1), scatter.quantile(10, model.doubt, 0.9)
    assert low <= 4
    assert high >= 18  # a guess may be far off, and says so


def test_after_a_first_week_it_lies_between_the_prior_and_what_came():
    model = fit(days(7, lambda _on, _slot: 40 / 48), Prior(10))
    assert 22 < sum(model.total(START + timedelta(days=7 + k)) for k in range(7)) / 7 < 42


def test_a_quiet_first_day_does_not_empty_the_rota():
    assert fit(days(1, lambda _on, _slot: 0.0), Prior(10)).total(START + timedelta(days=1)) > 4


def test_after_half_a_year_weekdays_and_hours_are_known():
    model = fit(days(182, week_and_day), Prior(10))
    monday, sunday = START + timedelta(days=182), START + timedelta(days=188)
    assert model.total(monday) == pytest.approx(48, rel=0.12)
    assert model.total(sunday) == pytest.approx(20, rel=0.2)
    for slot in (8, 20, 40):
        assert model.day(monday)[slot] == pytest.approx(48 * USUAL_SHAPE[slot], rel=0.4)


def test_the_level_follows_what_came_of_late():
    quiet_then_busy = days(120, lambda on, _slot: 0.5 if on < START + timedelta(days=92) else 1.0)
    assert fit(quiet_then_busy, Prior(24)).total(START + timedelta(days=125)) > 36


def test_a_holiday_is_learnt_and_spoils_no_usual_day():
    known = days(140, lambda on, _slot: 0.2 if (on - START).days in (40, 90) else 1.0, special_days=(40, 90))
    model = fit(known, Prior(48))
    assert model.learnt["holiday:Rest Day"] < 0.6
    assert model.total(START + timedelta(days=143)) == pytest.approx(48, rel=0.12)


def test_what_supervisors_say_is_coming_counts_and_once_past_is_not_taken_for_usual():
    marks = special.of_channel(
        [Event(1, date(2026, 4, 1), date(2026, 4, 2), 2.0, "phone"), Event(2, START, START, 0.5, "email")],
        "phone",
        "",
        "",
    )
    assert marks.factor(date(2026, 4, 2), {}) == 2.0
    assert marks.word(date(2026, 4, 2)) == "event:1"
    assert (marks.word(START), marks.factor(START, {})) == ("", 1.0)


def test_public_holidays_are_known_by_country_and_region():
    pytest.importorskip("holidays", reason="pip install harkline[forecast] for public holidays")
    assert special.holiday("GB", "SCT", date(2026, 11, 30)) == "Saint Andrew's Day"
    assert special.holiday("GB", "ENG", date(2026, 11, 30)) == ""
    assert special.holiday("", "", date(2026, 12, 25)) == ""
    assert special.holiday("QQ", "", date(2026, 12, 25)) == ""
    assert special.exists("GB", "SCT")
    assert not special.exists("GB", "QQQ")


def test_languages_add_up_to_the_channel():
    german = days(60, lambda _on, slot: 0.2 + 0.6 * (slot > 24), seed=2)
    dari = days(60, lambda _on, _slot: 0.1, seed=3)
    both = [
        Day(one.on, tuple(map(sum, zip(one.counts, two.counts, strict=True))))
        for one, two in zip(german, dari, strict=True)
    ]
    whole = fit(both, Prior(20))
    parts = split(whole, {"de": german, "fa": dari, "ps": [Day(one.on, (0.0,) * SLOTS) for one in german]})
    on = START + timedelta(days=61)
    for slot in range(SLOTS):
        assert sum(part.day(on)[slot] for part in parts.values()) == pytest.approx(whole.day(on)[slot])
    assert parts["de"].total(on) > 4 * parts["fa"].total(on) > 4 * parts["ps"].total(on) > 0
    assert parts["de"].day(on)[40] > 1.3 * parts["de"].day(on)[5]


def test_smoothing_is_used_only_where_it_wins():
    growing = days(150, lambda on, _slot: 1 + (on - START).days * 0.012)
    still = days(150, lambda _on, _slot: 1.0)
    for known, better in ((growing, True), (still, False)):
        model, smoothed = daily.improve(known, Prior(48), fit(known, Prior(48)))
        assert smoothed is better
    quiet = days(150, lambda on, _slot: 0.2 + (on - START).days * 0.001)
    assert daily.improve(quiet, Prior(10), fit(quiet, Prior(10)))[1] is False
    on = START + timedelta(days=160)
    model, _smoothed = daily.improve(growing, Prior(48), fit(growing, Prior(48)))
    assert model.total(on) > fit(growing, Prior(48)).total(on)


@given(st.floats(0.01, 400), st.floats(0, 2), st.sampled_from([0.05, 0.1, 0.5, 0.9, 0.99]))
def test_a_quantile_is_the_first_number_that_so_many_draws_do_not_exceed(mean, beyond, share):
    found = scatter.quantile(mean, beyond, share)
    assert found >= 0
    assert scatter.quantile(mean, beyond, min(share + 0.005, 0.999)) >= found


def test_quantiles_of_known_distributions():
    assert [scatter.quantile(3, 0, share) for share in (0.1, 0.5, 0.9)] == [1, 3, 5]
    assert scatter.quantile(10, 0.5, 0.9) > scatter.quantile(10, 0, 0.9)
    assert scatter.quantile(1000, 0, 0.9) == pytest.approx(1041, abs=2)
    assert scatter.quantile(20_000, 0, 0.9) == pytest.approx(20_181, abs=3)
    assert scatter.quantile(0, 0, 0.9) == 0


def test_a_perfect_forecast_deviates_by_nothing():
    assert scatter.deviance([(3, 3.0), (1, 1.0)]) == pytest.approx(0)
    assert scatter.deviance([(3, 1.0)]) > scatter.deviance([(3, 2.0)]) > 0
    assert scatter.wape([(4, 2.0), (0, 2.0)]) == 1


def test_shares_stay_shares():
    drawn = forecast.shrink([0.0] * 24 + [3.0] * 24, USUAL_SHAPE)
    assert sum(drawn) == pytest.approx(1)
    assert sum(forecast.smooth([1.0] + [0.0] * 47)) == pytest.approx(1)
