"""One load, one staffing, one policy: what each caller met."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from harkline.routing.needs import Shape
from harkline.routing.simulation import kernel, numbers
from harkline.routing.simulation.load import Kind, Load, Person
from harkline.routing.simulation.numbers import Numbers
from harkline.routing.simulation.policies import Rules

DRAWS = 65_521  # random numbers for random queues, used in turn
SLICE = 100_000  # contacts between two words of progress
EVER = 1e299


@dataclass
class Outcome:
    """``waits`` in seconds until answered or given up; ``fate`` is ``kernel.ANSWERED`` or ``kernel.GAVE_UP``."""

    load: Load
    waits: Any
    fate: Any


def play(
    load: Load,
    people: Sequence[Person],
    rules: Rules,
    *,
    reserve: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Play it to its end. ``progress`` is told how many contacts have arrived."""
    shapes = list(dict.fromkeys(one.shape for one in people)) or [Shape(frozenset(), frozenset(), frozenset())]
    if rules.pooled:
        shapes = shapes[:1]
    arguments, waits, fate = _arguments(load, people, shapes, rules, reserve)
    arrived = 0
    while True:
        until = arrived + SLICE if progress else len(load)
        arrived = kernel.play(until, *arguments)
        if progress:
            progress(arrived)
        if until >= len(load):
            return Outcome(load, waits, fate)


def _arguments(
    load: Load, people: Sequence[Person], shapes: list[Shape], rules: Rules, reserve: int
) -> tuple[tuple[Any, ...], Any, Any]:
    where = {shape: at for at, shape in enumerate(shapes)}
    number, contacts, kinds = len(people), len(load), len(load.kinds)
    ends = [min(one.ends, EVER) for one in people]
    waits, fate = numbers.filled(contacts, 0.0), numbers.marks(contacts)
    arguments = (
        numbers.marks(6),
        load.arrivals,
        load.classes,
        load.patience,
        load.handling,
        Numbers(7).uniform(DRAWS),
        numbers.whole(one.risk for one in load.kinds),
        numbers.table([_takes(shape, load.kinds, rules) for shape in shapes]),
        numbers.whole(shape.flexibility for shape in shapes),
        numbers.whole(0 if rules.pooled else where[one.shape] for one in people),
        numbers.floats(one.begins for one in people),
        numbers.floats(ends),
        numbers.whole(sorted(range(number), key=lambda at: people[at].begins)),
        numbers.whole(sorted(range(number), key=lambda at: ends[at])),
        rules.queue,
        rules.operator,
        reserve,
        waits,
        fate,
        *(numbers.marks(kinds, -1) for _ in range(2)),
        numbers.marks(contacts, -1),
        *(numbers.marks(len(shapes), -1) for _ in range(2)),
        numbers.marks(number, -1),
        numbers.filled(number, 0.0),
        numbers.marks(number),
        numbers.marks(number),
        numbers.filled(number + 1, 0.0),
        numbers.marks(number + 1),
    )
    return arguments, waits, fate


def _takes(shape: Shape, kinds: Sequence[Kind], rules: Rules) -> list[int]:
    return [1 if rules.pooled or shape.can(one.needs) else 0 for one in kinds]
