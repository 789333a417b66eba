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
from harkline.line import prompts_audio as audio
from harkline.line import prompts_text as text

log = logging.getLogger(__name__)
STEP = FRAME / 8000
NOTHING = audio.silence(STEP)


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


def phrases(language: str) -> dict[str, bytes]:
    """The prompt after which a caller does something else than wait, as the line says it."""
    key = "menu_unattended"
    return {key: audio.draft(key, next(code for code in text.chain(language) if audio.has_draft(key, code)))}


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

    async def ring(self, caller: str, number: str, language: str) -> "Talk":
        """Dial; returns once somebody or something answered. An empty caller withholds the number; the language is the one that
        they understand.

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
        return Talk(self, call, media, gone, Ears(phrases(language)))


class Talk:
    """A call that was answered: a mouth, two ears, a keypad."""

    def __init__(self, telephone: Telephone, call: Any, media: Any, gone: asyncio.Event, ears: Ears) -> None:
        self.gone = gone
        self.ears = ears
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
