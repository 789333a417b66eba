"""What holds of the open count in this process: put in force by ``server`` from the settings."""

from dataclasses import dataclass
from pathlib import Path

from harkline.count.columns import Column, columns

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"  # drand's chain hash


@dataclass(frozen=True)
class Witness:
    """Somebody outside who confirms that nothing was rewritten. ``key`` is a C2SP vkey of type 0x04, ``url`` its prefix."""

    name: str
    key: str
    url: str


@dataclass(frozen=True)
class Policy:
    """``origin`` names the log; empty: nothing is counted in the open. ``folder`` is the data folder."""

    origin: str = ""
    folder: Path | None = None
    slot: str = "06:00"
    beacon: str = QUICKNET
    beacon_url: str = ""
    quorum: int = 0
    witnesses: tuple[Witness, ...] = ()
    own_columns: tuple[Column, ...] = ()

    @property
    def on(self) -> bool:
        """Whether this line counts in the open."""
        return bool(self.origin) and self.folder is not None

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column."""
        return columns(self.own_columns)

    @property
    def served(self) -> Path:
        """The folder that is served under /count/, byte for byte."""
        assert self.folder
        return self.folder / "count"

    @property
    def key_file(self) -> Path:
        """The log's signing key."""
        assert self.folder
        return self.folder / "keys" / "count.key"

    @property
    def openings(self) -> Path:
        """Where a key for each day's openings lies, outside the database."""
        assert self.folder
        return self.folder / "keys" / "openings"


_present = Policy()


def present() -> Policy:
    """What holds now."""
    return _present


def use(policy: Policy) -> None:
    """Put it in force, for this process."""
    global _present
    _present = policy
