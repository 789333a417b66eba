"""Plots as shapes with numbers, drawn by ``console/plot.html`` as SVG. Pure. Every page that shows one has its table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

WIDTH, HEIGHT = 600, 220
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 10, 28
_TICKS = 5


@dataclass(frozen=True)
class Bar:
    """A bar; the numbers are written as SVG wants them in every language."""

    x: str
    y: str
    width: str
    height: str
    style: str = "bar"


@dataclass(frozen=True)
class Path:
    """A line or an area. ``style``: needed, duty, patient, meant, came, spread."""

    points: str
    style: str


@dataclass(frozen=True)
class Plot:
    """Everything to be drawn. ``ticks``: height and text; ``labels``: place and text below."""

    ticks: Sequence[tuple[str, str]]
    labels: Sequence[tuple[str, str]]
    bars: Sequence[Bar] = field(default=())
    areas: Sequence[Path] = field(default=())
    lines: Sequence[Path] = field(default=())
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


class Axes:
    """Where numbers lie: ``count`` places from side to side, heights from 0 to the highest number or a little more."""

    def __init__(self, count: int, highest: float) -> None:
        self.count = max(count, 1)
        self.step = _step(highest)
        self.top = max(ceil(highest / self.step - 1e-9), 1) * self.step

    def x(self, place: float) -> float:
        """From the left; ``place`` 0 to ``count``."""
        return LEFT + (WIDTH - LEFT - RIGHT) * place / self.count

    def y(self, number: float) -> float:
        """From the top."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * number / self.top

    def ticks(self) -> list[tuple[str, str]]:
        """A few round numbers."""
        count = round(self.top / self.step)
        return [(_n(self.y(at * self.step)), f"{at * self.step:g}") for at in range(count + 1)]

    def bars(self, numbers: Sequence[float], style: str = "bar") -> list[Bar]:
        """One a place."""
        gap = min(2.0, (self.x(1) - self.x(0)) * 0.15)
        return [
            Bar(
                _n(self.x(at) + gap),
                _n(self.y(one)),
                _n(self.x(1) - self.x(0) - 2 * gap),
                _n(self.y(0) - self.y(one)),
                style,
            )
            for at, one in enumerate(numbers)
        ]

    def steps(self, numbers: Sequence[float], style: str) -> Path:
        """A line that is even over each place."""
        points = [(self.x(at + side), self.y(one)) for at, one in enumerate(numbers) for side in (0, 1)]
        return Path(_points(points), style)

    def line(self, numbers: Sequence[float], style: str) -> Path:
        """A line through the middles of the places."""
        return Path(_points([(self.x(at + 0.5), self.y(one)) for at, one in enumerate(numbers)]), style)

    def band(self, low: Sequence[float], high: Sequence[float], style: str = "spread") -> Path:
        """The area between two lines."""
        up = [(self.x(at + 0.5), self.y(one)) for at, one in enumerate(high)]
        down = [(self.x(at + 0.5), self.y(one)) for at, one in enumerate(low)]
        return Path(_points([*up, *reversed(down)]), style)

    def labels(self, texts: Sequence[str], every: int = 1, *, middle: bool = True) -> list[tuple[str, str]]:
        """Every so-manieth text below its place."""
        return [(_n(self.x(at + 0.5 * middle)), text) for at, text in enumerate(texts) if at % every == 0]


def _step(highest: float) -> float:
    """A round number of which a few make the highest."""
    rough = max(highest, 1e-6) / _TICKS
    ten = 10.0 ** floor(log10(rough))
    step = next((times * ten for times in (1, 2, 5, 10) if times * ten >= rough - 1e-12), 10 * ten)
    return max(step, 0.2) if highest <= 1 else max(step, 1.0)


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(number: float) -> str:
    return f"{number:.1f}"


def by_hour(attempts: Sequence[float], needed: Sequence[float], duty: Sequence[float]) -> Plot:
    """Attempts of each hour as bars, with the people needed and those on duty laid over."""
    axes = Axes(24, max(*attempts, *needed, *duty, 1.0))
    return Plot(
        axes.ticks(),
        axes.labels([f"{hour:02}" for hour in range(24)], 3, middle=False),
        bars=axes.bars(attempts),
        lines=[axes.steps(needed, "needed"), axes.steps(duty, "duty")],
    )


def distribution(numbers: Sequence[int], labels: Sequence[str]) -> Plot:
    """How many lie in each bin."""
    axes = Axes(len(numbers), max(*numbers, 1))
    return Plot(axes.ticks(), axes.labels(labels), bars=axes.bars(numbers))


def need(people: Sequence[int], without_patience: Sequence[int], planned: Sequence[int]) -> Plot:
    """People needed in each half-hour of a day, as Erlang C has it, and those who are planned."""
    axes = Axes(len(people), max(*people, *without_patience, *planned, 1))
    return Plot(
        axes.ticks(),
        axes.labels([f"{slot // 2:02}" for slot in range(len(people))], 6, middle=False),
        bars=axes.bars(people),
        lines=[axes.steps(without_patience, "patient"), axes.steps(planned, "duty")],
    )


def days(
    meant: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    labels: Sequence[str],
    came: Sequence[float] = (),
) -> Plot:
    """Contacts of each day as forecast, with the band, and as they came."""
    axes = Axes(len(meant), max(*high, *meant, *came, 1.0))
    return Plot(
        axes.ticks(),
        axes.labels(labels, max(1, len(labels) // 7)),
        areas=[axes.band(low, high)],
        lines=[axes.line(meant, "meant"), *([axes.line(came, "came")] if came else [])],
    )


def day(meant: Sequence[float], low: Sequence[float], high: Sequence[float]) -> Plot:
    """Contacts of each half-hour of a day as forecast, with the band."""
    axes = Axes(len(meant), max(*high, *meant, 1.0))
    return Plot(
        axes.ticks(),
        axes.labels([f"{slot // 2:02}" for slot in range(len(meant))], 6, middle=False),
        areas=[axes.band(low, high)],
        lines=[axes.line(meant, "meant")],
    )
