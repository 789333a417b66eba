"""Simulated callers on a real wire: SIP and RTP on loopback, with a small line at the other end that plays what a line plays."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiosipua import SipUAS
from aiosipua.rtp_bridge import CallSession

from harkline.demo import manners, phone
from harkline.demo.listening import level
from harkline.demo.story import Call
from harkline.line import prompts_audio as audio

pytestmark = pytest.mark.flow
HOLD, TONE, WORD = audio.draft("hold", ""), audio.draft("tone", ""), audio.draft("connected", "en")
TALKER = Call("call0", "+441632960011", "en", "talks", says=("Hello?", "Thank you."))
LEAVER = Call("call4", "+441632960015", "en", "leaves", says=("A message.",))


class Line:
    """Answers one call, plays to it, hears it."""

    def __init__(self):
        self.keys, self.heard, self.invite = [], [], None
        self.over, self.plays = asyncio.Event(), bytearray()
        self.transport = phone._Udp(local_addr=("127.0.0.1", phone.free_port()))

    async def answer(self, call):
        self.invite = call.invite
        self.media = CallSession("127.0.0.1", phone.free_port(), call.sdp_offer, jitter_prefetch=2)
        self.media.on_audio = lambda pcm, _at: self.heard.append(level(pcm))
        self.media.on_dtmf = lambda digit, _length: self.keys.append(digit)
        await self.media.start()
        call.accept(self.media.sdp_answer)
        at = 0
        while not self.over.is_set():
            frame = bytes(self.plays[:320]).ljust(320, b"\0")
            del self.plays[:320]
            self.media.send_audio_pcm(frame, at)
            at += 160
            await asyncio.sleep(0.005)  # four times as fast as people
        await self.media.close()

    async def until(self, true):
        async with asyncio.timeout(10):
            while not true():
                await asyncio.sleep(0.02)

    def hears_somebody(self):
        return any(loud > 500 for loud in self.heard)


@asynccontextmanager
async def line():
    here = Line()
    uas = SipUAS(here.transport)
    uas.on_invite = lambda call: here.tasks.append(asyncio.ensure_future(here.answer(call)))
    uas.on_bye = lambda _call, _request: here.over.set()
    here.tasks = []
    await uas.start()
    try:
        async with phone.Telephone(here.transport.local_addr) as telephone:
            yield here, telephone
            await here.until(here.over.is_set)
            await asyncio.gather(*here.tasks)
    finally:
        await uas.stop()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    short = {"BEFORE_KEY": 0.2, "BEFORE_LEAVING": 0.2, "BREATH": 0.3, "TURN": 0.3, "UNASKED": 0.5}
    for name, value in short.items():
        monkeypatch.setattr(manners, name, value)
    monkeypatch.setattr(Call, "sentences", lambda self: [WORD[:6400]] * len(self.says))


async def test_a_caller_chooses_a_language_waits_in_the_queue_and_speaks_only_when_somebody_is_there():
    async with line() as (here, telephone):
        call = asyncio.create_task(manners.live(telephone, TALKER, "+442079460101", ["fa", "en"]))
        await here.until(lambda: here.keys == ["2"])
        here.plays += HOLD[:80000]
        await here.until(lambda: len(here.plays) < 4000)
        assert not here.hears_somebody()
        await here.until(here.hears_somebody)
        assert await call == "said goodbye"
        assert "+442079460101" in here.invite.uri


async def test_a_caller_who_hears_that_nobody_is_there_presses_1_and_speaks_after_the_tone():
    async with line() as (here, telephone):
        call = asyncio.create_task(manners.live(telephone, TALKER, "+442079460101", ["en"]))
        await here.until(lambda: here.heard)
        here.plays += audio.draft("menu_unattended", "en")
        await here.until(lambda: here.keys == ["1"])
        here.plays += audio.draft("leave_message", "en") + TONE
        assert await call == "left a message"


async def test_a_caller_without_time_asks_for_the_tone():
    async with line() as (here, telephone):
        call = asyncio.create_task(manners.live(telephone, LEAVER, "+442079460101", ["en"]))
        await here.until(lambda: here.keys == ["1"])
        here.plays += WORD + TONE
        assert await call == "left a message"


async def test_a_caller_who_cannot_speak_says_so_with_9_and_never_speaks():
    silent = Call("call6", "", "en", "silent")
    async with line() as (here, telephone):
        call = asyncio.create_task(manners.live(telephone, silent, "+442079460101", ["en"]))
        await here.until(lambda: here.keys == ["9"])
        here.plays += HOLD[:60000]
        assert await call == "said goodbye"
        assert here.keys == ["9", "1"]
        assert not here.hears_somebody()
        assert "anonymous.invalid" in str(here.invite.get_header("From"))


async def test_a_refused_call_is_told_as_such():
    async with phone.Telephone(("127.0.0.1", 9)) as telephone:
        with pytest.raises((RuntimeError, TimeoutError)):
            async with asyncio.timeout(1):
                await manners.live(telephone, TALKER, "+442079460101", ["en"])
