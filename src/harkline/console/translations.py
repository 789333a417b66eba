"""Which texts await a native speaker: for whoever sees to the line, never for callers."""

from django.conf import settings
from django.utils.translation import gettext as _

from harkline.console import words
from harkline.line import this
from harkline.runtime.apart import apart, listed


def drafts() -> list[str]:
    """The line's languages whose texts nobody has read whose first language it is."""
    return [
        code for code in this.line().languages if code in settings.TRANSLATIONS and settings.TRANSLATIONS[code].draft
    ]


def sentence() -> str:
    """How the texts of the line's languages stand; "" where the line speaks English alone."""
    said = []
    if found := drafts():
        names = listed(words.language(code) for code in found)
        said.append(_("Whole, and awaiting a native speaker: %(languages)s.") % {"languages": names})
    for code in this.line().languages:
        read = settings.TRANSLATIONS.get(code)
        if read and read.on:
            told = {"language": words.language(code), "name": read.by, "day": apart(f"{read.on:%Y-%m-%d}")}
            said.append(_("%(language)s was reviewed by %(name)s on %(day)s.") % told)
    return " ".join(said)
