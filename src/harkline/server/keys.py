"""What a setting can be: kinds of value, and the words that say what is wrong with one."""

import re
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, dataclass, field
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from harkline.line.onion import is_onion

LOOPBACK = ["127.0.0.0/8", "::1/128"]
REQUIRED: Any = MISSING


def gettext_noop(message: str) -> str:
    """Marks a message for translation. Django's own wants its settings, and this table is read before there are any."""
    return message


class Endpoint(NamedTuple):
    """Where to listen or to connect."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class PortRange(NamedTuple):
    """Ports from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class Target(NamedTuple):
    """Where an escalation step goes: ``kind`` is team, phone, email or webhook."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Wrong(ValueError):
    """A value that is not of its kind. The message, when there is one, is a sentence that helps further."""


@dataclass(frozen=True)
class Kind:
    """``shape`` says in words, still to be translated, what is wanted; ``example`` is TOML; ``parse`` gives the value or raises ``Wrong``."""

    shape: str
    example: str
    parse: Callable[[Any], Any]


@dataclass(frozen=True)
class Key:
    """One setting as its section declares it. ``default`` is what would be written in the file; REQUIRED has none."""

    name: str
    kind: Kind
    default: Any
    help: str
    gains: str


def key(kind: Kind, default: Any, about: str, gains: str) -> Any:
    """A field of a section. ``gains``: what somebody who can change the setting gets by it."""
    meta = {"kind": kind, "default": default, "about": about, "gains": gains}
    if default is REQUIRED:
        return field(metadata=meta)
    return field(default=kind.parse(default), metadata=meta)


def declared(one: Field[Any]) -> Key:
    """The key behind a dataclass field made by ``key``."""
    meta = one.metadata
    return Key(one.name, meta["kind"], meta["default"], meta["about"], meta["gains"])


def nearest(word: str, words: Sequence[str]) -> str:
    """A question after the likeliest word, or nothing where none is near."""
    found = get_close_matches(word.casefold(), words, n=1, cutoff=0.55)
    return " " + _("Did you mean %s?") % found[0] if found else ""


def endpoint(value: Any, *, port: int | None = None) -> Endpoint:
    """``host:port`` (an IPv6 host in brackets). With ``port`` the port may be left out. Raises ``Wrong``."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:\[\]/]+))(?::(\d{1,5}))?", _text(value).strip())
    number = int(found[3]) if found and found[3] else port
    if not found or number is None or not 0 <= number <= 65535:
        raise Wrong
    return Endpoint(found[1] or found[2], number)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong
    return value


