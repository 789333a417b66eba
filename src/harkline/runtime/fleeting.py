"""A key that outlives the process but not the host's power: it lies in memory that the kernel shows as a folder (tmpfs).

What waits to go out must be opened by the server, also after a crash; whoever carries the switched-off host away must not.
Where no such folder exists the key lives in this process alone, and what waits has to be sent anew after a restart.
"""

import os
import secrets
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

CANDIDATES = ("RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR")


@cache
def key() -> bytes:
    """32 bytes for boxes that need not survive a power cut."""
    for folder in _folders():
        try:
            return _kept(folder / f"harkline-{os.getuid()}-{_name()}.key")
        except OSError:
            continue
    return secrets.token_bytes(32)


def file(use: str) -> Path | None:
    """Where this installation may keep something for ``use`` until the power goes; None where no folder lies in memory."""
    folder = in_memory()
    return folder / f"harkline-{os.getuid()}-{_name()}.{use}" if folder else None


def in_memory() -> Path | None:
    """A folder that never reaches a disk, for what a program can only be given as a file; None where there is none."""
    return next((one for one in _folders() if os.access(one, os.W_OK)), None)


def _folders() -> list[Path]:
    named = [Path(value.split(":")[0]) for name in CANDIDATES if (value := os.environ.get(name))]
    return [folder for folder in [*named, Path("/dev/shm")] if _in_memory(folder)]  # noqa: S108


def _in_memory(folder: Path) -> bool:
    """Whether the folder's file system is a tmpfs, by the longest mount point that leads to it (proc(5), mounts)."""
    try:
        mounts = [row.split()[1:3] for row in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return False
    over = [(point, kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return bool(over) and max(over, key=lambda one: len(one[0]))[1] in ("tmpfs", "ramfs")


def _name() -> str:
    return blake2b(settings.SECRET_KEY.encode(), person=b"fleeting", digest_size=8).hexdigest()


def _kept(path: Path) -> bytes:
    """The key in the file, made if it is not there. Two processes that begin together agree: linking is atomic."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    found = path.stat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or found.st_size != 32:
        raise PermissionError(path.name)
    return path.read_bytes()
