"""What is counted along a schedule: weekends worked, and shifts whose number is limited; every combination is one counter."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class Counters:
    """The combinations of counts up to ``tops`` (weekends first), numbered from 0, which is none of anything. ``each[counter]``: the counts."""

    def __init__(self, tops: Sequence[int]) -> None:
        self.tops = np.array(tops, np.int64)
        sizes = self.tops + 1
        self._strides = np.array([int(np.prod(sizes[n + 1 :])) for n in range(len(sizes))], np.int64)
        self.each: Numbers = np.indices(tuple(sizes)).reshape(len(sizes), -1).T.astype(np.int64)

    def count(self, kinds: Sequence[tuple[bool, ...]], weekends: bool) -> Numbers:
        """[a weekend more or not, kind, counter] -> counter, -1 beyond a limit. ``kinds``: what a shift of that kind counts for."""
        table = np.full((2, len(kinds), len(self.each)), -1, np.int64)
        for more in (0, 1):
            for number, kind in enumerate(kinds):
                after = self.each + np.array([more if weekends else 0, *kind[1:]], np.int64)
                table[more, number] = np.where((after <= self.tops).all(axis=1), after @ self._strides, -1)
        return table

    def below(self) -> Numbers:
        """[counter, n] -> the counter with one less of the n-th, -1 where there is none."""
        return np.where(self.each > 0, np.arange(len(self.each))[:, None] - self._strides, -1)

    def merged(self, workable: Sequence[int], exact: Sequence[bool]) -> Numbers:
        """[day, counter] -> the counter that stands for it. ``workable[day]``: how many shifts can be worked from that day on. What is that far below its
        limit, unless its number is ``exact``, counts as the highest such."""
        free = np.array([self.tops - left for left in workable], np.int64)
        floor = np.where(np.array(exact), 0, np.maximum(free, 0))
        return np.array([np.maximum(self.each, one) @ self._strides for one in floor], np.int64)
