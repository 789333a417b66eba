"""What a caller says with keys alone. Pure.

9 by itself: somebody listens. 9 twice in a row, or * and 9: somebody forces them. Nothing is answered to either: what a caller
has pressed must not be heard by whoever stands beside them.
"""

LISTENER_PRESENT, DURESS = "listener_present", "duress"
KEY = "9"
TOGETHER = 3.0  # seconds within which two presses are one signal; later, the second one only repeats the first


class Signals:
    """The keys of one caller, as they come."""

    def __init__(self) -> None:
        self._before, self._at = "", float("-inf")

    def heard(self, digit: str, at: float) -> str:
        """What this key says, at a monotonic time in seconds: a flag, or nothing."""
        before = self._before if at - self._at <= TOGETHER else ""
        self._before, self._at = digit, at
        if digit != KEY:
            return ""
        return DURESS if before in (KEY, "*") else LISTENER_PRESENT
