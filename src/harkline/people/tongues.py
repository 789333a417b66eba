"""In which language somebody reads the console: their own choice, else what their browser asks for."""

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language_info

from harkline.people.models import Operator


class Tongue(NamedTuple):
    """A language of the console."""

    code: str
    name: str  # in the language itself
    draft: bool  # whether its texts await a native speaker


def every() -> list[Tongue]:
    """Those that the console can be read in: English, and each that has a catalogue."""
    drafts = settings.TRANSLATIONS
    return [
        Tongue(code, str(get_language_info(code)["name_local"]), code in drafts and drafts[code].draft)
        for code, _name in settings.LANGUAGES
        if code == settings.LANGUAGE_CODE or code in drafts
    ]


def choose(operator: Operator, code: str) -> None:
    """Keep a choice; "" for what the browser asks for. Raises ValueError for a language that the console does not speak."""
    if code and code not in {one.code for one in every()}:
        raise ValueError(code)
    Operator.objects.filter(pk=operator.pk).update(console_language=code)
