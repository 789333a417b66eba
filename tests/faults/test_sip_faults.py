"""Calls that are wrong in some way, or end in a way that nobody meant."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.peers.phone import Phone, Refused
from tests.peers.phone_line import NUMBER, Browser, Line, on_duty, open_line, until
from tests.peers.raw_sip import RawCall
from tests.ports import HOST, free_port

from harkline.intake.models import Attempt
from harkline.runtime import db

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db", "team_private")]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with open_line() as one:
        yield one


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone() as one:
        yield one


async def calls_in_english(line: Line, caller: Phone) -> None:
    """Ring, and choose the first language as soon as it can be chosen."""
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")


async def still_answers(line: Line) -> None:
    """The next caller is greeted."""
    async with Phone() as next_one:
        await next_one.calls(NUMBER, line.address)
        await line.hears(next_one, "greeting")


async def test_an_invite_without_sdp_is_answered_with_an_offer(line: Line) -> None:
    async with RawCall(line.address, NUMBER) as raw:
        raw.invite(body="")
        answer = await raw.response(200)
        assert "m=audio" in answer
    await line.attempt(stage="arrived")
    await still_answers(line)


async def test_a_codec_that_nobody_here_speaks_is_refused_and_recorded(line: Line) -> None:
    async with RawCall(line.address, NUMBER) as raw:
        raw.invite(payloads="18", maps="a=rtpmap:18 G729/8000\r\n")
        assert "488" in await raw.response(400, 699)
    await still_answers(line)


async def test_a_call_without_any_sound_is_ended_as_interrupted() -> None:
    async with open_line(media_timeout=2) as line, RawCall(line.address, NUMBER) as raw:
        raw.invite()
        await raw.response(200)
        raw.ack()
        await raw.request("BYE", within=8)
        row = await line.attempt(outcome="interrupted")
        assert row.reason == "media_lost"


async def test_a_bye_right_after_the_answer_counts_as_short_abandoned(line: Line) -> None:
    async with RawCall(line.address, NUMBER) as raw:
        raw.invite()
        await raw.response(200)
        raw.ack()
        raw.bye()
        await line.attempt(outcome="short_abandoned")
    await still_answers(line)
    assert len(await line.attempts()) == 2


async def test_a_cancel_before_the_answer_is_recorded(line: Line) -> None:
    async with RawCall(line.address, NUMBER) as raw:
        raw.invite()
        raw.cancel()
        await line.attempt(outcome="short_abandoned")


async def test_an_invite_that_comes_three_times_is_one_attempt(line: Line) -> None:
    async with RawCall(line.address, NUMBER) as raw:
        raw.invite()
        raw.again()
        raw.again()
        await raw.response(200)
        raw.ack()
        await asyncio.sleep(0.5)
        assert len(await line.attempts()) == 1
        raw.bye()


async def test_a_source_that_is_not_allowed_is_not_even_refused(line: Line) -> None:
    async with open_line(allow=("192.0.2.0/24",)) as closed, RawCall(closed.address, NUMBER) as raw:
        raw.invite()
        with pytest.raises(TimeoutError):
            await raw.response(100, 699, within=1.5)
        assert await closed.attempts() == []


async def test_a_call_over_tcp_is_answered(line: Line) -> None:
    async with RawCall(line.address, NUMBER, transport="TCP") as raw:
        raw.invite()
        await raw.response(200)
        raw.ack()
        await line.attempt(stage="greeting")
        raw.bye()


async def test_a_call_over_tls_is_answered(tmp_path: Path) -> None:
    both = certificate(tmp_path / "both.pem")
    async with open_line(transports=("udp", "tls"), certificate=str(both)) as line:
        over_tls = (HOST, line.settings.port + 1)
        async with RawCall(over_tls, NUMBER, transport="TLS") as raw:
            raw.invite()
            await raw.response(200)
            raw.ack()
            await line.attempt(stage="greeting")
            raw.bye()


def certificate(file: Path) -> Path:
    """A key and a certificate for this test, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "line.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return file


async def test_noise_on_the_port_changes_nothing(line: Line) -> None:
    async with RawCall(line.address, NUMBER) as raw:
        for size in range(1, 1200, 7):
            raw.noise(os.urandom(size))
        raw.invite()
        valid = raw.last
        for cut in range(0, len(valid), 11):
            raw.noise(valid[:cut] + b"\x00\xff" + valid[cut + 3 :])
        await asyncio.sleep(0.3)
    await still_answers(line)


