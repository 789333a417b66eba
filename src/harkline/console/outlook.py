"""The forecast as its pages show it: days and half-hours with their bands, and how good it would have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from harkline.console.demand import Forecast
from harkline.line import this
from harkline.rota import backtest, special
from harkline.rota.backtest import Compared, Score
from harkline.rota.forecast import Day, Prior
from harkline.rota.scatter import quantile
from harkline.runtime import clock

DAYS = 14
DOWNLOADED = 28
TRIALS = 4
LEAST_HISTORY = 21  # days, for a back-test of one week ahead


@dataclass(frozen=True)
class Ahead:
    """A day to come. ``special``: what sets it apart, in words; ``event``: the id of the event that does."""

    compared: Compared
    special: str = ""
    event: int | None = None


@dataclass(frozen=True)
class Slot:
    """A half-hour to come: how many are expected, and between what numbers eight of ten such half-hours lie."""

    at: str
    meant: float
    low: int
    high: int


def today() -> date:
    """By the line's clock."""
    return clock.now().astimezone(this.zone()).date()


def days(one: Forecast, count: int = DAYS) -> list[Ahead]:
    """The days to come, today first."""
    return [_ahead(one, today() + timedelta(days=number)) for number in range(count)]


def _ahead(one: Forecast, on: date) -> Ahead:
    word = one.days.word(on)
    came = backtest.compared(Day(on, ()), one.whole, one.factor(on))
    if word.startswith(special.EVENT):
        return Ahead(came, event=int(word.removeprefix(special.EVENT)))
    return Ahead(came, word.removeprefix(special.HOLIDAY))


def slots(one: Forecast, on: date) -> list[Slot]:
    """The half-hours of a day."""
    beyond = one.whole.slot_scatter + one.whole.doubt
    return [
        Slot(
            f"{number // 2:02}:{number % 2 * 30:02}",
            mean,
            quantile(mean, beyond, backtest.LOW),
            quantile(mean, beyond, backtest.HIGH),
        )
        for number, mean in enumerate(one.whole.day(on, one.factor(on)))
    ]


def languages(one: Forecast, count: int = DAYS) -> list[tuple[str, float]]:
    """What is expected in each language over the days to come, the most first."""
    days_ahead = [today() + timedelta(days=number) for number in range(count)]
    sums = [(name, sum(model.total(on, one.factor(on)) for on in days_ahead)) for name, model in one.languages.items()]
    return sorted(sums, key=lambda pair: -pair[1])


def score(one: Forecast, assumed: float) -> Score | None:
    """How good the forecast would have been; four weeks ahead where there is enough history, one week where there is less, None where
    there is hardly any."""
    known = len(one.history)
    if known < LEAST_HISTORY:
        return None
    ahead = 28 if known >= 84 else 7
    first = max(known - ahead - 7 * (TRIALS - 1), 14)
    return backtest.backtest(one.history, Prior(assumed), first=first, ahead=ahead)


def rows(channel_forecasts: Sequence[Forecast]) -> list[list[object]]:
    """Every half-hour of four weeks by channel and language: mean and band, for a download."""
    zone, out = this.zone(), []
    for number in range(DOWNLOADED):
        on = today() + timedelta(days=number)
        for one in channel_forecasts:
            for name, model in one.languages.items():
                beyond = model.slot_scatter + model.doubt
                for slot, mean in enumerate(model.day(on, one.factor(on))):
                    band = [quantile(mean, beyond, share) for share in (backtest.LOW, backtest.HIGH)]
                    at = f"{on.isoformat()}T{slot // 2:02}:{slot % 2 * 30:02}"
                    out.append([at, str(zone), one.channel, name, f"{mean:.4f}", *band])
    return out
