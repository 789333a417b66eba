"""Text within a sentence that has a direction of writing of its own."""

from collections.abc import Iterable

from django.utils.translation import get_language_bidi, gettext

OPENS, CLOSES = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE (Unicode Annex 9)


def apart(text: object) -> str:
    """The text, isolated where the language reads from right to left. Without it a day such as 2027-01-31 or a number with a plus
    turns round behind an Arabic letter. Never for a form's value, a link or a file."""
    return f"{OPENS}{text}{CLOSES}" if get_language_bidi() else str(text)


def listed(names: Iterable[object]) -> str:
    """Names in a row, with the comma of the language."""
    return gettext(", ").join(str(one) for one in names)
