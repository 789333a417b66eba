"""The host key at work: boxes for what the server must read again, keyed hashes for what it must only recognise."""

import base64

from django.conf import settings

from harkline.seal import box, hashes


def close(plain: bytes, context: str) -> bytes:
    """Box ``plain``; ``context`` says what and whose it is, as ``own_phone|7``, and must be given again to open it."""
    return box.box(_host_key(), plain, context)


def open_(boxed: bytes, context: str) -> bytes:
    """Open a box of this host. Raises ``seal.envelope.Refused``."""
    return box.unbox(_host_key(), bytes(boxed), context)


def recognise(use: str, value: bytes) -> bytes:
    """The keyed hash, 32 bytes, under which a secret is stored and found again. ``use`` is at most 16 ASCII characters."""
    return hashes.keyed(_host_key(), use, value)


def line_salt() -> str:
    """This installation's share of every passphrase's salt: public, constant, 22 characters of base64url."""
    return base64.urlsafe_b64encode(recognise("line salt", b"")[:16]).rstrip(b"=").decode()


def host_key() -> bytes:
    """The key itself, for tokens that ``seal.codes`` makes."""
    return _host_key()


def _host_key() -> bytes:
    key: bytes = settings.HOST_KEY
    return key
