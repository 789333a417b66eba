"""By which of the line's web addresses a caller came: the page's path on the open network, or the onion address."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

CLEARNET = "/"
_here: ContextVar[str] = ContextVar("web address", default=CLEARNET)


def here() -> str:
    """The address that what is written in this request counts for."""
    return _here.get()


@contextmanager
def at(address: str) -> Iterator[None]:
    """The request that is answered within came by this address."""
    token = _here.set(address)
    try:
        yield
    finally:
        _here.reset(token)
