"""What a caller is reached by, in one spelling, so that the same number is the same bytes. Pure."""

import re
import unicodedata

_NOISE = re.compile(r"[\s().\-/\u00a0\u2010-\u2015\u200e\u200f]")
_CALL = re.compile(r"[A-Z0-9]{2,10}")
_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
SHORTEST, LONGEST = 7, 15  # digits of an E.164 number; shorter ones are extensions and services


def e164(text: str, country: str = "") -> str | None:
    """A telephone number as ITU-T E.164 writes it (``+442079460123``), from the ways in which networks and people do; ``country`` is
    the calling code that a number without one is given. None for what is no number."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).replace("(0)", ""))
    digits = plain.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if not plain.startswith("+"):
        digits = _international(digits, country)
    return f"+{digits}" if SHORTEST <= len(digits) <= LONGEST and not digits.startswith("0") else None


def _international(digits: str, country: str) -> str:
    if digits.startswith("00"):
        return digits[2:]
    if not country:
        return digits
    if digits.startswith("0"):
        return country + digits[1:]
    # Trunks leave the plus away; what is too short for that is a national number without its zero.
    whole = digits.startswith(country) and len(digits) - len(country) >= 9
    return digits if whole else country + digits


def mail(text: str) -> str | None:
    """A mail address in lower case, without a tag (``name+tag@``). None for what is no address."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _MAIL.fullmatch(plain):
        return None
    name, _at, domain = plain.rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}"


def call_sign(text: str) -> str | None:
    """A radio call sign in capitals, without the number of the set (``-7``) or what is spoken behind it (``/P``). None for what is none."""
    plain = re.split(r"[-/]", unicodedata.normalize("NFKC", text).strip().upper())[0]
    return plain if _CALL.fullmatch(plain) else None


def normal(kind: str, text: str, country: str = "") -> str | None:
    """The one spelling of a ``phone`` number, an ``email`` address or a ``radio`` call sign; None for what is none of them."""
    if kind == "phone":
        return e164(text, country)
    return mail(text) if kind == "email" else call_sign(text) if kind == "radio" else None
