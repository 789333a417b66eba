"""Measuring what a party hears, and making what it says: tones, 16-bit mono at 8,000 samples a second."""

import array
import math

RATE = 8000
FRAME = 320


def tone(hertz: float, seconds: float, level: float = 0.4) -> bytes:
    """A sine."""
    step = 2 * math.pi * hertz / RATE
    return array.array("h", (int(32767 * level * math.sin(step * i)) for i in range(int(RATE * seconds)))).tobytes()


def loudness(pcm: bytes) -> float:
    """Root mean square, 0 to 32767."""
    samples = array.array("h", pcm[: len(pcm) // 2 * 2])
    return math.sqrt(sum(one * one for one in samples) / len(samples)) if samples else 0.0


def strength(pcm: bytes, hertz: float) -> float:
    """How much of the sound is this tone: 0 to 1 (Goertzel)."""
    samples = array.array("h", pcm[: len(pcm) // 2 * 2])
    energy = sum(one * one for one in samples)
    if not energy:
        return 0.0
    factor = 2 * math.cos(2 * math.pi * hertz / RATE)
    before = last = 0.0
    for one in samples:
        before, last = last, one + factor * last - before
    power = last * last + before * before - factor * last * before
    return 2 * power / (len(samples) * energy)


def has_tone(pcm: bytes, hertz: float, *, least: float = 0.5) -> bool:
    """Whether any 100 ms of the sound are mostly this tone, and not just noise."""
    window = RATE // 10 * 2
    pieces = (pcm[at : at + window] for at in range(0, max(1, len(pcm) - window + 1), window // 2))
    return any(loudness(one) > 300 and strength(one, hertz) > least for one in pieces)
