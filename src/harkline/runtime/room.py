"""Room on the disk, kept for calls.

A mail or a page can come again; somebody who rings may not be able to. So a file of nothing is kept in the data folder, and
mails and pages are refused (451, "come again") while little is left. When the disk is all but full the file is let go, and calls
go on being recorded and answered in its place. Where there is no folder (PostgreSQL on another machine still has one; tests may
not) nothing is kept and nothing refused.

A crash leaves the file as it was, or gone: the next start makes it again as soon as there is room.
"""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import OperationalError

LARGEST = 32 << 20  # bytes: some ten thousand calls' rows, or half an hour of messages
NAME = "reserve"


class _State:
    given = False  # the reserve is in use; after a restart the room that is left says so


_state = _State()


def _folder() -> Path | None:
    data = getattr(settings, "DATA", None)
    return data if data and data.is_dir() else None


def _size(folder: Path) -> int:
    """How much is kept: a small disk keeps an eighth of what it has."""
    return min(LARGEST, shutil.disk_usage(folder).total // 8)


def scarce() -> bool:
    """Whether what can come again has to: less is free than half of the reserve, or the reserve is what is being lived on."""
    folder = _folder()
    return folder is not None and (_state.given or shutil.disk_usage(folder).free < _size(folder) // 2)


def refuse_if_scarce() -> None:
    """For everything but calls. Raises OperationalError, as a database without room would."""
    if scarce():
        raise OperationalError("no room is left but what is kept for calls")


def look() -> bool:
    """Let go of the reserve when the disk is all but full, and take it again when there is room. True when it was let go."""
    folder = _folder()
    if folder is None:
        return False
    file, size = folder / NAME, _size(folder)
    free = shutil.disk_usage(folder).free
    if file.exists() and free < size // 8:
        return let_go()
    if not file.exists() and free > 2 * size:
        _fill(file, size)
        _state.given = False
    return False


def let_go() -> bool:
    """Let go of it now: something could not be written. True when there was something to let go."""
    folder = _folder()
    if folder is None or not (folder / NAME).exists():
        return False
    (folder / NAME).unlink(missing_ok=True)
    _state.given = True
    return True


def _fill(file: Path, size: int) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError:
        file.unlink(missing_ok=True)
    finally:
        os.close(handle)
