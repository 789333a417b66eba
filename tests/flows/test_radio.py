"""Whoever sends a message by radio is acknowledged once it is kept, and never before; and the line answers by the same way."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.peers.mail import Line, contacts, until
from tests.peers.radio import Air, address, frame, modem
from tests.ports import free_port

from harkline.channels.radio.aprs import beacon
from harkline.channels.radio.aprs.adapter import RadioAdapter
from harkline.channels.radio.aprs.settings import RadioSettings
from harkline.intake import canaries
from harkline.intake.models import Attempt, Canary, SealedObject
from harkline.line import radio
from harkline.routing import lines
from harkline.routing.models import Outbound
from harkline.runtime import db

pytestmark = pytest.mark.flow
MAY = {"call_sign": "X0LINE-1", "licence": "held by the line", "transmit": True, "duty_percent": 100}
ACK = ":X0ABC-7  :ack1"


@pytest.fixture
async def line(mail_line: Line) -> Line:
    await db.run(radio.add_station, "X0LINE-1", 144_800_000, "amateur", data=True)
    return mail_line


@asynccontextmanager
async def listening(port: int, **settings) -> AsyncIterator[RadioAdapter]:
    adapter = RadioAdapter(RadioSettings(port=port, **(settings or MAY)))
    task = asyncio.create_task(adapter.run())
    try:
        yield adapter
    finally:
        await adapter.stop()
        await task


@asynccontextmanager
async def on_air(**settings) -> AsyncIterator[tuple[Air, RadioAdapter]]:
    port = free_port()
    async with modem(port) as air, listening(port, **settings) as adapter:
        await until(adapter.modem.connected.is_set)
        yield air, adapter


def sends(air: Air, text: str, source: str = "X0ABC-7") -> None:
    air.transmits(frame(source, f":X0LINE-1 :{text}"))


async def test_a_message_is_kept_and_then_acknowledged_each_time_it_is_heard(line):
    async with on_air() as (air, adapter):
        sends(air, "Somebody is at the door{1")
        await until(lambda: air.said == [ACK])
        (seen,) = await contacts(line)
        sends(air, "Somebody is at the door{1")
        await until(lambda: air.said == [ACK, ACK])
        assert adapter.health()["state"] == "up"
        assert adapter.health()["last_received"]
    assert (seen.state, seen.text, seen.flags) == ("waiting", "Somebody is at the door", ("on_air",))
    assert seen.one("handle")[1] == b"X0ABC-7"
    assert len(await contacts(line)) == 1


async def test_what_cannot_be_kept_is_not_acknowledged_and_comes_again(line, monkeypatch):
    def full() -> None:
        raise OSError

    async with on_air() as (air, adapter):
        with monkeypatch.context() as scarce:
            scarce.setattr("harkline.runtime.room.refuse_if_scarce", full)
            sends(air, "Help{1")
            await until(lambda: adapter.health()["reason"] == "not_stored")
            assert (air.said, await contacts(line)) == ([], [])
        sends(air, "Help{1")
        await until(lambda: air.said == [ACK])
    assert len(await contacts(line)) == 1


async def test_others_traffic_and_noise_leave_no_trace(line):
    async with on_air() as (air, _adapter):
        air.transmits(frame("X0ABC-7", ":X0DEF-1  :not for us{5"))
        air.transmits(frame("X0ABC-7", "!5130.00N/00000.00E>"))
        air.transmits(frame("X0LINE-1", ":X0LINE-1 :in our own name{6"))
        air.transmits(b"\xff\x00" * 40)
        sends(air, "Help{1")
        await until(lambda: air.said == [ACK])
    assert len(await contacts(line)) == 1
    assert await db.run(Attempt.objects.count) == 1


async def test_no_bytes_that_anybody_sends_keep_the_next_message_out(line):
    draw = random.Random(7)
    bodies = [draw.randbytes(draw.randrange(1, 300)) for _ in range(40)]
    hostile = [
        *bodies,
        *[frame("X0BAD-1", body) for body in bodies],
        *[frame("X0BAD-1", b":X0LINE-1 :" + body[:240]) for body in bodies[:10]],
        *[frame("X0BAD-1", b"}" + body[:9] + b">A:" + body) for body in bodies[:10]],
        *[address("APZ001") + address("X0BAD-1") + body for body in bodies[:10]],
        frame("X0BAD-1", b":X0LINE-1 :" + bytes(60) + b"{1"),
    ]
    async with on_air() as (air, adapter):
        for one in hostile:
            air.transmits(one)
        sends(air, "Help{1")
        await until(lambda: ACK in air.said)
        assert adapter.health()["state"] == "up"
        assert air.connected == 1
    assert "Help" in [
        seen.one("message")[1].decode("latin-1") for seen in await contacts(line) if "held" not in seen.flags
    ]


async def test_an_internet_station_brings_a_message_and_its_writer_is_answered(line):
    async with on_air() as (air, _adapter):
        air.transmits(frame("X0GATE-1", "}X0ABC-7>APRS,TCPIP,X0GATE-1*::X0LINE-1 :Help{1"))
        await until(lambda: air.said == [ACK])
    (seen,) = await contacts(line)
    assert seen.one("handle")[1] == b"X0ABC-7"
    assert seen.one("message")[0]["gate"] == "X0GATE-1"


async def test_a_reply_goes_until_it_is_acknowledged(line):
    async with on_air() as (air, _adapter):
        sends(air, "Help{1")
        await until(lambda: air.said == [ACK])
        (seen,) = await contacts(line)
        boxed = {"to": "X0ABC-7", "text": "We have your message."}
        job = await db.run(lines.queue, "radio", boxed, idempotency_key="reply:1", thread_id=seen.thread_id)
        await until(lambda: len(air.said) == 2)
        to, text = air.said[1][1:10], air.said[1][11:]
        number = text.partition("{")[2]
        assert (to, text) == ("X0ABC-7  ", f"We have your message.{{{number}")
        sends(air, f"ack{number}")
        await until(lambda: db.run(Outbound.objects.filter(pk=job, state="delivered").exists))


async def test_a_station_that_only_listens_never_transmits(line):
    async with on_air(call_sign="X0LINE-1", transmit=True) as (air, _adapter):  # no licence
        job = await db.run(lines.queue, "radio", {"to": "X0ABC-7", "text": "Hello"}, idempotency_key="reply:1")
        sends(air, "Help{1")
        await until(lambda: db.run(Outbound.objects.filter(pk=job, reason="listen_only").exists))
        await until(lambda: contacts(line))
        assert air.heard == []


async def test_a_modem_that_goes_and_comes_back(line):
    port = free_port()
    async with listening(port) as adapter:
        await until(lambda: adapter.health()["reason"] == "modem_not_reached")
        async with modem(port):
            await until(adapter.modem.connected.is_set)
            assert adapter.health()["state"] == "up"
        await until(lambda: adapter.health()["state"] == "degraded")
        async with modem(port) as air:
            await until(adapter.modem.connected.is_set)
            sends(air, "Help{1")
            await until(lambda: air.said == [ACK])


async def test_what_is_not_installed_is_said_and_nothing_is_listened_to(line, monkeypatch):
    monkeypatch.setattr("harkline.channels.radio.aprs.frames.available", lambda: False)
    async with listening(free_port()) as adapter:
        await until(lambda: adapter.health()["state"] == "degraded")
        assert adapter.health()["reason"] == "not_installed"


async def test_where_the_hour_is_used_up_nothing_more_is_transmitted(line):
    async with on_air(**{**MAY, "duty_percent": 1, "delay_ms": 2000}) as (air, adapter):  # 36 seconds
        for number in range(20):
            sends(air, f"Help{{{number}")
        await until(lambda: adapter.health()["backlog"] > 0)
        await until(lambda: db.run(lambda: SealedObject.objects.filter(purpose="message").count() == 20))
        sent = len(air.said)
        assert 10 <= sent < 20
        assert sent + adapter.health()["backlog"] == 20


async def test_the_beacon_says_what_the_notice_says(line):
    beacon.use(lambda: "Check words: acorn almond anchor apple april")
    try:
        async with on_air(**MAY, beacon_minutes=30) as (air, _adapter):
            await until(lambda: air.said == [">Check words: acorn almond anchor apple april"])
    finally:
        beacon.use(str)


async def test_the_line_tries_its_own_call_sign_where_another_station_repeats_it(line):
    async with on_air(**MAY, path=("WIDE1-1",)) as (air, adapter):
        (station,) = await db.run(radio.stations, data=True)
        one = await db.run(canaries.begin, station.address_id)
        trial = asyncio.create_task(adapter.canary(one))
        await until(lambda: len(air.said) == 1)
        assert air.said == [f":X0LINE-1 :Line test {one.token}"]
        air.transmits(frame("X0LINE-1", air.said[0]))
        assert await trial == ""
        assert await db.run(canaries.answered, one.id)
        assert await db.run(lambda: Canary.objects.get().attempt.machine_kind) == "canary"
    assert await contacts(line) == []
