"""What the network says of who rings and what they dialled, as values. Pure; RFC 3261 § 20.10, RFC 3323, RFC 3325."""

import re
from collections.abc import Iterable, Mapping, Sequence

from harkline.channels.phone.settings import Trunk

HIDING = {"id", "user", "header", "full"}
ANONYMOUS = {"anonymous", "restricted", "unknown", "unavailable", "private"}
_URI = re.compile(r"(?:sips?|tel):([^@>;?\s]*)(?:@([^>;?\s]*))?", re.IGNORECASE)


def user(header: str) -> str:
    """The user part of a SIP or tel address, wherever it stands in a header; empty when there is none."""
    found = _URI.search(header)
    return found[1].partition(":")[0] if found else ""


def presentation(sender: str, privacy: str) -> str:
    """``allowed``, ``restricted`` (the caller withheld the number) or ``unavailable`` (the network has none)."""
    if HIDING & {word.strip().lower() for word in privacy.split(";")}:
        return "restricted"
    found = _URI.search(sender)
    if not found or not found[1]:
        return "unavailable"
    name, host = found[1].lower(), (found[2] or "").lower()
    if name in ("unknown", "unavailable"):
        return "unavailable"
    if name in ANONYMOUS or host.startswith("anonymous.invalid"):
        return "restricted"
    return "allowed"


def candidates(dialled: str, numbers: Mapping[str, str]) -> list[str]:
    """The addresses that the dialled number may stand for, the likeliest first: as the trunk maps it, as it stands, in E.164."""
    if dialled in numbers:
        return [numbers[dialled]]
    found = [dialled]
    digits = re.sub(r"[\s().-]", "", dialled)
    if digits.startswith("00") and digits[2:].isdigit():
        found.append("+" + digits[2:])
    elif digits.isdigit():
        found.append("+" + digits)
    found.append(digits)
    return list(dict.fromkeys(one for one in found if one))


def chosen(dialled: str, numbers: Mapping[str, str], known: Iterable[str]) -> str:
    """The line's address for a dialled number; a trunk with one number needs no more than that. Empty when it is not ours."""
    ours = {one.lower(): one for one in known}
    for one in candidates(dialled, numbers):
        if one.lower() in ours:
            return ours[one.lower()]
    return ""


class Unsaid(str):
    """A number on its way through the program, which no traceback and no log spells out."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(a number)"


def trunk_for(shown: str, trunks: Sequence[Trunk]) -> str:
    """The trunk to which an address of the line belongs, by its settings; the first for any other, and for none at all. Empty where
    there is no trunk."""
    ours = [one.name for one in trunks if shown and shown in one.numbers.values()]
    return (ours or [one.name for one in trunks] or [""])[0]
