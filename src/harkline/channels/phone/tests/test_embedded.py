"""The embedded engine under the contract, and what is its own: codecs, sources, death."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator

import pytest

from harkline.channels.phone import switch
from harkline.channels.phone.embedded import EmbeddedSwitch
from harkline.channels.phone.settings import PhoneSettings
from harkline.channels.phone.tests.contract import NUMBER, Contract, Party, call
from harkline.channels.phone.tests.sounds import tone

pytestmark = pytest.mark.flow


def port() -> int:
    """A port that is free both for UDP and for TCP: the engine listens on both."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                udp.bind(tcp.getsockname())
                return int(tcp.getsockname()[1])


async def party(rtp: str, **given: object) -> AsyncIterator[Party]:
    settings = PhoneSettings(listen=f"127.0.0.1:{port()}", rtp_ports=rtp, jitter="off", **given)
    engine = EmbeddedSwitch(settings)
    running = asyncio.create_task(engine.run())
    async with asyncio.timeout(10):
        await engine.up.wait()
    yield Party(engine, settings.listen)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def line() -> AsyncIterator[Party]:
    async for one in party("31000-31200"):
        yield one


@pytest.fixture
async def caller() -> AsyncIterator[Party]:
    async for one in party("32000-32200"):
        yield one


class TestEmbedded(Contract):
    """The contract, with a second engine as the caller."""


async def test_what_a_fast_line_says_is_not_lost_while_dialling(line: Party, caller: Party) -> None:
    refusals = []

    def refuse(event: switch.Event) -> None:
        if isinstance(event, switch.Incoming):
            refusals.append(asyncio.ensure_future(line.switch.reject(event.leg)))

    line.switch.subscribe(refuse)
    for _ in range(20):
        named = []
        leg = await caller.switch.dial(f"sip:{NUMBER}@{line.address}")
        end = caller.switch.subscribe(lambda event, into=named: into.append((event.leg, type(event))))
        await caller.sees(switch.HungUp)
        end()
        # Whether it rang before it was refused is up to the other side; that it was refused must not get lost.
        assert {name for name, _kind in named} == {leg}
        assert named[-1] == (leg, switch.HungUp)


@pytest.mark.parametrize("codec", ["pcma", "g722/16000/1", "opus/48000/2"])
async def test_every_codec_carries_the_right_pitch_both_ways(line: Party, codec: str) -> None:
    async for caller in party("32200-32400", codecs=(codec,)):
        mine, leg = await call(caller, line)
        await line.switch.play(leg, [tone(440, 3.0)])
        await caller.switch.play(mine, [tone(700, 3.0)])
        assert await caller.hears(mine, 440, 0.8) > 0.6
        assert await line.hears(leg, 700, 0.8) > 0.6


async def test_a_network_that_is_not_allowed_is_not_heard(caller: Party) -> None:
    async for line in party("31200-31400", allow=("192.0.2.0/24",)):
        await caller.switch.dial(f"sip:{NUMBER}@{line.address}")
        with pytest.raises(TimeoutError):
            await line.sees(switch.Incoming, within=1.0)


async def test_a_killed_engine_is_back_and_its_calls_are_reported_interrupted(line: Party, caller: Party) -> None:
    _mine, leg = await call(caller, line)
    line.switch.process.kill()
    gone = await line.sees(switch.HungUp)
    assert (gone.leg, gone.reason) == (leg, "interrupted")
    async with asyncio.timeout(2):
        await line.switch.up.wait()
    await call(caller, line)


async def test_an_engine_that_hangs_is_replaced(line: Party, caller: Party) -> None:
    _mine, leg = await call(caller, line)
    line.switch.process.send_signal(signal.SIGSTOP)
    gone = await line.sees(switch.HungUp, within=8)
    assert (gone.leg, gone.reason) == (leg, "interrupted")
    async with asyncio.timeout(3):
        await line.switch.up.wait()
    await call(caller, line)


async def test_a_taken_port_is_said_in_plain_words() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken, socket.socket() as also:
        taken.bind(("127.0.0.1", 0))
        also.bind(taken.getsockname())
        also.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        engine = EmbeddedSwitch(PhoneSettings(listen=listen))
        running = asyncio.create_task(engine.run())
        async with asyncio.timeout(5):
            while not engine.trouble:
                await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert listen in engine.trouble
