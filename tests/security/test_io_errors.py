"""The disk fails now and then, at any write: nothing is acknowledged that was not kept, and callers are still answered."""

import shutil
import subprocess
import time
from collections.abc import Callable

import pytest
from tests.harness import Line, until
from tests.peers.invite import Caller

pytestmark = pytest.mark.skipif(not shutil.which("fiu-run"), reason="I/O errors need libfiu (Debian: fiu-utils)")
POINTS = ("posix/io/rw/pwrite", "posix/io/sync/fsync", "posix/io/sync/fdatasync")
SECONDS = 25.0


def control(line: Line, *words: str) -> None:
    """Switch failures of the running server on or off."""
    assert line.process
    subprocess.run(["fiu-ctrl", *words, str(line.process.pid)], check=True, timeout=30)


def test_what_was_acknowledged_is_there_and_calls_are_answered(fresh: Line, figure: Callable[[str, str], None]) -> None:
    fresh.serve(wrap=["fiu-run", "-x"])
    for point in POINTS:
        control(fresh, "-c", f"enable_random name={point},probability=0.005")
    told, refused, answered, rung = set[str](), 0, 0, 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        words = f"number {len(told) + refused} in bad times"
        taken = fresh.mails(words, timeout=60) == 250
        told |= {words} if taken else set()
        refused += not taken
        caller = Caller(fresh)
        rung += 1
        answered += caller.rings(within=20) == 200
        caller.hangs_up()
    for point in POINTS:
        control(fresh, "-c", f"disable name={point}")
    until(lambda: fresh.mails("It is good again.") == 250, within=30)
    kept = "\n".join(one["body"] for one in fresh.opened() if one["purpose"] in ("message", "original"))
    lost = sum(f"{words}" not in kept for words in told)
    whole = fresh.rows("PRAGMA integrity_check") == [("ok",)]
    figure(
        "I/O errors (1 in 200 writes)",
        f"{len(told)} mails acknowledged, {refused} told to come again, {lost} lost; {answered} of {rung} calls answered at once; "
        f"database {'whole' if whole else 'broken'}",
    )
    assert lost == 0
    assert whole
    assert told
    assert answered > rung / 2