def _matching(pattern: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if not re.fullmatch(pattern, _text(value)):
            raise Wrong
        return str(value)

    return parse


def _optional(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value == "" else parse(value)


def _list(parse: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def parse_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise Wrong
        return tuple(parse(one) for one in value)

    return parse_all


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong
    return value


def _ip(value: Any) -> str:
    try:
        return str(ip_address(_text(value)))
    except ValueError:
        raise Wrong from None


def _network(value: Any) -> Any:
    try:
        return ip_network(_text(value))
    except ValueError as reason:
        raise Wrong(str(reason) + ".") from None


def _url(value: Any) -> str:
    parts = urlsplit(_text(value))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Wrong
    return str(value).rstrip("/")


def _onion(value: Any) -> str:
    if not is_onion(_text(value)):
        raise Wrong
    return str(value)


def _ports(value: Any) -> PortRange:
    found = re.fullmatch(r"(\d{1,5})-(\d{1,5})", _text(value))
    if not found or not 1024 <= int(found[1]) <= int(found[2]) - 3 or int(found[2]) > 65535:
        raise Wrong
    return PortRange(int(found[1]), int(found[2]))


_NUMBER = r"\+?\d{3,15}"
_MAIL = r"[^\s@]+@[^\s@]+"
_TARGETS = {"team": r"\S.*", "phone": _NUMBER, "email": _MAIL, "webhook": r"https?://[^\s/?#@]+(?:[/?][^\s#]*)?"}


def _target(value: Any) -> Target:
    kind, _colon, rest = _text(value).partition(":")
    if kind not in _TARGETS:
        raise Wrong(nearest(kind, list(_TARGETS)).strip())
    if not re.fullmatch(_TARGETS[kind], rest):
        raise Wrong
    return Target(kind, rest)


def whole(least: int, most: int) -> Kind:
    """A whole number between two bounds."""

    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Wrong
        return value

    return Kind(f"{least}–{most}", str(max(least, min(most, 30))), parse)


def choice(*words: str) -> Kind:
    """One of some words."""

    def parse(value: Any) -> str:
        if value not in words:
            raise Wrong(nearest(str(value), words).strip())
        return str(value)

    return Kind(" | ".join(words), f'"{words[0]}"', parse)


def choices(*words: str) -> Kind:
    """Any of some words."""
    one = choice(*words)
    return Kind(f"[{one.shape}, …]", f"[{one.example}]", _list(one.parse))


SWITCH = Kind(gettext_noop("true or false"), "true", _switch)
TEXT = Kind(gettext_noop("text"), '"text"', _text)
NAME = Kind(
    gettext_noop("a short name: letters, digits, hyphens"), '"north"', _matching(r"[A-Za-z0-9][A-Za-z0-9-]{0,30}")
)
BIND = Kind(gettext_noop("an address and a port, or empty for none"), '"127.0.0.1:8000"', _optional(endpoint))
PAGES = Kind(gettext_noop("an address and a port"), '"127.0.0.1:8000"', endpoint)
SERVER = Kind(gettext_noop("a host and a port, or empty for none"), '"mail.line.example:587"', _optional(endpoint))
SIP_SERVER = Kind(
    gettext_noop("a host, with a port if it is not 5060"), '"sip.trunk.example"', lambda v: endpoint(v, port=5060)
)
IP = Kind(gettext_noop("an IP address, or empty for none"), '"203.0.113.7"', _optional(_ip))
NETWORKS = Kind(gettext_noop("a list of networks"), '["192.0.2.0/24"]', _list(_network))
URL = Kind(gettext_noop("an http or https address, or empty"), '"https://line.example"', _optional(_url))
ONION = Kind(
    gettext_noop("an onion address, 56 characters and .onion, or empty"),
    '"aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp3kead.onion"',
    _optional(_onion),
)
FILE = Kind(
    gettext_noop("the path of a file, from the data folder if it is not absolute, or empty"),
    '"keys/tls.pem"',
    _optional(lambda value: Path(_text(value))),
)
PORTS = Kind(gettext_noop("a range of ports above 1023, at least four of them"), '"20000-20400"', _ports)
NUMBER = Kind(
    gettext_noop("a number, as a rule in international form, or empty"),
    '"+442079460123"',
    _optional(_matching(_NUMBER)),
)
NUMBERS = Kind(gettext_noop("a list of numbers, as they are published"), '["+442079460123"]', _list(_matching(_NUMBER)))
MAIL = Kind(gettext_noop("a mail address, or empty"), '"help@line.example"', _optional(_matching(_MAIL)))
MAILS = Kind(gettext_noop("a list of mail addresses"), '["officer@line.example"]', _list(_matching(_MAIL)))
LANGUAGES = Kind(
    gettext_noop("a list of languages"), '["fa", "ps"]', _list(_matching(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*"))
)
NAMES = Kind(gettext_noop("a list of names"), '["robin"]', _list(_text))
COUNTRY = Kind(gettext_noop("a country's two letters, or empty"), '"GB"', _matching(r"(?:[A-Z]{2})?"))
REGION = Kind(gettext_noop("a region's letters or digits, or empty"), '"SCT"', _matching(r"[A-Z0-9]{0,3}"))
CALLING_CODE = Kind(gettext_noop("a calling code without its plus, or empty"), '"44"', _matching(r"(?:[1-9]\d{0,2})?"))
TARGET = Kind(gettext_noop("team:NAME, phone:NUMBER, email:ADDRESS or webhook:URL"), '"phone:+442079460199"', _target)
