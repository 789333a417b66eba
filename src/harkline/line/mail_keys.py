"""The public halves of the line's OpenPGP keys: what is published, and under which name a mail program asks for it.

A Web Key Directory (draft-koch-openpgp-webkey-service) files a key under the z-base-32 of the SHA-1 of the local part.
"""

from datetime import datetime
from hashlib import sha1

from harkline.line.models import MailKey
from harkline.runtime import clock

_LETTERS = "ybndrfg8ejkmcpqxot1uwisza345h769"


def current(address: str) -> MailKey | None:
    """The newest key of an address that is neither retired nor expired."""
    rows = MailKey.objects.filter(address=address.lower(), retired_at=None, expires_at__gt=clock.now())
    return rows.order_by("-made_at", "-pk").first()


def published() -> list[MailKey]:
    """The current key of each address."""
    rows = MailKey.objects.filter(retired_at=None, expires_at__gt=clock.now()).order_by("made_at", "pk")
    return list({row.address: row for row in rows}.values())


def by_hash(name: str, domain: str) -> MailKey | None:
    """The key that a directory holds under this name: of this domain's address, else of the only one that there is."""
    found = [row for row in published() if directory_name(row.address.rpartition("@")[0]) == name]
    ours = [row for row in found if row.address.rpartition("@")[2] == domain.lower()]
    return next(iter(ours), found[0] if len(found) == 1 else None)


def add(address: str, fingerprint: str, certificate: bytes, expires_at: datetime) -> MailKey:
    """Publish a key; from now on it is the address's only one."""
    MailKey.objects.filter(address=address.lower(), retired_at=None).update(retired_at=clock.now())
    return MailKey.objects.create(
        address=address.lower(),
        fingerprint=fingerprint,
        certificate=certificate,
        made_at=clock.now(),
        expires_at=expires_at,
    )


def directory_name(local: str) -> str:
    """32 characters for the part before the @ of an address."""
    digest = sha1(local.lower().encode(), usedforsecurity=False).digest()
    number = int.from_bytes(digest)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(155, -1, -5))


def in_groups(fingerprint: str) -> str:
    """A fingerprint as people compare it: groups of four."""
    text = fingerprint.upper()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
