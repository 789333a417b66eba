"""Text within a sentence that has a direction of writing of its own."""

import re
from collections.abc import Iterable

from django.utils.translation import get_language_bidi, gettext

_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_JOINED = "\\1\u2060-\u2060\\2\u2060-\u2060\\3"
OPENS, CLOSES = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE (Unicode Annex 9)


def apart(text: object) -> str:
    """The text, isolated where the language reads from right to left. Without it a day such as 2027-01-31 or a number with a plus
    turns round behind an Arabic letter. Never for a form's value, a link or a file."""
    # U+2060 joins: no line may end within a day, where the halves would change places.
    return f"{OPENS}{_DAY.sub(_JOINED, str(text))}{CLOSES}" if get_language_bidi() else str(text)


def listed(names: Iterable[object]) -> str:
    """Names in a row, with the comma of the language."""
    return gettext(", ").join(str(one) for one in names)
