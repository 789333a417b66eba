"""How figures are reckoned and printed."""

import math
from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed (nearest rank); nan of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def spread(seconds: Sequence[float]) -> str:
    """Median, tail and worst in milliseconds."""
    named = {"p50": quantile(seconds, 0.5), "p95": quantile(seconds, 0.95), "p99": quantile(seconds, 0.99)}
    rows = [f"{name} {value * 1000:.1f}" for name, value in {**named, "max": max(seconds, default=math.nan)}.items()]
    return ", ".join(rows) + " ms"


class Sheet:
    """What a benchmark found, line by line, and whether each bar was met."""

    def __init__(self, title: str) -> None:
        self.met = True
        print(f"== {title}", flush=True)

    def say(self, text: str) -> None:
        """One line."""
        print(f"   {text}", flush=True)

    def bar(
        self, name: str, value: float, least: float | None = None, most: float | None = None, unit: str = ""
    ) -> None:
        """Hold a figure against its bar."""
        good = (least is None or value >= least) and (most is None or value <= most)
        limit = f"at least {least:g}" if least is not None else f"at most {most:g}"
        self.met = self.met and good
        self.say(f"{'ok    ' if good else 'MISSED'} {name}: {value:.4g}{unit} (bar: {limit}{unit})")

    def code(self) -> int:
        """The exit code."""
        return 0 if self.met else 1
