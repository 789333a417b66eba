"""What holds of the notice in this process: put in force by ``server`` from the settings."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Policy:
    """``folder`` is the data folder; without one nothing is signed. ``page`` is where the public reaches the pages, or empty."""

    folder: Path | None = None
    page: str = ""
    days: int = 90
    renews: bool = True
    security: str = ""

    @property
    def on(self) -> bool:
        """Whether anything can be signed here."""
        return self.folder is not None

    @property
    def keys(self) -> Path:
        """Where signing keys lie."""
        assert self.folder
        return self.folder / "keys"

    @property
    def name(self) -> str:
        """By which name a new key signs (C2SP: a URL without its scheme)."""
        return f"{urlsplit(self.page).netloc or 'harkline'}/notice"

    @property
    def lasts(self) -> timedelta:
        """How long a version is valid."""
        return timedelta(days=self.days)

    @property
    def before(self) -> timedelta:
        """How long before its end a version is renewed."""
        return self.lasts / 3


_present = Policy()


def present() -> Policy:
    """What holds now."""
    return _present


def use(policy: Policy) -> None:
    """Put it in force, for this process."""
    global _present
    _present = policy
