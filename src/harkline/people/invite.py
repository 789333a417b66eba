"""One-time sign-in links.

A link is ``/account/invitation/<token>#<secret>``. The server keeps a keyed hash of the token; the secret, which opens the team's
key where the link carries it, stands in the fragment, which a browser never sends.
"""

import base64
import secrets
from collections.abc import Mapping
from datetime import timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people import vault
from harkline.people.models import Invitation, Operator
from harkline.runtime import clock
from harkline.seal.envelope import VERSION

PATH = "/account/invitation/"
EXPIRES = timedelta(hours=72)


def invite(operator: Operator, *, team_keys: Mapping[int, bytes] | None = None) -> str:
    """Make a link and return its path, which is shown once and kept nowhere. Earlier unused links of this operator end.

    With ``team_keys`` (version → private half; at ``harkline init`` and ``harkline recover`` alone) whoever opens the link can read
    at once.
    """
    token, secret = secrets.token_urlsafe(20), secrets.token_bytes(32)
    wrapped = b"".join(_wrap(version, private, secret) for version, private in sorted((team_keys or {}).items()))
    with transaction.atomic():
        Invitation.objects.filter(operator=operator, used_at=None).delete()
        Invitation.objects.create(
            operator=operator, token_hash=_hash(token), wrapped_team_key=wrapped, expires_at=clock.now() + EXPIRES
        )
        chain.record(Act.INVITED, Subject.OPERATOR, operator.pk)
    path = f"{PATH}{token}"
    return f"{path}#{_text(secret)}" if team_keys else path


def find(token: str) -> Invitation | None:
    """The invitation of this token; None if it never was, is used up, has expired, or its operator has no access."""
    open_ = Invitation.objects.filter(used_at=None, expires_at__gt=clock.now(), operator__is_active=True)
    return open_.filter(token_hash=_hash(token)).select_related("operator").first()


def use(invitation: Invitation) -> bool:
    """Use it up; of two who try, one is told True."""
    return Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=clock.now()) == 1


def _hash(token: str) -> bytes:
    return vault.recognise("invitation", token.encode())


def _wrap(version: int, private: bytes, secret: bytes) -> bytes:
    """Team key version (u32) | nonce (12) | AES-256-GCM ciphertext (32) | tag (16), under a key made of the secret: 64 bytes."""
    head = version.to_bytes(4, "big")
    key = HKDF(SHA256(), length=32, salt=None, info=VERSION + b"|invitation").derive(secret)
    nonce = secrets.token_bytes(12)
    return head + nonce + AESGCM(key).encrypt(nonce, private, VERSION + b"|invitation|" + head)


def _text(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
