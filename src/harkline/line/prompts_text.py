"""What a prompt consists of: pure, no audio, no database.

A text such as ``Your place: {place}. Minutes: {minutes}.`` is recorded in pieces, one between each two values; a piece is called
by its key, or by key and position (``queue_wait.0``) where a text has several.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from hashlib import sha256
from pathlib import Path

TEXTS = Path(__file__).with_name("prompts.toml")
LAST = "en"  # the end of every chain of fallbacks
SOUNDS = ("tone", "hold")  # without words
LARGEST = 60
NUMBERS = (*range(21), 30, 40, 50, 60)

Value = int | str | time | datetime
ORDERS: Mapping[str, tuple[str, ...]] = {
    "tens unit": ("tens", "unit"),
    "tens unit, and one": ("tens", "unit"),
    "tens and unit": ("tens", "and", "unit"),
    "unit and tens": ("unit", "and", "tens"),
    "unit tens": ("unit", "tens"),
}
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Language:
    """One language's section of ``prompts.toml``."""

    code: str
    state: str
    voice: str
    fallback: str
    order: str
    texts: Mapping[str, str]
    aloud: Mapping[str, tuple[str, str]]  # key → (voice, text)


@dataclass(frozen=True)
class Piece:
    """A stretch of recorded speech."""

    name: str
    text: str


@dataclass(frozen=True)
class Slot:
    """A value to be spoken here."""

    value: str


@cache
def languages() -> dict[str, Language]:
    """Every language with texts, by its code."""
    tables = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    return {code: _language(code, table) for code, table in tables.items()}


def _language(code: str, table: dict[str, dict[str, str]]) -> Language:
    aloud = {key: (one["voice"], one["text"]) for key, one in table.get("aloud", {}).items()}  # type: ignore[index]
    numbers = {f"number_{n}": str(n) for n in NUMBERS}
    return Language(
        code,
        str(table["state"]),
        str(table.get("voice", "")),
        "" if code == LAST else str(table.get("fallback", LAST)),
        str(table["order"]),
        {**table["texts"], **numbers},
        aloud,
    )


def chain(code: str) -> list[str]:
    """The languages to try, one after another; an unknown language begins at the last."""
    found: list[str] = []
    while code in languages() and code not in found:
        found.append(code)
        code = languages()[code].fallback
    return found if LAST in found else [*found, LAST]


def parts(key: str, text: str) -> list[Piece | Slot]:
    """A text's pieces and slots, in order. What has no letter or digit (a full stop) is not a piece.

    >>> parts("language_offer", "For English, press {digit}.")
    [Piece(name='language_offer', text='For English, press'), Slot(value='digit')]
    """
    found: list[Piece | Slot] = []
    split = _PLACE.split(text)  # text, name, text, name, …, text
    spoken = [index for index in range(0, len(split), 2) if any(letter.isalnum() for letter in split[index])]
    for index, one in enumerate(split):
        if index % 2:
            found.append(Slot(one))
        elif index in spoken:
            name = key if len(spoken) == 1 else f"{key}.{spoken.index(index)}"
            found.append(Piece(name, one.strip(" ,;.،؛").strip()))
    return found


def pieces(language: Language) -> dict[str, Piece]:
    """Everything somebody who records this language has to speak, by name."""
    every = (one for key, text in language.texts.items() for one in parts(key, text))
    return {one.name: one for one in every if isinstance(one, Piece)}


def drafts(language: Language) -> dict[str, tuple[str, str]]:
    """Name → (voice, words) of every draft that is shipped for this language."""
    found = {}
    if language.voice:
        found = {name: (language.voice, piece.text) for name, piece in pieces(language).items()}
    for key, (voice, words) in language.aloud.items():
        found.update({one.name: (voice, one.text) for one in parts(key, words) if isinstance(one, Piece)})
    return found


def fingerprint(voice: str, words: str) -> str:
    """By which a text that changed after it was spoken is found."""
    return sha256(f"{voice}\n{words}".encode()).hexdigest()[:16]


def number_names(number: int, order: str) -> list[str]:
    """The pieces of a number from 0 to 60. Raises ValueError outside.

    >>> number_names(21, "tens unit, and one")
    ['number_20', 'number_and', 'number_1']
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is not between 0 and {LARGEST}")
    if number in NUMBERS:
        return [f"number_{number}"]
    tens, unit = number - number % 10, number % 10
    names = {"tens": f"number_{tens}", "unit": f"number_{unit}", "and": "number_and"}
    words = ORDERS[order]
    if order == "tens unit, and one" and unit == 1:
        words = ("tens", "and", "unit")
    return [names[word] for word in words]
