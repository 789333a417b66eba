"""Recording a conversation, and only with the caller's consent: the operator asks for it, the line asks the caller, and a key
says yes. The voices are mixed and sealed second by second. The key 2 withdraws the consent at any moment, and what was recorded
is then thrown away: its keys are deleted, so that nobody can open it again.

A crash leaves what was written, marked as cut off; it was consented to.
"""

from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING

from harkline.channels.phone import desk
from harkline.channels.phone.recording import Recording
from harkline.channels.phone.switch import FRAME, LegGone, SwitchDown
from harkline.runtime import clock

if TYPE_CHECKING:
    from harkline.channels.phone.flow import Call

YES, NO = "1", "2"
PATIENCE = 30.0  # seconds in which the caller may answer; the question itself takes some ten
APART = 25 * FRAME  # how far one voice may run ahead (half a second): beyond it the other was silent
UNSAFE = {"listener_present", "duress"}  # a question spoken aloud could give the caller away


class Mixer:
    """Voices that arrive in pieces of their own, as one."""

    def __init__(self) -> None:
        self.voices: dict[str, bytearray] = {}

    def take(self, leg: str, pcm: bytes) -> bytes:
        """Add a piece of one voice; returns what is ready of all."""
        self.voices.setdefault(leg, bytearray()).extend(pcm)
        lengths = [len(one) for one in self.voices.values()]
        return self._give(max(min(lengths) if len(lengths) > 1 else 0, max(lengths) - APART))

    def rest(self) -> bytes:
        """Whatever is left of any."""
        return self._give(max(map(len, self.voices.values()), default=0))

    def _give(self, size: int) -> bytes:
        size -= size % 2
        pieces = [array("h", bytes(one[:size]).ljust(size, b"\0")) for one in self.voices.values()]
        for one in self.voices.values():
            del one[:size]
        return array("h", (max(-32768, min(32767, sum(all_))) for all_ in zip(*pieces, strict=True))).tobytes()


class Consent:
    """Where the consent of one conversation stands: nothing, asked, given (and recording), refused or withdrawn."""

    def __init__(self, call: "Call") -> None:
        self.call = call
        self.voices: Callable[[], list[str]] = lambda: [call.leg]  # the legs of those who speak
        self.state = ""
        self._until = 0.0
        self._recording: Recording | None = None
        self._mixer = Mixer()
        self._asked_at = ""

    async def ask(self) -> str:
        """Put the question to the caller. Returns the new state, or why it is not asked."""
        if not self.call.settings.recording:
            return "not_allowed"
        if UNSAFE & self.call.flags:
            return "unsafe"
        if self._recording:
            return self.state
        self._asked_at = clock.now().isoformat(timespec="seconds")
        self._until = self.call.now() + PATIENCE
        await self.call.play([await self.call.clip("recording_consent")])
        return self._stands("asked")

    async def pressed(self, key: str) -> str:
        """The caller pressed something. Returns the new state, empty where it is about something else."""
        if self._recording and key == NO:
            return await self.withdraw()
        if self.state != "asked" or self.call.now() > self._until or key not in (YES, NO):
            return ""
        if key == NO:
            await desk.flag(self.call.contact, "recording_refused")
            return self._stands("refused")
        return await self._begin()

    async def _begin(self) -> str:
        call = self.call
        meta = {"about": "talk", "consent": "keypad", "asked_at": self._asked_at}
        meta["agreed_at"] = clock.now().isoformat(timespec="seconds")
        self._recording = Recording(await desk.recorder(call.contact, **meta))
        await desk.flag(call.contact, "recorded")
        await self.listen()
        await call.play([await call.clip("tone")])
        return self._stands("on")

    async def listen(self) -> None:
        """Hear everybody who speaks; again after somebody came, or came back with another leg."""
        if not self._recording:
            return
        for leg in self.voices():
            await self.call.switch.record(leg)

    async def heard(self, leg: str, pcm: bytes) -> None:
        """What one of them has just said."""
        if self._recording and (ready := self._mixer.take(leg, pcm)):
            await self._recording.take(ready)

    async def withdraw(self) -> str:
        """The caller no longer agrees: it stops, and cannot be opened any more."""
        if recording := await self._stop():
            await recording.discard()
            await desk.flag(self.call.contact, "recording_withdrawn")
        return self._stands("withdrawn")

    async def finish(self) -> str:
        """The operator stops it, or the talk is over: what was recorded is whole."""
        if recording := await self._stop():
            await recording.take(self._mixer.rest())
            await recording.close()
            return self._stands("off")
        return self.state

    async def _stop(self) -> Recording | None:
        recording, self._recording = self._recording, None
        if recording:
            for leg in self.voices():
                try:
                    await self.call.switch.record(leg, False)
                except (LegGone, SwitchDown):
                    continue
        return recording

    def _stands(self, state: str) -> str:
        self.state = state
        return state
