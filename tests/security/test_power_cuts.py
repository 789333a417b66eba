"""The power fails five hundred times, at any moment of an hour in which callers write and mail."""

import os
import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.harness import Line
from tests.security import power

CUTS = int(os.environ.get("HARKLINE_CUTS", "500"))
pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="power cuts need strace (Debian: strace)")


def intake(line: Line, seconds: float) -> list[float]:
    """Callers by mail and page, one after the other on each; the moments at which they were told that they are heard."""
    told: list[float] = []
    end = time.monotonic() + seconds

    def come(how: Callable[[str], object]) -> None:
        number = 0
        while time.monotonic() < end:
            number += 1
            if how(f"number {number} " + "words " * 900):
                told.append(time.time())

    threads = [
        threading.Thread(target=come, args=(how,)) for how in (lambda text: line.mails(text) == 250, line.writes)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(told)


def test_what_was_acknowledged_survives_the_loss_of_power(
    fresh: Line, tmp_path: Path, figure: Callable[[str, str], None]
) -> None:
    disk = power.Disk(
        {
            path.name: bytearray(path.read_bytes())
            for path in fresh.data.glob("harkline.sqlite3*")
            if path.suffix != ".sqlite3-shm"
        }
    )
    trace = tmp_path / "trace"
    fresh.serve(wrap=[*power.STRACE, "-o", str(trace)])
    begun = time.time()
    told = intake(fresh, 20)
    fresh.clear()  # the machine is gone: nothing is closed in order
    recorded = list(power.steps(trace, fresh.data))
    rng = random.Random()
    cuts = {index for index, step in enumerate(recorded) if step.when > begun}
    cuts = set(rng.sample(sorted(cuts), min(CUTS, len(cuts))))
    folder = tmp_path / "found"
    folder.mkdir()
    lost = broken = blind = 0
    for index, step in enumerate(recorded):
        if index in cuts:
            promised = sum(when < step.when for when in told)
            found = power.restart(disk.after_a_cut(rng), folder)
            broken += not found.whole
            lost += max(0, promised - found.contacts)
            # The harness must be able to see a loss: a disk that forgets the write-ahead log loses what was promised.
            files = disk.after_a_cut(rng, keep_synced=False)
            files.pop("harkline.sqlite3-wal", None)
            blind += promised > 0 and power.restart(files, folder).contacts >= promised
        disk.take(step)
    figure(f"{len(cuts)} power cuts", f"{len(told)} acknowledged, {lost} lost, {broken} databases broken")
    assert (lost, broken) == (0, 0)
    assert len(told) > 20
    assert blind < len(cuts) / 2
