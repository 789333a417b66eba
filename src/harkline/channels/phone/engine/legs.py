"""One party of a conversation inside the engine, and what the 20 ms clock does for it."""

import secrets
from array import array
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from harkline.channels.phone.engine.rooms import FRAME, Room

AHEAD = 20 * FRAME  # how far a prompt is fed ahead of what is heard: 0.4 s, so that a late tick is not heard
LIVE = 3 * FRAME  # what may wait to be heard in a conversation: beyond it, what is new is dropped
BROWSER = 10 * FRAME  # what a browser's microphone may be ahead before it is cut back to KEPT
KEPT = 3 * FRAME

Emit = Callable[..., None]


class Audio(Protocol):
    """Sound to and from one party; nothing blocks, nothing raises."""

    def write(self, pcm: bytes) -> None:
        """Queue sound for the party."""

    def read(self) -> bytes:
        """What the party has said since the last call."""

    def flush(self) -> None:
        """Drop what is queued in both directions."""

    def queued(self) -> int | None:
        """Bytes that wait to be heard; None while there is no audio, and what is written would be lost."""


class BrowserAudio:
    """An operator's browser. Frames leave with the clock, so that a prompt reaches it at the pace of speech."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.send = send
        self.out = bytearray()
        self.said = bytearray()

    def write(self, pcm: bytes) -> None:
        self.out += pcm

    def read(self) -> bytes:
        self._release()
        said, self.said = bytes(self.said), bytearray()
        return said

    def _release(self) -> None:
        if self.out:
            self.send(bytes(self.out[:FRAME]))
            del self.out[:FRAME]

    def feed(self, pcm: bytes) -> None:
        """What came from the microphone."""
        self.said += pcm
        if len(self.said) > BROWSER:
            del self.said[:-KEPT]

    def flush(self) -> None:
        self.out.clear()
        self.said.clear()

    def queued(self) -> int | None:
        return len(self.out)


class Leg:
    """A party: its audio, what is being played to it, who hears it."""

    def __init__(self, audio: Audio, emit: Emit, call: Any = None) -> None:
        self.id = secrets.token_hex(4)
        self.audio, self.emit, self.call = audio, emit, call
        self.room: Room | None = None
        self.recording = False
        self.ending = False  # we hung up, not the other side
        self.clips: deque[bytes] = deque()
        self.position = 0
        self.loop = False
        self.ticket = 0
        self.playing = False

    def play(self, ticket: int, clips: list[bytes], loop: bool) -> None:
        """Replace what is being played."""
        self.stop()
        self.ticket, self.clips, self.loop, self.playing = ticket, deque(one for one in clips if one), loop, True

    def stop(self) -> None:
        """Silence at once."""
        self.clips.clear()
        self.position, self.playing = 0, False
        self.audio.flush()

    def unbridge(self) -> None:
        """Part from whoever is in the same room; they go on."""
        if self.room:
            self.room.leave(self)
            self.room = None

    def tick(self) -> None:
        """What happens every 20 ms."""
        said = self.audio.read()
        if said and self.room:
            self.room.said(self, said)
        if self.room:
            self.room.tick(self)
        if said and self.recording:
            self.emit("heard", self.id, body=said)
        if self.playing and not (self.room and len(self.room.members) > 1):
            self._feed()
        elif self.playing:
            self._over_silence()

    def hear(self, said: bytes) -> None:
        """What the others say, with a prompt laid over it where one is playing: nothing of either is lost."""
        if self.playing and self.clips:
            said = mixed(said, self._next(len(said)))
        elif self.playing:
            self._played()
        if (self.audio.queued() or 0) <= LIVE:
            self.audio.write(said)

    def _over_silence(self) -> None:
        """The other party sends nothing at all (a browser without a microphone): what is played must be heard nevertheless."""
        queued = self.audio.queued()
        if queued is None or queued >= FRAME:
            return
        if self.clips:
            self.audio.write(self._next(FRAME))
        else:
            self._played()

    def _feed(self) -> None:
        queued = self.audio.queued()
        if queued is None:
            return
        while self.clips and queued < AHEAD:
            piece = self._next(FRAME)
            self.audio.write(piece)
            queued += len(piece)
        if not self.clips and not queued:
            self._played()

    def _played(self) -> None:
        self.playing = False
        self.emit("played", self.id, ticket=self.ticket)

    def _next(self, size: int) -> bytes:
        """The next bytes of what is being played."""
        piece = self.clips[0][self.position : self.position + size]
        self.position += size
        if self.position >= len(self.clips[0]):
            done = self.clips.popleft()
            self.position = 0
            if self.loop:
                self.clips.append(done)
        return piece


def confer(legs: Sequence[Leg], silent: Sequence[Leg] = ()) -> None:
    """Let them hear one another, those in ``silent`` without being heard. Whoever was elsewhere leaves there. What was queued
    before is dropped for those who are new, or it would stay as delay; those who were together already notice nothing."""
    together = Counter(leg.room for leg in (*legs, *silent) if leg.room)
    stays = {one for one, number in together.items() if number > 1}
    room = Room(legs, silent)
    for leg in (*legs, *silent):
        if leg.room not in stays:
            leg.stop()
            leg.audio.read()
        leg.unbridge()
        leg.room = room


def mixed(one: bytes, other: bytes) -> bytes:
    """Two sounds at once, as long as the first, without overflow."""
    other = other.ljust(len(one), b"\0")
    pairs = zip(array("h", one), array("h", other), strict=False)
    return array("h", (max(-32768, min(32767, a + b)) for a, b in pairs)).tobytes()
