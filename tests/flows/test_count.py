"""A caller is told ten digits on the telephone, and finds them in the files that everybody reads."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.peers.phone import Phone
from tests.peers.phone_line import NUMBER, Browser, Line, on_duty, open_line, until
from tests.peers.registrar import HOST, Registrar

from harkline.channels.phone import desk
from harkline.channels.phone import receipts as told
from harkline.channels.phone.settings import Trunk
from harkline.count import export, policy, publish, sequence
from harkline.count.models import Evidence, Receipt
from harkline.intake.models import Contact
from harkline.runtime import clock, db
from harkline_verify import command, receipts, tiles

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db", "team_private")]


@pytest.fixture
async def counting(tmp_path: Path) -> AsyncIterator[policy.Policy]:
    """The line counts in the open."""
    before = policy.present()
    policy.use(policy.Policy(origin="line.example/count", folder=tmp_path))
    await db.run(sequence.begin)
    yield policy.present()
    policy.use(before)


@pytest.fixture
async def line(counting: policy.Policy) -> AsyncIterator[Line]:
    async with open_line() as one:
        yield one


@pytest.fixture
async def caller() -> AsyncIterator[Phone]:
    async with Phone() as one:
        yield one


async def calls_in_english(line: Line, caller: Phone) -> None:
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("1")


async def asks_for_a_receipt(line: Line, caller: Phone) -> str:
    await line.hears(caller, "receipt_offer", within=15)
    await caller.presses("5")
    await line.hears(caller, "receipt_choose")
    await caller.presses("4711")
    await line.hears(caller, "receipt_said")
    return "4711" + str(line.voice.value("receipt_said", "code"))


def two_mornings_later(to: Path) -> list[str]:
    """The days are closed and shown; the codes in a copy of the files."""
    Contact.objects.update(state="closed", kind="counselling", closed_at=clock.now())
    now = clock.now()
    with clock.using(lambda: now + timedelta(days=2)):
        sequence.make_due()
        publish.write(sequence.log())
        publish.show(sequence.log())
    export.write(to)
    size = publish.noted(publish.CHECKPOINT).size
    found = []
    for index, width in tiles.widths(size):
        found += tiles.unpack((to / tiles.path(tiles.ENTRIES, index, width)).read_bytes(), width)
    return [one[2:12].decode() for one in found if one[:1] == b"\x01"]


async def test_who_leaves_a_message_is_told_a_receipt_and_finds_it(
    line: Line, caller: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await calls_in_english(line, caller)
    await line.hears(caller, "nobody")
    await caller.presses("1")
    await line.hears(caller, "tone")
    caller.says_tone(800, 1.5)
    await line.hears(caller, "message_saved", within=12)
    code = await asks_for_a_receipt(line, caller)
    assert receipts.is_code(code)
    await line.hears(caller, "goodbye", within=15)
    await caller.is_hung_up()
    await line.attempt(outcome="message")
    copy = tmp_path / "copy"
    assert code in await db.run(two_mornings_later, copy)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert command.main([str(copy), "--policy", await db.run(publish.fingerprint), "--receipt", code]) == 0
    assert "is in the count of" in capsys.readouterr().out


async def test_after_a_talk_a_receipt_is_offered_and_the_call_stays_answered(line: Line, caller: Phone) -> None:
    browser = Browser(line, await on_duty("robin"))
    await calls_in_english(line, caller)
    await line.hears(caller, "queue_wait")
    await browser.accepts()
    await browser.sees(t="state", s="connected")
    browser.says(t="end")
    code = await asks_for_a_receipt(line, caller)
    await caller.hang_up()
    await line.attempt(outcome="answered")
    assert (await line.contact()).state == "wrap_up"
    assert await db.run(lambda: Receipt.objects.get(told=True).code) == code


async def test_whoever_is_overheard_hears_nothing_of_a_receipt(line: Line, caller: Phone) -> None:
    browser = Browser(line, await on_duty("robin"))
    await caller.calls(NUMBER, line.address)
    await line.hears(caller, "greeting")
    await caller.presses("9")
    await browser.accepts()
    await browser.sees(t="state", s="connected")
    browser.says(t="end")
    await line.hears(caller, "goodbye", within=15)
    assert "receipt_offer" not in [key for key, _language, _values in line.voice.said]
    assert not await db.run(Evidence.objects.exists)


IDENTITY = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln;info=<https://cert.example/c.pem>;alg=ES256;ppt=shaken"  # as a carrier writes it (RFC 8224)


async def test_the_carrier_s_signed_word_is_sealed_as_evidence(counting: policy.Policy) -> None:
    async with Registrar("digest-name", "right") as carrier:
        trunk = Trunk("one", f"{HOST}:{carrier.port}", "account", "right", auth_user="digest-name")
        async with open_line(trunks=(trunk,), allow=("192.0.2.0/24",)) as line:
            await until(carrier.registered.is_set)
            carrier.sends_call(NUMBER, more=f"Identity: {IDENTITY}\r\n")
            await carrier.answered()
            [call] = line.adapter.calls.values()
            assert call.incoming.identity == IDENTITY
            call.contact = await desk.contact(call.attempt, "en", set(), live=False, waiting=False)
            await told.keep_evidence(call)
            row = await db.run(lambda: Evidence.objects.select_related("object").get())
        assert row.kind == "E3"
        assert row.object.purpose == "evidence"
