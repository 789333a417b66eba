"""A talk is recorded only where the line allows it and the caller has said yes, and not a moment longer than they want."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.peers import ears
from tests.peers.phone import Phone
from tests.peers.phone_line import NUMBER, Browser, Line, on_duty, open_line, until

from harkline.intake.models import Chunk, SealedObject, Wrap
from harkline.routing import lines
from harkline.runtime import db
from harkline.seal import envelope

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db")]


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone() as one:
        yield one


async def talks(line: Line, caller: Phone) -> Browser:
    """Caller and operator are in a conversation."""
    robin = Browser(line, await on_duty("robin"))
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")
    await line.hears(caller, "hold")
    await robin.accepts()
    await robin.sees(t="state", s="connected")
    return robin


async def operator_asks(line: Line) -> None:
    contact = await line.contact()
    await db.run(lines.command, str(contact.pk), "record")


async def kept() -> SealedObject | None:
    return await db.run(lambda: SealedObject.objects.filter(purpose="recording").first())


async def test_nothing_is_asked_where_the_line_does_not_record(caller: Phone, team_private: bytes) -> None:
    async with open_line() as line:
        robin = await talks(line, caller)
        await operator_asks(line)
        await robin.sees(t="recording", s="not_allowed")
        assert await kept() is None


async def test_a_caller_who_says_yes_is_recorded_with_the_operator(caller: Phone, team_private: bytes) -> None:
    async with open_line(recording=True) as line:
        robin = await talks(line, caller)
        await operator_asks(line)
        await robin.sees(t="recording", s="asked")
        await line.hears(caller, "recording_consent")
        assert await kept() is None
        await caller.presses("1")
        await robin.sees(t="recording", s="on")
        caller.says_tone(600, 3.0)
        await robin.speaks(1000, 3.0)
        contact = await line.contact()
        await db.run(lines.command, str(contact.pk), "stop_recording")
        await robin.sees(t="recording", s="off")
        meta, pcm = await db.run(lambda: opened(team_private))
        assert meta["consent"] == "keypad"
        assert meta["asked_at"] <= meta["agreed_at"]
        middle = pcm[2 * ears.RATE :][: 2 * ears.RATE]
        assert ears.strength(middle, 600) > 0.3
        assert ears.strength(middle, 1000) > 0.3
        assert "recorded" in (await line.contact()).flags


def opened(private: bytes) -> tuple[dict, bytes]:
    """The recording, as somebody of the team hears it."""
    row = SealedObject.objects.get(purpose="recording")
    assert row.complete
    chunks = [bytes(one.data) for one in row.chunks.order_by("position")]
    wrap = row.wraps.get(recipient="team:1")
    found = envelope.open_(bytes(wrap.data), chunks, private, "recording", row.pk, "team:1")
    return found.meta, found.body


async def test_a_caller_who_says_no_is_not(caller: Phone, team_private: bytes) -> None:
    async with open_line(recording=True) as line:
        robin = await talks(line, caller)
        await operator_asks(line)
        await line.hears(caller, "recording_consent")
        await caller.presses("2")
        await robin.sees(t="recording", s="refused")
        assert await kept() is None
        assert "recording_refused" in (await line.contact()).flags


async def test_a_caller_who_takes_it_back_leaves_nothing_that_could_be_opened(
    caller: Phone, team_private: bytes
) -> None:
    async with open_line(recording=True) as line:
        robin = await talks(line, caller)
        await operator_asks(line)
        await line.hears(caller, "recording_consent")
        await caller.presses("1")
        await robin.sees(t="recording", s="on")
        caller.says_tone(600, 10.0)
        await until(lambda: line.adapter.calls, 5)
        await asyncio.sleep(2.0)
        await caller.presses("2")
        await robin.sees(t="recording", s="withdrawn")
        row = await kept()
        assert row
        assert row.state == "withdrawn"
        assert await db.run(
            lambda: (Wrap.objects.filter(object=row).count(), Chunk.objects.filter(object=row).count())
        ) == (0, 0)


async def test_nobody_is_asked_aloud_who_may_be_overheard(caller: Phone, team_private: bytes) -> None:
    async with open_line(recording=True) as line:
        robin = await talks(line, caller)
        await caller.presses("9")
        await until(lambda: "listener_present" in next(iter(line.adapter.calls.values())).flags, 5)
        await operator_asks(line)
        await robin.sees(t="recording", s="unsafe")
        assert await kept() is None


async def test_who_hangs_up_leaves_a_whole_recording(caller: Phone, team_private: bytes) -> None:
    async with open_line(recording=True) as line:
        robin = await talks(line, caller)
        await operator_asks(line)
        await line.hears(caller, "recording_consent")
        await caller.presses("1")
        await robin.sees(t="recording", s="on")
        caller.says_tone(600, 2.0)
        await asyncio.sleep(1.5)
        await caller.hang_up()

        def whole() -> bool:
            row = SealedObject.objects.filter(purpose="recording").first()
            return bool(row and row.complete and row.size > 8000)

        for _ in range(100):
            if await db.run(whole):
                break
            await asyncio.sleep(0.1)
        assert await db.run(whole)
