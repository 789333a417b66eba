"""A thousand connections that never come to an end; pages are answered all the same."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.harness import HOST, Browser, Line, until

pytestmark = pytest.mark.skipif(
    not shutil.which("slowhttptest"), reason="slow connections need slowhttptest (Debian: slowhttptest)"
)
CONNECTIONS, SECONDS = 1_000, 25
WAYS = {
    "headers": ["-H", "-i", "5", "-t", "GET", "-x", "24", "-p", "3"],
    "bodies": ["-B", "-i", "5", "-s", "8192", "-t", "FAKEPOST", "-x", "10", "-p", "3"],
    "readers": ["-X", "-w", "16", "-y", "64", "-n", "5", "-z", "8", "-k", "1"],
}


@pytest.mark.parametrize("way", WAYS)
def test_pages_are_answered(fresh: Line, way: str, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    fresh.serve()
    code = fresh.writes("I wrote before.")
    slow = subprocess.Popen(
        ["slowhttptest", "-c", str(CONNECTIONS), "-r", "400", "-l", str(SECONDS), *WAYS[way], "-u", f"http://{HOST}:{fresh.web}/write"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    held = [0]
    try:
        until(lambda: connections(fresh) > CONNECTIONS / 2, 30)
        took = genuine(fresh, code, lambda: slow.poll() is None, held)
    finally:
        slow.kill()
        slow.wait()
    p99 = took[int(len(took) * 0.99)]
    figure(
        f"slow {way}",
        f"{max(held)} held open; {len(took)} genuine requests, p50 {took[len(took) // 2] * 1000:.0f}, p99 {p99 * 1000:.0f} ms",
    )
    assert max(held) > CONNECTIONS / 2
    assert len(took) > 50
    assert p99 < 1


def connections(line: Line) -> int:
    """How many are established with the server, from what the kernel tells of it (proc(5), net/tcp: state 1, either end's port)."""
    port = f":{line.web:04X}"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(port) and row[3] == "01" for row in rows)


def genuine(line: Line, code: str, running: Callable[[], bool], held: list[int]) -> list[float]:
    """Somebody writes, and comes back with a code, on a connection of their own each time: the seconds of each request."""
    took = []
    while running():
        with Browser(line.web, timeout=60) as browser:
            for ask in (lambda: browser.get("/"), lambda: browser.post("/code", {"code": code})):
                began = time.monotonic()
                assert ask()[0] == 200
                took.append(time.monotonic() - began)
        held.append(connections(line))
        time.sleep(0.05)
    return sorted(took)
