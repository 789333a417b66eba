"""Random numbers and arrays: by numpy where it is installed, else by Python itself, slower and in the same words."""

import random
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

try:
    import numpy

    FAST = True
except ImportError:
    FAST = False


class Numbers:
    """Arrays of one seed. Without numpy they are lists."""

    def __init__(self, seed: int) -> None:
        self.plain = random.Random(seed)  # noqa: S311
        self.quick: Any = numpy.random.default_rng(seed) if FAST else None

    def exponential(self, number: int, mean: float) -> Any:
        """So many exponential times in seconds."""
        if FAST:
            return self.quick.exponential(mean, number)
        return [self.plain.expovariate(1 / mean) for _ in range(number)]

    def uniform(self, number: int) -> Any:
        """So many numbers from 0 up to 1."""
        return self.quick.random(number) if FAST else [self.plain.random() for _ in range(number)]

    def poisson(self, number: int, rate: float) -> Any:
        """So many arrivals at a steady rate a second."""
        gaps = self.exponential(number, 1 / rate)
        return gaps.cumsum() if FAST else list(accumulate(gaps))

    def through_the_day(self, number: int, weights: Sequence[float], seconds: float) -> Any:
        """So many arrivals within ``seconds``, as dense as the weights of its equal parts say."""
        edges = [0.0, *accumulate(weights)]
        marks = [seconds * at / len(weights) for at in range(len(edges))]
        drawn = self.uniform(number)
        if FAST:
            drawn.sort()
            return numpy.interp(drawn * edges[-1], edges, marks)
        found, part = [], 0
        for one in sorted(drawn):
            while one * edges[-1] > edges[part + 1]:
                part += 1
            inside = (one * edges[-1] - edges[part]) / (edges[part + 1] - edges[part])
            found.append(marks[part] + inside * (marks[part + 1] - marks[part]))
        return found

    def kinds(self, number: int, shares: Sequence[float]) -> Any:
        """So many of 0, 1, … with these shares."""
        bounds = list(accumulate(shares))
        if FAST:
            found = numpy.searchsorted(numpy.array(bounds), self.uniform(number) * bounds[-1], side="right")
            return numpy.minimum(found, len(bounds) - 1).astype(numpy.int64)
        return self.plain.choices(range(len(shares)), shares, k=number)


def floats(values: Iterable[float]) -> Any:
    """An array of times."""
    return numpy.array(list(values), dtype=numpy.float64) if FAST else [float(one) for one in values]


def whole(values: Iterable[int]) -> Any:
    """An array of whole numbers."""
    return numpy.array(list(values), dtype=numpy.int64) if FAST else [int(one) for one in values]


def table(rows: Sequence[Sequence[int]]) -> Any:
    """Rows of the same length."""
    return numpy.array(rows, dtype=numpy.int64) if FAST else [list(row) for row in rows]


def filled(number: int, value: float) -> Any:
    """So many times."""
    return numpy.full(number, value, dtype=numpy.float64) if FAST else [float(value)] * number


def marks(number: int, value: int = 0) -> Any:
    """So many whole numbers."""
    return numpy.full(number, value, dtype=numpy.int64) if FAST else [value] * number
