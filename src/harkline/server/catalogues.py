"""Compiles the translations (``locale/<language>/LC_MESSAGES/django.po``) when they have changed, into the data folder.

The repository carries the texts that people translate and nothing that was made from them. A crash half-way leaves the old
catalogue; a folder that cannot be written leaves pages in English, which is better than none.
"""

import ast
import os
import re
import struct
from datetime import date
from pathlib import Path
from typing import NamedTuple

FALLBACK = {
    "fa": "prs"
}  # where a text is not translated here, the other's is read: Dari and Persian are one written language

_WORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*(".*")')


def compiled(source: Path, data: Path | None) -> list[Path]:
    """The folders for Django's ``LOCALE_PATHS``: the compiled catalogues below the data folder, brought up to date."""
    if data is None or not (data / "keys").is_dir():
        return []
    target = data / "locale"
    try:
        for code in languages(source):
            _bring_up(_texts(source, code), target / code / "LC_MESSAGES")
    except OSError:
        return [target] if target.is_dir() else []
    return [target]


def languages(source: Path) -> list[str]:
    """Those that have a catalogue of their own."""
    return sorted(path.parents[1].name for path in source.glob("*/LC_MESSAGES/django.po"))


def _texts(source: Path, code: str) -> list[Path]:
    """The files that a language is read from, the one that has the last word at the end."""
    codes = [FALLBACK[code], code] if code in FALLBACK else [code]
    return [path for one in codes if (path := source / one / "LC_MESSAGES" / "django.po").exists()]


def _bring_up(texts: list[Path], folder: Path) -> None:
    made = folder / "django.mo"
    stamp = max(text.stat().st_mtime_ns for text in texts)
    if made.exists() and made.stat().st_mtime_ns == stamp:
        return
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{os.getpid()}"
    beside.write_bytes(pack(together([text.read_text(encoding="utf-8") for text in texts])))
    os.utime(beside, ns=(stamp, stamp))
    beside.replace(made)


def together(texts: list[str]) -> dict[str, str]:
    """The messages of several catalogues; what a later one says holds. Of all but the last, what was lent to Django stays out: Django
    knows the last language itself."""
    found: dict[str, str] = {}
    for text in texts[:-1]:
        found |= read(text, lent=False)
    return found | read(texts[-1])


class Standing(NamedTuple):
    """Whether somebody whose first language it is has read a catalogue: by whom and when, or neither."""

    by: str = ""
    on: date | None = None

    @property
    def draft(self) -> bool:
        """Whether it awaits a native speaker."""
        return self.on is None


def standing(text: str) -> Standing:
    """What the head of a catalogue says: ``# Reviewed: who, 2027-01-31``. Anything else is a draft. The last such line holds."""
    found = re.findall(r"^# Reviewed: (.+), (\d{4}-\d{2}-\d{2})\s*$", head(text), re.MULTILINE)
    try:
        return Standing(found[-1][0], date.fromisoformat(found[-1][1])) if found else Standing()
    except ValueError:
        return Standing()  # no such day


def standings(source: Path) -> dict[str, Standing]:
    """The standing of every language that has a catalogue."""
    return {code: standing(_texts(source, code)[-1].read_text(encoding="utf-8")) for code in languages(source)}


def head(text: str) -> str:
    """The first block of a catalogue: remarks, and the fields that gettext reads."""
    return re.split(r"\n\s*\n", text.strip(), maxsplit=1)[0]


def forms(text: str) -> int:
    """How many plural forms its language has."""
    found = re.search(r"nplurals=(\d)", head(text))
    return int(found[1]) if found else 2


def read(text: str, *, lent: bool = True, guessed: bool = False) -> dict[str, str]:
    """The messages of a ``.po`` file (GNU gettext manual, "The Format of PO Files"): id → text. Plural forms are joined with NUL and
    a context is put before its id with EOT, as in the compiled file. What is not translated is left out, and without ``guessed``
    what is fuzzy; without ``lent``, also what Django says and not we."""
    found: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if line.strip()]
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        if not lent and any(line.startswith(("#: django/", "#: allauth/")) for line in lines):
            continue
        parts = _parts([line for line in lines if not line.startswith("#")])
        if "msgid" not in parts or (fuzzy and not guessed and parts["msgid"]):
            continue
        key = (parts["msgctxt"] + "\x04" if "msgctxt" in parts else "") + parts["msgid"]
        key += "\x00" + parts["msgid_plural"] if "msgid_plural" in parts else ""
        texts = [value for name, value in sorted(parts.items()) if name.startswith("msgstr")]
        if all(texts):
            found[key] = "\x00".join(texts)
    return found


def _parts(lines: list[str]) -> dict[str, str]:
    parts: dict[str, str] = {}
    name = ""
    for line in lines:
        if matched := _WORD.match(line):
            name = matched[1] or name
            parts[name] = parts.get(name, "") + ast.literal_eval(matched[2])
    return parts


def pack(messages: dict[str, str]) -> bytes:
    """The compiled form (GNU gettext manual, "The Format of GNU MO Files"), little-endian, without a hash table."""
    pairs = sorted((key.encode(), text.encode()) for key, text in messages.items())
    count, head = len(pairs), 28
    start = head + 16 * count
    tables, body = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), start + len(body))
            body += pair[side] + b"\x00"
    first = struct.pack("<7I", 0x950412DE, 0, count, head, head + 8 * count, 0, start)
    return first + tables[0] + tables[1] + body
