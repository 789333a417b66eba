"""The course of one call, written once for every engine: from the INVITE to the last word.

The attempt is recorded before anything is answered; every way out is an outcome; no way leads into endless ringing.
"""

import logging
from collections.abc import Callable

from django.db import OperationalError

from harkline.channels.phone import alone, blocked, desk, genuine, numbers, receipts, talk
from harkline.channels.phone.canary import Trial, Tried, settled
from harkline.channels.phone.inbox import Closing, Gone, Item, Join, Left, News
from harkline.channels.phone.party import Party
from harkline.channels.phone.settings import PhoneSettings
from harkline.channels.phone.switch import Digit, HungUp, Incoming, LegGone, Played, Switch, SwitchDown
from harkline.channels.phone.voice import Voice
from harkline.intake.receive import AttemptRef

log = logging.getLogger(__name__)

MOST_LANGUAGES = 8  # the ninth key says that somebody cannot speak
ENGINE_DIED = "interrupted"


class Taken(Exception):
    """Somebody on duty has accepted this call."""


class Call(Party):
    """One call. ``run()`` returns when it is over and its outcome is committed; it raises nothing."""

    def __init__(self, switch: Switch, settings: PhoneSettings, voice: Voice, incoming: Incoming) -> None:
        super().__init__(switch, incoming.leg, voice, settings.timing)
        self.settings, self.incoming = settings, incoming
        self.attempt = ""
        self.began = 0.0
        self.waits = False  # the contact ends when the caller goes, for there is nothing else of them
        self.queued = False  # somebody may accept the call at any moment
        self.joined: Join | None = None
        self.route: Callable[[str], None] = lambda _leg: None  # what a leg of ours says comes to this call's inbox
        self.trial: Trial | None = None  # while the line rings one of its own numbers
        self.full = False  # set before run() when all conversations are taken

    @property
    def number(self) -> str:
        """The caller's number, where it is shown and is to be kept."""
        return self.incoming.number if self.settings.record_numbers else ""

    async def run(self) -> None:
        """From the INVITE to the outcome."""
        try:
            ref = await self._recorded()
        except Exception:
            # Nothing was recorded, so nothing is answered: the network sees a refusal and the caller tries again.
            log.exception("a call could not be recorded")
            await self._refuse()
            return
        if not ref.new:
            await self._refuse()
        elif ref.address is None:
            await desk.finish(ref.id, "rejected", "unknown number")
            await self._refuse()
        else:
            await self._to_its_end(ref.address)
            await self._evidence()

    async def _evidence(self) -> None:
        """Without it the call counts all the same, by the line's word alone."""
        try:
            await receipts.keep_evidence(self)
        except Exception:
            log.exception("what shows a call to be genuine could not be kept")

    async def turn_away(self, reason: str) -> None:
        """Record and refuse: there are far too many calls, or the server stops."""
        try:
            ref = await self._record()
            await desk.finish(ref.id, "overflowed", reason)
        except Exception:
            log.exception("a call could not be recorded")
        await self._refuse()

    async def _recorded(self) -> AttemptRef:
        """As ``_record``; a full disk gives back what it keeps for calls."""
        try:
            return await self._record()
        except OperationalError:
            if not await desk.make_room():
                raise
            return await self._record()

    async def _record(self) -> AttemptRef:
        """One row, committed, before the caller hears anything. A crash after it: the row says interrupted at the next start."""
        trunk = next((one for one in self.settings.trunks if one.name == self.incoming.trunk), None)
        mapped = trunk.numbers if trunk else {}
        ours = await desk.numbers()
        dialled = numbers.chosen(self.incoming.dialled, mapped, ours)
        if not dialled and len(set(mapped.values())) == 1:
            dialled = numbers.chosen(next(iter(mapped.values())), {}, ours)
        ref = await desk.attempt(
            dialled or self.incoming.dialled, key=self.incoming.key, presentation=self.incoming.presentation
        )
        self.attempt = ref.id
        return ref

    async def _refuse(self) -> None:
        try:
            await self.switch.reject(self.leg)
        except (LegGone, SwitchDown):
            return

    async def _to_its_end(self, address: str) -> None:
        try:
            await self._course(address)
            await self._hang_up()
        except Tried:
            await self.end("answered")
            await self._hang_up()
        except Gone as gone:
            await self._gone(gone.reason)
        except LegGone:
            await self._gone(await self.inbox.why())
        except SwitchDown:
            await self._gone(ENGINE_DIED)
        except Closing:
            await self._closing()
        except Exception:
            log.exception("a call broke off")
            await self._gone(ENGINE_DIED)
            await self._hang_up()

    async def _course(self, address: str) -> None:
        await self.answered()
        self.began = self.now()
        course = await desk.course(address)
        self.trial = Trial(self.attempt) if await desk.canary_expected() else None
        if await genuine.closed(self, course):
            return
        if await desk.blocked(self.incoming.number) and await blocked.turned_away(self, course):
            return
        await self._greet(course)
        await settled(self, self.trial)
        if self.full:
            await desk.finish(self.attempt, "overflowed", "all lines in use")
            await self.say(await self.clip("busy"))
            return
        await genuine.closes(self)
        if await desk.anybody():
            await self._queue()
        else:
            await alone.unattended(self, "nobody")

    # ---- greeting and language

    async def _greet(self, course: desk.Course) -> None:
        languages = course.languages[:MOST_LANGUAGES]
        self.language = course.fixed or languages[0]
        await desk.stage(self.attempt, "greeting", language=self.language)
        offered = () if course.fixed or len(languages) < 2 or self.full else languages
        keys = "".join(str(index) for index, _ in enumerate(offered, start=1))
        key = await self.choose([await self.clip("greeting")], keys, rounds=1, wait=0)
        if offered:
            await desk.stage(self.attempt, "language")
            await self._language(offered, keys, key)

    async def _language(self, offered: tuple[str, ...], keys: str, key: str) -> None:
        if not key:
            clips = [
                await self.voice.say("language_offer", one, digit=index) for index, one in enumerate(offered, start=1)
            ]
            key = await self.choose(clips, keys, rounds=self.timing.choice_rounds, wait=self.timing.choice)
        if key:
            self.language = offered[int(key) - 1]
        await desk.stage(self.attempt, "language", language=self.language, chosen=bool(key))

    # ---- the queue

    async def next(self, until: float | None) -> Item | None:
        """As for any party; and whoever accepts the call ends the waiting."""
        return await self.met(await super().next(until))

    async def met(self, item: Item | None) -> Item | None:
        """What follows from anything that happens, whoever waited for it."""
        if self.trial and await self.trial.heard(item, self.leg, self.now()):
            return None
        if isinstance(item, Join):
            self.joined = item
        elif isinstance(item, Left | HungUp) and self.joined and item.leg == self.joined.leg:
            self.joined = None
        if self.queued and isinstance(item, Join | News) and await desk.taken(self.contact):
            raise Taken
        return item

    async def _queue(self) -> None:
        """Wait for somebody, talk, and wait again if their end breaks off."""
        self.contact = await desk.contact(self.attempt, self.language, self.flags, live=True, number=self.number)
        self.waits = self.queued = True
        self.inbox.put(News())  # somebody may have taken it before we listened
        words = [await self.clip("cannot_speak")]
        while True:
            try:
                chosen = await self._wait(words)
                if chosen == genuine.KEY:
                    await genuine.asked(self)
                    words = []
                    continue
                await alone.instead(self, chosen)
                return
            except Taken:
                if await talk.talk(self):
                    return
                self.inbox.put(News())
            words = [await self.clip("moment_please")]

    async def _wait(self, words: list[bytes]) -> str:
        """Calm sound and the place in the queue, until a key (1 message, 2 call back, 6 is a number ours) or the target: then ``target``."""
        target = self.now() + self.timing.target
        first = True
        while self.now() < target:
            said = [*words, await self._place()] if first else [await self._place()]
            more = await genuine.offer(self) if first else []
            clips = [*said, await self.clip("queue_menu"), *more]
            if key := await self._waiting_round(clips, min(target, self.now() + self.timing.place_every)):
                return key
            first = False
        return "target"

    async def _place(self) -> bytes:
        place, minutes = await desk.place(self.contact)
        return await self.clip("queue_wait", place=place, minutes=minutes)

    async def _waiting_round(self, clips: list[bytes], until: float) -> str:
        ticket = await self.play(clips)
        until = max(until, self.now() + sum(len(one) for one in clips) / 16000)
        while self.now() < until:
            item = await self.next(until)
            if isinstance(item, Digit) and item.leg == self.leg and item.digit in f"12{genuine.KEY}":
                return item.digit
            if isinstance(item, Played) and item.ticket == ticket:
                await self.play([await self.clip("hold")], loop=True)
        return ""

    # ---- the end

    async def end(self, outcome: str, reason: str = "") -> None:
        """Commit the outcome; a contact that waits for somebody no longer does."""
        if self.waits:
            self.waits = False
            await desk.ended(self.contact, outcome)
        await desk.finish(self.attempt, outcome, reason)

    async def _gone(self, reason: str) -> None:
        """The caller hung up, the media were lost, or the engine died."""
        if reason in (ENGINE_DIED, "media_lost"):
            if self.contact:
                await desk.flag(self.contact, "interrupted")
            await self.end("interrupted", reason)
        else:
            short = not self.began or self.now() - self.began < self.timing.short_abandon
            await self.end("short_abandoned" if short else "abandoned", reason if reason == "unusable" else "")

    async def _closing(self) -> None:
        """The server stops: the caller is told, and the attempt says that it was us."""
        try:
            await self.play([await self.clip("closing")])
            await self.inbox_until_played()
            await self.switch.hangup(self.leg)
        except (LegGone, SwitchDown, Gone, Closing):
            log.info("a caller was gone before the last words")
        await self.end("interrupted", "closing")

    async def inbox_until_played(self) -> None:
        """Wait for the last words to be heard, and for nothing else."""
        until = self.now() + self.timing.farewell
        while not isinstance(await self.inbox.get(until), Played) and self.now() < until:
            continue

    async def _hang_up(self) -> None:
        try:
            await self.switch.hangup(self.leg)
        except (LegGone, SwitchDown):
            return
