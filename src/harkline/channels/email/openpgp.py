"""OpenPGP in mail: what came encrypted is opened, signatures are looked at, the caller's key is learned. Runs in the jail alone
(``openpgp_jail``): both what is read and the keys in it are hostile.

Sources: RFC 9580 (OpenPGP), RFC 3156 (PGP/MIME), RFC 9788 (protected headers), Autocrypt Level 1. Traps of pysequoia 0.1:
it cannot verify what GnuPG compresses by default (it says so and then opens it unverified), it does not tell an unsigned
message from one whose key it lacks, and it encrypts to expired and revoked keys: ``usable`` refuses those.
"""

import base64
import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from pysequoia import Cert, Sig, Tsk, decrypt, encrypt, verify
from pysequoia.packet import PacketPile

from harkline.channels.email import autocrypt, wire
from harkline.channels.email.wire import Attachment, Mail

CERTIFICATE = 64 * 1024  # bytes of a key that came
CANDIDATES = 5
BLOCKS = 20
_BLOCK = re.compile(r"-----BEGIN PGP MESSAGE-----.*?-----END PGP MESSAGE-----", re.DOTALL)
_CLEAR = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----.*?-----END PGP SIGNATURE-----", re.DOTALL)
_KEY = re.compile(rb"-----BEGIN PGP PUBLIC KEY BLOCK-----")
_ENDING = re.compile(r"(?i)\.(?:pgp|gpg|asc)$")


class Unusable(ValueError):
    """A key to which nothing must be encrypted; the message is one fixed word."""


@dataclasses.dataclass
class Found:
    """What was learned on the way."""

    keys: list[Any]  # pysequoia.Cert, the likeliest first
    opened: bool = False
    unopened: bool = False
    signature: str = ""
    signer: Any = None


def read(raw: bytes, envelope_from: str | None, private_halves: Sequence[bytes]) -> Mail:
    """As ``wire.parse``, with what was encrypted to us in clear. Never raises; what does not open stays as it came."""
    outer = wire.parse(raw, envelope_from)
    if outer.held:
        return outer
    message = BytesParser(policy=wire.POLICY).parsebytes(raw)
    found = Found(_candidates(message, outer))
    secrets = [Tsk.from_bytes(one) for one in private_halves]
    mail = _mime(message, raw, outer, secrets, found) or _inline(outer, secrets, found)
    return _with_key(mail, outer.sender, found)


# --- opening --------------------------------------------------------------------------------------------------------------------


def _mime(message: EmailMessage, raw: bytes, outer: Mail, secrets: list[Any], found: Found) -> Mail | None:
    """PGP/MIME; None for anything else. The true subject is the inner one."""
    ciphertext = _encrypted_part(message)
    if ciphertext is not None:
        clear = _opened(ciphertext, secrets, found)
        if clear is None:
            return dataclasses.replace(outer, text="")
        return _inner(clear, outer, found)
    if message.get_content_type() == "multipart/signed":
        _detached(message, raw, found)
        return outer
    return None


def _inner(clear: bytes, outer: Mail, found: Found) -> Mail:
    inner, message = wire.parse(clear), BytesParser(policy=wire.POLICY).parsebytes(clear)
    if inner.held:
        whole = Attachment("opened.eml", "message/rfc822", clear)
        return dataclasses.replace(outer, text="", attachments=(whole,), flags=(*outer.flags, *inner.flags[1:]))
    found.keys = _distinct([*found.keys, *_candidates(message, dataclasses.replace(inner, sender=outer.sender))])
    if message.get_content_type() == "multipart/signed":
        _detached(message, clear, found)
    return dataclasses.replace(
        outer,
        subject=inner.subject or outer.subject,
        text=inner.text,
        attachments=inner.attachments,
        flags=tuple(dict.fromkeys([*outer.flags, *(one for one in inner.flags if one not in ("no_sender",))])),
    )


