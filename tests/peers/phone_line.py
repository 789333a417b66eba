"""A line that answers the telephone, with everything real but the voice: each prompt is a tone of its own, so that a test can
tell by ear what a caller is being told."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.peers import ears
from tests.peers.phone import Phone
from tests.ports import HOST, free_port, rtp_ports

from harkline.channels.phone.adapter import PhoneAdapter
from harkline.channels.phone.audio import AudioSocket
from harkline.channels.phone.settings import PhoneSettings, Timing
from harkline.intake.models import Attempt, Contact
from harkline.line import this
from harkline.people import operators
from harkline.people.models import Operator
from harkline.routing import lines, offers, policy, presence
from harkline.routing.models import Offer
from harkline.runtime import db
from harkline.server import reconcile

NUMBER = "+442079460123"

# Far enough apart to be told apart in a tenth of a second.
KEYS = (
    "greeting", "language_offer", "cannot_speak", "keypad_only", "moment_please", "queue_wait", "queue_menu", "connected",
    "on_hold", "hold", "nobody", "nobody_free", "menu_unattended", "leave_message", "message_saved", "callback_menu",
    "callback_terms", "callback_saved", "return_code", "return_code_use", "hear_again", "goodbye", "busy", "closing",
    "whisper", "press_one_accept", "caller_gone", "tone", "backup_line", "safe_ending", "recording_consent",
    "blocked", "yes_no_alone",
)  # fmt: skip
# Told by keys alone: between the others.
BY_KEYS = (
    "callback_key_number", "callback_number_said", "callback_right", "callback_hours", "callback_clock", "callback_key_clock",
    "callback_who", "callback_voicemail",
    "please_sign_in", "receipt_offer", "receipt_choose", "receipt_said", "receipt_use", "genuine_offer", "genuine_yes", "genuine_no",
    "closed_now", "closed_danger", "closed_moved", "closes_soon",
)  # fmt: skip
TONES = {key: 400 + 100 * index for index, key in enumerate(KEYS)}
TONES |= {key: 425 + 100 * index for index, key in enumerate(BY_KEYS)}
LANGUAGE_STEP = 50  # a language's own offer stands between two prompts


class TonesForWords:
    """Each prompt is a quarter of a second of its own tone. ``said`` remembers the values that were to be spoken."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, dict[str, Any]]] = []

    async def say(self, key: str, language: str, /, **values: Any) -> bytes:
        self.said.append((key, language, values))
        shift = 0 if language == "en" else LANGUAGE_STEP
        return ears.tone(TONES[key] + shift, 0.3)

    def value(self, key: str, name: str) -> Any:
        """What the last prompt of this key was to say."""
        return next(values[name] for said, _, values in reversed(self.said) if said == key)


SHORT = Timing(
    choice=0.6,
    choice_rounds=2,
    place_every=2.0,
    target=6.0,
    own_phone_ring=4.0,
    own_phone_choice=2.0,
    browser_join=2.0,
    message_longest=20.0,
    callback_longest=20.0,
    callback_ring=4.0,
    callback_rejoin=1.5,
    silence_longest=1.5,
    short_abandon=1.0,
    farewell=4.0,
)


class Line:
    """The line under test."""

    def __init__(self, settings: PhoneSettings) -> None:
        self.settings = settings
        self.voice = TonesForWords()
        self.adapter = PhoneAdapter(settings, self.voice)
        self.address = (HOST, settings.port)

    async def attempts(self) -> list[Attempt]:
        """Every attempt, the earliest first."""
        return await db.run(lambda: list(Attempt.objects.select_related("address").order_by("arrived_at")))

    async def attempt(self, within: float = 6.0, **wanted: str) -> Attempt:
        """The only attempt, once it looks like this: ``outcome="message"``. Raises AssertionError when it never does."""
        end = asyncio.get_running_loop().time() + within
        while True:
            rows = await self.attempts()
            if len(rows) == 1 and all(getattr(rows[0], name) == value for name, value in wanted.items()):
                return rows[0]
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"wanted {wanted}, have {[(r.stage, r.outcome, r.reason) for r in rows]}")
            await asyncio.sleep(0.05)

    async def contact(self) -> Contact:
        """The only contact."""
        return await db.run(lambda: Contact.objects.get())

    async def hears(self, phone: Phone, key: str, *, language: str = "en", within: float = 8.0) -> None:
        """This telephone is being told this."""
        await phone.hears(TONES[key] + (0 if language == "en" else LANGUAGE_STEP), within)

    async def offered(self, within: float = 6.0) -> Offer:
        """The open offer."""
        end = asyncio.get_running_loop().time() + within
        while asyncio.get_running_loop().time() < end:
            if row := await db.run(lambda: Offer.objects.filter(state="offered").first()):
                return row
            await asyncio.sleep(0.05)
        raise AssertionError("nobody was offered the call")


