"""How good the forecast would have been: again and again from before what is then compared (rolling origin). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from harkline.rota import daily, forecast
from harkline.rota.forecast import Day, Model, Prior
from harkline.rota.scatter import LEAST, deviance, quantile, wape

WEEK = 7
LOW, HIGH = 0.1, 0.9  # the band
Pairs = list[tuple[float, float]]


@dataclass(frozen=True)
class Compared:
    """A day as it came, as it was forecast, and its band."""

    on: date
    came: float
    meant: float
    low: int
    high: int


@dataclass(frozen=True)
class Score:
    """Of half-hours, from ``origins`` forecasts ``ahead`` days long. ``deviance``: mean Poisson deviance; the peer is seasonal naive, the same
    half-hour a week before. ``covered``: the share within the band. ``last``: the days of the last forecast."""

    origins: int
    ahead: int
    deviance: float
    naive_deviance: float
    wape: float
    naive_wape: float
    covered: float
    last: Sequence[Compared] = field(default=())

    @property
    def ratio(self) -> float:
        """Deviance over that of the peer; below 1 is better."""
        return self.deviance / max(self.naive_deviance, 1e-9)


def backtest(days: Sequence[Day], prior: Prior, *, first: int, ahead: int = 28, step: int = 7, most: int = 60) -> Score:
    """Forecast ``ahead`` days from every ``step``-th day after the ``first``, at most the last ``most`` times.

    Raises ValueError where there are too few days for one, or less than a week before the first."""
    origins = list(range(first, len(days) - ahead + 1, step))[-most:]
    if not origins or first < WEEK:
        raise ValueError("too few days")
    ours: Pairs = []
    naive: Pairs = []
    inside = 0
    last: list[Compared] = []
    for origin in origins:
        model = _model(days[:origin], prior)
        last = []
        for day, before in _ahead(days, origin, ahead):
            means = model.day(day.on)
            ours += zip(day.counts, means, strict=True)
            naive += zip(day.counts, before.counts, strict=True)
            inside += _inside(day, means, model)
            last.append(compared(day, model))
    return Score(
        len(origins), ahead, deviance(ours), deviance(naive), wape(ours), wape(naive), inside / len(ours), last
    )


def _model(known: Sequence[Day], prior: Prior) -> Model:
    return daily.improve(known, prior, forecast.fit(known, prior))[0]


def _ahead(days: Sequence[Day], origin: int, ahead: int) -> Iterator[tuple[Day, Day]]:
    """The days to come, each with the same weekday of the last week that is known."""
    for number in range(ahead):
        yield days[origin + number], days[origin - WEEK + number % WEEK]


def _inside(day: Day, means: Sequence[float], model: Model) -> int:
    beyond = model.slot_scatter + model.doubt
    held: dict[float, tuple[int, int]] = {}
    inside = 0
    for count, mean in zip(day.counts, means, strict=True):
        rough = round(max(mean, LEAST), 3)
        if rough not in held:
            held[rough] = quantile(rough, beyond, LOW), quantile(rough, beyond, HIGH)
        inside += held[rough][0] <= count <= held[rough][1]
    return inside


def compared(day: Day, model: Model, factor: float = 1.0) -> Compared:
    """A day with its forecast."""
    meant, beyond = model.total(day.on, factor), model.day_scatter + model.doubt
    return Compared(day.on, day.total, meant, quantile(meant, beyond, LOW), quantile(meant, beyond, HIGH))
