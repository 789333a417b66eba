"""Asks one DNS server for the names by which the line is reached. It learns that this host asks for its own names, and when; with
look-alikes, which names look like ours."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol

from harkline.outside import leads, lookalikes
from harkline.outside.models import Sight

AT_ONCE = 8


class Resolver(Protocol):
    """``channels.email.resolver`` is one: the answers as text, empty where there are none, None where nobody answered."""

    async def look_up(self, name: str, kind: str) -> list[str] | None: ...


@dataclass(frozen=True)
class Asked:
    """One question: which records of which name, and which of the answers count (those that begin with ``begins``)."""

    kind: str
    subject: str
    name: str
    record: str
    begins: str = ""


@dataclass(frozen=True)
class Look:
    """What was found, as lines; None where nobody answered (``trouble`` says why). ``expected``: what must be found, where that is
    known from the line itself; else what was found before."""

    kind: str
    subject: str
    found: str | None
    expected: str | None = None
    trouble: str = ""


def questions(host: str, domains: Iterable[str], selectors: Sequence[str]) -> list[Asked]:
    """Everything of the line that DNS says: addresses of the public name, and what its mail depends on."""
    found = [Asked(Sight.A, host, host, "A"), Asked(Sight.AAAA, host, host, "AAAA")] if is_name(host) else []
    for domain in sorted(set(domains)):
        found += [
            Asked(Sight.MX, domain, domain, "MX"),
            Asked(Sight.SPF, domain, domain, "TXT", "v=spf1"),
            Asked(Sight.DMARC, domain, f"_dmarc.{domain}", "TXT", "v=DMARC1"),
            *(Asked(Sight.DKIM, name, name, "TXT") for name in (f"{one}._domainkey.{domain}" for one in selectors)),
        ]
    return found


def is_name(host: str) -> bool:
    """Whether DNS knows such a name at all: no IP address, nothing of this machine alone."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return "." in host and not host.endswith((".onion", ".local", ".localhost"))
    return False


async def look(resolver: Resolver, asked: Iterable[Asked]) -> list[Look]:
    """Ask, one after the other."""
    return [await _one(resolver, one) for one in asked]


async def _one(resolver: Resolver, one: Asked) -> Look:
    told = await resolver.look_up(one.name, one.record)
    if told is None:
        return Look(one.kind, one.subject, None, trouble="no_answer")
    return Look(
        one.kind, one.subject, leads.joined(text for text in told if text.lower().startswith(one.begins.lower()))
    )


async def similar(resolver: Resolver, names: Iterable[str]) -> AsyncIterator[Look]:
    """The look-alikes that somebody has registered: those with an address or a mail server. What could not be asked is left out."""
    wanted = sorted({one for name in names if is_name(name) for one in lookalikes.similar(name)})
    for at in range(0, len(wanted), AT_ONCE):
        for found in await asyncio.gather(*(_registered(resolver, one) for one in wanted[at : at + AT_ONCE])):
            if found:
                yield found


async def _registered(resolver: Resolver, name: str) -> Look | None:
    told = {record: await resolver.look_up(name, record) for record in ("A", "MX")}
    if any(answer is None for answer in told.values()):
        return Look(Sight.LOOKALIKE, name, None, trouble="no_answer")
    lines = [f"{record} {text}" for record, answer in told.items() for text in answer or ()]
    return Look(Sight.LOOKALIKE, name, leads.joined(lines))