def _encrypted_part(message: EmailMessage) -> bytes | None:
    """The second part (RFC 3156, 4), also where a server on the way has renamed the first level."""
    if not message.is_multipart():
        return None
    parts = [one for one in message.get_payload() if isinstance(one, EmailMessage)]
    for before, part in itertools.pairwise(parts):
        if before.get_content_type() == "application/pgp-encrypted":
            return wire.payload(part)
    return None


def _inline(outer: Mail, secrets: list[Any], found: Found) -> Mail:
    """Blocks in the text, and attachments that were encrypted by themselves."""
    text = _replaced(_BLOCK, outer.text, lambda block: _text(_opened(block, secrets, found)))
    text = _replaced(_CLEAR, text, lambda block: _text(_clear_signed(block, found)))
    attachments = tuple(_attachment(one, secrets, found) for one in outer.attachments)
    return dataclasses.replace(outer, text=text[: wire.TEXT], attachments=attachments)


def _replaced(pattern: "re.Pattern[str]", text: str, clear: Callable[[bytes], str | None]) -> str:
    def one(match: "re.Match[str]") -> str:
        opened = clear(match[0].encode())
        return match[0] if opened is None else opened

    return pattern.sub(one, text, count=BLOCKS)


def _text(clear: bytes | None) -> str | None:
    return None if clear is None else wire.printable(clear.decode("utf-8", "replace"))


def _attachment(one: Attachment, secrets: list[Any], found: Found) -> Attachment:
    if not _ENDING.search(one.name) or one.media_type in ("application/pgp-keys", "application/pgp-signature"):
        return one
    if _KEY.search(one.body) or b"-----BEGIN PGP SIGNATURE-----" in one.body[:100]:
        return one
    clear = _opened(one.body, secrets, found)
    return one if clear is None else Attachment(_ENDING.sub("", one.name), "application/octet-stream", clear)


def _opened(ciphertext: bytes, secrets: list[Any], found: Found) -> bytes | None:
    for secret in secrets:
        # Not ours, damaged, no message at all: the library tells by words alone.
        if clear := _tried(decrypt, ciphertext, decryptor=secret.decryptor()):
            found.opened = True
            _signed_inside(ciphertext, secret, found)
            return bytes(clear.bytes)
    found.unopened = True
    return None


def _signed_inside(ciphertext: bytes, secret: Any, found: Found) -> None:
    found.signature = found.signature or "not_checked"
    for key in found.keys:
        # It fails for what is compressed, unsigned, or signed by another.
        checked = _tried(decrypt, ciphertext, decryptor=secret.decryptor(), store=lambda _ids, key=key: [key])
        if checked and checked.valid_sigs:
            found.signature, found.signer = "good", key
            return


# --- signatures -----------------------------------------------------------------------------------------------------------------


def _detached(message: EmailMessage, raw: bytes, found: Found) -> None:
    """A multipart/signed (RFC 3156, 5): over the very bytes of the first part, with CR LF."""
    boundary = message.get_boundary()
    parts = message.get_payload()
    if not boundary or not isinstance(parts, list) or len(parts) != 2:
        return
    signature = wire.payload(parts[1])  # type: ignore[arg-type]
    pieces = re.split(rb"(?:\A|\r?\n)--" + re.escape(boundary.encode()) + rb"(?:--)?[ \t]*(?:\r?\n|\Z)", raw)
    if len(pieces) < 3 or b"BEGIN PGP SIGNATURE" not in signature:
        return
    _judge(re.sub(rb"\r?\n", b"\r\n", pieces[1]), signature, found)


def _judge(signed: bytes, signature: bytes, found: Found) -> None:
    try:
        issuer = Sig.from_bytes(signature).issuer_fingerprint
    except Exception:
        found.signature = "not_checked"
        return
    found.signature = "other_key"
    for key in found.keys:
        checked = _tried(verify, bytes=signed, store=lambda _ids, key=key: [key], signature=Sig.from_bytes(signature))
        if checked and checked.valid_sigs:
            found.signature, found.signer = "good", key
            return
        if issuer and issuer in _fingerprints(key):
            found.signature = "not_fitting"
            return


