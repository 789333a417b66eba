"""Looks, from time to time, at what the world serves of the line: its pages through a place outside, its names through a DNS server.

Nothing is asked unless the settings name whom. A crash forgets when it looked last and no more: the next start looks once more.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from harkline.channels.email.resolver import Resolver
from harkline.line import this
from harkline.line.models import Channel
from harkline.notice import door
from harkline.outside import compare, leads, names, vantage
from harkline.outside.models import Sight
from harkline.outside.names import Look
from harkline.outside.vantage import Answer, Unreachable
from harkline.runtime import clock, db
from harkline.server.config import Settings

log = logging.getLogger(__name__)
ROUND = 5.0  # seconds
FIRST = timedelta(seconds=60)  # after the start, when everything listens
ALIKE_EVERY = timedelta(days=1)
Reading = Callable[[str], str]
NOTICE = "/.well-known/harkline-notice.json"


async def run(settings: Settings) -> None:
    """Until cancelled."""
    every = timedelta(minutes=settings.outside.minutes)
    due, alike = clock.now() + FIRST, clock.now() + FIRST
    while True:
        await asyncio.sleep(ROUND)
        try:
            wished, now = await db.run(compare.asked), clock.now()
            if wished or due <= now:
                due = now + every
                await look(settings)
            if settings.outside.lookalikes and (wished or alike <= now):
                alike = now + ALIKE_EVERY
                await look_alike(settings)
        except Exception:
            log.exception("the line could not be looked at from outside")


async def look(settings: Settings) -> None:
    """Once at everything that the settings allow, but for look-alikes."""
    outside = settings.outside
    if outside.vantage and settings.web.public_url:
        signed = await db.run(door.present) is not None
        await db.run(compare.record, await asyncio.to_thread(pages, settings, signed))
    if outside.resolver:
        host, domains = await db.run(ours, settings)
        asked = names.questions(host, domains, outside.dkim_selectors)
        await db.run(compare.record, await names.look(Resolver(outside.resolver), asked))
    await db.run(compare.forget)


async def look_alike(settings: Settings) -> None:
    """Once at the names that look like the line's own."""
    if not settings.outside.resolver:
        return
    host, domains = await db.run(ours, settings)
    async for one in names.similar(Resolver(settings.outside.resolver), [host, *domains]):
        await db.run(compare.record, [one])


def ours(settings: Settings) -> tuple[str, list[str]]:
    """The public name of the pages, and the domains of the line's mail addresses."""
    host = urlsplit(settings.web.public_url or "").hostname or ""
    return host, sorted({row.value.rpartition("@")[2] for row in this.addresses(Channel.EMAIL)})


def pages(settings: Settings, signed: bool) -> list[Look]:
    """The public page, and the notice where one is ``signed``: as they look from outside, and as this server has them."""
    base = settings.web.public_url or ""
    found = [_look(settings, Sight.PAGE, f"{base}/", lambda body: leads.leads(body, base))]
    return [*found, _look(settings, Sight.NOTICE, base + NOTICE, leads.signed)] if signed else found


def _look(settings: Settings, kind: str, url: str, read: Reading) -> Look:
    try:
        here = _told(_own(settings, url), read)
    except Unreachable:
        return Look(kind, url, None, trouble="not_here")
    try:
        there = _told(vantage.through(settings.outside.vantage or "", url), read)
    except Unreachable as why:
        return Look(kind, url, None, trouble=str(why))
    return Look(kind, url, there, expected=here)


def _told(answer: Answer, read: Reading) -> str:
    if answer.status != 200:
        return f"status {answer.status}" + (f" to {answer.location}" if answer.location else "")
    return read(answer.body)


def _own(settings: Settings, url: str) -> Answer:
    bind = settings.web.bind
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind.host, bind.host)  # noqa: S104
    return vantage.own(host, bind.port, bool(settings.web.tls_cert), url)
