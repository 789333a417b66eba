"""What is refused before the standard library reads a mail, in time linear to its size.

``email.policy.default`` is the best parser there is and quadratic on hostile input: fifty thousand encoded words in a subject
keep it busy for minutes. Whatever is refused here is held whole, never dropped. Pure.
"""

import re

HEADER_BLOCK = 128 * 1024
HEADER = 16 * 1024
PARTS = 200
DEPTH = 20

_END = re.compile(rb"\r?\n\r?\n")
_NEXT_HEADER = re.compile(rb"\r?\n(?![ \t])")
_PART_HEADER = re.compile(rb"(?im)^content-[a-z-]{1,40}:[^\n]*(?:\n[ \t][^\n]*)*")
_PART_TYPE = re.compile(rb"(?im)^content-type[ \t]{0,9}:")
_BOUNDARY = re.compile(rb'(?i)\bboundary[ \t]{0,9}=[ \t]{0,9}"?([^"\r\n;]{1,200})')
_DASHED = re.compile(rb"(?m)^--([^\r\n]{1,210})")


def refusal(raw: bytes) -> str:
    """The fixed word for why this mail is held unread, or empty: ``header_block``, ``header_long``, ``nul``, ``many_parts``."""
    head = _head(raw)
    if len(head) > HEADER_BLOCK:
        return "header_block"
    if b"\0" in head:
        return "nul"
    if max(map(len, _NEXT_HEADER.split(head))) > HEADER or _longest_part_header(raw) > HEADER:
        return "header_long"
    return "many_parts" if _parts(raw) > PARTS else ""


def _head(raw: bytes) -> bytes:
    window = raw[: HEADER_BLOCK + 4]
    end = _END.search(window)
    return window[: end.start()] if end else window


def _longest_part_header(raw: bytes) -> int:
    return max((found.end() - found.start() for found in _PART_HEADER.finditer(raw)), default=0)


def _parts(raw: bytes) -> int:
    """Lines that begin a part: only of boundaries that the mail names, so that a long list of dashes is no attack."""
    named = {found[1].strip() for found in _BOUNDARY.finditer(raw)}
    opened = sum(found[1].rstrip() in named for found in _DASHED.finditer(raw)) if named else 0
    return max(opened, len(_PART_TYPE.findall(raw)))
