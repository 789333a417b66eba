"""The section of ``harkline.toml`` about how the world sees the line."""

import re
from dataclasses import dataclass
from typing import Any

from harkline.server import keys as kind
from harkline.server.keys import Endpoint, Kind, Wrong, gettext_noop, key

_PROXY = re.compile(r"(?:https?://\S*\{url\}\S*|(?:http|socks5)://(?:\[[0-9A-Fa-f:]+\]|[^\s:/\[\]]+):\d{1,5})/?")


def _vantage(value: Any) -> str | None:
    if value == "":
        return None
    if not isinstance(value, str) or not _PROXY.fullmatch(value):
        raise Wrong
    return value.rstrip("/") if "{url}" not in value else value


VANTAGE = Kind(
    gettext_noop("http://HOST:PORT or socks5://HOST:PORT, or an address with {url} in it, or empty"),
    '"socks5://127.0.0.1:9050"',
    _vantage,
)


@dataclass(frozen=True, kw_only=True)
class Outside:
    """How the world sees the line: held against the notice, with an alarm where they part. Nothing is asked of anybody until it is set."""

    vantage: str | None = key(
        VANTAGE,
        "",
        "From where the line's own public pages are looked at: an HTTP proxy, a SOCKS5 proxy (such as Tor's), or a service that fetches "
        "the address in place of {url}. It learns that this host looks at that page, and when.",
        "Learning which page this host cares for, and hiding a forged one from it.",
    )
    resolver: Endpoint | None = key(
        kind.SERVER,
        "",
        "The DNS server, by its IP address, that is asked for the line's own names: hosts, mail servers, SPF, DKIM, DMARC. Best one that "
        "others use too, and not the line's own. Needs the extra mail-evidence.",
        "Learning which names this host cares for, and hiding forged ones from it.",
    )
    minutes: int = key(
        kind.whole(5, 10_080), 60, "How often it is looked.", "Keeping a forgery from being noticed for longer."
    )
    dkim_selectors: tuple[str, ...] = key(
        kind.NAMES,
        [],
        "Under which names the keys of mail signatures stand.",
        "Keeping a changed key from being noticed.",
    )
    lookalikes: bool = key(
        kind.SWITCH,
        False,
        "Whether the DNS server is asked, once a day, which names that look like the line's own somebody has registered: a few hundred.",
        "Having a DNS server told for which name this host looks for look-alikes.",
    )
