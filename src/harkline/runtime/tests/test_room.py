"""The reserve: kept while there is room, let go when there is none."""

from collections import namedtuple
from pathlib import Path

import pytest
from django.db import OperationalError

from harkline.runtime import room

Usage = namedtuple("Usage", "total used free")
MEGA = 1 << 20


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path):
    """Says how many megabytes are free of a hundred."""
    settings.DATA = tmp_path
    monkeypatch.setattr(room._state, "given", False)
    monkeypatch.setattr(room.os, "posix_fallocate", lambda *_given: None)

    def free(megabytes: float) -> None:
        usage = Usage(100 * MEGA, 0, int(megabytes * MEGA))
        monkeypatch.setattr(room.shutil, "disk_usage", lambda _path: usage)

    return free


def test_it_is_made_kept_let_go_and_made_again(disk, tmp_path: Path) -> None:
    disk(90)
    assert not room.look()
    assert (tmp_path / room.NAME).exists()
    disk(8)
    assert not room.look()
    assert not room.scarce()
    disk(5)
    assert room.scarce()
    with pytest.raises(OperationalError):
        room.refuse_if_scarce()
    disk(1)
    assert room.look()
    assert not (tmp_path / room.NAME).exists()
    assert not room.look()
    disk(13)
    assert room.scarce()
    disk(60)
    room.look()
    assert (tmp_path / room.NAME).exists()
    room.refuse_if_scarce()


def test_what_could_not_be_written_gives_it_back_once(disk, tmp_path: Path) -> None:
    disk(90)
    room.look()
    assert room.let_go()
    assert not room.let_go()


def test_without_a_folder_nothing_is_refused(settings) -> None:
    settings.DATA = None
    assert not room.scarce()
    assert not room.look()
    assert not room.let_go()
