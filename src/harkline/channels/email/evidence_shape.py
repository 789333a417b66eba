"""What evidence looks like. Pure, and without the libraries that gather it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Came:
    """How a mail was handed in. ``ip`` is empty where another server of the house, or a mailbox, stands between; it is used here
    and written down nowhere."""

    ip: str = ""
    helo: str = ""
    envelope_from: str = ""


@dataclass(frozen=True)
class Evidence:
    """``facts``: ``{what, result, domain}``, fixed words and a domain name. ``keys``: the DNS entries that hold the DKIM keys."""

    facts: tuple[dict[str, str], ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


def fact(what: str, result: str, domain: str = "") -> dict[str, str]:
    """One fact. A name that is none is left out: it is shown to people."""
    plain = domain.encode("ascii", "ignore").decode().lower()[:253]
    return {
        "what": what,
        "result": result,
        "domain": plain if plain.replace("-", "").replace(".", "").isalnum() else "",
    }
