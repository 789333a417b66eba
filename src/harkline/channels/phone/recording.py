"""A message on its way to the store, sealed as it is heard."""

from array import array

from harkline.channels.phone import desk
from harkline.channels.phone.party import Party
from harkline.channels.phone.switch import RATE, Digit, Heard
from harkline.intake.receive import Recorder
from harkline.runtime import db

PIECE = RATE * 2  # a second is written at a time
SOUND = 200  # mean level above which somebody is heard, of 32767


class Recording:
    """Writes to the store second by second; ``sound`` counts the seconds in which somebody was heard."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.waiting = bytearray()
        self.sound = 0.0

    async def take(self, pcm: bytes) -> None:
        """What was just said."""
        self.waiting += pcm
        if loud(pcm):
            self.sound += len(pcm) / PIECE
        if len(self.waiting) >= PIECE:
            await self._write()

    async def _write(self) -> None:
        said, self.waiting = bytes(self.waiting), bytearray()
        await db.run(self.recorder.write, said)

    async def discard(self) -> None:
        """Nobody may open it any more."""
        self.waiting.clear()
        await db.run(self.recorder.discard)

    async def close(self) -> None:
        """The recording is whole."""
        if self.waiting:
            await self._write()
        await db.run(self.recorder.close)


def loud(pcm: bytes) -> bool:
    """Whether somebody is heard."""
    samples = array("h", pcm)
    return bool(samples) and sum(abs(one) for one in samples) / len(samples) > SOUND


async def record(party: Party, about: str, longest: float) -> float:
    """Record until the hash key, a long silence, the longest time, or the end of the call; returns the seconds of sound.

    Raises Gone and Closing after what was said is safe. A crash leaves what was written, marked as cut off.
    """
    recording = Recording(await desk.recorder(party.contact, about))
    await party.switch.record(party.leg)
    try:
        await _listen(party, recording, longest)
        await party.switch.record(party.leg, False)
    finally:
        await recording.close()
        party.recorded += recording.sound
    return recording.sound


async def _listen(party: Party, recording: Recording, longest: float) -> None:
    end = party.now() + longest
    quiet = party.now() + party.timing.silence_longest
    while party.now() < min(end, quiet):
        item = await party.next(min(end, quiet))
        if isinstance(item, Digit) and item.digit == "#":
            return
        if isinstance(item, Heard) and item.leg == party.leg:
            before = recording.sound
            await recording.take(item.audio)
            if recording.sound > before:
                quiet = party.now() + party.timing.silence_longest
