"""What a published address looks like, by channel."""

import re

from django.utils.translation import gettext as _

from harkline.line.onion import is_onion

_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_MAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]{1,64}@[A-Za-z0-9.-]{1,253}")


_ON_AIR = re.compile(r"([A-Z0-9][A-Z0-9 /-]{1,19}?) +([0-9]{1,7}(?:[.,][0-9]{1,6})?) *([MK]HZ)?")
_LOWEST, _HIGHEST = 100_000, 10_000_000_000  # hertz


def parted(value: str) -> tuple[str, int]:
    """Call sign and hertz of ``X0LINE 145.500 MHz`` (megahertz where no unit is named). Raises ValueError in words."""
    found = _ON_AIR.fullmatch(" ".join(value.upper().split()))
    hertz = round(float(found[2].replace(",", ".")) * (1e3 if found[3] == "KHZ" else 1e6)) if found else 0
    if found is None or not _LOWEST <= hertz <= _HIGHEST:
        raise ValueError(_("A radio address is a call sign on a frequency, written as X0LINE 145.500 MHz."))
    return found[1], hertz


def on_air(call_sign: str, hertz: int) -> str:
    """The one spelling of a call sign on a frequency.

    >>> on_air("X0LINE", 145_500_000)
    'X0LINE 145.500 MHz'
    """
    whole, rest = divmod(hertz, 1_000_000)
    digits = f"{rest:06d}".rstrip("0").ljust(3, "0")
    return f"{call_sign} {whole}.{digits} MHz"


def checked(channel: str, value: str) -> str:
    """The address in its normal form: a number without spaces, a mail address in lower case. Raises ValueError in words."""
    value = value.strip()
    if channel == "phone":
        value = re.sub(r"[\s().-]", "", value)
        if not _NUMBER.fullmatch(value):
            raise ValueError(_("A number is written as +442079460123: digits only, with the country in front."))
    elif channel == "email":
        value = value.lower()
        if not _MAIL.fullmatch(value):
            raise ValueError(_("A mail address is written as name@organisation.example."))
    elif channel == "radio":
        value = on_air(*parted(value))
    elif not (value.startswith("/") or is_onion(value)):
        raise ValueError(_("A page is a path that begins with /, or an onion address."))
    return value
