"""The section of ``harkline.toml`` about Tor."""

from dataclasses import dataclass

from harkline.server import keys as kind
from harkline.server.keys import Endpoint, key


@dataclass(frozen=True, kw_only=True)
class Onion:
    """The same pages by Tor: an onion service for the public, another for operators. See docs/howto/onion.md."""

    public: str | None = key(
        kind.ONION,
        "",
        "The public's onion address, as Tor made it.",
        "Sending callers who want to stay unobserved to a look-alike of this line.",
    )
    operators: str | None = key(
        kind.ONION,
        "",
        "The operators' onion address. The console is there; nothing else is.",
        "Sending operators to a look-alike of the console.",
    )
    public_bind: Endpoint = key(
        kind.PAGES,
        "127.0.0.1:8081",
        "Where Tor hands in what comes for the public's address; served once that is set.",
        "Leading callers past Tor.",
    )
    operators_bind: Endpoint = key(
        kind.PAGES,
        "127.0.0.1:8082",
        "Where Tor hands in what comes for the operators' address; served once that is set.",
        "Opening the console past Tor's client authorisation.",
    )
    console_elsewhere: bool = key(
        kind.SWITCH,
        True,
        "Whether the console is also served outside of the operators' onion address.",
        "Showing the console's door to everybody, or locking operators without Tor out.",
    )
    tor_metrics: Endpoint = key(
        kind.PAGES,
        "127.0.0.1:8083",
        "Where Tor tells `harkline check` that it runs and which addresses it serves.",
        "Having a Tor that does not run pass for one that does.",
    )