def _clear_signed(block: bytes, found: Found) -> bytes | None:
    """The text between the marks where it was verified; else it is shown with its marks."""
    found.signature = found.signature or "not_checked"
    for key in found.keys:
        checked = _tried(verify, bytes=block, store=lambda _ids, key=key: [key])
        if checked and checked.valid_sigs:
            found.signature, found.signer = "good", key
            return bytes(checked.bytes)
    return None


def _tried(what: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """What a function of the library gives; None where it raises, which it does for every kind of no."""
    try:
        return what(*args, **kwargs)
    except Exception:
        return None


def _fingerprints(key: Any) -> set[str]:
    return {str(one.fingerprint) for one in PacketPile.from_bytes(bytes(key)) if one.fingerprint}


# --- the caller's key -----------------------------------------------------------------------------------------------------------


def _candidates(message: EmailMessage, mail: Mail) -> list[Any]:
    """Keys that came with the mail: in the Autocrypt header, then attached, then in the text."""
    said = autocrypt.read([str(value) for value in _headers(message)], mail.sender)
    found = _certificates(said.key) if said else []
    for one in mail.attachments:
        if one.media_type == "application/pgp-keys" or _KEY.search(one.body[:200]):
            found += _certificates(one.body)
    if "-----BEGIN PGP PUBLIC KEY BLOCK-----" in mail.text:
        found += _certificates(mail.text[mail.text.index("-----BEGIN PGP PUBLIC KEY BLOCK-----") :].encode())
    return _distinct(found)


def _headers(message: EmailMessage) -> Iterator[str]:
    return (str(value) for name, value in message.raw_items() if name.lower() == "autocrypt")


def _certificates(data: bytes) -> list[Any]:
    try:
        found = Cert.split_bytes(data[:CERTIFICATE]) if data else []
        return [one for one in found if not one.has_secret_keys][:CANDIDATES]
    except Exception:  # no key
        return []


def _distinct(keys: list[Any]) -> list[Any]:
    return list({one.fingerprint: one for one in reversed(keys)}.values())[::-1][:CANDIDATES]


def _with_key(mail: Mail, sender: str, found: Found) -> Mail:
    key = found.signer or _theirs(found.keys, sender)
    known = key is not None and len(bytes(key)) <= CERTIFICATE and _encrypts(key)
    return dataclasses.replace(
        mail,
        pgp="opened" if found.opened else "not_opened" if found.unopened else "",
        signature=found.signature,
        caller_key=base64.b64encode(bytes(key)).decode() if known else "",
        caller_fingerprint=key.fingerprint if known else "",
    )


def _theirs(keys: list[Any], sender: str) -> Any:
    """The first key that names the sender; else the only one that came."""
    named = [one for one in keys if any(sender.lower() in str(user).lower() for user in one.user_ids)] if sender else []
    return next(iter(named), keys[0] if len(keys) == 1 else None)


def _encrypts(key: Any) -> bool:
    try:
        encrypt(b"", recipients=[usable(key)])
    except Exception:
        return False
    return True


def usable(key: Any, now: datetime | None = None) -> Any:
    """The same key. Raises Unusable for one that is revoked or has expired: pysequoia itself would go on encrypting to it."""
    if key.is_revoked:
        raise Unusable("key_revoked")
    if key.expiration and key.expiration <= (now or datetime.now(UTC)):
        raise Unusable("key_expired")
    return key


# --- closing --------------------------------------------------------------------------------------------------------------------


def close(clear: bytes, certificate: bytes, signer: bytes | None) -> bytes:
    """Encrypt to a caller's key, and sign where we have a key: an armoured message. Raises Unusable."""
    try:
        key = Cert.from_bytes(certificate)
    except Exception as error:
        raise Unusable("key_unreadable") from error
    usable(key)
    try:
        made = encrypt(clear, recipients=[key], signer=Tsk.from_bytes(signer).signer() if signer else None)
    except Exception as error:
        raise Unusable("key_unusable") from error
    return made if isinstance(made, bytes) else str(made).encode()
