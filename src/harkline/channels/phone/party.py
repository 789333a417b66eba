"""The caller's end of a call: saying prompts, hearing keys. The course of the call builds on it."""

import asyncio
from collections.abc import Sequence

from harkline.channels.phone import desk
from harkline.channels.phone.inbox import Inbox, Item
from harkline.channels.phone.settings import Timing
from harkline.channels.phone.signals import KEY, LISTENER_PRESENT, Signals
from harkline.channels.phone.switch import Answered, Digit, Played, Switch
from harkline.channels.phone.voice import Voice

LONGEST_WORDS = 25.0  # after which a menu goes on even if the end of its words was never reported


class Party:
    """One caller, with the language they chose and what is known of them."""

    def __init__(self, switch: Switch, leg: str, voice: Voice, timing: Timing) -> None:
        self.switch, self.leg, self.voice, self.timing = switch, leg, voice, timing
        self.inbox = Inbox(leg)
        self.language = ""
        self.flags: set[str] = set()
        self.contact = ""
        self.recorded = 0.0  # seconds of sound in messages of this call
        self.signals = Signals()
        self.unsaid = False  # pressed 9 and has not been told yet that nobody will ask them to speak

    def now(self) -> float:
        """The loop's clock."""
        return asyncio.get_running_loop().time()

    async def clip(self, key: str, /, **values: object) -> bytes:
        """A prompt in the caller's language."""
        return await self.voice.say(key, self.language, **values)

    async def answered(self) -> None:
        """Take the call and wait until it carries sound; nobody who dials hears ringing for longer than this takes."""
        await self.switch.answer(self.leg)
        until = self.now() + 10
        while (item := await self.next(until)) is not None:
            if isinstance(item, Answered):
                return

    async def next(self, until: float | None) -> Item | None:
        """The next thing that happens. The course of the call widens it; 9 is heard everywhere."""
        item = await self.inbox.get(until)
        if isinstance(item, Digit) and item.leg == self.leg:
            word = await self.signalled(item.digit)
            # To the first signal a caller is told that they need not speak; after the second, nothing is said at all.
            self.unsaid = word == LISTENER_PRESENT or (self.unsaid and not word)
            return None if item.digit == KEY else item
        return item

    async def signalled(self, digit: str) -> str:
        """Heed what a key says: everybody who sees the contact is told, and the caller hears nothing of it. Returns the new flag."""
        word = self.signals.heard(digit, self.now())
        if not word or word in self.flags:
            return ""
        self.flags.add(word)
        if self.contact:
            await desk.flag(self.contact, word)
        return word

    async def play(self, clips: Sequence[bytes], *, loop: bool = False) -> int:
        """Say something in place of what is being said."""
        if self.unsaid:
            self.unsaid = False
            clips = [await self.clip("keypad_only"), *clips]
        return await self.switch.play(self.leg, clips, loop=loop)

    async def say(self, *clips: bytes) -> None:
        """Say something to its end."""
        ticket = await self.play(clips)
        until = self.now() + LONGEST_WORDS
        while self.now() < until:
            if _ends(await self.next(until), ticket):
                return

    async def choose(self, clips: Sequence[bytes], keys: str, *, rounds: int, wait: float) -> str:
        """Say a menu and wait for one of its keys, which work while it is being said. Empty when none was pressed."""
        for _ in range(rounds):
            ticket, until = await self.play(clips), self.now() + LONGEST_WORDS
            while self.now() < until:
                item = await self.next(until)
                if isinstance(item, Digit) and item.leg == self.leg and item.digit in keys:
                    await self.switch.stop(self.leg)
                    return item.digit
                if _ends(item, ticket):
                    until = self.now() + wait
        return ""


def _ends(item: Item | None, ticket: int) -> bool:
    return isinstance(item, Played) and item.ticket == ticket
