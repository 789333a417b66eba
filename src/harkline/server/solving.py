"""Runs the solver over what waits, one draft at a time, each in a worker process of its own (``rota.plan.run``).

A bell wakes it; it also looks every few seconds. When the server stops, what is under way is interrupted and says so.
"""

import asyncio
import logging
import threading
import time
from dataclasses import asdict

from django.db import close_old_connections

from harkline.rota import problem, solves
from harkline.rota.models import Solve
from harkline.rota.plan import run as engine
from harkline.rota.plan.terms import Progress, Refused, Result
from harkline.rota.rotas import Refused as NotADraft
from harkline.runtime import bell, db

log = logging.getLogger(__name__)

PAUSE = 5.0
TELL = 0.5  # seconds between two rows of progress


async def run() -> None:
    """Run what waits until cancelled."""
    wake, loop = asyncio.Event(), asyncio.get_running_loop()

    def heard(ring: bell.Ring) -> None:
        if ring.to == "inside" and ring.kind == "solve":
            loop.call_soon_threadsafe(wake.set)

    end = bell.subscribe(heard)
    stopping = threading.Event()
    try:
        await db.run(solves.interrupted)
        while True:
            wake.clear()
            row = await db.run(solves.begin)
            if row is not None:
                await asyncio.to_thread(_work, row, stopping)
                continue
            try:
                await asyncio.wait_for(wake.wait(), PAUSE)
            except TimeoutError:
                continue
    finally:
        stopping.set()
        end()


def _work(row: Solve, stopping: threading.Event) -> None:
    """One run, in a thread of its own: it waits for the process most of the time."""
    close_old_connections()
    try:
        _plan(row, stopping)
    except (Refused, NotADraft, engine.Unavailable) as why:
        solves.failed(row.pk, str(why))
    except Exception:
        log.exception("the solver failed")
        solves.failed(row.pk, "the solver stopped by itself: see the log, and start it again")
    finally:
        close_old_connections()


def _plan(row: Solve, stopping: threading.Event) -> None:
    posed = problem.of(row.rota, repair=row.repair)
    told = 0.0
    with engine.Planning(posed, seconds=row.seconds) as planning:
        for event in planning:
            if stopping.is_set():
                planning.cancel()
                return
            if isinstance(event, Result):
                _finish(row, event)
            elif time.monotonic() - told >= TELL:
                told = time.monotonic()
                wanted = solves.tell(row.pk, asdict(event))
                if wanted:
                    planning.cancel()
                if wanted == "stop":
                    return


def _finish(row: Solve, result: Result) -> None:
    final = Progress(result.seconds, result.state, result.objective, result.bound)
    solves.done(row.pk, asdict(final), problem.rows_of(row.rota, result.rota))
