"""Asks one DNS server, the one that the settings name, and remembers its answers for a while.

What it learns: the names under which the mail servers and senders of those who write to the line keep their keys and rules, and
when. Nothing else leaves by this way, and nothing is asked unless ``[mail] evidence`` is on.
"""

import time
from collections import OrderedDict

LONGEST = 3600.0  # seconds an answer is believed
SHORTEST = 60.0
REMEMBERED = 2000
PATIENCE = 4.0
KINDS = ("TXT", "A", "AAAA", "MX", "PTR")


class Resolver:
    """``server`` is ``(host, port)``; None for the one that the host's own resolv.conf names."""

    def __init__(self, server: tuple[str, int] | None = None) -> None:
        self._server = server
        self._answers: OrderedDict[tuple[str, str], tuple[float, list[str] | None]] = OrderedDict()

    async def look_up(self, name: str, kind: str) -> list[str] | None:
        """The answers as text, empty where there are none; None where nobody answered."""
        if kind not in KINDS or len(name) > 253:
            return []
        until, found = self._answers.get((name, kind), (0.0, None))
        if time.monotonic() < until:
            return found
        seconds, found = await self._asked(name, kind)
        self._answers[name, kind] = (time.monotonic() + seconds, found)
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return found

    async def _asked(self, name: str, kind: str) -> tuple[float, list[str] | None]:
        import dns.asyncresolver
        import dns.exception
        import dns.resolver

        asker = dns.asyncresolver.Resolver(configure=self._server is None)
        if self._server:
            asker.nameservers, asker.port = [self._server[0]], self._server[1]
        try:
            told = await asker.resolve(name, kind, lifetime=PATIENCE, search=False)
        except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
            return SHORTEST, []
        except (dns.exception.DNSException, OSError, ValueError):
            return 0.0, None
        ttl = float(told.rrset.ttl if told.rrset else 0)
        return min(max(ttl, SHORTEST), LONGEST), [_text(row, kind) for row in told]


def _text(row: object, kind: str) -> str:
    if kind == "TXT":
        return b"".join(row.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]
    return row.to_text()  # type: ignore[attr-defined,no-any-return]
