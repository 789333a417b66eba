"""Which address of the line a mail reached, and what was written after the plus sign. Pure.

``line+<16 base32>@`` is a reply address: its token names a thread. ``line+bounce-<26 base32>@`` is the envelope sender of one
outgoing mail (VERP), so that a bounce names the job it belongs to.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

_TOKEN = re.compile(r"[a-z2-7]{16}")
_BOUNCE = re.compile(r"bounce-([a-z2-7]{26})")


@dataclass(frozen=True)
class Reached:
    """An address of ours as the line knows it, with the reply token or the job that the recipient named besides."""

    address: str
    token: str = ""
    bounce: UUID | None = None


def reached(recipient: str, ours: Iterable[str]) -> Reached | None:
    """What a recipient means; None when it is not an address of the line. Letters' case does not matter."""
    local, _, domain = recipient.strip().lower().rpartition("@")
    known = {one.lower(): one for one in ours}
    if whole := known.get(f"{local}@{domain}"):
        return Reached(whole)
    base, plus, tag = local.partition("+")
    address = known.get(f"{base}@{domain}") if plus else None
    return _tagged(address, tag) if address else None


def _tagged(address: str, tag: str) -> Reached:
    if _TOKEN.fullmatch(tag):
        return Reached(address, token=tag)
    found = _BOUNCE.fullmatch(tag)
    return Reached(address, bounce=_job(found[1]) if found else None)


def _job(text: str) -> UUID:
    return UUID(bytes=base64.b32decode(text.upper() + "======"))


def reply_address(address: str, token: str) -> str:
    """Where a caller's answer finds its thread."""
    return _with_tag(address, token.lower())


def bounce_address(address: str, job: UUID) -> str:
    """The envelope sender of one outgoing mail."""
    return _with_tag(address, "bounce-" + base64.b32encode(job.bytes).decode().rstrip("=").lower())


def _with_tag(address: str, tag: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}+{tag}@{domain}"


def domain(address: str) -> str:
    """What follows the last @."""
    return address.rpartition("@")[2]
