"""Small counts are shown to nobody but supervisors, and nor is what would reveal them by subtraction. Pure.

First every count from 1 to below the limit is hidden. Then, as long as a reader could find a hidden one, the smallest shown count that stands in
one sum with it is hidden too. A reader who knows all sums and all that is shown can find a hidden count in two ways, and both are
looked for: exactly, where the sums leave one solution for it (elimination over a prime field), and nearly, where the least and the most
that it can be lie closer together than the limit (bounds pushed through the sums until nothing moves).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Cell = tuple[str, ...]
_PRIME = (1 << 61) - 1
_ROUNDS = 200
_ANY = float("inf")


@dataclass(frozen=True)
class Sum:
    """A count that is the sum of others."""

    whole: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All that stand in it."""
        return (self.whole, *self.parts)


def hide(counts: Mapping[Cell, int], sums: Sequence[Sum], limit: int) -> set[Cell]:
    """The counts that are not to be shown."""
    hidden = {cell for cell, count in counts.items() if 0 < count < limit}
    while found := revealed(counts, sums, hidden, limit):
        more = {_companion(counts, sums, hidden, cell) for cell in sorted(found)} - {None}
        if not more:
            break
        hidden |= {cell for cell in more if cell is not None}
    return hidden


def revealed(counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell], limit: int) -> set[Cell]:
    """The hidden counts that can be found all the same."""
    rows = [one for one in sums if any(cell in hidden for cell in one.cells)]
    return _near(counts, rows, hidden, limit) or _exact(rows, hidden)


def _companion(counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell], found: Cell) -> Cell | None:
    """The smallest count in one sum with a revealed one; a part before a whole, which says more, and before others one that is not zero."""
    candidates = {
        (cell == one.whole, counts[cell] == 0, counts[cell], cell)
        for one in sums
        if found in one.cells
        for cell in one.cells
        if cell not in hidden
    }
    return min(candidates)[-1] if candidates else None


def _near(counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell], limit: int) -> set[Cell]:
    """Those whose least and most lie closer together than the limit."""
    least: dict[Cell, float] = {cell: 0 if cell in hidden else count for cell, count in counts.items()}
    most: dict[Cell, float] = {cell: _ANY if cell in hidden else count for cell, count in counts.items()}
    for _round in range(_ROUNDS):
        moved = [_push(one, least, most, hidden) for one in sums]
        if not any(moved):
            break
    return {cell for cell in hidden if most[cell] - least[cell] < limit}


def _push(one: Sum, least: dict[Cell, float], most: dict[Cell, float], hidden: set[Cell]) -> bool:
    """Bounds of a sum from its parts, and of each part from the sum and the others."""
    low, high = sum(least[part] for part in one.parts), sum(most[part] for part in one.parts if most[part] < _ANY)
    without = [part for part in one.parts if most[part] == _ANY]
    for cell in hidden.intersection(one.cells):
        if cell == one.whole:
            bottom, top = low, high if not without else _ANY
        else:
            open_others = len(without) - (cell in without)
            rest = high - (most[cell] if most[cell] < _ANY else 0)
            bottom = least[one.whole] - rest if not open_others else 0
            top = most[one.whole] - (low - least[cell])
        if bottom > least[cell] or top < most[cell]:
            least[cell], most[cell] = max(least[cell], bottom), min(most[cell], top)
            return True  # the others' bounds follow in the next round
    return False


def _exact(sums: Sequence[Sum], hidden: set[Cell]) -> set[Cell]:
    """Those for which the sums leave one solution: the reduced rows that have a single unknown."""
    columns = {cell: number for number, cell in enumerate(sorted(hidden, key=repr))}
    rows = []
    for one in sums:
        row: dict[int, int] = {}
        for cell in one.parts:
            if cell in columns:
                row[columns[cell]] = row.get(columns[cell], 0) + 1
        if one.whole in columns:
            row[columns[one.whole]] = row.get(columns[one.whole], 0) - 1
        rows.append({at: value % _PRIME for at, value in row.items() if value})
    alone = {next(iter(row)) for row in _reduced(rows) if len(row) == 1}
    return {cell for cell, number in columns.items() if number in alone}


def _reduced(rows: Iterable[dict[int, int]]) -> list[dict[int, int]]:
    """Gauss and Jordan, sparse: every pivot stands in its own row alone."""
    pivots: dict[int, dict[int, int]] = {}
    for row in rows:
        for at in sorted(row):
            if at in row and at in pivots:
                _subtract(row, pivots[at], row[at])
        if not row:
            continue
        pivot = min(row)
        inverse = pow(row[pivot], -1, _PRIME)
        row = {at: value * inverse % _PRIME for at, value in row.items()}
        for other in pivots.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        pivots[pivot] = row
    return list(pivots.values())


def _subtract(row: dict[int, int], other: Mapping[int, int], times: int) -> None:
    for at, value in other.items():
        left = (row.get(at, 0) - times * value) % _PRIME
        if left:
            row[at] = left
        else:
            row.pop(at, None)
