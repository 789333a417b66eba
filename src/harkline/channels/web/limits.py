"""How much can be written and attached at once, as ``[web_form]`` in ``harkline.toml`` says."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """``characters`` of a text; ``files`` of one message; the largest file and all of a message together in megabytes."""

    characters: int = 20_000
    files: int = 5
    each: int = 10
    total: int = 25

    @property
    def each_bytes(self) -> int:
        """The largest file."""
        return self.each * MEGABYTE

    @property
    def total_bytes(self) -> int:
        """Text and files of one message."""
        return self.total * MEGABYTE


_present = Limits()


def present() -> Limits:
    """What holds now."""
    return _present


def use(limits: Limits) -> None:
    """Put limits in force, for this process."""
    global _present
    _present = limits
