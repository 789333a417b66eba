"""What a simulated caller makes of what they hear: pure, frame by frame.

A caller is told nothing about the state of their call. They hear speech, the even sound of waiting, a tone, or nothing, as a
person does, and act upon that.
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from enum import Enum

from harkline.line import prompts_audio as audio

FRAME = 160  # samples: 20 ms
TONE = 620  # Hz, the beep before a recording
QUIET = 60  # root mean square below which nothing is heard
EVEN = (100, 1500)  # between these lies the sound of waiting
LONGEST_PHRASE = 100  # frames, of a phrase's end, by which it is recognised
ALIKE = 0.9  # correlation of loudness from which a phrase is recognised
WINDOW = 75  # frames, 1.5 s, by which even sound is told from speech


class Sound(Enum):
    """What was heard lately."""

    NOTHING = "nothing"
    SPEECH = "speech"
    WAITING = "waiting"
    TONE = "tone"


def level(pcm: bytes) -> float:
    """Root mean square of a frame."""
    values = audio.samples(pcm)
    return math.sqrt(sum(value * value for value in values) / len(values)) if values else 0.0


def pitch(pcm: bytes, frequency: float) -> float:
    """The share of a frame's power at one frequency, 0 to 1 (Goertzel)."""
    values = audio.samples(pcm)
    power = sum(value * value for value in values)
    if not power:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * frequency / audio.RATE)
    before = last = 0.0
    for value in values:
        before, last = last, value + turn * last - before
    return 2 * (last * last + before * before - turn * last * before) / (power * len(values))


def loudness(pcm: bytes) -> list[float]:
    """How loud each frame is, smoothed over three, so that it matters little where a frame begins."""
    loud = [level(pcm[at : at + 2 * FRAME]) for at in range(0, len(pcm) - 2 * FRAME + 1, 2 * FRAME)]
    return [sum(loud[max(0, at - 2) : at + 1]) / min(at + 1, 3) for at in range(len(loud))]


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """Pearson's correlation of two sequences of one length; 0 where one of them does not change."""
    mean, other_mean = sum(one) / len(one), sum(other) / len(other)
    pairs = [(a - mean, b - other_mean) for a, b in zip(one, other, strict=True)]
    power = sum(a * a for a, _b in pairs) * sum(b * b for _a, b in pairs)
    return sum(a * b for a, b in pairs) / math.sqrt(power) if power else 0.0


class Ears:
    """Hears frames of 20 ms and says what they are.

    ``phrases`` are prompts whose meaning a caller understands, as samples; ``understood`` holds the names of those heard.
    """

    def __init__(self, phrases: Mapping[str, bytes] | None = None) -> None:
        self._phrases = {name: loudness(pcm)[-LONGEST_PHRASE:] for name, pcm in (phrases or {}).items()}
        self.understood: set[str] = set()
        self._lately: deque[float] = deque(maxlen=LONGEST_PHRASE)  # smoothed, for the phrases
        self._levels: deque[float] = deque(maxlen=WINDOW)
        self._tones = 0
        self.quiet_for = 0.0  # seconds since something was last heard
        self.waited = False  # the sound of the queue was heard since ``forget``
        self.beeped = False  # and so was the tone
        self.since_waiting = 0.0  # seconds since the sound of the queue was last heard

    def hear(self, pcm: bytes) -> Sound:
        """What this frame, with those before it, sounds like."""
        loud, lasts = level(pcm), len(pcm) / 2 / audio.RATE
        self.since_waiting += lasts
        self._levels.append(loud)
        self._understand()
        self.quiet_for = 0.0 if loud > QUIET else self.quiet_for + lasts
        self._tones = self._tones + 1 if loud > QUIET and pitch(pcm, TONE) > 0.8 else 0
        if self._tones >= 5:
            self.beeped = True
            return Sound.TONE
        if loud <= QUIET:
            return Sound.NOTHING
        if self._even():
            self.waited, self.since_waiting = True, 0.0
            return Sound.WAITING
        return Sound.SPEECH

    def forget(self) -> None:
        """Begin to listen anew."""
        self._levels.clear()
        self._lately.clear()
        self.understood.clear()
        self.waited = self.beeped = False

    def _understand(self) -> None:
        last = list(self._levels)[-3:]
        self._lately.append(sum(last) / len(last))
        for name, phrase in self._phrases.items():
            heard = list(self._lately)[-len(phrase) :]
            if len(heard) == len(phrase) and likeness(heard, phrase) > ALIKE:
                self.understood.add(name)

    def _even(self) -> bool:
        # Speech falls to almost nothing between syllables; the sound of waiting swells slowly and never does.
        low, high = min(self._levels), max(self._levels)
        return len(self._levels) == WINDOW and EVEN[0] < low and high < min(5 * low, EVEN[1])
