"""The key of what waits to go out is never on the disk, and the same in every process of this host."""

import subprocess
import sys
from pathlib import Path

import pytest

from harkline.runtime import fleeting


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    return tmp_path


def test_a_folder_on_the_disk_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder not in fleeting._folders()
    assert not list(folder.iterdir())


def test_the_same_key_is_found_again(folder: Path) -> None:
    path = folder / "one.key"
    assert fleeting._kept(path) == fleeting._kept(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in folder.iterdir()] == ["one.key"]


def test_a_key_that_others_can_read_is_not_used(folder: Path) -> None:
    path = folder / "one.key"
    fleeting._kept(path)
    path.chmod(0o644)
    with pytest.raises(PermissionError):
        fleeting._kept(path)


@pytest.mark.skipif(not fleeting._folders(), reason="no folder in memory here: the key lives in the process alone")
def test_another_process_has_the_same_key() -> None:
    code = "import django; django.setup(); from harkline.runtime import fleeting; print(fleeting.key().hex())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == fleeting.key().hex()
