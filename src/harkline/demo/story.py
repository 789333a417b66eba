"""The demonstration's people, read from ``story.toml``. Pure but for reading files."""

import tomllib
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from harkline.line import prompts_audio as audio

HERE = Path(__file__).parent
VOICES = HERE / "voices.zip"


@dataclass(frozen=True)
class Place:
    """The fictional line. ``mails`` maps a language to the address for it."""

    name: str
    languages: list[str]
    phones: list[str]
    mails: dict[str, str]


@dataclass(frozen=True)
class Colleague:
    """Somebody who answers."""

    name: str
    role: str
    languages: list[str]


@dataclass(frozen=True)
class Call:
    """Somebody who rings. An empty number is withheld; ``name`` leads to the sentences' sound."""

    name: str
    number: str
    language: str
    manner: str
    voice: str = ""
    says: tuple[str, ...] = ()

    def sentences(self) -> list[bytes]:
        """What is said, as samples."""
        return [spoken(f"{self.name}.{index}") for index in range(len(self.says))]


@dataclass(frozen=True)
class Letter:
    """Somebody who mails or writes on the web, and what they answer back. A mail has a sender and a subject."""

    text: str
    answers: tuple[str, ...]
    sender: str = ""
    subject: str = ""
    language: str = ""


@dataclass(frozen=True)
class Story:
    """Everything."""

    line: Place
    staff: list[Colleague]
    calls: list[Call]
    mails: list[Letter]
    reports: list[Letter]


@cache
def story() -> Story:
    """The story, read once."""
    read = tomllib.loads((HERE / "story.toml").read_text(encoding="utf-8"))
    return Story(
        _place(read["line"]),
        [Colleague(**one) for one in read["staff"]],
        [_call(index, one) for index, one in enumerate(read["calls"])],
        [_letter(one) for one in read["mails"]],
        [_letter(one) for one in read["reports"]],
    )


def _place(table: dict[str, Any]) -> Place:
    return Place(**{**table, "mails": {one["language"]: one["address"] for one in table["mails"]}})


def _call(index: int, table: dict[str, Any]) -> Call:
    return Call(**{**table, "name": f"call{index}", "says": tuple(table.get("says", ()))})


def _letter(table: dict[str, Any]) -> Letter:
    return Letter(**{**table, "text": table["text"].strip(), "answers": tuple(table["answers"])})


def drafts() -> dict[str, tuple[str, str]]:
    """Name → (voice, words) of every sentence that is said on the telephone, for ``scripts/make_prompts.py``."""
    return {
        f"{call.name}.{index}": (call.voice, words) for call in story().calls for index, words in enumerate(call.says)
    }


@cache
def spoken(name: str) -> bytes:
    """A sentence as samples, 8 kHz. Raises KeyError."""
    with zipfile.ZipFile(VOICES) as archive:
        return audio.from_adpcm(archive.read(name))
