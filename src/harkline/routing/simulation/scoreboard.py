"""What a policy did for callers, in figures with definitions."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]

from harkline.rota.erlang import Queue, erlang_a
from harkline.routing.needs import HIGH
from harkline.routing.simulation import kernel, numbers
from harkline.routing.simulation.load import Load, Person, Staffing
from harkline.routing.simulation.play import Outcome, play
from harkline.routing.simulation.policies import BOUND, Rules

WITHIN = 20.0  # seconds


@dataclass(frozen=True)
class Score:
    """``level``: the share of all who came that was answered within the threshold. ``abandoned``: the share that gave up.
    ``high_p95``, ``high_p99``: seconds waited by callers at high risk, those who gave up included; None where there were none.
    ``worst``: the abandonment of the worst-served language and skill over that of all. ``capacity``: the share of the people with
    which, could everybody do everything, as many would give up; None where that cannot be said."""

    policy: str
    contacts: int
    level: float
    abandoned: float
    high_p95: float | None
    high_p99: float | None
    worst: float | None
    capacity: float | None

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded to what they are worth."""
        return {name: round(value, 5) if isinstance(value, float) else value for name, value in asdict(self).items()}


def score(
    outcome: Outcome, staffing: Staffing, rules: Rules, *, within: float = WITHIN, capacity: bool = True
) -> Score:
    """The figures of one outcome; contacts of the warm-up, and the last of a steady load, are left out."""
    load, first, last = outcome.load, *_counted(outcome.load)
    waits, fate, classes = outcome.waits[first:last], outcome.fate[first:last], outcome.load.classes[first:last]
    gone = _share(fate, classes, None, load)
    high = _waits(waits, classes, load)
    by_need = _by_need(fate, classes, load)
    return Score(
        rules.name,
        last - first,
        _level(waits, fate, within),
        gone,
        _quantile(high, 0.95),
        _quantile(high, 0.99),
        max(by_need) / gone if gone and by_need else None,
        _capacity(load, staffing, gone) if capacity else None,
    )


def _counted(load: Load) -> tuple[int, int]:
    return int(len(load) * load.warm), int(len(load) * 0.995) if load.steady else len(load)


def _level(waits: Any, fate: Any, within: float) -> float:
    if not len(waits):
        return 1.0
    if numbers.FAST:
        return float(((fate == kernel.ANSWERED) & (waits <= within)).mean())
    kept: list[bool] = [f == kernel.ANSWERED and w <= within for w, f in zip(waits, fate, strict=True)]
    return kept.count(True) / len(kept)


def _share(fate: Any, classes: Any, wanted: Callable[[int], bool] | None, load: Load) -> float:
    kinds = [at for at in range(len(load.kinds)) if wanted is None or wanted(at)]
    if numbers.FAST:
        chosen = fate[numpy.isin(classes, kinds)] if len(kinds) < len(load.kinds) else fate
        return float((chosen == kernel.GAVE_UP).mean()) if len(chosen) else 0.0
    chosen = [one for one, kind in zip(fate, classes, strict=True) if kind in kinds]
    return sum(one == kernel.GAVE_UP for one in chosen) / len(chosen) if chosen else 0.0


def _waits(waits: Any, classes: Any, load: Load) -> Any:
    high = [at for at, kind in enumerate(load.kinds) if kind.risk >= HIGH]
    if numbers.FAST:
        return waits[numpy.isin(classes, high)]
    return [wait for wait, kind in zip(waits, classes, strict=True) if kind in high]


def _by_need(fate: Any, classes: Any, load: Load) -> list[float]:
    needs = {(kind.language, kind.skill) for kind in load.kinds}
    present = set(classes.tolist() if numbers.FAST else classes)
    return [
        _share(fate, classes, lambda at, need=need: (load.kinds[at].language, load.kinds[at].skill) == need, load)  # type: ignore[misc]
        for need in needs
        if any(at in present and (kind.language, kind.skill) == need for at, kind in enumerate(load.kinds))
    ]


def _quantile(values: Any, share: float) -> float | None:
    if not len(values):
        return None
    if numbers.FAST:
        return float(numpy.quantile(values, share))
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)])


# --- effective capacity ---------------------------------------------------------------------------------------------------------


def _capacity(load: Load, staffing: Staffing, gone: float) -> float | None:
    number = len(staffing.people)
    if not number or not len(load) or gone <= 0:
        return None
    return _by_erlang(load, number, gone) if load.steady else _by_play(load, staffing, gone)


def _by_erlang(load: Load, number: int, gone: float) -> float:
    """How many by Erlang A, between two whole numbers by a straight line."""
    queue = Queue(len(load) / float(load.arrivals[-1]), load.mean_handling, load.mean_patience)

    def lost(people: int) -> float:
        return erlang_a(queue, people).abandons

    many = number
    while many > 0 and lost(many) < gone:
        many -= 1
    fewer, more = lost(many), lost(many + 1)
    return min(1.0, (many + (fewer - gone) / (fewer - more)) / number)


def _by_play(load: Load, staffing: Staffing, gone: float) -> float:
    """The same by halving: the day, played with fewer people who can do everything."""
    low, high = 0.0, 1.0
    for _ in range(8):
        middle = (low + high) / 2
        lost = _share(play(load, some_of(staffing, middle), BOUND).fate, load.classes, None, load)
        low, high = (low, middle) if lost <= gone else (middle, high)
    return (low + high) / 2


def some_of(staffing: Staffing, share: float) -> Sequence[Person]:
    """About this share of the people, evenly from all hours and sorts."""
    ordered = sorted(staffing.people, key=lambda one: (one.begins, one.ends, sorted(one.languages), sorted(one.skills)))
    return [one for at, one in enumerate(ordered) if math.floor((at + 1) * share) > math.floor(at * share)]
