"""A telephone over real SIP and RTP (aiosipua, aiortp): it calls, or is called; it presses keys, speaks tones and listens."""

import asyncio
from collections import deque
from typing import Any

from aiosipua import SipUAC, SipUAS, UdpSipTransport, build_sdp
from aiosipua.rtp_bridge import CallSession
from tests.peers import ears
from tests.ports import HOST, free_port, media_port


def _quiet(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The library asserts a class that Python 3.11's sockets do not have, after all its work is done."""
    if not (isinstance(context.get("exception"), AssertionError) and "connection_made" in context.get("message", "")):
        loop.default_exception_handler(context)


class Refused(Exception):
    """The other side did not take the call."""


class Phone:
    """``async with Phone() as phone``. One conversation at a time."""

    def __init__(self, host: str = HOST, number: str = "+442079460999") -> None:
        self.host, self.number, self.port = host, number, free_port()
        self.answering = True
        self.rings = asyncio.Event()
        self.talking = asyncio.Event()
        self.over = asyncio.Event()
        self.heard = bytearray()
        self.keys: list[str] = []
        self.says: deque[bytes] = deque()
        self.session: Any = None
        self.call: Any = None
        self.outgoing = False

    async def __aenter__(self) -> "Phone":
        asyncio.get_running_loop().set_exception_handler(_quiet)
        transport = UdpSipTransport(local_addr=(self.host, self.port))
        self.uac = SipUAC(transport)
        self.uas = SipUAS(transport, uac=self.uac)
        self.uas.on_invite = lambda call: asyncio.ensure_future(self._rung(call))
        self.uas.on_bye = lambda *_: self.over.set()
        self.uas.on_cancel = lambda *_: self.over.set()
        await self.uas.start()
        self.mouth = asyncio.create_task(self._speak())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()
        self.mouth.cancel()
        await self.uas.stop()

    # ---- calling

    async def calls(
        self, number: str, line: tuple[str, int], *, headers: dict[str, str] | None = None, sender: str = ""
    ) -> None:
        """Ring ``number`` at ``line`` (host, port) and wait until it is answered. Raises Refused."""
        await self.dials(number, line, headers=headers, sender=sender)
        try:
            await self.call.wait_answered(8)
        except (RuntimeError, TimeoutError) as failure:
            raise Refused(str(failure)) from None
        self.session.update_remote(self.call.sdp_answer.rtp_address)
        self.talking.set()

    async def dials(
        self, number: str, line: tuple[str, int], *, headers: dict[str, str] | None = None, sender: str = ""
    ) -> None:
        """Send the INVITE and nothing else."""
        self.media, self.outgoing = media_port(), True
        sender = sender or f"sip:{self.number}@{self.host}:{self.port}"
        offer = build_sdp(self.host, self.media, 0, "PCMU")
        # A telephone listens before it rings: the first word is not lost.
        await self._start(CallSession(self.host, self.media, offer, jitter_prefetch=1))
        self.call = self.uac.send_invite(
            sender, f"sip:{number}@{line[0]}:{line[1]}", line, offer, extra_headers=headers
        )

    async def gives_up(self) -> None:
        """Cancel before anybody answered."""
        self.call.cancel(self.uac)
        self.over.set()

    # ---- being called

    @property
    def address(self) -> str:
        """Where this telephone is reached."""
        return f"sip:operator@{self.host}:{self.port}"

    async def _rung(self, call: Any) -> None:
        self.call, self.outgoing = call, False
        self.over.clear()
        call.ringing()
        self.rings.set()
        if self.answering:
            await self.picks_up()

    async def picks_up(self) -> None:
        """Answer the call that is ringing."""
        self.media = media_port()
        session = CallSession(self.host, self.media, self.call.sdp_offer, jitter_prefetch=1)
        self.call.accept(session.sdp_answer)
        await self._start(session)
        self.talking.set()

    # ---- talking

    async def _start(self, session: CallSession) -> None:
        self.session = session
        await session.start()
        session.on_audio = lambda pcm, _: self.heard.extend(pcm)
        session.on_dtmf = lambda digit, _: self.keys.append(digit)

    async def _speak(self) -> None:
        """Every 20 ms: what there is to say, or silence, as a telephone does."""
        loop, timestamp = asyncio.get_running_loop(), 0
        due = loop.time()
        while True:
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))
            if self.session and self.talking.is_set() and not self.over.is_set():
                self.session.send_audio_pcm(self.says.popleft() if self.says else bytes(ears.FRAME), timestamp)
                timestamp = (timestamp + 160) & 0xFFFFFFFF

    def says_tone(self, hertz: float, seconds: float = 1.0) -> None:
        """Say a tone, from now."""
        pcm = ears.tone(hertz, seconds)
        self.says.extend(pcm[at : at + ears.FRAME] for at in range(0, len(pcm), ears.FRAME))

    async def presses(self, keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.session.send_dtmf(key, 120)
            await asyncio.sleep(0.22)

    async def hears(self, hertz: float, within: float = 8.0, *, least: float = 0.5) -> None:
        """Wait until this tone is heard. Raises AssertionError when it is not."""
        loop = asyncio.get_running_loop()
        end, at = loop.time() + within, 0
        while loop.time() < end:
            if ears.has_tone(bytes(self.heard[at:]), hertz, least=least):
                return
            at = max(0, len(self.heard) - 1600)
            await asyncio.sleep(0.04)

        raise AssertionError(
            f"never heard {hertz} Hz; heard {len(self.heard)} bytes at {ears.loudness(bytes(self.heard)):.0f}"
        )

    async def hears_nothing(self, seconds: float) -> None:
        """Listen on, without expecting anything."""
        await asyncio.sleep(seconds)

    def forgets(self) -> None:
        """Listen afresh."""
        self.heard.clear()

    async def hang_up(self) -> None:
        """Put the receiver down."""
        if self.call and not self.over.is_set():
            self.over.set()
            if self.outgoing:
                self.call.hangup(self.uac)
            else:
                self.call.hangup()
        session, self.session = self.session, None
        if session:
            await session.close()

    async def is_hung_up(self, within: float = 8.0) -> None:
        """Wait until the other side hangs up."""
        async with asyncio.timeout(within):
            await self.over.wait()
