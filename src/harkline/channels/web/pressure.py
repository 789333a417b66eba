"""How many send without a solved puzzle, and what follows from it. Nothing is counted by person or address: only how many there are.

In peace there is no puzzle and no wait. Under a flood a puzzle grows with the load, and whoever cannot solve one (no script) has
a short wait instead, which has usually passed by the time that something is written: it begins when the form is opened.
"""

import math
from dataclasses import dataclass

SPAN = 30.0  # seconds over which is counted
CALM = 60.0  # unsolved ones in that time that are nothing unusual, unless the settings say otherwise: two a second, for half a minute
EASIEST, HARDEST = 2_000, 1_000_000  # hashes; an old telephone does 100,000 a second, a computer two million
LONGEST_WAIT = 30  # seconds


@dataclass
class Gauge:
    """A count that fades: ``level`` is about how many came in the last ``SPAN`` seconds, ``calm`` how many are nothing unusual."""

    level: float = 0.0
    at: float = 0.0
    calm: float = CALM

    def note(self, now: float) -> None:
        """One more came, at ``now`` in seconds."""
        self.level, self.at = self.read(now) + 1, now

    def read(self, now: float) -> float:
        """The level at ``now``. A clock that was put back counts as standing still."""
        return self.level * math.exp(-max(0.0, now - self.at) / SPAN)

    def over(self, now: float) -> float:
        """The load at ``now`` in multiples of what is nothing unusual."""
        return self.read(now) / self.calm


def effort(over: float) -> int:
    """Hashes that a puzzle may take at this load: none in peace; it grows with the square."""
    return 0 if over < 1 else min(HARDEST, int(EASIEST * over * over))


def wait(over: float) -> int:
    """Seconds from opening the form until it is taken without a solved puzzle. It grows slowly, and not beyond half a minute."""
    return 0 if over < 1 else min(LONGEST_WAIT, math.ceil(over))


_present = Gauge()


def present() -> Gauge:
    """The gauge of this process."""
    return _present


def use(gauge: Gauge) -> None:
    """Put another gauge in force, for this process."""
    global _present
    _present = gauge
