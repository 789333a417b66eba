"""The version, read from the topmost release heading of CHANGELOG.md."""

from importlib import metadata
from pathlib import Path

_CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def _read() -> str:
    if _CHANGELOG.is_file():
        for row in _CHANGELOG.read_text(encoding="utf-8").splitlines():
            if row.startswith("## "):
                return row.split()[1]
    return metadata.version("harkline")


VERSION = _read()
