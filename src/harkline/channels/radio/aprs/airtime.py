"""How long a frame takes on the air, and how much of an hour may be used. Pure."""

import math

WINDOW_SECONDS = 3600
TAIL_MS = 100


def milliseconds(frame: bytes, baud: int, delay_ms: int) -> int:
    """The longest that a frame can take: the transmitter's delay, flags, check sum, as many stuffed bits as there can be (one after each
    five, AX.25 2.2, 3.6), and the tail. What it takes is never more."""
    bits = (len(frame) + 2) * 8
    stuffed = bits + bits // 5
    flags = 3 * 8
    return delay_ms + TAIL_MS + math.ceil((stuffed + flags) * 1000 / baud)


def allowed(percent: int) -> int:
    """Milliseconds in each hour, at this duty cycle."""
    return WINDOW_SECONDS * 10 * percent
