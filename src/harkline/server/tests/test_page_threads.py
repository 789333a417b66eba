"""Threads for the pages."""

import asyncio
import threading
from collections import Counter

import pytest

from harkline.server.page_threads import Threads


async def test_whoever_was_busy_last_is_asked_first() -> None:
    threads, gate = Threads(4), threading.Event()
    several = [asyncio.create_task(threads.run(lambda: gate.wait(5) and threading.get_ident())) for _ in range(3)]
    await asyncio.sleep(0.05)
    gate.set()
    assert len({await one for one in several}) == 3
    asked: Counter[int] = Counter()
    for _ in range(30):
        await asyncio.sleep(0.002)  # whoever has just answered is ready again
        asked[await threads.run(threading.get_ident)] += 1
    assert asked.most_common(1)[0][1] > 15  # in turn it would be ten each


async def test_no_more_than_so_many_run_and_the_others_wait_their_turn() -> None:
    threads, running, most, lock = Threads(2), 0, 0, threading.Lock()

    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.01)
        with lock:
            running -= 1
        return number

    assert await asyncio.gather(*(threads.run(lambda n=n: work(n)) for n in range(12))) == list(range(12))
    assert most == 2


async def test_what_fails_is_raised_where_it_was_asked_for_and_the_thread_goes_on() -> None:
    threads = Threads(1)

    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await threads.run(fails)
    threads.submit(fails)
    assert await threads.run(lambda: 7) == 7


async def test_whoever_gives_up_leaves_the_others_alone() -> None:
    threads, gate = Threads(1), threading.Event()
    given_up = asyncio.create_task(threads.run(lambda: gate.wait(5)))
    await asyncio.sleep(0.02)
    given_up.cancel()
    waiting = asyncio.create_task(threads.run(lambda: "here"))
    gate.set()
    assert await waiting == "here"
