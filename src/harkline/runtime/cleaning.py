"""Copies of what callers attach, without what a file says of who made it, where and with what: by Debian's ``mat2``.

mat2 (LGPL) reads hostile files with many libraries: it is a program of its own that can open no socket and has limits
(``confined``). What it works on lies in a folder in memory (tmpfs) and never on a disk. Where any of this is missing there is no
cleaned copy, and the health page says so. A cleaned copy hides what is written *about* a file, not what is to be seen in it.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from harkline.runtime import fleeting

FILES = 20
BYTES = 64 * 1024 * 1024
PATIENCE = 45.0  # seconds for all files of one message
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,5})$")
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}  # for files without a name


@cache
def program() -> str | None:
    """Where mat2 is."""
    return shutil.which("mat2", path="/usr/bin:/usr/local/bin:/bin")


@cache
def available() -> bool:
    """Whether cleaned copies can be made here: tried once, with a text."""
    return bool(program() and fleeting.in_memory()) and _clean([("a.txt", "", b"a")]) == [b"a"]


def clean(files: Sequence[tuple[str, str, bytes]]) -> list[bytes | None]:
    """For each (name, media type, bytes) the cleaned bytes, None where there are none: a kind of file that mat2 does not know,
    one that it cannot read, too many, too large. Blocking. A crash leaves a folder in memory, gone with the power."""
    if not files or not available():
        return [None] * len(files)
    return _clean(files)


def _clean(files: Sequence[tuple[str, str, bytes]]) -> list[bytes | None]:
    folder = fleeting.in_memory()
    mat2 = program()
    if folder is None or mat2 is None or sum(len(body) for *_, body in files) > BYTES:
        return [None] * len(files)
    with tempfile.TemporaryDirectory(prefix="harkline-clean-", dir=folder) as place:
        given = {index: _put(Path(place), index, *one) for index, one in enumerate(files[:FILES])}
        named = [path.name for path in given.values() if path]
        if named:
            _run([mat2, "--no-sandbox", *named], place)
        return [_taken(given.get(index)) for index in range(len(files))]


def _put(place: Path, index: int, name: str, media_type: str, body: bytes) -> Path | None:
    """Under a name of ours: the caller's own could be an option or a path."""
    found = _ENDING.search(name)
    ending = found[1].lower() if found else _ENDINGS.get(media_type, "")
    if not ending or not body:
        return None
    path = place / f"{index}.{ending}"
    path.write_bytes(body)
    return path


def _run(command: Sequence[str], place: str) -> None:
    confined = (sys.executable, "-I", "-B", "-m", "harkline.runtime.confined")
    with subprocess.Popen(
        [*confined, *command],
        cwd=place,
        env={"PATH": "/usr/bin:/bin", "HOME": place, "TMPDIR": place, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _taken(given: Path | None) -> bytes | None:
    made = given.with_name(f"{given.stem}.cleaned{given.suffix}") if given else None
    if made is None or made.is_symlink() or not made.is_file() or made.stat().st_size > BYTES:
        return None
    return made.read_bytes() or None
