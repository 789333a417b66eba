"""A caller sets the terms of a call back by keys alone, and what was chosen is kept however the call ends."""

from collections.abc import AsyncIterator

import pytest
from tests.peers.phone import Phone
from tests.peers.phone_line import NUMBER, Line, open_line, shorter

from harkline.channels.phone.terms import zone_of
from harkline.intake.models import SealedObject
from harkline.routing.models import Callback
from harkline.runtime import clock, db
from harkline.seal import envelope

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db")]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with open_line(timing=shorter(choice=3.0)) as one:
        yield one


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone() as one:
        yield one


async def asks(line: Line, caller: Phone, **given: object) -> None:
    """Nobody is here; 2 asks to be called back."""
    await caller.calls(NUMBER, line.address, **given)  # type: ignore[arg-type]
    await line.hears(caller, "greeting", within=30)
    await caller.presses("1")
    await line.hears(caller, "nobody", within=30)
    await caller.presses("2")


async def told(line: Line, caller: Phone, prompt: str, keys: str) -> None:
    await line.hears(caller, prompt, within=30)
    caller.forgets()
    await caller.presses(keys)


async def sealed_terms(private: bytes) -> dict[str, str]:
    def read() -> dict[str, str]:
        row = SealedObject.objects.get(purpose="terms")
        wrap = bytes(row.wraps.get(recipient="team:1").data)
        chunks = [bytes(one.data) for one in row.chunks.order_by("position")]
        found: dict[str, str] = envelope.open_(wrap, chunks, private, "terms", str(row.pk), "team:1").meta["terms"]
        return found

    return await db.run(read)


async def test_another_number_the_hours_and_the_rest_by_keys_alone(
    line: Line, caller: Phone, team_private: bytes
) -> None:
    hidden = {"Privacy": "id"}
    await asks(line, caller, headers=hidden, sender="sip:anonymous@anonymous.invalid")
    await told(line, caller, "callback_key_number", "00441632960119#")
    await line.hears(caller, "callback_number_said", within=30)
    assert line.voice.value("callback_number_said", "code") == "00441632960119"
    await told(line, caller, "callback_right", "1")
    await told(line, caller, "callback_hours", "3")
    theirs = await db.run(lambda: (clock.now().hour * 60 + clock.now().minute + 270) % 1440)
    await told(line, caller, "callback_clock", "2")
    await told(line, caller, "callback_key_clock", f"{theirs // 60:02}{theirs % 60:02}")
    await told(line, caller, "callback_who", "2")
    await told(line, caller, "callback_voicemail", "1")
    await line.hears(caller, "tone", within=30)
    await caller.presses("#")
    await line.hears(caller, "callback_saved", within=30)
    await line.attempt(within=30, outcome="callback_requested")
    row = await db.run(Callback.objects.get)
    assert (row.callback_consent, row.number_given, row.shown_id) == ("caller", True, None)
    assert (row.time_zone, row.safe_windows) == ("UTC+04:30", [[[0, 1, 2, 3, 4, 5, 6], 1020, 1260]])
    said = {"number": "+441632960119", "who_may_answer": "anybody", "voicemail": "yes"}
    assert await sealed_terms(team_private) == said


async def test_who_hangs_up_in_the_middle_keeps_what_was_chosen(line: Line, caller: Phone, team_private: bytes) -> None:
    await asks(line, caller)
    await told(line, caller, "callback_menu", "1")
    await told(line, caller, "callback_hours", "4")
    await line.hears(caller, "callback_who", within=30)
    await caller.hang_up()
    await line.attempt(within=30, outcome="callback_requested")
    row = await db.run(Callback.objects.get)
    assert (row.number_given, row.safe_windows) == (True, [[[0, 1, 2, 3, 4, 5, 6], 0, 1440]])
    assert await sealed_terms(team_private) == {"number": caller.number, "who_may_answer": "only_me"}


@pytest.mark.parametrize(
    ("theirs", "ours", "zone"),
    [
        ("12:01", "12:00", "UTC+00:00"),
        ("16:31", "12:00", "UTC+04:30"),
        ("00:15", "18:30", "UTC+05:45"),
        ("21:00", "01:00", "UTC-04:00"),
    ],
)
def test_a_clock_is_known_to_a_quarter_of_an_hour(theirs: str, ours: str, zone: str) -> None:
    from datetime import timedelta

    minutes = [int(one[:2]) * 60 + int(one[3:]) for one in (theirs, ours)]
    assert zone_of(minutes[0], minutes[1], timedelta(0)) == zone
