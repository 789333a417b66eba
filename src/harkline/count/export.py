"""The log as a folder, exactly as it is served: for a newspaper's own copy, and for reading it without a network."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from harkline.count import policy, publish
from harkline_verify import tiles


def names() -> Iterator[str]:
    """Every file that the shown checkpoint stands on, in the order in which a reader needs them last first: what names the others
    comes after them, so that a copy that breaks off names nothing that is missing."""
    shown = publish.noted(publish.CHECKPOINT)
    if shown is None:
        return
    for index, width in tiles.widths(shown.size):
        yield tiles.path(tiles.ENTRIES, index, width)
    for level in tiles.levels(shown.size):
        for index, width in tiles.widths(shown.size, level):
            yield tiles.path(level, index, width)
    yield publish.TRUST
    yield publish.CHECKPOINT


def write(to: Path) -> int:
    """Copy it there; what is there already and the same is left alone. Returns how many files the log has. Raises OSError."""
    number = 0
    for name in names():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        fresh = to / f"{name}.new"
        shutil.copyfile(policy.present().served / name, fresh)
        fresh.replace(to / name)
        number += 1
    return number
