"""The door from asynchronous edges into the synchronous core: one bounded pool of threads."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")

_pool = ThreadPoolExecutor(max_workers=int(os.environ.get("HARKLINE_DB_THREADS", "6")), thread_name_prefix="db")


def _guarded(fn: Callable[[], T]) -> T:
    # A connection that the database dropped is replaced before and after, never in the middle.
    if not connections["default"].in_atomic_block:
        close_old_connections()
    try:
        return fn()
    finally:
        if not connections["default"].in_atomic_block:
            close_old_connections()


async def run(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``fn`` on the pool and wait for it. Whatever it raises is raised here."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool, _guarded, partial(fn, *args, **kwargs))
