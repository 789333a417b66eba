"""Forecast against what came, from rolling origins: four weeks ahead, a week apart, on a public series of calls.

The peer is seasonal naive: the same half-hour of the week before. Poisson deviance is what was lost of likelihood; WAPE all errors over
all calls. The series is not part of the repository; without it this says so and measures nothing.
"""

import csv
import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from harkline.rota.backtest import Score, backtest
from harkline.rota.forecast import SLOTS, Day, Prior

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figures import Sheet

SERIES = Path(__file__).parents[2] / "shared" / "data" / "arrivals" / "bank-1999-half-hours.csv"
FIRST = date(1999, 1, 1)
BAR = 0.40


def read(path: Path) -> list[Day]:
    """The series as whole days."""
    with path.open(encoding="utf-8") as rows:
        calls = [float(row["calls"]) for row in csv.DictReader(rows)]
    return [
        Day(FIRST + timedelta(days=number), tuple(calls[number * SLOTS : (number + 1) * SLOTS]))
        for number in range(len(calls) // SLOTS)
    ]


def thinned(days: list[Day], share: float) -> list[Day]:
    """Each call with this chance: the same line, much smaller."""
    draw = random.Random(1)
    return [
        Day(day.on, tuple(float(sum(draw.random() < share for _call in range(int(count)))) for count in day.counts))
        for day in days
    ]


def measure(sheet: Sheet, title: str, days: list[Day]) -> Score:
    """One series."""
    start = time.perf_counter()
    score = backtest(days, Prior(20.0), first=84)
    took = time.perf_counter() - start
    sheet.say(f"{title}: {score.origins} origins, {took:.1f} s")
    sheet.say(f"  Poisson deviance {score.deviance:.3f}, seasonal naive {score.naive_deviance:.3f}")
    sheet.say(
        f"  WAPE {score.wape:.3f}, seasonal naive {score.naive_wape:.3f}, ratio {score.wape / score.naive_wape:.3f}"
    )
    sheet.say(
        f"  between the 10th and the 90th percentile: {score.covered:.1%} of the half-hours (80 % or a little more)"
    )
    return score


def main() -> int:
    """Print each ratio to its peer; 1 where the bar is missed."""
    sheet = Sheet("forecast: calls of a 24-hour call centre in 1999, per half-hour")
    if not SERIES.exists():
        sheet.say("not measured: the series is not here (../shared/data/arrivals/bank-1999-half-hours.csv)")
        return 0
    days = read(SERIES)
    whole = measure(sheet, "all calls, 1,220 a day", days)
    sheet.bar("deviance / seasonal naive's", whole.ratio, most=BAR)
    small = measure(sheet, "one in fifty, 24 a day", thinned(days, 0.02))
    sheet.bar("deviance / seasonal naive's, small line", small.ratio, most=BAR)
    return sheet.code()


if __name__ == "__main__":
    raise SystemExit(main())
