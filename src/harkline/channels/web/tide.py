"""The way in for what is written without a return code, in front of the pages and their threads. Raw ASGI.

Solved ones go straight on. The others take turns in a few of the threads, and under a flood not before their form's time has come.
Nobody is turned away, nothing is stored here, and no other page waits for them. What is kept is lost with the process: which
puzzles have been solved already, and how many came.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote_plus

from harkline.channels.web import pressure, puzzle, tokens
from harkline.channels.web.turn import Crowded, Once, Turns
from harkline.runtime import clock

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

SLOTS = 3  # of the threads that serve pages
HEAD = 8192  # bytes of a body in which the form's hidden fields are
PATHS = re.compile(r"/(?:[a-z]{2,3}/)?(?:write|sealed/message)/?")
_PART = r'name="%s"\r\n\r\n([^\r\n]{1,1100})\r\n'
_PAIR = r"(?:^|&)%s=([^&]{1,2000})"


def field(head: bytes, name: str) -> str:
    """A hidden field of a form, however it was encoded; empty where it is not near the beginning."""
    text = head.decode("latin-1")
    if part := re.search(_PART % name, text):
        return part[1]
    pair = re.search(_PAIR % name, text)
    return unquote_plus(pair[1]) if pair else ""


class Tide:
    """Lets requests through, in order. One for each process."""

    def __init__(self, slots: int = SLOTS) -> None:
        self._turns = Turns(slots)
        self._solved, self._tickets = Once(), Once()

    def concerns(self, scope: Scope) -> bool:
        """Whether this is a first message. Whoever has a return code is never slowed."""
        return scope["method"] == "POST" and PATHS.fullmatch(scope["path"]) is not None

    async def through(self, body: bytes, send: Send, go_on: Callable[[Send], Awaitable[None]]) -> None:
        """Let one request go on when it may; ``go_on`` answers it. Raises Crowded."""
        now, head = clock.now().timestamp(), body[:HEAD]
        solved = puzzle.proven(field(head, "proof"), tokens.puzzle_key(), now)
        if solved and self._solved.use(solved):
            await go_on(_watched(send, lambda: self._solved.forget(solved)))
            return
        gauge = pressure.present()
        gauge.note(now)
        since = await self._not_before(field(head, "token"), gauge.over(now), now)
        await self._turns.take(since)
        try:
            await go_on(send)
        finally:
            self._turns.give()

    async def _not_before(self, ticket: str, over: float, now: float) -> float:
        """Wait until the form's time has come; since when it may be sent, in seconds."""
        token = tokens.read(ticket)
        if token is None or (not self._tickets.use(token.nonce) and pressure.wait(over)):
            since = now + pressure.wait(over)  # a form of somebody else's, or one that was sent before
        else:
            since = token.opens.timestamp() if pressure.wait(over) else token.issued.timestamp()
        if since > now:
            await asyncio.sleep(min(since - now, pressure.LONGEST_WAIT))
        return since


def _watched(send: Send, failed: Callable[[], None]) -> Send:
    async def watch(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400:
            failed()
        await send(message)

    return watch


__all__ = ["Crowded", "Tide", "field"]
