"""Where the public pages lead when nobody is here, or when somebody has to leave at once."""

from dataclasses import dataclass

HARMLESS = "https://www.google.com/"  # the most usual line in anybody's history


@dataclass(frozen=True)
class Elsewhere:
    """``harmless`` is the address behind "Leave this page"; ``text`` and ``number`` name the backup line, empty where there is none."""

    harmless: str = HARMLESS
    text: str = ""
    number: str = ""


_present = Elsewhere()


def present() -> Elsewhere:
    """What holds now."""
    return _present


def use(elsewhere: Elsewhere) -> None:
    """Put it in force, for this process."""
    global _present
    _present = elsewhere
