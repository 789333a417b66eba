"""Simulated callers on the telephone: real SIP, real RTP, and a person's pace."""

import asyncio
import logging
import random
import socket
from dataclasses import dataclass, field
from typing import Any

from aiosipua import SipUAC, SipUAS
from aiosipua.rtp_bridge import CallSession
from aiosipua.sdp import build_sdp
from aiosipua.transport import UdpSipTransport

from harkline.demo.listening import FRAME, Ears, Sound
from harkline.demo.story import Call
from harkline.line.prompts_audio import silence

log = logging.getLogger(__name__)
STEP = FRAME / 8000
NOTHING = silence(STEP)
PATIENCE = 150.0  # seconds in which nobody comes, before a caller gives up
BEFORE_KEY = 5.0
BEFORE_LEAVING = 25.0  # of waiting
BREATH = 2.0  # between one thing and the next
TURN = 1.2  # of silence, before somebody takes the word
NO_QUEUE = 25.0  # after which somebody who hears no queue presses 1, as the menu says
NO_ANNOUNCEMENT = 14.0
TONE_WITHIN = 15.0
UNASKED = 9.0  # of silence, before a caller goes on by themselves


def free_port() -> int:
    """An even UDP port of loopback with its odd neighbour, for RTP and RTCP."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two,
        ):
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                if port % 2 == 0:
                    two.bind(("127.0.0.1", port + 1))
                    return port
            except OSError:
                continue


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, owner: "_Udp") -> None:
        self._owner = owner

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._owner._dispatch(data, addr)


class _Udp(UdpSipTransport):
    """aiosipua's own asserts a class that Python 3.11's transports are not of, and reports that on the terminal."""

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._udp_transport, _protocol = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self), local_addr=self.local_addr
        )


@dataclass
class Telephone:
    """One SIP user agent on loopback, from which all simulated callers ring."""

    server: tuple[str, int]
    _gone: dict[str, asyncio.Event] = field(default_factory=dict)

    async def __aenter__(self) -> "Telephone":
        transport = _Udp(local_addr=("127.0.0.1", free_port()))
        self.uac = SipUAC(transport)
        self._uas: Any = SipUAS(transport, uac=self.uac)
        self._uas.on_bye = lambda call, _request: self._gone.get(call.call_id, asyncio.Event()).set()
        await self._uas.start()
        return self

    async def __aexit__(self, *_reason: object) -> None:
        await self._uas.stop()

    async def ring(self, caller: str, number: str) -> "Talk":
        """Dial; returns once somebody or something answered. An empty caller withholds the number.

        Raises TimeoutError, and RuntimeError where the call was refused.
        """
        port = free_port()
        who = f"sip:{caller or 'anonymous'}@{'127.0.0.1' if caller else 'anonymous.invalid'}"
        target = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        offer = build_sdp("127.0.0.1", port, 0, "PCMU")
        call = self.uac.send_invite(who, target, self.server, offer)
        gone = self._gone[call.call_id] = asyncio.Event()
        try:
            await call.wait_answered(15)
        except BaseException:
            call.cancel(self.uac)
            self._gone.pop(call.call_id, None)
            raise
        media = CallSession("127.0.0.1", port, call.sdp_answer, jitter_prefetch=2)
        await media.start()
        return Talk(self, call, media, gone)


class Talk:
    """A call that was answered: a mouth, two ears, a keypad."""

    def __init__(self, telephone: Telephone, call: Any, media: Any, gone: asyncio.Event) -> None:
        self.gone = gone
        self.ears = Ears()
        self.heard = Sound.NOTHING
        self._telephone, self._call, self._media = telephone, call, media
        self._timestamp = random.randrange(1 << 31)  # noqa: S311 (RFC 3550 wants it random, not secret)
        self._says: list[bytes] = []
        self._said = asyncio.Event()
        media.on_audio = self._listen
        self._mouth = asyncio.ensure_future(self._speak())

    def _listen(self, pcm: bytes, _timestamp: int) -> None:
        self.heard = self.ears.hear(pcm)

    async def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self.gone.is_set():
            frame = self._says.pop(0) if self._says else NOTHING
            if not self._says:
                self._said.set()
            self._media.send_audio_pcm(frame, self._timestamp)
            self._timestamp = (self._timestamp + FRAME) & 0xFFFFFFFF
            due = max(due + STEP, loop.time() - 0.1)
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def say(self, pcm: bytes) -> None:
        """Speak to the end, or until the call is over."""
        size = 2 * FRAME
        self._says = [pcm[at : at + size].ljust(size, b"\0") for at in range(0, len(pcm), size)]
        self._said.clear()
        await asyncio.wait([self._mouth, asyncio.ensure_future(self._said.wait())], return_when=asyncio.FIRST_COMPLETED)

    def press(self, digit: str) -> None:
        """Press a key (RFC 4733)."""
        self._media.rtp_session.send_dtmf(digit, 160, self._timestamp)

    async def stay(self, seconds: float) -> bool:
        """Wait; False if the call ended meanwhile."""
        try:
            await asyncio.wait_for(self.gone.wait(), seconds)
        except TimeoutError:
            return True
        return False

    async def hang_up(self) -> None:
        """End the call, if it has not."""
        if not self.gone.is_set():
            self._call.hangup(self._telephone.uac)
            self.gone.set()
        await self._mouth
        await self._media.close()
        self._telephone._gone.pop(self._call.call_id, None)


async def live(telephone: Telephone, call: Call, number: str, languages: list[str]) -> str:
    """Ring as this person would; says how it ended, in a few words."""
    talk = await telephone.ring(call.number, number)
    try:
        if call.manner == "short":
            await talk.stay(3)
            return "hung up in the greeting"
        if not await _choose(talk, call, languages):
            return "was hung up on"
        return await (_leave(talk, call) if call.manner == "leaves" else _converse(talk, call))
    finally:
        await talk.hang_up()


async def _choose(talk: Talk, call: Call, languages: list[str]) -> bool:
    if not await talk.stay(BEFORE_KEY):
        return False
    if len(languages) > 1:
        talk.press(str(languages.index(call.language) + 1))
    if call.manner == "silent":
        if not await talk.stay(BREATH):
            return False
        talk.press("9")
    return await talk.stay(BREATH)


async def _leave(talk: Talk, call: Call) -> str:
    """Wait a while, press 1, speak after the tone."""
    if not await talk.stay(BEFORE_LEAVING):
        return "was hung up on"
    talk.press("1")
    return await _message(talk, call.sentences()) if await _until_tone(talk, TONE_WITHIN) else "heard no tone"


async def _until_tone(talk: Talk, seconds: float) -> bool:
    for _step in range(int(seconds / STEP)):
        if talk.ears.beeped:
            return True
        if not await talk.stay(STEP):
            return False
    return False


async def _converse(talk: Talk, call: Call) -> str:
    """Wait for somebody, then speak in turn; leave a message where a tone invites to."""
    sentences = call.sentences()
    waited, said, pressed = 0.0, 0, False
    while await talk.stay(0.1):
        waited += 0.1
        if talk.ears.beeped:
            return await _message(talk, sentences)
        if talk.heard is Sound.WAITING:
            said = 0
        elif (talk.ears.waited or pressed) and _with_somebody(talk.ears):
            if said >= max(len(sentences), 1):
                return "said goodbye"
            await _speak(talk, sentences, said)
            said, waited = said + 1, 0.0
        elif not talk.ears.waited and not pressed and waited > NO_QUEUE:
            talk.press("1")
            pressed = True
            await _until_tone(talk, TONE_WITHIN)
        if waited > PATIENCE:
            return "gave up waiting"
    return "talked until the other side hung up" if said else "was hung up on"


def _with_somebody(ears: Ears) -> bool:
    """It is quiet, or the sound of the queue has not come back after what was said: longer than any announcement."""
    return ears.quiet_for > TURN or ears.since_waiting > NO_ANNOUNCEMENT


async def _speak(talk: Talk, sentences: list[bytes], turn: int) -> None:
    """Say one's turn, or press a key where one cannot speak, and hear the other side out."""
    if sentences:
        await talk.say(sentences[turn])
    else:
        talk.press("1")
    await _answered(talk)


async def _answered(talk: Talk) -> None:
    """Until the other side has spoken and stopped, or has said nothing for a while."""
    spoke, steps = False, int(UNASKED / 0.1)
    while steps > 0 and await talk.stay(0.1):
        if talk.heard is Sound.WAITING:
            return
        spoke = spoke or talk.heard is Sound.SPEECH
        if spoke and talk.ears.quiet_for > TURN:
            return
        steps -= 0 if talk.heard is Sound.SPEECH else 1


async def _message(talk: Talk, sentences: list[bytes]) -> str:
    await talk.stay(0.6)
    for sentence in sentences:
        await talk.say(sentence)
    talk.press("#")
    await talk.stay(2 * BREATH)
    return "left a message"
