"""The form's own ticket: signed, stateless, good for one message and twelve hours. No cookie, no row."""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from harkline.runtime import clock
from harkline.runtime.secret import keyed

LIFETIME = timedelta(hours=12)
_FORM = "harkline.web.form"
_TALK = "harkline.web.talk"


@dataclass(frozen=True)
class Token:
    """A form that we gave out. ``nonce`` makes what is sent with it arrive once."""

    nonce: str
    issued: datetime
    wait: int = 0  # seconds, signed with it: under a flood, how long it takes until it is good without a solved puzzle

    @property
    def opens(self) -> datetime:
        """Not before this."""
        return self.issued + timedelta(seconds=self.wait)

    @property
    def stale(self) -> bool:
        """Whether the form lay open for too long."""
        return clock.now() - self.issued > LIFETIME


def issue(wait: int = 0) -> str:
    """A ticket for a form that is being shown now."""
    return signing.dumps([secrets.token_urlsafe(16), int(clock.now().timestamp()), wait], salt=_FORM)


def puzzle_key() -> bytes:
    """The key under which puzzles are signed."""
    return keyed("web puzzle", b"")


def read(ticket: str) -> Token | None:
    """The form's ticket, stale or not; None for one that is not ours."""
    try:
        nonce, issued, wait = signing.loads(ticket, salt=_FORM)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Token(str(nonce), datetime.fromtimestamp(int(issued), UTC), int(wait))


def return_code(token: Token) -> str:
    """The return code of a form that was sent without script: the same again when the same form arrives twice.

    80 bits under the host key from a nonce that only the form knows and nobody stores: neither the database nor the host key
    leads back to it.
    """
    return base64.b32encode(keyed("web return code", token.nonce.encode())[:10]).decode()


def hold(contact_id: str, thread_id: str) -> str:
    """What a page keeps of the conversation it is in."""
    return signing.dumps([contact_id, thread_id], salt=_TALK)


def held(ticket: str, thread_id: str) -> str:
    """The conversation's contact id; empty unless it is one of this very thread."""
    try:
        contact_id, of = signing.loads(ticket, salt=_TALK)
    except signing.BadSignature:
        return ""
    return str(contact_id) if of == thread_id else ""
