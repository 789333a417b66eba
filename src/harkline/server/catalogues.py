"""Compiles the translations (``locale/<language>/LC_MESSAGES/django.po``) when they have changed, into the data folder.

The repository carries the texts that people translate and nothing that was made from them. A crash half-way leaves the old
catalogue; a folder that cannot be written leaves pages in English, which is better than none.
"""

import ast
import os
import re
import struct
from pathlib import Path

FALLBACK = {"prs": "fa"}  # read where a language has no texts of its own yet

_WORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*(".*")')


def compiled(source: Path, data: Path | None) -> list[Path]:
    """The folders for Django's ``LOCALE_PATHS``: the compiled catalogues below the data folder, brought up to date."""
    if data is None or not (data / "keys").is_dir():
        return []
    target = data / "locale"
    try:
        for code in _languages(source):
            _bring_up(source / FALLBACK.get(code, code) / "LC_MESSAGES" / "django.po", target / code / "LC_MESSAGES")
    except OSError:
        return [target] if target.is_dir() else []
    return [target]


def _languages(source: Path) -> list[str]:
    own = sorted(path.parents[1].name for path in source.glob("*/LC_MESSAGES/django.po"))
    return own + [code for code, other in FALLBACK.items() if other in own and code not in own]


def _bring_up(text: Path, folder: Path) -> None:
    made = folder / "django.mo"
    stamp = text.stat().st_mtime_ns
    if made.exists() and made.stat().st_mtime_ns == stamp:
        return
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{os.getpid()}"
    beside.write_bytes(pack(read(text.read_text(encoding="utf-8"))))
    os.utime(beside, ns=(stamp, stamp))
    beside.replace(made)


def read(text: str) -> dict[str, str]:
    """The messages of a ``.po`` file (GNU gettext manual, "The Format of PO Files"): id → text. Plural forms are joined with NUL and
    a context is put before its id with EOT, as in the compiled file. What is fuzzy or not translated is left out."""
    found: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if line.strip()]
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        parts = _parts([line for line in lines if not line.startswith("#")])
        if "msgid" not in parts or (fuzzy and parts["msgid"]):
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