async def test_the_identity_that_the_network_asserts_reaches_neither_database_nor_log(
    line: Line, caller: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = "+441632960777"
    await caller.calls(
        NUMBER,
        line.address,
        sender="sip:anonymous@anonymous.invalid",
        headers={"Privacy": "id", "P-Asserted-Identity": f"<sip:{hidden}@198.51.100.1>"},
    )
    await line.hears(caller, "greeting")
    row = await line.attempt()
    assert row.presentation == "restricted"
    assert hidden not in caplog.text
    assert hidden not in await db.run(dump)


def dump() -> str:
    """Everything that the database holds, as text."""
    from django.db import connection

    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)


async def test_the_engine_is_killed_and_the_next_call_is_answered(line: Line, caller: Phone) -> None:
    robin = Browser(line, await on_duty("robin"))
    await calls_in_english(line, caller)
    await line.hears(caller, "hold")
    await robin.accepts()
    await robin.sees(t="state", s="connected")
    loop = asyncio.get_running_loop()
    killed = loop.time()
    os.kill(line.adapter.switch.process.pid, signal.SIGKILL)
    await until(lambda: not line.adapter.switch.up.is_set())
    await until(line.adapter.switch.up.is_set, within=2.0)
    assert loop.time() - killed < 2.0
    await until(lambda: not line.adapter.calls)
    contact = await line.contact()
    assert contact.state == "wrap_up"
    assert "interrupted" in contact.flags
    async with Phone() as next_one:
        await next_one.calls(NUMBER, line.address)
        await line.hears(next_one, "greeting")


async def test_the_engine_is_killed_while_somebody_waits_and_it_is_recorded(line: Line, caller: Phone) -> None:
    await on_duty("robin")
    await calls_in_english(line, caller)
    await line.hears(caller, "hold")
    os.kill(line.adapter.switch.process.pid, signal.SIGKILL)
    await line.attempt(outcome="interrupted")
    assert (await line.contact()).state == "closed"


async def test_a_message_that_is_cut_off_by_the_engines_death_is_kept(line: Line, caller: Phone) -> None:
    await calls_in_english(line, caller)
    await line.hears(caller, "nobody")
    await caller.presses("1")
    await line.hears(caller, "tone")
    caller.says_tone(800, 6.0)
    await asyncio.sleep(2.5)
    os.kill(line.adapter.switch.process.pid, signal.SIGKILL)
    await line.attempt(outcome="message")
    assert (await line.contact()).state == "waiting"


async def test_a_server_that_stops_tells_those_who_are_on_the_line(line: Line, caller: Phone) -> None:
    await on_duty("robin")
    await calls_in_english(line, caller)
    await line.hears(caller, "hold")
    stopping = asyncio.create_task(line.adapter.stop())
    await line.hears(caller, "closing")
    await caller.is_hung_up()
    await stopping
    await line.attempt(outcome="interrupted")


async def test_a_call_while_the_server_stops_is_refused_and_recorded(line: Line, caller: Phone) -> None:
    await line.adapter.stop()
    with pytest.raises(Refused):
        await caller.calls(NUMBER, line.address)
    await line.attempt(outcome="overflowed")


async def test_after_a_crash_of_the_server_open_calls_are_recorded_as_interrupted(caller: Phone) -> None:
    async with open_line() as line:
        await on_duty("robin")
        await calls_in_english(line, caller)
        await line.hears(caller, "hold")
        # As a crash would leave it: the row is open and nobody is there.
        await db.run(lambda: Attempt.objects.update(outcome="", ended_at=None))
        line.adapter.calls.clear()
    await db.run(lambda: Attempt.objects.update(outcome="", ended_at=None))
    async with open_line() as line:
        await line.attempt(outcome="interrupted")


@pytest.mark.skipif(not shutil.which("sipp"), reason="calls by an independent caller need sipp (Debian: sip-tester)")
@pytest.mark.parametrize("scenario", ["call", "early_bye"])
async def test_an_independent_caller_gets_through(line: Line, scenario: str, tmp_path: Path) -> None:
    file = Path(__file__).parents[1] / "peers" / "sipp" / f"{scenario}.xml"
    run = await asyncio.create_subprocess_exec(
        "sipp", f"{HOST}:{line.settings.port}", "-sf", str(file), "-s", NUMBER, "-i", HOST, "-p", str(free_port()),
        "-m", "5", "-l", "5", "-r", "5", "-timeout", "20", "-nostdin",
        cwd=tmp_path, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await run.wait() == 0
    await until(lambda: not line.adapter.calls)
    assert [row.outcome for row in await line.attempts()] == ["short_abandoned"] * 5
