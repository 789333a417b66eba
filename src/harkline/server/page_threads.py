"""Threads for the pages: whoever was busy last is asked first.

The standard library's pool hands work to all of its threads in turn. Each of ours has a connection to the database with what it has read
lately, and each processor core has what a thread used lately: with few callers at once, one warm thread answers sooner than several cold
ones.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

Made = TypeVar("Made")
Work = Callable[[], None]
log = logging.getLogger(__name__)


class Threads:
    """At most so many, begun when they are needed. They end with the process: what a request has not committed by then was not promised
    to anybody."""

    def __init__(self, most: int, name: str = "page") -> None:
        self._most, self._name, self._begun = most, name, 0
        self._lock = threading.Lock()
        self._idle: list[SimpleQueue[Work]] = []  # the last one was busy last
        self._waiting: deque[Work] = deque()

    def submit(self, work: Work) -> None:
        """Have something done, whatever comes of it."""
        with self._lock:
            if self._idle:
                self._idle.pop().put(work)
            elif self._begun < self._most:
                self._begun += 1
                name = f"{self._name}_{self._begun}"
                threading.Thread(target=self._work, args=(work,), name=name, daemon=True).start()
            else:
                self._waiting.append(work)

    def _work(self, work: Work) -> None:
        mine: SimpleQueue[Work] = SimpleQueue()
        while True:
            try:
                work()
            except Exception:
                log.exception("a page could not be ended")
            work = self._next(mine) or mine.get()

    def _next(self, mine: "SimpleQueue[Work]") -> Work | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._idle.append(mine)
            return None

    async def run(self, work: Callable[[], Made]) -> Made:
        """What ``work`` returns or raises. Whoever gives up waiting does not stop it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Made] = loop.create_future()
        self.submit(lambda: _carry_out(work, future, loop))
        return await future


def _carry_out(work: Callable[[], Any], future: "asyncio.Future[Any]", loop: asyncio.AbstractEventLoop) -> None:
    try:
        made = work()
    except BaseException as failed:
        _tell(loop, _fail, future, failed)
    else:
        _tell(loop, _end, future, made)


def _tell(loop: asyncio.AbstractEventLoop, how: Callable[..., None], *what: Any) -> None:
    if not loop.is_closed():  # nobody waits any more
        loop.call_soon_threadsafe(how, *what)


def _end(future: "asyncio.Future[Any]", made: Any) -> None:
    if not future.done():
        future.set_result(made)


def _fail(future: "asyncio.Future[Any]", failed: BaseException) -> None:
    if not future.done():
        # A future takes no StopIteration.
        future.set_exception(RuntimeError(repr(failed)) if isinstance(failed, StopIteration) else failed)
