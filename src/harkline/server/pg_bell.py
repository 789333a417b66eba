"""One LISTEN connection a process: bells that any process rang with NOTIFY are delivered here (PostgreSQL only)."""

import asyncio
import logging

from django.db import connection

from harkline.runtime import bell

log = logging.getLogger(__name__)
PAUSE = 1.0


async def run() -> None:
    """Listen until cancelled. A connection that breaks is made anew; bells lost meanwhile are made up for by the reconcile loop
    and by pages that refetch."""
    import psycopg

    parameters = connection.get_connection_params()
    for own in ("cursor_factory", "context"):
        parameters.pop(own, None)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listening:
                await listening.execute(f"LISTEN {bell.PG_CHANNEL}")
                async for notice in listening.notifies():
                    bell.deliver(bell.unpacked(notice.payload))
        except psycopg.OperationalError:
            log.warning("the database's bell connection broke; trying again")
        await asyncio.sleep(PAUSE)
