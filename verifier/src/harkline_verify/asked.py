"""Is this number genuine? What somebody typed or pasted, held against a list of genuine addresses. Pure.

People write numbers in many ways: with spaces, brackets, ``00`` or ``+``, with Arabic, Persian or other digits, with invisible marks of
direction that came along when they copied. None of this makes another number of it. What looks like a page is read as a browser
reads it: what counts is the host, and what stands before an ``@`` is not the host.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from harkline_verify.notice import Address

LONGEST = 300
_ONION = re.compile(r"(?:^|[/.@])([a-z2-7]{56}\.onion)(?:[:/?#]|$)")
_SEPARATORS = re.compile(r"[\s().\-/‐-―−·]")
_ON_AIR = re.compile(r"([A-Z0-9][A-Z0-9 /-]*?) +([0-9]{1,6}(?:\.[0-9]{1,6})?) *([MK]HZ)?(?: [A-Z]+)?")
_SHORTEST = 6  # digits of a number without its country
_ABROAD = ("00", "011")  # what is dialled before the country's digits


@dataclass(frozen=True)
class Found:
    """The genuine address that was meant. ``exact`` is False for a number that was written without its country."""

    address: Address
    exact: bool = True


def plain(text: str) -> str:
    """The same without what cannot be seen, in ASCII digits, in the usual form of every letter.

    >>> plain("\u200e۰۰۴۴ ٢٠")
    '0044 20'
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST])
    kept = (char for char in text if unicodedata.category(char) not in ("Cf", "Cc") or char in "\n\t")
    return "".join(_digit(char) for char in kept).strip()


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def match(text: str, addresses: Iterable[Address]) -> Found | None:
    """The address that this is, or None: not one of these."""
    asked, listed = plain(text), list(addresses)
    if not asked:
        return None
    if (onion := _onion(asked)) is not None:
        return _first(listed, "onion", lambda one: one.value.lower() == onion)
    if "@" in asked and "//" not in asked:
        mail = _mail(asked)
        return _first(listed, "email", lambda one: one.value.lower() == mail)
    return _number(asked, listed) or _page(asked, listed) or _call_sign(asked, listed)


def is_number(text: str) -> bool:
    """Whether this can be read as a telephone number at all."""
    return _digits(plain(text)) is not None


def _first(listed: Iterable[Address], channel: str, holds: Callable[[Address], bool]) -> Found | None:
    return next((Found(one) for one in listed if one.channel == channel and holds(one)), None)


def _onion(asked: str) -> str | None:
    if "\\" in asked:
        return None
    host = _host(asked)
    found = _ONION.search(f"/{host}") if host else None
    return found[1] if found else None


def _mail(asked: str) -> str:
    inner = re.fullmatch(r"[^<>]*<([^<>]+)>", asked)
    text = (inner[1] if inner else asked).strip().lower()
    return text.removeprefix("mailto:").partition("?")[0]


def _digits(asked: str) -> str | None:
    """Digits, with a plus before them where one was written; None for what is no number."""
    text = re.sub(r"^(?:tel|sms|sip):", "", asked, flags=re.IGNORECASE)
    text = _SEPARATORS.sub("", text)
    text = re.sub(r"^\+{1,2}", "+", text)
    return text if re.fullmatch(r"\+?[0-9]{3,20}", text) else None


def _number(asked: str, listed: list[Address]) -> Found | None:
    digits = _digits(asked.replace("(0)", "") if asked.startswith(("+", "00")) else asked)
    if digits is None:
        return None
    meant = {digits.removeprefix("+")}
    if not digits.startswith("+"):
        meant |= {digits.removeprefix(prefix) for prefix in _ABROAD if digits.startswith(prefix)}
    numbers = [one for one in listed if one.channel in ("phone", "sms")]
    for one in numbers:
        if one.value.removeprefix("+") in meant:
            return Found(one)
    return None if digits.startswith("+") else _at_home(digits, numbers)


def _at_home(digits: str, numbers: list[Address]) -> Found | None:
    """Written as it is dialled within the country: without the country's one to three digits, with or without a zero before."""
    national = digits.removeprefix("0")
    if len(national) < _SHORTEST:
        return None
    for one in numbers:
        whole = one.value.removeprefix("+")
        if one.value.startswith("+") and whole.endswith(national) and 1 <= len(whole) - len(national) <= 3:
            return Found(one, exact=False)
    return None


def _host(asked: str) -> str | None:
    """Host and port as a browser would go there; None where this is no address of a page, or was made to look like another."""
    if "\\" in asked or re.search(r"\s", asked):
        return None
    try:
        parts = urlsplit(asked if "//" in asked else f"//{asked}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.scheme.lower() not in ("", "http", "https"):
        return None
    usual = {"http": 80, "https": 443}.get(parts.scheme.lower())
    return _ascii(host) + (f":{port}" if port and port != usual else "")


def _ascii(host: str) -> str:
    try:
        return host.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return host.lower()


def _page(asked: str, listed: list[Address]) -> Found | None:
    host = _host(asked)
    return _first(listed, "page", lambda one: _host(one.value) == host) if host else None


def _call_sign(asked: str, listed: list[Address]) -> Found | None:
    """A call sign, alone or with its frequency; with another frequency it is not ours."""
    text = " ".join(asked.upper().replace(",", ".").split())
    written = _ON_AIR.fullmatch(text)
    sign, megahertz = (written[1], _megahertz(written)) if written else (text, None)

    def holds(one: Address) -> bool:
        at = _ON_AIR.fullmatch(f"X {one.frequency.upper()}") if one.frequency else None
        known = _megahertz(at) if at else None
        return _close(one.value) == _close(sign) and (megahertz is None or megahertz == known)

    return _first(listed, "radio", holds)


def _megahertz(found: re.Match[str]) -> Decimal:
    return Decimal(found[2]) / (1000 if found[3] == "KHZ" else 1)


def _close(sign: str) -> str:
    return sign.upper().replace(" ", "")
