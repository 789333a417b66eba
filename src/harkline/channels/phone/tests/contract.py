"""What every engine behind ``Switch`` has to pass. A binding gives the fixtures ``line`` (the engine under test, with
``address``) and ``caller`` (any other ``Switch`` that can reach it by SIP), both as ``Party``."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from harkline.channels.phone import switch
from harkline.channels.phone.switch import Event, LegGone, Switch
from harkline.channels.phone.tests.sounds import share, tone

NUMBER = "+442079460100"


class Party:
    """A switch with its events in order."""

    def __init__(self, engine: Switch, address: str) -> None:
        self.switch, self.address = engine, address
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.skipped: list[Event] = []
        engine.subscribe(self.events.put_nowait)

    async def sees(self, kind: type, within: float = 10.0) -> Event:
        """The next event of this kind."""
        async with asyncio.timeout(within):
            while True:
                event = await self.events.get()
                if isinstance(event, kind):
                    return event
                self.skipped.append(event)

    async def hears(self, leg: str, hertz: float, seconds: float = 1.0) -> float:
        """Record a while; how much of its last half second is this tone."""
        return share((await self.hear(leg, seconds))[-8000:], hertz)

    async def hear(self, leg: str, seconds: float) -> bytes:
        """Record a while."""
        await self.switch.record(leg)
        pcm = b""
        async with asyncio.timeout(seconds + 3):
            while len(pcm) < 16000 * seconds:
                event = await self.sees(switch.Heard)
                pcm += event.audio if event.leg == leg else b""
        await self.switch.record(leg, False)
        return pcm


class Browser:
    """An operator's browser at a line: what it plays, and a voice at the pace of speech."""

    def __init__(self, line: Party) -> None:
        self.line, self.leg, self.sound = line, "", bytearray()

    async def comes(self) -> str:
        self.leg = await self.line.switch.attach(self.sound.extend)
        return self.leg

    @asynccontextmanager
    async def saying(self, hertz: float) -> AsyncIterator[None]:
        """Say a tone for as long as the block lasts."""
        task = asyncio.create_task(self._says(tone(hertz, 1.0)))
        try:
            yield
        finally:
            task.cancel()

    async def _says(self, second: bytes) -> None:
        loop, at = asyncio.get_running_loop(), 0
        due = loop.time()
        while True:
            due += 0.02
            self.line.switch.feed(self.leg, second[at : at + switch.FRAME])
            at = (at + switch.FRAME) % len(second)
            await asyncio.sleep(max(0.0, due - loop.time()))


async def call(caller: Party, line: Party) -> tuple[str, str]:
    """A call that the line has answered: the caller's leg and the line's."""
    mine = await caller.switch.dial(f"sip:{NUMBER}@{line.address}")
    incoming = await line.sees(switch.Incoming)
    await line.switch.answer(incoming.leg)
    await line.sees(switch.Answered)
    await caller.sees(switch.Answered)
    return mine, incoming.leg


