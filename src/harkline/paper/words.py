"""The words on printed sheets, by language: drafts of ours, and what the organisation says instead."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from harkline.paper.models import Wording

TEXTS = Path(__file__).with_name("words.toml")
LAST = "en"  # where a language is missing
_VOWELS = re.compile("[\u064b-\u0652\u0670]")


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    with TEXTS.open("rb") as file:
        return tomllib.load(file)


def of(language: str) -> Mapping[str, str]:
    """Every text of a language by its key; English where there is none of that language."""
    return _texts().get(language, _texts()[LAST])


def draft(language: str) -> bool:
    """Whether the texts still await a native speaker."""
    return language not in _texts() or of(language)["state"] == "draft"


def own(language: str, *, neutral: bool) -> Wording | None:
    """What the organisation wrote, if it did."""
    return Wording.objects.filter(language=language, neutral=neutral).exclude(heading="", text="").first()


def keep(language: str, *, neutral: bool, heading: str, text: str) -> None:
    """Let sheets of a language say this; nothing at all for the drafts again."""
    given = {"heading": _line(heading, 80), "text": _line(text, 300)}
    Wording.objects.update_or_create(language=language, neutral=neutral, defaults=given)


def _line(text: str, most: int) -> str:
    return " ".join(text.split())[:most]


def printable(value: Any) -> Any:
    """Arabic script without vowel marks: readers of PDF copy them in the wrong place. The ezafe on a he becomes the letter that has it.
    Lists of texts likewise; everything else is left alone."""
    if isinstance(value, list):
        return [printable(one) for one in value]
    return _VOWELS.sub("", value.replace("\u0647\u0654", "\u06c0")) if isinstance(value, str) else value
