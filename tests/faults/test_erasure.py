"""What was removed is nowhere: not in the database's free pages, its write-ahead log, its shared memory or a temporary file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.harness import Line

pytestmark = pytest.mark.flow
ROOT = Path(__file__).parents[2]


def erase(line: Line, temporary: Path, number: int) -> dict:
    """Removes in a process of its own; what it printed."""
    env = {**os.environ, "HARKLINE_DATA": str(line.data), "DJANGO_SETTINGS_MODULE": "harkline.server.settings"}
    env |= {"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, "-m", "tests.faults.erased", str(number)],
        env=env, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(made.stdout)


def found(marks: list[str], *folders: Path) -> set[tuple[str, str]]:
    """The marks that lie in a file of the folders, and where."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    contents = {path.name: path.read_bytes() for path in files}
    return {(mark, name) for name, data in contents.items() for mark in marks if bytes.fromhex(mark) in data}


def test_of_what_was_removed_no_byte_of_a_key_or_of_ciphertext_is_left(fresh: Line, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    told = erase(fresh, temporary, 60)
    assert told["cut"]
    assert told["written"]
    assert told["steps"] >= 3
    assert len(told["gone"]) >= 60 * 5
    assert found(told["gone"], fresh.data, temporary) == set()
    # The search finds what is there: the keys of what stays.
    assert len(found(told["stays"], fresh.data)) == len(told["stays"]) > 0
    log = fresh.data / "harkline.sqlite3-wal"
    assert not log.exists() or log.stat().st_size == 0
