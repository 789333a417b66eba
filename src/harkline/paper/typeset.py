"""Has a sheet typeset, in a child process of its own without a network: voices on the line do not wait for a poster.

Nothing is written: data goes in and the finished sheet comes out through pipes, so that a crash leaves nothing behind.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.utils.translation import gettext as _

PATIENCE = 60  # seconds; a sheet takes less than one
_one_at_a_time = BoundedSemaphore(1)
_folders: list[Path] = []


class NotMade(Exception):
    """The sheet could not be made; the message says in words what to do."""


def use(folder: Path | None) -> None:
    """Take fonts from this folder; from where the system keeps them when there is none."""
    _folders[:] = [folder] if folder else []


def pdf(sheet: str, data: Mapping[str, Any]) -> bytes:
    """A sheet as PDF (PDF/UA-1). Raises ``NotMade``."""
    [made] = _made({"sheet": sheet, "data": data, "format": "pdf"})
    return made


def pictures(sheet: str, data: Mapping[str, Any], ppi: float = 60) -> Sequence[bytes]:
    """Its pages as PNG, to look at. Raises ``NotMade``."""
    return _made({"sheet": sheet, "data": data, "format": "png", "ppi": ppi})


def _made(order: Mapping[str, Any]) -> list[bytes]:
    if not (find_spec("typst") and find_spec("segno")):
        raise NotMade(_("Sheets are made by the packages of the extra “print”: pip install 'harkline[print]'."))
    with _one_at_a_time:
        answer = _asked(json.dumps({**order, "fonts": [str(one) for one in _folders]}).encode())
    head, _newline, body = answer.partition(b"\n")
    return _opened(json.loads(head or b"{}"), body)


def _asked(order: bytes) -> bytes:
    command = [sys.executable, "-m", "harkline.runtime.confined", sys.executable, "-I", "-m", "harkline.paper.worker"]
    try:
        ran = subprocess.run(command, input=order, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise NotMade(
            _("The sheet took too long to make: the server is busy. Nothing was changed; please try again.")
        ) from None
    return ran.stdout


def _opened(head: Mapping[str, Any], body: bytes) -> list[bytes]:
    if missing := head.get("missing"):
        names = ", ".join(missing)
        raise NotMade(
            _(
                "Fonts are missing on the server: %s. On Debian: apt-get install fonts-noto-core. Or name their folder in [print] fonts."
            )
            % names
        )
    if "sizes" not in head:
        raise NotMade(
            _(
                "The sheet could not be made. Nothing was changed; please try again, with fewer addresses or shorter words."
            )
        )
    found, at = [], 0
    for size in head["sizes"]:
        found.append(body[at : at + size])
        at += size
    return found
