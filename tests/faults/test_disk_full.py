"""The disk fills up. Nothing is acknowledged that was not kept, and nothing has to be started again when there is room."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harness import Browser, Line, return_code, until
from tests.peers.invite import Caller

pytestmark = [
    pytest.mark.flow,
    pytest.mark.skipif(os.geteuid() != 0, reason="a small disk of its own can be mounted by root alone"),
]
DISK = "12m"
LARGE = 150_000


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of twelve megabytes."""
    where = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0700", "tmpfs", str(where)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    yield where
    subprocess.run(["umount", "--lazy", str(where)], check=False)


@pytest.fixture(scope="module")
def line(disk: Path) -> Iterator[Line]:
    """A line on it, whose server's log lies elsewhere."""
    with Line(disk) as made:
        made.log = disk.with_suffix(".log")
        made.init()
        made.serve()
        yield made


def large(number: int, channel: str) -> str:
    return f"{channel} number {number}. " + "x" * LARGE


def write(line: Line, text: str) -> bool:
    """Whether a code was shown."""
    with Browser(line.web) as browser:
        status, form = browser.get("/write")
        if status != 200:
            return False
        fields = {"token": form.partition('name="token" value="')[2].partition('"')[0], "text": text, "language": "en"}
        status, page = browser.post("/write", fields)
        assert status < 500 or "INSERT" not in page
        return status == 200 and bool(return_code(page))


def test_what_was_acknowledged_is_there_and_what_was_not_was_refused(line: Line) -> None:
    kept, refused = set(), 0
    for number in range(200):
        mail, page = large(number, "mail"), large(number, "page")[:90_000]
        for text, taken in ((mail, line.mails(mail) == 250), (page, write(line, page))):
            if taken:
                kept.add(text[:20])
            else:
                refused += 1
        if refused > 10:
            break
    assert refused > 10
    assert len(kept) > 5
    found = {text for one in line.opened() for text in kept if text in one["body"]}
    assert found == kept


def test_the_check_says_what_is_wrong(line: Line) -> None:
    assert "FAILURE  disk" in line.command("check", code=2)


def test_a_call_is_still_recorded_answered_and_offered(line: Line, disk: Path) -> None:
    line.staff("Robin Hale")
    greedy = disk / "another program"
    with contextlib.suppress(OSError), greedy.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    before = line.count("intake_attempt", "channel = 'phone'")
    caller = Caller(line)
    assert caller.rings(within=30) == 200
    assert line.count("intake_attempt", "channel = 'phone'") == before + 1
    until(lambda: line.count("routing_offer", "state = 'offered'") == 1, within=30)
    caller.hangs_up()
    assert line.mails("What can come again has to wait.") == 451
    greedy.unlink()


def test_with_room_again_everything_is_taken_without_a_restart(line: Line, disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=40m", str(disk)], check=True)
    until(lambda: line.mails("There is room again.") == 250)
    assert write(line, "There is room again.")
    assert line.rows("PRAGMA integrity_check") == [("ok",)]