async def on_duty(name: str, *languages: str, own_phone: str = "") -> Operator:
    """An operator who is ready."""

    def add() -> Operator:
        from harkline.runtime import clock

        row = Operator.objects.create(
            username=name,
            name=name.title(),
            role="operator",
            languages=list(languages or ("en",)),
            joined_at=clock.now(),
        )
        if own_phone:
            operators.set_own_phone(row, own_phone)
        presence.sign_on(row.pk, "own_phone" if own_phone else "browser")
        return row

    return await db.run(add)


@asynccontextmanager
async def open_line(*, timing: Timing = SHORT, **given: Any) -> AsyncIterator[Line]:
    """A line whose engine listens, with the server's reconcile loop beside it."""
    settings = PhoneSettings(
        listen=f"{HOST}:{free_port()}", rtp_ports="{}-{}".format(*rtp_ports()), jitter="off", timing=timing, **given
    )
    line = Line(settings)
    tasks = [asyncio.create_task(line.adapter.run()), asyncio.create_task(reconcile.run())]
    async with asyncio.timeout(10):
        await line.adapter.switch.up.wait()
    try:
        yield line
    finally:
        await line.adapter.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Browser:
    """An operator's browser at the audio socket, spoken to as ASGI speaks: what it plays, and what it says."""

    def __init__(self, line: Line, operator: Operator) -> None:
        self.line, self.operator = line, operator
        self.heard = bytearray()
        self.words: list[dict[str, Any]] = []
        self.closed: int | None = None
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None

    async def accepts(self) -> None:
        """Take the open offer at the console, and open the sound."""
        offer = await self.line.offered()
        assert await db.run(offers.accept, str(offer.pk), self.operator.pk)
        await self.joins(str(offer.contact_id))

    async def joins(self, contact_id: str, *, origin: str = "http://line.example", signed_in: bool = True) -> None:
        """Open the audio socket with a fresh token."""
        token = await db.run(lines.leg_token, contact_id, self.operator.pk)
        scope = {
            "type": "websocket",
            "path": f"/live/audio/{token}",
            "headers": [(b"host", b"line.example"), (b"origin", origin.encode())],
        }

        async def authenticate(_scope: Any) -> int | None:
            return int(self.operator.pk) if signed_in else None

        self._in.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(AudioSocket(self.line.adapter, authenticate)(scope, self._in.get, self._take))

    async def _take(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            self.closed = message.get("code")
        elif message.get("bytes"):
            self.heard += message["bytes"]
        elif message.get("text"):
            self.words.append(json.loads(message["text"]))

    async def sees(self, within: float = 5.0, **words: str) -> None:
        """Wait for a message: ``sees(t="state", s="connected")``."""
        await until(lambda: any(words.items() <= one.items() for one in self.words), within)

    async def speaks(self, hertz: float, seconds: float = 1.0) -> None:
        """Say a tone at the pace of speech."""
        pcm = ears.tone(hertz, seconds)
        for at in range(0, len(pcm), ears.FRAME):
            self._in.put_nowait({"type": "websocket.receive", "bytes": pcm[at : at + ears.FRAME]})
            await asyncio.sleep(0.02)

    async def hears(self, hertz: float, within: float = 5.0) -> None:
        """Wait until this tone comes out of the browser."""
        await until(lambda: ears.has_tone(bytes(self.heard[-6400:]), hertz), within)

    def says(self, **words: str) -> None:
        """A text message."""
        self._in.put_nowait({"type": "websocket.receive", "text": json.dumps(words)})

    async def closes(self) -> None:
        """The tab is shut."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1001})
        if self.task:
            await self.task


async def until(true: Callable[[], bool], within: float = 5.0) -> None:
    """Wait for something. Raises AssertionError when it never is."""
    end = asyncio.get_running_loop().time() + within
    while not true():
        if asyncio.get_running_loop().time() > end:
            raise AssertionError("it never came to be")
        await asyncio.sleep(0.02)


def shorter(**changes: float) -> Timing:
    """The short timing with changes."""
    return dataclasses.replace(SHORT, **changes)


__all__ = ["NUMBER", "Browser", "Line", "on_duty", "open_line", "policy", "shorter", "this", "until"]
