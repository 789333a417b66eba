"""Digits as they are written in a language, for what is read and never typed: counts, dates, times of day.

Telephone numbers, codes, frequencies, check words, keys of a telephone and whatever a program prints stay 0 to 9 (ADR 0045).
"""

import re

from django.utils.translation import get_language

from harkline.runtime.apart import CLOSES, OPENS

_EASTERN = "۰۱۲۳۴۵۶۷۸۹"
# Unicode CLDR, "default numbering system".
FORMS = {"fa": _EASTERN, "prs": _EASTERN, "ps": _EASTERN, "ar": "٠١٢٣٤٥٦٧٨٩"}
# Tags and references of HTML, and what ``apart`` has set apart: a day in figures, an address, words of another language.
_KEPT = re.compile(f"(<[^>]*>|&[^;\\s]*;|{OPENS}[^{CLOSES}]*{CLOSES})")


def own() -> str:
    """The ten digits of the language in force; empty where they are 0 to 9."""
    return FORMS.get(get_language() or "", "")


def read(text: object) -> str:
    """The text with the digits of the language in force; tags and references, where it is HTML, and what was set apart stay as they are."""
    digits, words = own(), str(text)
    if not digits:
        return words
    table = str.maketrans("0123456789", digits)
    return "".join(piece if _KEPT.fullmatch(piece) else piece.translate(table) for piece in _KEPT.split(words))
