"""The run of a plan: its time, its best rota and bound so far, who is told, and whether somebody has cancelled."""

import math
import threading
import time
from collections.abc import Callable

from harkline.rota.plan.draft import Draft
from harkline.rota.plan.terms import Progress

NEAR = 1e-6


class Stop(Exception):
    """Time is up, somebody cancelled, or nothing can be better."""


class Watch:
    """Seconds from the start of the run; ``whole``: every cost is a whole number, so bounds may be rounded up."""

    def __init__(
        self,
        seconds: float,
        tell: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        whole: bool,
        began: float | None = None,
    ) -> None:
        self.began = time.monotonic() if began is None else began
        self.seconds, self._tell, self._cancelled, self.whole = (
            seconds,
            tell,
            cancelled,
            whole,
        )
        self.best: Draft | None = None
        self.bound = -math.inf
        self.phase = "start"
        self._told = -1.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return time.monotonic() - self.began

    def left(self) -> float:
        return self.seconds - self.now()

    @property
    def state(self) -> str:
        if self.proven:
            return "optimal"
        return "cancelled" if self._cancelled() else "time"

    @property
    def proven(self) -> bool:
        return self.best is not None and self.best.cost <= self.bound + NEAR + 1e-9 * abs(self.bound)

    def check(self) -> None:
        """Raises Stop when there is no reason to go on."""
        if self._cancelled() or self.left() <= 0 or self.proven:
            raise Stop
        self._maybe_tell()

    def found(self, draft: Draft) -> bool:
        """Take note of a rota; whether it is the best so far."""
        with self._lock:
            if self.best is not None and draft.cost >= self.best.cost - NEAR:
                return False
            self.best = draft
            return True

    def proves(self, bound: float) -> bool:
        """Take note of a proven bound; whether it is the best so far."""
        rounded = math.ceil(bound - 1e-5 - 1e-8 * abs(bound)) if self.whole else bound
        if rounded <= self.bound:
            return False
        self.bound = float(rounded)
        return True

    def begins(self, phase: str) -> None:
        self.phase = phase
        self._maybe_tell(force=True)

    def _maybe_tell(self, force: bool = False) -> None:
        if force or self.now() - self._told > 0.5:
            self._told = self.now()
            self._tell(self._progress())

    def _progress(self) -> Progress:
        best, at = self.best, round(self.now(), 2)
        evil = 0.0 if best is None else best.evil
        bound = None if math.isinf(self.bound) else self.bound - evil
        return Progress(at, self.phase, None if best is None else best.cost - evil, bound)
