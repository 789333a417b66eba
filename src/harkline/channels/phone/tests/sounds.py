"""Tones and their measure, for tests: 16-bit mono at 8,000 samples a second."""

import math
from array import array

RATE = 8000


def tone(hertz: float, seconds: float) -> bytes:
    """A sine at 40 % of full scale."""
    step = 2 * math.pi * hertz / RATE
    return array("h", (int(13106 * math.sin(step * i)) for i in range(int(RATE * seconds)))).tobytes()


def share(pcm: bytes, hertz: float) -> float:
    """How much of the sound is this tone: 0 to 1 (Goertzel)."""
    samples = array("h", pcm)
    factor = 2 * math.cos(2 * math.pi * hertz / RATE)
    before = last = 0.0
    for one in samples:
        before, last = last, one + factor * last - before
    energy = sum(one * one for one in samples)
    return 2 * (last * last + before * before - factor * last * before) / (len(samples) * energy) if energy else 0.0
