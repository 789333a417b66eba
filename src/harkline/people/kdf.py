"""How each account's key is derived, told to whoever asks before signing in, and nothing told by it.

A browser must know this before it can make the password out of the passphrase. For a name that nobody has the answer is as good: the
salt is made in the same way, and as many of these names as of the accounts seem to be from before.
"""

from typing import Any

from django.conf import settings

from harkline.people import vault
from harkline.people.models import OperatorKey
from harkline.seal import passphrase

Kdf = dict[str, Any]


def fresh(username: str) -> Kdf:
    """How a new passphrase of this account is derived."""
    return passphrase.argon2id(_salt(username), settings.KDF_MEMORY)


def asked(username: str) -> Kdf:
    """How to derive this account's sign-in; for a name that nobody has, what it might be. The same work for both."""
    name = passphrase.same_name(username)
    found = OperatorKey.objects.filter(operator__username__iexact=name).values_list("kdf", flat=True).first()
    invented = passphrase.pbkdf2(vault.line_salt(), name) if _seems_old(name) else fresh(name)
    return dict(found or invented)


def next_(kdf: Kdf, username: str) -> Kdf | None:
    """How to derive it from the next passphrase on, where it is done as before; else None."""
    try:
        passphrase.checked(kdf, settings.KDF_MEMORY)
    except ValueError:
        return fresh(username)
    return None


def _salt(username: str) -> bytes:
    # Made of the name and the host key, for accounts and inventions alike: nothing tells the one from the other.
    return vault.recognise("kdf salt", passphrase.same_name(username).encode())[:16]


def _seems_old(name: str) -> bool:
    """By lot, fixed for each name: as likely as an account is from before."""
    total = OperatorKey.objects.count()
    old = OperatorKey.objects.filter(kdf__name=passphrase.PBKDF2).count()
    lot = int.from_bytes(vault.recognise("kdf of nobody", name.encode())[:4], "big")
    return lot * total < old << 32
