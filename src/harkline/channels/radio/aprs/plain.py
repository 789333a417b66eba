"""What may not go on the air. Everybody can hear it, stations pass it on around the world, and on amateur bands its meaning must not
be hidden (ITU Radio Regulations, 25.2A). Pure.

This knows what has the form of a cipher. Whether plain words mean something else, only the person who writes can know.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

_ARMOUR = re.compile(r"-{2,}\s*BEGIN |\bAGE-ENCRYPTION\.ORG\b", re.IGNORECASE)
_WEB = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+", re.IGNORECASE)
_BLOB = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
_GROUP = re.compile(r"[A-Za-z0-9]{4,6}")
GROUPS = 4  # of the same length in a row, a third of which nobody could speak
_CODE = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{4}[ -]?){3}[A-Za-z0-9]{4}(?![A-Za-z0-9])")
_DIGITS = re.compile(r"(?<!\d)(?:\d[ -]?){11}\d(?!\d)")


def candidates(text: str) -> Iterator[str]:
    """What has the form of a return code of this line: 16 characters, or 12 digits. Whether it is one, the line knows."""
    for form in (_CODE, _DIGITS):
        for found in re.finditer(rf"(?=({form.pattern}))", text):
            yield re.sub(r"[ -]", "", found[1])


def hidden(text: str) -> bool:
    """Whether a text looks as if its meaning were hidden: armour, long mixed strings, groups of letters as ciphers have them."""
    words = _WEB.sub(" ", text)
    return bool(_ARMOUR.search(words)) or any(map(_mixed, _BLOB.findall(words))) or _in_groups(words.split())


def _mixed(blob: str) -> bool:
    """Letters and digits, or large and small ones, that change again and again; or nothing but hexadecimal."""
    kinds = ["d" if one.isdigit() else "U" if one.isupper() else "l" if one.islower() else "-" for one in blob]
    changes = sum(a != b for a, b in pairwise(kinds) if "-" not in (a, b))
    return changes >= 4 or (re.fullmatch(r"[0-9A-Fa-f]{16,}", blob) is not None and any(map(str.isalpha, blob)))


def _in_groups(words: list[str]) -> bool:
    run: list[str] = []
    for word in [*words, ""]:
        if _GROUP.fullmatch(word) and (not run or len(word) == len(run[-1])):
            run.append(word)
            continue
        odd = sum(map(_unspeakable, run))
        if len(run) >= GROUPS and odd >= 2 and odd * 3 >= len(run):
            return True
        run = [word] if _GROUP.fullmatch(word) else []
    return False


def _unspeakable(group: str) -> bool:
    """No word in any language written in these letters: no vowel, four consonants in a row, or figures among letters."""
    if any(map(str.isdigit, group)):
        return any(map(str.isalpha, group))
    return max(map(len, re.split(r"[AEIOUYaeiouy]", group))) > 3
