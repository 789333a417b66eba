"""The ways to open one's key: the passphrase, a passkey, a printed code. Two of them at least, so that none of them is the last."""

import base64
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from harkline.people.keys import WRAPPED_PRIVATE
from harkline.people.models import Operator, OperatorKey, Unlocker
from harkline.people.who import me
from harkline.runtime import clock

Kind = Unlocker.Kind


def keep(operator: Operator, kind: str, wrapped: bytes, passkey: Authenticator | None = None) -> Unlocker:
    """Keep an operator's private key as their browser closed it under a printed code or a passkey; the one before it is dropped.

    Raises ValueError for what cannot be one, as a passkey of somebody else.
    """
    if len(wrapped) != WRAPPED_PRIVATE or not OperatorKey.objects.filter(operator=operator).exists():
        raise ValueError("not somebody's key")
    if (kind == Kind.PASSKEY) != (passkey is not None) or not _theirs(operator, passkey):
        raise ValueError("not a passkey of theirs")
    with transaction.atomic():
        Unlocker.objects.filter(operator=operator, kind=Kind(kind), passkey=passkey).delete()
        return Unlocker.objects.create(
            operator=operator, kind=Kind(kind), passkey=passkey, wrapped=wrapped, created_at=clock.now()
        )


def _theirs(operator: Operator, passkey: Authenticator | None) -> bool:
    return passkey is None or (passkey.user_id == operator.pk and passkey.type == Authenticator.Type.WEBAUTHN)


def drop(unlocker: Unlocker) -> None:
    """Take a way away. Raises ValueError, in words for people, if the passphrase alone were left."""
    with transaction.atomic():
        # The operator's row is the gate: of two who drop at once, the second sees what the first has left.
        Operator.objects.select_for_update().get(pk=unlocker.operator_id)
        if is_last(unlocker):
            raise ValueError(_("Set another way up first: two ways are kept, so that losing one loses nothing."))
        unlocker.delete()


def is_last(unlocker: Unlocker) -> bool:
    """Whether without it the passphrase alone were left."""
    return not Unlocker.objects.filter(operator=unlocker.operator_id).exclude(pk=unlocker.pk).exists()


def by_passkey(operator: Operator) -> bool:
    """Whether a passkey of theirs opens their key."""
    return operator.unlockers.filter(kind=Kind.PASSKEY).exists()


def has_two(request: HttpRequest) -> bool:
    """Whether whoever asks has two ways or no key yet; asked until it is so, then once a session: the second cannot be taken away."""
    if not request.session.get("two_ways"):
        operator = me(request)
        if OperatorKey.objects.filter(operator=operator).exists() and not operator.unlockers.exists():
            return False
        request.session["two_ways"] = True
    return True


def told(operator: Operator) -> list[dict[str, Any]]:
    """What a browser needs to open the key by them: kind, the key as it was closed, and the passkey's credential id."""
    rows = Unlocker.objects.filter(operator=operator).select_related("passkey").order_by("pk")
    return [
        {
            "kind": row.kind,
            "wrapped": base64.b64encode(bytes(row.wrapped)).decode(),
            "credential": credential(row.passkey),
        }
        for row in rows
    ]


def credential(passkey: Authenticator | None) -> str:
    """A passkey's credential id, as browsers write it (base64url); empty for none."""
    if passkey is None:
        return ""
    raw: bytes = passkey.wrap().authenticator_data.credential_data.credential_id
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
