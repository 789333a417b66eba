"""Figures for others than supervisors: counts as the sums that ``hiding`` looks at, and what is left to be shown. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from harkline.console import hiding
from harkline.console.figures import Definition
from harkline.console.hiding import Cell, Sum
from harkline.console.tally import APART, COUNTS, PARTS, Cells, Tally, abandonment, level


@dataclass(frozen=True)
class Shown:
    """One group as a reader sees it. ``counts`` has None for what is hidden; shares from 0 to 1 and waits in seconds are None where they are
    hidden, or where there is nothing to say."""

    group: str
    word: str
    counts: Mapping[str, int | None]
    level: float | None
    abandonment: float | None
    median: float | None
    p95: float | None
    longest: float | None


MAIN = ("offered", *PARTS["offered"], *APART)  # what is told of each channel and language


def cells_of(found: Tally) -> dict[Cell, int]:
    """The counts that others may be told, by group, word and name: all of everybody, the main ones of each channel and language. Finer
    ones would be small nearly always, and hide the larger ones with them."""
    return {
        (*place, name): cells.counts[name]
        for place, cells in found.items()
        if place[0] != "hour"
        for name in (COUNTS if place[0] == "all" else MAIN)
    }


def sums_of(found: Tally) -> list[Sum]:
    """Counts are sums of counts; and everybody is the sum of each group."""
    told = cells_of(found)
    inside = [
        Sum((*place, whole), tuple((*place, part) for part in parts))
        for place in found
        for whole, parts in PARTS.items()
        if all((*place, part) in told for part in parts)
    ]
    across = [
        Sum(("all", "", name), tuple((*place, name) for place in found if place[0] == group))
        for group in ("channel", "language")
        if any(place[0] == group for place in found)
        for name in MAIN
    ]
    return inside + across


def shown(found: Tally, by: Definition, limit: int | None) -> list[Shown]:
    """What a reader sees. ``limit``: counts below it are hidden, with what would reveal them; None shows a supervisor everything."""
    if not limit:
        return [_shown(place, cells, by, ()) for place, cells in found.items()]
    counts = cells_of(found)
    told = counts.keys() - hiding.hide(counts, sums_of(found), limit)
    return [
        _shown(place, cells, by, [name for name in COUNTS if (*place, name) not in told])
        for place, cells in found.items()
        if place[0] != "hour"
    ]


def _shown(place: tuple[str, str], cells: Cells, by: Definition, hidden: Collection[str]) -> Shown:
    counts = {name: None if name in hidden else cells.counts[name] for name in COUNTS}
    # A share and a count give another count: a share is shown only where both of its counts are.
    level_needs = {"in_time", "offered", "unmeasured", "open", *(() if by.count_abandoned else ("abandoned",))}
    waits_open = "offered" not in hidden
    return Shown(
        place[0],
        place[1],
        counts,
        None if level_needs & set(hidden) else level(cells.counts, by),
        None if {"offered", "abandoned"} & set(hidden) else abandonment(cells.counts),
        cells.median if waits_open else None,
        cells.p95 if waits_open else None,
        cells.longest if waits_open else None,
    )
