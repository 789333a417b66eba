"""A day's total by exponential smoothing, for busy lines: level, damped trend and a factor for each weekday (Holt 1957, Winters 1960;
"ETS(M,Ad,M)" in Hyndman et al. 2008). Used only above twenty contacts a day, and only where it would have forecast the line's
own past better than the profile does. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

from harkline.rota import forecast
from harkline.rota.forecast import Day, Model, Prior
from harkline.rota.scatter import deviance

LEAST_A_DAY = 20.0
LEAST_DAYS = 84
DAMPING = 0.95  # of the trend, a day
TRIALS = 4  # origins of the back-test that decides
AHEAD = 28  # days
_LEVELS, _TRENDS, _WEEKDAYS = (0.03, 0.1, 0.25), (0.0, 0.05), (0.01, 0.05, 0.15)


@dataclass(frozen=True)
class Smoothed:
    """Where the smoothing stands after the last day."""

    level: float
    trend: float
    weekdays: Sequence[float]
    last: date

    def total(self, on: date) -> float:
        """A day's total, ``on`` a day after the last."""
        ahead = (on - self.last).days
        grown = self.trend * DAMPING * (1 - DAMPING**ahead) / (1 - DAMPING)
        return max(self.level + grown, 0.0) * self.weekdays[on.weekday()]


def smoothed(days: Sequence[Day]) -> Smoothed:
    """The smoothing whose forecasts of the next day were best."""
    tried = [_run(days, *weights) for weights in product(_LEVELS, _TRENDS, _WEEKDAYS)]
    return min(tried, key=lambda one: one[0])[1]


def _run(days: Sequence[Day], level_weight: float, trend_weight: float, week_weight: float) -> tuple[float, Smoothed]:
    weekdays, level = _start(days[:28])
    trend, off = 0.0, 0.0
    for day in days[28:]:
        weekday = day.on.weekday()
        before = level + DAMPING * trend
        if day.special:  # says nothing of usual days: the state goes on as if it had been as expected
            level, trend = before, DAMPING * trend
            continue
        meant = max(before, 1e-6) * weekdays[weekday]
        off += (day.total - meant) ** 2 / max(meant, 1.0)
        level = level_weight * day.total / max(weekdays[weekday], 0.05) + (1 - level_weight) * before
        trend += trend_weight * (level - before)
        trend *= DAMPING
        weekdays[weekday] += week_weight * (day.total / max(before, 1e-6) - weekdays[weekday])
    return off, Smoothed(level, trend, weekdays, days[-1].on)


def _start(days: Sequence[Day]) -> tuple[list[float], float]:
    level = sum(day.total for day in days) / len(days)
    of = [[day.total for day in days if day.on.weekday() == weekday] for weekday in range(7)]
    return [max(sum(rows) / len(rows) / max(level, 1e-6), 0.02) if rows else 1.0 for rows in of], level


def improve(days: Sequence[Day], prior: Prior, model: Model) -> tuple[Model, bool]:
    """The model with smoothed totals, and True, where they win; otherwise the model as it is, and False."""
    if len(days) < LEAST_DAYS or model.usual < LEAST_A_DAY or not wins(days, prior):
        return model, False
    state = smoothed(days)
    ahead = [days[-1].on + timedelta(days=step) for step in range(1, 400)]
    return replace(model, totals={on: state.total(on) for on in ahead}), True


def wins(days: Sequence[Day], prior: Prior) -> bool:
    """Whether smoothed totals would have forecast the last weeks better than the profile's, each from before them."""
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for trial in range(TRIALS, 0, -1):
        origin = len(days) - AHEAD - 7 * (trial - 1)
        if origin < 56:
            continue
        known, ahead = days[:origin], [day for day in days[origin : origin + AHEAD] if not day.special]
        profile, state = forecast.fit(known, prior), smoothed(known)
        ours += [(day.total, state.total(day.on)) for day in ahead]
        theirs += [(day.total, profile.total(day.on)) for day in ahead]
    return bool(ours) and deviance(ours) < deviance(theirs)
