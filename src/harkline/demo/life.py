"""How often somebody turns to the demonstration line, and what the terminal says of it: never who, never what is said."""

import asyncio
import itertools
from collections.abc import Awaitable, Iterator
from datetime import datetime

from harkline.demo import mail, manners, phone, web
from harkline.demo.story import Call, Story

AT_ONCE = 2  # calls
MAIL, WEB = 1.6, 1.8  # pauses, in the pace of the calls
SECOND_ROUND = 8.0  # how much rarer a mail or report is once each has come


async def calls(telephone: phone.Telephone, told: Story, pace: float) -> None:
    """One call after another, over and over."""
    room = asyncio.Semaphore(AT_ONCE)
    await asyncio.sleep(min(6.0, pace))
    async with asyncio.TaskGroup() as group:
        for call, number in zip(itertools.cycle(told.calls), itertools.cycle(told.line.phones), strict=True):
            await room.acquire()
            group.create_task(_call(telephone, call, number, told.line.languages, room))
            await asyncio.sleep(pace)


async def _call(
    telephone: phone.Telephone, call: Call, number: str, languages: list[str], room: asyncio.Semaphore
) -> None:
    try:
        await _told(f"phone  {call.language:3}", "rings", manners.live(telephone, call, number, languages))
    finally:
        room.release()


async def mails(told: Story, server: tuple[str, int], mailbox: mail.Mailbox, pace: float) -> None:
    """Every mail once, then each again after a long while; replies are answered."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_answers(told, server, mailbox, pace))
        pauses = _pauses(1.0, pace * MAIL, len(told.mails))
        for one, pause in zip(itertools.cycle(told.mails), pauses, strict=True):
            await asyncio.sleep(pause)
            to = told.line.mails[one.language]
            await _told(f"email  {one.language:3}", "writes", mail.send(server, mail.letter(one, to)))


async def _answers(told: Story, server: tuple[str, int], mailbox: mail.Mailbox, pace: float) -> None:
    async for language in mail.live(server, told.mails, mailbox, pace):
        _say(f"email  {language:3} has read the answer and has written back")


async def reports(told: Story, base: str, pace: float) -> None:
    """Every report once, each visitor coming back for an answer; then again after a long while."""
    async with asyncio.TaskGroup() as group:
        for one, pause in zip(itertools.cycle(told.reports), _pauses(3.0, pace * WEB, len(told.reports)), strict=True):
            await asyncio.sleep(pause)
            group.create_task(_told(f"web    {one.language:3}", "writes", web.live(base, one, pace)))


def _pauses(first: float, usual: float, count: int) -> Iterator[float]:
    """The first soon, the others of the first round at the usual pause, every later one after a long one."""
    yield first
    yield from itertools.repeat(usual, count - 1)
    yield from itertools.repeat(usual * SECOND_ROUND)


async def _told(who: str, does: str, deed: Awaitable[str | None]) -> None:
    _say(f"{who} somebody {does}")
    try:
        ended = await deed
    except (OSError, LookupError, RuntimeError, TimeoutError) as error:
        ended = f"was not taken ({type(error).__name__}: {error})"
    if ended:
        _say(f"{who} {ended}")


def _say(words: str) -> None:
    print(f"{datetime.now().astimezone():%H:%M:%S}  {words}", flush=True)
