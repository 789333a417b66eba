"""What a published address looks like, by channel."""

import re

from django.utils.translation import gettext as _

from harkline.line.onion import is_onion

_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_MAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]{1,64}@[A-Za-z0-9.-]{1,253}")


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
    elif not (value.startswith("/") or is_onion(value)):
        raise ValueError(_("A page is a path that begins with /, or an onion address."))
    return value
