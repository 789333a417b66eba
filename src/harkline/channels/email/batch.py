"""Mails that arrive together are committed together: the disk is waited for once, and each sender still hears 250 only then."""

import asyncio
from collections.abc import Sequence

from django.db import OperationalError

from harkline.channels.email import keep
from harkline.channels.email.keep import Kept
from harkline.runtime import db

MAILS = 16
BYTES = 8 * 1024 * 1024


class Batch:
    """While one transaction runs, the next one's mails gather; a mail that comes alone waits for nobody."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Kept, asyncio.Future[None]]] = []
        self._running: asyncio.Task[None] | None = None

    async def keep(self, one: Kept) -> None:
        """Commit a mail. Raises what the database raises."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, done))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                taken = self._take()
                for (_one, done), error in zip(taken, await self._commit([one for one, _ in taken]), strict=True):
                    if not done.done():  # the sender may have gone meanwhile
                        done.set_exception(error) if error else done.set_result(None)
        finally:
            self._running = None

    def _take(self) -> list[tuple[Kept, "asyncio.Future[None]"]]:
        size, count = 0, 0
        for one, _done in self._waiting[:MAILS]:
            size += len(one.raw)
            if count and size > BYTES:
                break
            count += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    async def _commit(self, batch: list[Kept]) -> Sequence[Exception | None]:
        try:
            return await db.run(commit, batch)
        except Exception as error:
            return [error] * len(batch)


def commit(batch: Sequence[Kept]) -> list[Exception | None]:
    """All in one transaction. Where one mail makes that fail, each by itself, so that it fails alone. A database that is locked or
    full fails for all: raises OperationalError."""
    try:
        keep.keep(batch)
    except OperationalError:
        raise
    except Exception:
        return [_alone(one) for one in batch]
    return [None] * len(batch)


def _alone(one: Kept) -> Exception | None:
    try:
        keep.keep([one])
    except Exception as error:
        return error
    return None