class Contract:
    """The suite."""

    async def test_a_call_says_what_was_dialled_and_has_a_key_of_its_own(self, line: Party, caller: Party) -> None:
        keys = set()
        for _ in range(2):
            mine = await caller.switch.dial(f"sip:{NUMBER}@{line.address}")
            incoming = await line.sees(switch.Incoming)
            assert incoming.dialled == NUMBER
            assert incoming.presentation == "allowed"
            keys.add(incoming.key)
            await caller.sees(switch.Ringing)
            await caller.switch.cancel(mine)
            await line.sees(switch.HungUp)
        assert len(keys) == 2

    async def test_a_caller_hears_clips_in_order_and_the_end_is_told(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        ticket = await line.switch.play(leg, [tone(440, 1.0), tone(700, 1.2)])
        assert await caller.hears(mine, 440, 0.7) > 0.6
        assert await caller.hears(mine, 700, 1.0) > 0.6
        assert (await line.sees(switch.Played)).ticket == ticket

    async def test_a_loop_goes_on_until_it_is_stopped(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        await line.switch.play(leg, [tone(440, 0.25)], loop=True)
        assert await caller.hears(mine, 440, 1.5) > 0.5
        await line.switch.stop(leg)
        await asyncio.sleep(0.3)
        assert await caller.hears(mine, 440, 0.6) < 0.1

    async def test_keys_are_reported(self, line: Party, caller: Party) -> None:
        mine, _leg = await call(caller, line)
        await asyncio.sleep(0.2)
        await caller.switch.digits(mine, "19#")
        assert [(await line.sees(switch.Digit)).digit for _ in range(3)] == ["1", "9", "#"]

    async def test_two_browsers_of_a_bridge_hear_one_another(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        sound = bytearray()
        browser = await line.switch.attach(sound.extend)
        await line.switch.bridge(leg, browser)
        await caller.switch.play(mine, [tone(500, 2.0)])
        said = tone(900, 1.5)
        for at in range(0, len(said), switch.FRAME):
            line.switch.feed(browser, said[at : at + switch.FRAME])
            await asyncio.sleep(0.02)
        assert share(bytes(sound[-8000:]), 500) > 0.6

    async def test_what_a_browser_says_is_heard_by_the_caller(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        browser = await line.switch.attach(lambda _pcm: None)
        await line.switch.bridge(leg, browser)

        async def speaks() -> None:
            for _ in range(100):
                line.switch.feed(browser, tone(1000, 0.02))
                await asyncio.sleep(0.02)

        speaking = asyncio.create_task(speaks())
        assert await caller.hears(mine, 1000, 1.2) > 0.5
        await speaking

    async def test_a_bridge_carries_nothing_from_before(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        await line.switch.play(leg, [tone(440, 5.0)])
        await asyncio.sleep(0.3)
        browser = await line.switch.attach(lambda _pcm: None)
        await line.switch.bridge(leg, browser)
        await asyncio.sleep(0.3)
        assert await caller.hears(mine, 440, 0.6) < 0.1

    async def test_three_hear_one_another_and_not_themselves(self, line: Party, caller: Party) -> None:
        (mine, leg), (third, other) = await call(caller, line), await call(caller, line)
        browser = Browser(line)
        await line.switch.confer([leg, other, await browser.comes()])
        await caller.switch.play(mine, [tone(500, 4.0)])
        await caller.switch.play(third, [tone(1300, 4.0)])
        async with browser.saying(900):
            heard = {
                "caller": await caller.hear(mine, 1.2),
                "third": await caller.hear(third, 1.2),
                "browser": bytes(browser.sound[-8000:]),
            }
        shares = {who: [round(share(pcm[-8000:], one), 2) for one in (500, 1300, 900)] for who, pcm in heard.items()}
        own = {"caller": 0, "third": 1, "browser": 2}
        for who, found in shares.items():
            assert found[own[who]] < 0.05, shares
            assert all(one > 0.3 for at, one in enumerate(found) if at != own[who]), shares

    async def test_a_third_who_leaves_lets_the_others_go_on(self, line: Party, caller: Party) -> None:
        (mine, leg), (third, other) = await call(caller, line), await call(caller, line)
        browser = Browser(line)
        await line.switch.confer([leg, other, await browser.comes()])
        await line.switch.unbridge(other)
        await caller.switch.play(mine, [tone(500, 3.0)])
        async with browser.saying(900):
            assert share((await caller.hear(mine, 1.0))[-8000:], 900) > 0.6
            assert share(await caller.hear(third, 0.6), 900) < 0.1
        assert share(bytes(browser.sound[-8000:]), 500) > 0.6

    async def test_who_listens_hears_both_and_is_heard_by_nobody(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        operator, listener = Browser(line), Browser(line)
        legs = [leg, await operator.comes()]
        await line.switch.confer(legs, [await listener.comes()])
        await caller.switch.play(mine, [tone(500, 3.0)])
        async with operator.saying(900), listener.saying(1700):
            heard = await caller.hear(mine, 1.2)
        assert share(heard[-8000:], 900) > 0.6
        assert max(share(pcm[-8000:], 1700) for pcm in (heard, bytes(operator.sound))) < 0.05
        assert min(share(bytes(listener.sound[-8000:]), one) for one in (500, 900)) > 0.3

    async def test_somebody_who_comes_in_interrupts_nobody(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        first, second = Browser(line), Browser(line)
        legs = [leg, await first.comes()]
        await line.switch.confer(legs)
        await caller.switch.play(mine, [tone(500, 3.0)])
        async with first.saying(900):
            await caller.hear(mine, 0.6)
            before = len(first.sound)
            await line.switch.confer([*legs, await second.comes()])
            heard = await caller.hear(mine, 0.8)
        assert share(heard, 900) > 0.6
        assert share(bytes(first.sound[before : before + 8000]), 500) > 0.6

    async def test_parting_leaves_both_up(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        browser = await line.switch.attach(lambda _pcm: None)
        await line.switch.bridge(leg, browser)
        await line.switch.unbridge(leg)
        await line.switch.hangup(browser)
        await line.switch.play(leg, [tone(440, 2.0)])
        assert await caller.hears(mine, 440, 1.2) > 0.6

    async def test_a_party_that_hangs_up_is_reported_once_and_gone(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        await caller.switch.hangup(mine)
        assert (await line.sees(switch.HungUp)).leg == leg
        with pytest.raises(LegGone):
            await line.switch.play(leg, [tone(440, 0.1)])

    async def test_an_end_from_our_side_reaches_the_caller(self, line: Party, caller: Party) -> None:
        mine, leg = await call(caller, line)
        await line.switch.hangup(leg)
        assert (await caller.sees(switch.HungUp)).leg == mine

    async def test_a_refused_call_ends_for_the_caller(self, line: Party, caller: Party) -> None:
        mine = await caller.switch.dial(f"sip:{NUMBER}@{line.address}")
        incoming = await line.sees(switch.Incoming)
        await line.switch.reject(incoming.leg)
        ended = await caller.sees(switch.HungUp)
        assert (ended.leg, ended.reason) == (mine, "busy")
