"""One server a data folder: a lock that the operating system releases when the process ends, however it ends."""

import fcntl
import os
from pathlib import Path


class Taken(Exception):
    """Another server works on this folder."""


class FolderLock:
    """An exclusive ``flock`` on ``DIR/serve.lock``, held for the life of the process."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "serve.lock"
        self._handle: int | None = None

    def take(self) -> None:
        """Raises ``Taken``."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Taken from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._handle = handle

    def say(self, address: str) -> None:
        """Leave word where the pages are, for other commands on this folder."""
        if self._handle is not None:
            os.pwrite(self._handle, f"{os.getpid()}\n{address}\n".encode(), 0)

    def release(self) -> None:
        """Give the folder free."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def served_at(folder: Path) -> str | None:
    """Where the pages of the server are that works on this folder now; None where none does."""
    try:
        with (folder / "serve.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        said = (folder / "serve.lock").read_text(encoding="utf-8", errors="replace").splitlines()
        return said[1] if len(said) > 1 else None
    except OSError:
        return None
    return None
