"""Thousands of calls that nobody means, and scanners; whoever really rings is answered."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.harness import NUMBER, Line
from tests.peers.invite import Caller
from tests.ports import HOST, free_port

SCENARIO = Path(__file__).parents[1] / "peers" / "sipp" / "early_bye.xml"
RATE, CALLS = 40, 1200
pytestmark = pytest.mark.skipif(not shutil.which("sipp"), reason="a flood of calls needs sipp (Debian: sip-tester)")


def genuine(line: Line, running: Callable[[], bool]) -> tuple[list[float], int]:
    """People who ring while that goes on: the seconds until they were answered, and how many heard that all lines are in use."""
    waits, busy = [], 0
    while running():
        caller = Caller(line)
        began = time.monotonic()
        code = caller.rings(within=20)
        assert code in (200, 486)  # never silence
        if code == 200:
            waits.append(time.monotonic() - began)
        busy += code == 486
        caller.hangs_up()
        time.sleep(0.2)
    return sorted(waits), busy


def test_genuine_calls_are_answered_in_a_flood(fresh: Line, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    fresh.serve()
    flood = subprocess.Popen(
        ["sipp", f"{HOST}:{fresh.sip}", "-sf", str(SCENARIO), "-s", NUMBER, "-i", HOST, "-p", str(free_port()),
         "-m", str(CALLS), "-r", str(RATE), "-timeout", "60", "-nostdin"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        waits, busy = genuine(fresh, lambda: flood.poll() is None)
    finally:
        flood.kill()
        flood.wait()
    recorded = fresh.count("intake_attempt", "channel = 'phone'")
    restarts = fresh.rows("SELECT restarts FROM runtime_adapterstate WHERE name = 'phone'")[0][0]
    figure(
        "SIP flood",
        f"{RATE} calls a second, {recorded} attempts recorded; {len(waits)} genuine calls answered after p50 {waits[len(waits) // 2]:.2f}, "
        f"p95 {waits[int(len(waits) * 0.95)]:.2f} s, {busy} told that all lines are in use; engine started again {restarts} times",
    )
    assert restarts == 0
    assert recorded >= CALLS + len(waits) + busy
    assert busy < len(waits)
    assert waits[int(len(waits) * 0.95)] < 2


@pytest.mark.skipif(not shutil.which("svwar"), reason="scanners need sipvicious (Debian: sipvicious)")
def test_scanners_find_no_extension_and_stop_nothing(fresh: Line, figure: Callable[[str, str], None]) -> None:
    fresh.serve()
    env = {**os.environ, "HOME": str(fresh.data.parent)}
    found = ""
    for words in (["svmap", f"{HOST}:{fresh.sip}"], ["svwar", "-e100-400", "-m", "INVITE", "-p", str(fresh.sip), HOST]):
        ran = subprocess.run(words, capture_output=True, text=True, timeout=90, check=False, env=env)
        found += ran.stdout
    caller = Caller(fresh)
    assert caller.rings(within=20) == 200
    caller.hangs_up()
    extensions = found.count("reqauth")
    figure("SIP scanners", f"svmap and svwar: {extensions} extensions found, the next caller answered")
    assert extensions == 0
