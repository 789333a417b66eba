"""Who hears whom. Two parties hear one another as they speak; three and more are mixed every 20 ms."""

from array import array
from collections.abc import Sequence
from typing import Protocol

FRAME = 320
LATE = 5 * FRAME  # how much of one voice may wait for the mix (0.1 s): beyond it, what is old is dropped


class Member(Protocol):
    """A party, as its room sees it."""

    def hear(self, said: bytes) -> None:
        """What is to be heard by this party."""


class Room:
    """Parties in one conversation. Those who are ``silent`` hear everybody and are heard by nobody."""

    def __init__(self, members: Sequence[Member], silent: Sequence[Member] = ()) -> None:
        self.members = [*members, *silent]
        self.silent = set(silent)
        self.spoken: dict[Member, bytearray] = {one: bytearray() for one in members}

    def leave(self, member: Member) -> None:
        """Part from the others, who go on."""
        self.members.remove(member)
        self.silent.discard(member)
        self.spoken.pop(member, None)

    def said(self, member: Member, pcm: bytes) -> None:
        """What one of them has just said. With one who speaks and one who hears there is nothing to mix, and nothing waits."""
        if member in self.silent:
            return
        others = [one for one in self.members if one is not member]
        if len(others) == 1:
            others[0].hear(pcm)
        else:
            self.spoken[member] += pcm

    def tick(self, member: Member) -> None:
        """Once every 20 ms for each member; the mix is made with the first."""
        if len(self.members) > 2 and member is self.members[0]:
            self._mix()

    def _mix(self) -> None:
        now = {one: self._frame(voice) for one, voice in self.spoken.items() if voice}
        if not now:
            return
        length = max(len(one) for one in now.values())
        voices = {one: array("h", pcm.ljust(length, b"\0")) for one, pcm in now.items()}
        everybody = [sum(sample) for sample in zip(*voices.values(), strict=True)]
        for member in self.members:
            others = len(voices) - (member in voices)
            if others:
                own = voices.get(member)
                member.hear(_clipped(everybody, own))

    @staticmethod
    def _frame(voice: bytearray) -> bytes:
        """The next 20 ms of a voice; one that has fallen behind is brought up to now."""
        if len(voice) > LATE:
            del voice[: len(voice) - 2 * FRAME]
        piece = bytes(voice[:FRAME])
        del voice[:FRAME]
        return piece


def _clipped(everybody: Sequence[int], own: Sequence[int] | None) -> bytes:
    """All voices but one's own, without overflow."""
    rest = everybody if own is None else [whole - mine for whole, mine in zip(everybody, own, strict=True)]
    return array("h", [-32768 if one < -32768 else 32767 if one > 32767 else one for one in rest]).tobytes()
