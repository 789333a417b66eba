"""The private halves of the line's OpenPGP keys: files of mode 0600 in ``keys/openpgp`` of the data folder, beside the host key.

The edge has to open mail in order to seal it, so these keys lie on the host: whoever seizes it can open recorded traffic that was
encrypted to them. They never enter the database or its backup. A key that is not needed any more is forgotten (``forget``).

Needs the extra ``openpgp`` (pysequoia) for ``make`` and ``renew``. pysequoia signs and encrypts with keys that have expired or
were revoked, so whoever uses one looks first (``openpgp.usable``).
"""

import os
import re
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

from harkline.line import mail_keys, this
from harkline.line.models import MailKey
from harkline.runtime import clock

VALID = timedelta(days=730)
RENEW_BEFORE = timedelta(days=60)
_FINGERPRINT = re.compile(r"[0-9a-f]{40,64}")


class Refused(ValueError):
    """It cannot be done; the message says why."""


def available() -> bool:
    """Whether OpenPGP is installed."""
    return find_spec("pysequoia") is not None


def folder() -> Path | None:
    """Where the private halves lie; None in tools that have no data folder."""
    return settings.DATA / "keys" / "openpgp" if settings.DATA else None


def make(address: str) -> MailKey:
    """A new key for one of the line's mail addresses. The one before is no longer published, and still opens what comes.
    A crash in between leaves a private half that nothing names: harmless. Raises Refused."""
    if not available():
        raise Refused("OpenPGP is not installed: pip install 'harkline[openpgp]'")
    if this.address("email", address) is None:
        raise Refused(f"“{address}” is none of the line's mail addresses: harkline address list")
    from pysequoia import Profile, Tsk

    # The form that GnuPG 2.2 still reads. Subkeys without an end of their own, so that one date says how long all of it holds.
    secret = Tsk.generate(user_id=f"<{address.lower()}>", profile=Profile.RFC4880, validity_seconds=None)
    until = clock.now() + VALID
    certificate = secret.extract_certificate().set_expiration(until, secret.certifier())
    _write(certificate.fingerprint, bytes(secret))
    return mail_keys.add(address, certificate.fingerprint, bytes(certificate), until)


def renew(row: MailKey) -> datetime:
    """The same key for longer: people who have it need no new one. Returns until when. Raises Refused."""
    if row.retired_at is not None:
        raise Refused("a key that is not published any more is not renewed: make a new one")
    private_half = private(row.fingerprint)
    if private_half is None or not available():
        raise Refused("its private half is not on this host")
    from pysequoia import Cert, Tsk

    secret, until = Tsk.from_bytes(private_half), clock.now() + VALID
    renewed = Cert.from_bytes(bytes(row.certificate)).set_expiration(until, secret.certifier())
    MailKey.objects.filter(pk=row.pk).update(certificate=bytes(renewed), expires_at=until)
    return until


def renew_due() -> int:
    """Renew what ends within two months; returns how many were. What is missing its private half shows on the health page."""
    renewed = 0
    for row in mail_keys.published():
        if row.expires_at - clock.now() < RENEW_BEFORE and available() and private(row.fingerprint):
            renew(row)
            renewed += 1
    return renewed


def forget(row: MailKey) -> None:
    """Delete the private half: nothing that was encrypted to it opens any more, also not for us."""
    if row.retired_at is None:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
    if path := _path(row.fingerprint):
        path.unlink(missing_ok=True)


def private(fingerprint: str) -> bytes | None:
    """One private half."""
    path = _path(fingerprint)
    return path.read_bytes() if path and path.is_file() else None


def private_halves() -> list[bytes]:
    """All that may open a mail, the newest first."""
    rows = MailKey.objects.order_by("-made_at", "-pk").values_list("fingerprint", flat=True)
    return [found for one in rows if (found := private(one))]


def signing(address: str) -> bytes | None:
    """The private half with which mail from an address is signed."""
    row = mail_keys.current(address)
    return private(row.fingerprint) if row else None


def _path(fingerprint: str) -> Path | None:
    where = folder()
    return where / f"{fingerprint}.key" if where and _FINGERPRINT.fullmatch(fingerprint) else None


def _write(fingerprint: str, data: bytes) -> None:
    path = _path(fingerprint)
    if path is None:
        raise Refused("there is no data folder")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
