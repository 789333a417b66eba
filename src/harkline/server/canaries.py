"""Sends the line's own canaries on their way, one after the other, and writes down what came of each.

Only ``canaries.due`` says what is to be tried, from rows: after a crash the next round goes on, and what was under way runs out of time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from harkline.channels.email import canary as email_canary
from harkline.channels.email.adapter import EmailAdapter
from harkline.channels.phone.adapter import PhoneAdapter
from harkline.channels.radio.aprs.adapter import RadioAdapter
from harkline.channels.web import canary as web_canary
from harkline.channels.web.place import CLEARNET
from harkline.intake import canaries
from harkline.intake.canaries import Sent
from harkline.line.models import Address
from harkline.line.radio import stations
from harkline.notice import door
from harkline.routing import lines
from harkline.runtime import clock, db
from harkline.server.config import Settings
from harkline.server.supervise import Kept

log = logging.getLogger(__name__)
LOOK = 5.0  # seconds
Send = Callable[[Sent], Awaitable[str]]


def senders(settings: Settings, kept: Sequence[Kept]) -> dict[str, Send]:
    """How each channel of this installation tries its addresses."""
    found: dict[str, Send] = {"web": _on_page(settings)}
    for one in kept:
        if isinstance(one.adapter, PhoneAdapter):
            found["phone"] = one.adapter.canary
        elif isinstance(one.adapter, EmailAdapter) and (
            settings.relay.server or settings.smtp.bind or settings.smtp.lmtp
        ):
            found["email"] = _by_mail(one.adapter)
        elif isinstance(one.adapter, RadioAdapter) and (air := lines.air()) and air.tried:
            found["radio"] = one.adapter.canary
    return found


def _by_mail(adapter: EmailAdapter) -> Send:
    async def send(one: Sent) -> str:
        return await asyncio.to_thread(email_canary.send, adapter.settings, one)

    return send


def _on_page(settings: Settings) -> Send:
    """By the public address, so that the proxy in front is tried as well."""
    scheme = "https" if settings.web.tls_cert else "http"
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.web.bind.host, settings.web.bind.host)  # noqa: S104
    base = (settings.web.public_url or f"{scheme}://{host}:{settings.web.bind.port}").rstrip("/")

    async def send(one: Sent) -> str:
        return await asyncio.to_thread(web_canary.write, base, one)

    return send


async def run(settings: Settings, kept: Sequence[Kept]) -> None:
    """Until cancelled."""
    every = timedelta(minutes=settings.watch.canary_minutes)
    began = clock.now()
    ways = senders(settings, kept)
    while True:
        try:
            for address_id in await db.run(_due, every, began):
                await attempt(address_id, ways)
        except Exception:
            log.exception("the line could not try its own addresses")
        await asyncio.sleep(LOOK)


def _due(every: timedelta, began: datetime) -> list[int]:
    """Which addresses are to be tried now: none of a line that says that nobody answers any more."""
    return list(canaries.due(every, began)) if door.state() == door.OPEN else []


def _by_data(row: Address) -> bool:
    return any(one.address_id == row.pk for one in stations(data=True))


async def attempt(address_id: int, ways: Mapping[str, Send]) -> None:
    """Try one address, if there is a way to it from here."""
    row = await db.run(Address.objects.get, pk=address_id)
    send = ways.get(row.channel)
    if send is None or (row.channel == "web" and row.value != CLEARNET):
        return  # an onion address is tried by whoever has Tor
    if row.channel == "radio" and not await db.run(_by_data, row):
        return  # where people speak, nothing is sent by itself
    one = await db.run(canaries.begin, address_id)
    why = await send(one)
    if why:
        await db.run(canaries.failed, one.id, why)
    elif row.channel != "email":
        await db.run(canaries.answered, one.id)
